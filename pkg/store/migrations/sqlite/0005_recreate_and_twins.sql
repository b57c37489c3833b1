-- +goose Up
ALTER TABLE deliveries ADD COLUMN recreate INTEGER NOT NULL DEFAULT 0; -- a person's word that a deleted issue may be filed again
ALTER TABLE links ADD COLUMN twins INTEGER NOT NULL DEFAULT 0; -- how many other issues of the bug were found at the place
CREATE INDEX links_twins ON links (bug_id) WHERE twins > 0;

-- +goose Down
DROP INDEX links_twins;
ALTER TABLE links DROP COLUMN twins;
ALTER TABLE deliveries DROP COLUMN recreate;
