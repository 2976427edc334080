-- Targets one by one: what a handle means, the row, its registers, its exclusion, its former handles. Lists of parameters
-- save exchanges with the engine; a place of a list that is not used is NULL and finds nothing.

-- name: targets_find
-- The targets that handles mean: those of the handle, and those that had it. A target may be there twice.
SELECT t.tar_username AS asked, t.tar_id, t.tar_username, t.first_contacted,
    CASE WHEN EXISTS (SELECT 1 FROM aliases a WHERE a.tar_id = t.tar_id) THEN 1 ELSE 0 END AS has_aliases
FROM targets t WHERE t.tar_username IN (:tar_username[16]) AND t.merged_into IS NULL
UNION ALL
SELECT a.alias_username AS asked, t.tar_id, t.tar_username, t.first_contacted, 1 AS has_aliases
FROM aliases a JOIN targets t ON t.tar_id = a.tar_id WHERE a.alias_username IN (:tar_username[16]);

-- name: target_number_last
SELECT MAX(tar_number) FROM targets;

-- name: target_insert
INSERT INTO targets (tar_id, tar_number, tar_username, tar_status, stage, first_contacted, first_opr_id, first_act_id,
    notes, last_updated, email, email_state, phone_num, phone_num_state, cont_source, cont_source_state)
VALUES (:tar_id, :tar_number, :tar_username, :tar_status, :stage, :first_contacted, :first_opr_id, :first_act_id,
    :notes, :last_updated, :email, :email_state, :phone_num, :phone_num_state, :cont_source, :cont_source_state);

-- name: target_get
SELECT tar_id, tar_number, tar_username, tar_status, stage, merged_into, hybrid_time, first_contacted, first_opr_id,
    first_act_id, last_updated, notes, email_state, email, phone_num_state, phone_num, cont_source_state, cont_source
FROM targets WHERE tar_id = :tar_id;

-- name: target_update
UPDATE targets
SET tar_username = :tar_username, tar_status = :tar_status, stage = :stage, merged_into = :merged_into,
    hybrid_time = :hybrid_time, first_contacted = :first_contacted, first_opr_id = :first_opr_id,
    first_act_id = :first_act_id, notes = :notes, last_updated = :last_updated, email = :email,
    email_state = :email_state, phone_num = :phone_num, phone_num_state = :phone_num_state,
    cont_source = :cont_source, cont_source_state = :cont_source_state
WHERE tar_id = :tar_id;

-- name: target_contacted
-- The first contact is the earliest that is known, in whatever order desktops report.
UPDATE targets SET first_contacted = :first_contacted, first_opr_id = :first_opr_id, first_act_id = :first_act_id
WHERE tar_id = :tar_id AND (first_contacted IS NULL OR first_contacted > :first_contacted);

-- name: target_search_insert
-- dialect: sqlite
INSERT INTO target_search (rowid, search_text) VALUES (:tar_number, :search_text);

-- name: target_search_insert
-- dialect: postgres oracle
INSERT INTO target_search (tar_number, search_text) VALUES (:tar_number, :search_text);

-- name: target_search_delete
-- A table without content is told the very text that was put in.
-- dialect: sqlite
INSERT INTO target_search (target_search, rowid, search_text) VALUES ('delete', :tar_number, :search_text);

-- name: target_search_delete
-- dialect: postgres oracle
DELETE FROM target_search WHERE tar_number = :tar_number AND @as_str(:search_text) IS NOT NULL;

-- name: registers_get
SELECT field, hybrid_time, device_id FROM registers WHERE tar_id = :tar_id;

-- name: register_put
-- dialect: sqlite postgres
INSERT INTO registers (tar_id, field, hybrid_time, device_id) VALUES (:tar_id, :field, :hybrid_time, :device_id)
ON CONFLICT (tar_id, field) DO UPDATE SET hybrid_time = excluded.hybrid_time, device_id = excluded.device_id;

-- name: register_put
-- dialect: oracle
MERGE INTO registers r
USING (SELECT CAST(:tar_id AS VARCHAR2(16)) AS tar_id, CAST(:field AS VARCHAR2(32)) AS field,
        CAST(:hybrid_time AS NUMBER(19)) AS hybrid_time, CAST(:device_id AS VARCHAR2(16)) AS device_id FROM dual) n
ON (r.tar_id = n.tar_id AND r.field = n.field)
WHEN MATCHED THEN UPDATE SET hybrid_time = n.hybrid_time, device_id = n.device_id
WHEN NOT MATCHED THEN INSERT (tar_id, field, hybrid_time, device_id)
    VALUES (n.tar_id, n.field, n.hybrid_time, n.device_id);

