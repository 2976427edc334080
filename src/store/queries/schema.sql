-- The journal of migrations. Migrations make every table but this one, which must be there before the first of them.

-- name: journal_create
CREATE TABLE migrations (
    migration_number @int NOT NULL CONSTRAINT migrations_pkey PRIMARY KEY,
    migration_name @str(64) NOT NULL,
    step_count @int NOT NULL,
    steps_done @int NOT NULL,
    applied_at @time NOT NULL
);

-- name: journal_last
SELECT migration_number, step_count, steps_done FROM migrations ORDER BY migration_number DESC @limit(1);

-- name: journal_insert
INSERT INTO migrations (migration_number, migration_name, step_count, steps_done, applied_at)
VALUES (:migration_number, :migration_name, :step_count, :steps_done, :applied_at);

-- name: journal_step
UPDATE migrations SET steps_done = :steps_done WHERE migration_number = :migration_number;
