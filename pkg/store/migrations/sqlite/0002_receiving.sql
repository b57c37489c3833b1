-- +goose Up
ALTER TABLE events ADD COLUMN source TEXT NOT NULL DEFAULT ''; -- the sender's address
ALTER TABLE events ADD COLUMN method TEXT NOT NULL DEFAULT 'POST';
ALTER TABLE events ADD COLUMN target TEXT NOT NULL DEFAULT ''; -- path and query, secrets redacted
ALTER TABLE events ADD COLUMN fingerprint TEXT NOT NULL DEFAULT ''; -- of the report and where it goes
CREATE INDEX events_state ON events (state, seq);
CREATE INDEX events_newest ON events (bug_id, seq) WHERE state IN ('accepted', 'unrouted');

-- +goose Down
DROP INDEX events_newest;
DROP INDEX events_state;
ALTER TABLE events DROP COLUMN fingerprint;
ALTER TABLE events DROP COLUMN target;
ALTER TABLE events DROP COLUMN method;
ALTER TABLE events DROP COLUMN source;
