// Package config owns the shape of Bugferry's configuration and its reading.
//
// bugferry.yaml holds the process and the accounts, projects/*.yaml one BetterBugs project each; [Reference] shows every
// key. [Load] reads all of it, strictly, and promises three things:
//
//   - Every mistake is found in one run, each a [Finding] with file, line, column, key, what is wrong and what was meant.
//   - What a later stage judges (templates, expressions, names that only a tracker knows) is a [Text], which knows where
//     it stands, so that the later stage's findings look like these.
//   - Secrets are of type [Secret], which no formatting, logging or encoding prints.
//
// The process settings (server, console, installation, store, delivery, screenshots) may also come from the environment
// (BUGFERRY_SERVER_LISTEN) and from flags; flags win over the environment, the environment over the file, the file over
// the defaults. viper does that merging. It never sees what has people's own names as keys (trackers, users, projects,
// destinations), because it loses case and dots.
//
// Relative paths are relative to the file that names them, a relative sqlite database too, so that every command
// finds the same one wherever it is started; those from the environment or a flag are relative to the working directory.
//
// In bugferry.yaml ${NAME} and ${NAME:-default} in any value stand for environment variables, $${ for a literal ${.
// Project files hold templates and are taken as they are.
package config
