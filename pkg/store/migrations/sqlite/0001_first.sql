-- +goose Up
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT    NOT NULL UNIQUE,
    received_at INTEGER NOT NULL, -- Unix milliseconds, as all times here
    webhook     TEXT    NOT NULL,
    header      TEXT    NOT NULL, -- JSON, secrets redacted
    body        BLOB    NOT NULL, -- as it came
    state       TEXT    NOT NULL,
    reason      TEXT    NOT NULL DEFAULT '',
    bug_id      TEXT    NOT NULL DEFAULT '',
    project_id  TEXT    NOT NULL DEFAULT '',
    title       TEXT    NOT NULL DEFAULT '',
    report      TEXT    NOT NULL DEFAULT '', -- JSON, empty where undecodable
    trace       TEXT    NOT NULL DEFAULT ''  -- JSON
);
CREATE INDEX events_bug ON events (bug_id);

CREATE TABLE deliveries (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL UNIQUE,
    event_id      TEXT    NOT NULL REFERENCES events (id),
    bug_id        TEXT    NOT NULL,
    project_id    TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    rule          TEXT    NOT NULL,
    destination   TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    reason        TEXT    NOT NULL DEFAULT '',
    hint          TEXT    NOT NULL DEFAULT '',
    forced        INTEGER NOT NULL DEFAULT 0,
    attempts      INTEGER NOT NULL DEFAULT 0,
    next_at       INTEGER NOT NULL DEFAULT 0,
    claimed_until INTEGER NOT NULL DEFAULT 0, -- while running: a worker has it until then
    job_id        INTEGER NOT NULL DEFAULT 0, -- the queue's job that works it
    ref           TEXT    NOT NULL DEFAULT '', -- JSON
    created_at    INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL
);
CREATE INDEX deliveries_event ON deliveries (event_id);
CREATE INDEX deliveries_bug ON deliveries (bug_id);
CREATE INDEX deliveries_open ON deliveries (seq) WHERE state IN ('pending', 'running');

CREATE TABLE attempts (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id TEXT    NOT NULL REFERENCES deliveries (id),
    attempt     TEXT    NOT NULL -- JSON
);
CREATE INDEX attempts_delivery ON attempts (delivery_id);

CREATE TABLE links (
    bug_id      TEXT    NOT NULL,
    place       TEXT    NOT NULL,
    ref         TEXT    NOT NULL DEFAULT '', -- JSON
    memory      TEXT    NOT NULL DEFAULT '', -- JSON: what was intended, sent and confirmed
    owner       TEXT    NOT NULL DEFAULT '',
    lease_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bug_id, place)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE links;
DROP TABLE attempts;
DROP TABLE deliveries;
DROP TABLE events;
