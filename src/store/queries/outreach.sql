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

-- name: targets_find
SELECT tar_username, tar_id, first_contacted FROM targets WHERE tar_username IN (:tar_username[16]);

-- name: target_number_last
SELECT MAX(tar_number) FROM targets;

-- name: target_insert
INSERT INTO targets (tar_id, tar_number, tar_username, tar_status, first_contacted, first_opr_id, first_act_id,
    notes, last_updated, email, email_state, phone_num, phone_num_state, cont_source, cont_source_state)
VALUES (:tar_id, :tar_number, :tar_username, :tar_status, :first_contacted, :first_opr_id, :first_act_id,
    :notes, :last_updated, :email, :email_state, :phone_num, :phone_num_state, :cont_source, :cont_source_state);

-- name: target_search_insert
-- dialect: sqlite
INSERT INTO target_search (rowid, search_text) VALUES (:tar_number, :search_text);

-- name: target_search_insert
-- dialect: postgres oracle
INSERT INTO target_search (tar_number, search_text) VALUES (:tar_number, :search_text);

-- name: target_contacted
-- The first contact is the earliest that is known, in whatever order desktops report.
UPDATE targets SET first_contacted = :first_contacted, first_opr_id = :first_opr_id, first_act_id = :first_act_id
WHERE tar_id = :tar_id AND (first_contacted IS NULL OR first_contacted > :first_contacted);

-- name: operation_insert
INSERT INTO operations (op_id, op_hash, elg_id, device_id, received_at)
VALUES (:op_id, :op_hash, :elg_id, :device_id, :received_at);

-- name: operations_find
SELECT p.op_id, p.op_hash, p.elg_id, l.olg_id, e.act_id, e.tar_id
FROM operations p
    LEFT JOIN event_logs e ON e.elg_id = p.elg_id
    LEFT JOIN outreach_logs l ON l.elg_id = p.elg_id
WHERE p.op_id IN (:op_id[16]);
