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
