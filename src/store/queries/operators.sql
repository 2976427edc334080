-- Operators.

-- name: operator_insert
INSERT INTO operators (opr_id, opr_email, opr_email_folded, opr_name, opr_name_folded, opr_status, role, time_zone,
    created_at, last_activity)
VALUES (:opr_id, :opr_email, :opr_email_folded, :opr_name, :opr_name_folded, :opr_status, :role, :time_zone,
    :created_at, :last_activity);

-- name: operator_get
SELECT opr_id, opr_name, opr_email, opr_status, role, time_zone, created_at, last_activity
FROM operators WHERE opr_id = :opr_id;

-- name: operator_find_by_email
SELECT opr_id, opr_name, opr_email, opr_status, role, time_zone, created_at, last_activity
FROM operators WHERE opr_email_folded = :opr_email_folded;

-- name: operator_find_by_name
SELECT opr_id, opr_name, opr_email, opr_status, role, time_zone, created_at, last_activity
FROM operators WHERE opr_name_folded = :opr_name_folded;

-- name: owner_find
SELECT opr_id, opr_name, opr_email, opr_status, role, time_zone, created_at, last_activity
FROM operators WHERE role = 'owner' ORDER BY created_at, opr_id @limit(1);

-- name: operator_touch
-- Activity only moves forward: a desktop that was offline reports late.
UPDATE operators SET last_activity = :last_activity WHERE opr_id = :opr_id AND last_activity < :last_activity;

-- name: operators_count_taken
SELECT COUNT(*) FROM operators WHERE opr_name_folded = :opr_name_folded OR opr_email_folded = :opr_email_folded;
