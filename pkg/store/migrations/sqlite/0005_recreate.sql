-- +goose Up
ALTER TABLE deliveries ADD COLUMN recreate INTEGER NOT NULL DEFAULT 0; -- a person's word that a deleted issue may be filed again

-- +goose Down
ALTER TABLE deliveries DROP COLUMN recreate;
