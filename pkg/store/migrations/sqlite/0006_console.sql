-- +goose Up
CREATE INDEX deliveries_state ON deliveries (state, seq, rule, destination, project_id); -- with all that a page may compare
CREATE INDEX deliveries_destination ON deliveries (destination, seq);
CREATE INDEX deliveries_project ON deliveries (project_id, seq);
CREATE INDEX deliveries_rule ON deliveries (rule, seq);
CREATE INDEX deliveries_title ON deliveries (seq, title); -- read instead of the rows where words are looked for
CREATE INDEX deliveries_issue ON deliveries (lower(json_extract(ref, '$.name'))) WHERE ref <> '';
CREATE INDEX events_project ON events (project_id, seq);
CREATE INDEX events_title ON events (seq, title);

CREATE TABLE tallies (
    hour    INTEGER NOT NULL,
    kind    TEXT    NOT NULL, -- as bridge.Tally says, like what follows
    project TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    outcome TEXT    NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (hour, kind, project, name, outcome)
) WITHOUT ROWID;

CREATE TABLE deeds (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    who    TEXT    NOT NULL,
    source TEXT    NOT NULL,
    what   TEXT    NOT NULL,
    target TEXT    NOT NULL,
    detail TEXT    NOT NULL DEFAULT ''
);

-- +goose Down
DROP TABLE deeds;
DROP TABLE tallies;
DROP INDEX events_title;
DROP INDEX events_project;
DROP INDEX deliveries_issue;
DROP INDEX deliveries_title;
DROP INDEX deliveries_rule;
DROP INDEX deliveries_project;
DROP INDEX deliveries_destination;
DROP INDEX deliveries_state;
