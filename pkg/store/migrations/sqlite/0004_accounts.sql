-- +goose Up
CREATE TABLE accounts (
    account      TEXT    PRIMARY KEY,
    paused_until INTEGER NOT NULL DEFAULT 0 -- the tracker named a limit: nothing is asked of it before
) WITHOUT ROWID;

CREATE TABLE slots (
    account TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    kind    INTEGER NOT NULL,           -- bridge.WriteKind
    holder  TEXT    NOT NULL DEFAULT '' -- whose it is; empty once it was used
);
CREATE INDEX slots_at ON slots (account, at, holder, kind);
CREATE INDEX slots_counted ON slots (account, at, holder, kind) WHERE kind > 0;
CREATE INDEX slots_used ON slots (account, at) WHERE holder = '';
CREATE INDEX slots_used_counted ON slots (account, at) WHERE holder = '' AND kind > 0;
CREATE INDEX slots_edits ON slots (account, at) WHERE holder <> '' AND kind = 0;
CREATE UNIQUE INDEX slots_holder ON slots (account, holder, kind) WHERE holder <> '';

ALTER TABLE links ADD COLUMN sweep_at INTEGER NOT NULL DEFAULT 0; -- when to look for a second issue of it; 0: never
CREATE INDEX links_sweep ON links (sweep_at) WHERE sweep_at > 0;

-- +goose Down
DROP INDEX links_sweep;
ALTER TABLE links DROP COLUMN sweep_at;
DROP TABLE slots;
DROP TABLE accounts;