-- name: field_change_insert
INSERT INTO field_history (elg_id, field, tar_id, hybrid_time, device_id, state_before, value_before, state_after,
    value_after, has_won)
VALUES (:elg_id, :field, :tar_id, :hybrid_time, :device_id, :state_before, :value_before, :state_after,
    :value_after, :has_won);

-- name: field_changes_list
SELECT elg_id, field, tar_id, hybrid_time, device_id, state_before, value_before, state_after, value_after, has_won
FROM field_history WHERE elg_id IN (:elg_id[16]) ORDER BY elg_id, field;

-- name: suppressions_find
SELECT tar_username, is_suppressed, reason, hybrid_time, device_id, opr_id, elg_id, changed_at
FROM suppressions WHERE tar_username IN (:tar_username[16]);

-- name: suppression_put
-- dialect: sqlite postgres
INSERT INTO suppressions (tar_username, is_suppressed, reason, hybrid_time, device_id, opr_id, elg_id, changed_at)
VALUES (:tar_username, :is_suppressed, :reason, :hybrid_time, :device_id, :opr_id, :elg_id, :changed_at)
ON CONFLICT (tar_username) DO UPDATE SET is_suppressed = excluded.is_suppressed, reason = excluded.reason,
    hybrid_time = excluded.hybrid_time, device_id = excluded.device_id, opr_id = excluded.opr_id,
    elg_id = excluded.elg_id, changed_at = excluded.changed_at;

-- name: suppression_put
-- dialect: oracle
MERGE INTO suppressions s
USING (SELECT CAST(:tar_username AS VARCHAR2(32)) AS tar_username, CAST(:is_suppressed AS NUMBER(1)) AS is_suppressed,
        CAST(:reason AS VARCHAR2(255 CHAR)) AS reason, CAST(:hybrid_time AS NUMBER(19)) AS hybrid_time,
        CAST(:device_id AS VARCHAR2(16)) AS device_id, CAST(:opr_id AS VARCHAR2(16)) AS opr_id,
        CAST(:elg_id AS VARCHAR2(16)) AS elg_id, CAST(:changed_at AS NUMBER(19)) AS changed_at FROM dual) n
ON (s.tar_username = n.tar_username)
WHEN MATCHED THEN UPDATE SET is_suppressed = n.is_suppressed, reason = n.reason, hybrid_time = n.hybrid_time,
    device_id = n.device_id, opr_id = n.opr_id, elg_id = n.elg_id, changed_at = n.changed_at
WHEN NOT MATCHED THEN INSERT (tar_username, is_suppressed, reason, hybrid_time, device_id, opr_id, elg_id, changed_at)
    VALUES (n.tar_username, n.is_suppressed, n.reason, n.hybrid_time, n.device_id, n.opr_id, n.elg_id, n.changed_at);

-- name: aliases_list
-- Of a target that may have thousands, the next ones behind a handle.
SELECT alias_username FROM aliases
WHERE tar_id = :tar_id AND alias_username > :alias_username
ORDER BY alias_username
@limit(:limit);

-- name: alias_put
-- dialect: sqlite postgres
INSERT INTO aliases (alias_username, tar_id, elg_id, created_at)
VALUES (:alias_username, :tar_id, :elg_id, :created_at)
ON CONFLICT (alias_username) DO UPDATE SET tar_id = excluded.tar_id, elg_id = excluded.elg_id;

-- name: alias_put
-- dialect: oracle
MERGE INTO aliases a
USING (SELECT CAST(:alias_username AS VARCHAR2(32)) AS alias_username, CAST(:tar_id AS VARCHAR2(16)) AS tar_id,
        CAST(:elg_id AS VARCHAR2(16)) AS elg_id, CAST(:created_at AS NUMBER(19)) AS created_at FROM dual) n
ON (a.alias_username = n.alias_username)
WHEN MATCHED THEN UPDATE SET tar_id = n.tar_id, elg_id = n.elg_id
WHEN NOT MATCHED THEN INSERT (alias_username, tar_id, elg_id, created_at)
    VALUES (n.alias_username, n.tar_id, n.elg_id, n.created_at);

-- name: aliases_move
-- What led to a target that was merged leads to the other one.
UPDATE aliases SET tar_id = :merged_into, elg_id = :elg_id WHERE tar_id = :tar_id;
