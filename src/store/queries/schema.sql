-- What must be there before the first migration: the journal of migrations, and on Oracle the writer's turn. Migrations
-- make every other table.

-- name: turn_create
-- Oracle has no lock that is of no table: the writer's turn is the lock on the one row of this one.
-- dialect: oracle
-- without: sqlite postgres
CREATE TABLE writer_turn (
    turn_number @int NOT NULL CONSTRAINT writer_turn_pkey PRIMARY KEY
);

-- name: turn_fill
-- dialect: oracle
-- without: sqlite postgres
INSERT INTO writer_turn (turn_number) VALUES (1);

-- name: turn_take
-- In seconds; a part of what a call may take (IC_DRIVER_CALL_MS_MAX).
-- dialect: oracle
-- without: sqlite postgres
SELECT turn_number FROM writer_turn FOR UPDATE WAIT 2;

-- name: session_set_up
-- Texts are compared and ordered by their bytes, which in UTF-8 is by code point, whatever the client's language says.
-- dialect: oracle
-- without: sqlite postgres
ALTER SESSION SET NLS_SORT = BINARY NLS_COMP = BINARY;

-- name: text_probe
-- A text as it comes back, and how many characters the database takes it for.
-- dialect: oracle
-- without: sqlite postgres
SELECT CAST(:probe AS VARCHAR2(16 CHAR)), LENGTH(CAST(:probe AS VARCHAR2(16 CHAR))) FROM dual;

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
