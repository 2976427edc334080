-- Rules. What desktops are told of them stands in replica.sql.

-- name: rule_insert
INSERT INTO rules (rule_id, type, metric, limit_value, time_window_sec, quiet_from_minute, quiet_to_minute, quiet_zone,
    severity, assigned_to_opr, assigned_to_act, status, suggested_by, created_at, elg_id)
VALUES (:rule_id, :type, :metric, :limit_value, :time_window_sec, :quiet_from_minute, :quiet_to_minute, :quiet_zone,
    :severity, :assigned_to_opr, :assigned_to_act, :status, :suggested_by, :created_at, :elg_id);

-- name: rule_set_status
UPDATE rules SET status = :status, elg_id = :elg_id WHERE rule_id = :rule_id;

-- name: rule_get
SELECT type, metric, limit_value, time_window_sec, severity, assigned_to_opr, assigned_to_act, status, suggested_by,
    created_at, quiet_from_minute, quiet_to_minute, quiet_zone
FROM rules
WHERE rule_id = :rule_id;
