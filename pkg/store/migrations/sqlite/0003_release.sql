-- +goose Up
ALTER TABLE deliveries ADD COLUMN released_at INTEGER NOT NULL DEFAULT 0; -- when a person last let it go on after it was parked

-- +goose Down
ALTER TABLE deliveries DROP COLUMN released_at;
