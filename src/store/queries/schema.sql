-- The journal of migrations. Migrations make every table but this one, which must be there before the first of them.

-- name: journal_create
CREATE TABLE IF NOT EXISTS migrations (
    number @int NOT NULL PRIMARY KEY,
    name @str(64) NOT NULL,
    applied_at @time NOT NULL
);

-- name: journal_last
SELECT MAX(number) FROM migrations;

-- name: journal_insert
INSERT INTO migrations (number, name, applied_at) VALUES (:number, :name, :applied_at);
