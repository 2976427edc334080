-- Operators.

-- name: operator_insert
INSERT INTO operators (opr_id, opr_email, opr_email_folded, opr_name, opr_name_folded, opr_status, role, time_zone,
    created_at, last_activity)
VALUES (:opr_id, :opr_email, :opr_email_folded, :opr_name, :opr_name_folded, :opr_status, :role, :time_zone,
    :created_at, :last_activity);

-- name: operator_get
SELECT opr_id, opr_name, opr_email, opr_status, role, time_zone, created_at, last_activity, disabled_at
FROM operators WHERE opr_id = :opr_id;

-- name: operator_standing
-- Asked within every change that a person makes: what they are now.
SELECT role FROM operators WHERE opr_id = :opr_id AND disabled_at IS NULL;

-- name: operator_set_role
-- By whoever saw the role that it had.
UPDATE operators SET role = :role WHERE opr_id = :opr_id AND role = :role_before;

-- name: operator_disable
UPDATE operators SET disabled_at = :now WHERE opr_id = :opr_id AND disabled_at IS NULL;

-- name: operator_enable
UPDATE operators SET disabled_at = NULL WHERE opr_id = :opr_id AND disabled_at IS NOT NULL;

-- name: operator_find_by_email
SELECT opr_id, opr_name, opr_email, opr_status, role, time_zone, created_at, last_activity, disabled_at
FROM operators WHERE opr_email_folded = :opr_email_folded;

-- name: operator_find_by_name
SELECT opr_id, opr_name, opr_email, opr_status, role, time_zone, created_at, last_activity, disabled_at
FROM operators WHERE opr_name_folded = :opr_name_folded;

-- name: owner_find
SELECT opr_id, opr_name, opr_email, opr_status, role, time_zone, created_at, last_activity, disabled_at
FROM operators WHERE role = 'owner' ORDER BY created_at, opr_id @limit(1);

-- name: operator_touch
-- Activity only moves forward: a desktop that was offline reports late.
UPDATE operators SET last_activity = :last_activity WHERE opr_id = :opr_id AND last_activity < :last_activity;

-- name: operators_count_taken
SELECT COUNT(*) FROM operators WHERE opr_name_folded = :opr_name_folded OR opr_email_folded = :opr_email_folded;

-- What follows is the list of operators, behind a name, which nobody has twice, or behind a pair of keys; as that of
-- actors.

-- name: operators_name_{ascending|descending}
SELECT o.opr_id, o.opr_name, o.opr_email, o.opr_status, o.role, o.time_zone, o.created_at, o.last_activity,
    o.opr_name_folded, o.disabled_at
FROM operators o
WHERE o.opr_name_folded {>|<} :sort_key
ORDER BY o.opr_name_folded {ASC|DESC}
@limit(:looks);

-- name: operators_active_{newest|oldest}
SELECT o.opr_id, o.opr_name, o.opr_email, o.opr_status, o.role, o.time_zone, o.created_at, o.last_activity,
    o.opr_name_folded, o.disabled_at
FROM operators o
WHERE o.last_activity {<=|>=} :sort_key AND (o.last_activity {<|>} :sort_key OR o.opr_id {<|>} :id)
ORDER BY o.last_activity {DESC|ASC}, o.opr_id {DESC|ASC}
@limit(:looks);

-- name: operators_created_{newest|oldest}
SELECT o.opr_id, o.opr_name, o.opr_email, o.opr_status, o.role, o.time_zone, o.created_at, o.last_activity,
    o.opr_name_folded, o.disabled_at
FROM operators o
WHERE o.created_at {<=|>=} :sort_key AND (o.created_at {<|>} :sort_key OR o.opr_id {<|>} :id)
ORDER BY o.created_at {DESC|ASC}, o.opr_id {DESC|ASC}
@limit(:looks);
