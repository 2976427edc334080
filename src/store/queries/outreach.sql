-- What a push looks up and writes beside its events. Lists of parameters save exchanges with the engine; a place of
-- a list that is not used is NULL and finds nothing.

-- name: actor_find
-- The operator's actor of that handle.
SELECT act_id, last_activity FROM actors WHERE act_username = :act_username AND opr_id = :opr_id;

-- name: actor_insert
INSERT INTO actors (act_id, act_username, opr_id, act_status, created_at, last_activity)
VALUES (:act_id, :act_username, :opr_id, :act_status, :created_at, :last_activity);

-- name: actor_touch
-- Activity only moves forward: a desktop that was offline reports late.
UPDATE actors SET last_activity = :last_activity WHERE act_id = :act_id AND last_activity < :last_activity;

-- name: actor_get
SELECT act_id, act_username, opr_id, act_status, created_at, last_activity FROM actors WHERE act_id = :act_id;

-- name: actor_set_status
UPDATE actors SET act_status = :act_status WHERE act_id = :act_id;

-- name: operation_insert
INSERT INTO operations (op_id, op_hash, elg_id, device_id, received_at, kind, sent_at, age_ms, clock_ahead_ms,
    hybrid_time)
VALUES (:op_id, :op_hash, :elg_id, :device_id, :received_at, :kind, :sent_at, :age_ms, :clock_ahead_ms,
    :hybrid_time);

-- name: operations_find
SELECT p.op_id, p.op_hash, p.elg_id, l.olg_id, e.act_id, e.tar_id
FROM operations p
    LEFT JOIN event_logs e ON e.elg_id = p.elg_id
    LEFT JOIN outreach_logs l ON l.elg_id = p.elg_id
WHERE p.op_id IN (:op_id[16]);
