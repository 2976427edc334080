-- Goals that were reached, once for each of their periods. docs/schema.md tells every column.

CREATE TABLE goal_reaches (
    goal_id @id NOT NULL REFERENCES goals (goal_id),
    period_from @time NOT NULL,
    period_until @time NOT NULL,
    elg_id @id NOT NULL REFERENCES event_logs (elg_id),
    CONSTRAINT goal_reaches_pkey PRIMARY KEY (goal_id, period_from)
) @without_rowid;
