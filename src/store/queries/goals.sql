-- Goals. What desktops are told of them stands in replica.sql.

-- name: goal_insert
INSERT INTO goals (goal_id, metric, target_value, frequency, assigned_to_opr, assigned_to_act, status, suggested_by,
    created_at, start_date, end_date, elg_id)
VALUES (:goal_id, :metric, :target_value, :frequency, :assigned_to_opr, :assigned_to_act, :status, :suggested_by,
    :created_at, :start_date, :end_date, :elg_id);

-- name: goal_set_status
UPDATE goals SET status = :status, elg_id = :elg_id WHERE goal_id = :goal_id;

-- name: goal_get
SELECT metric, target_value, frequency, assigned_to_opr, assigned_to_act, status, suggested_by, created_at, start_date,
    end_date
FROM goals
WHERE goal_id = :goal_id;

-- name: goal_change
-- Of one that is voted on.
UPDATE goals SET metric = :metric, target_value = :target_value, frequency = :frequency,
    assigned_to_opr = :assigned_to_opr, assigned_to_act = :assigned_to_act, start_date = :start_date,
    end_date = :end_date, elg_id = :elg_id
WHERE goal_id = :goal_id AND status = 'Pending Suggestion';

-- name: goal_reach_count
-- Events that tell of a period that it was reached; periods that overlap are the same one, by another zone's clocks.
SELECT COUNT(*) FROM goal_reaches WHERE goal_id = :goal_id AND period_from < :until AND period_until > :from;

-- name: goal_reach_insert
INSERT INTO goal_reaches (goal_id, period_from, period_until, elg_id) VALUES (:goal_id, :from, :until, :elg_id);
