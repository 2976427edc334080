-- Events, and the actors and targets that they name.

-- name: actor_find
-- The operator's actor of that handle.
SELECT act_id, last_activity FROM actors WHERE act_username = :act_username AND opr_id = :opr_id;

-- name: actor_insert
INSERT INTO actors (act_id, act_username, opr_id, act_status, created_at, last_activity)
VALUES (:act_id, :act_username, :opr_id, :act_status, :created_at, :last_activity);

-- name: actor_touch
-- Activity only moves forward: a desktop that was offline reports late.
UPDATE actors SET last_activity = :last_activity WHERE act_id = :act_id AND last_activity < :last_activity;

-- name: target_find
SELECT tar_id, first_contacted FROM targets WHERE tar_username = :tar_username;

-- name: target_insert
INSERT INTO targets (tar_id, tar_username, tar_status, first_contacted, notes, last_updated, email, email_state,
    phone_num, phone_num_state, cont_source, cont_source_state)
VALUES (:tar_id, :tar_username, :tar_status, :first_contacted, :notes, :last_updated, :email, :email_state,
    :phone_num, :phone_num_state, :cont_source, :cont_source_state);

-- name: target_contacted
-- The first contact is the earliest that is known, in whatever order desktops report.
UPDATE targets SET first_contacted = :first_contacted WHERE tar_id = :tar_id;

-- name: event_insert
INSERT INTO event_logs (elg_id, event_type, act_id, opr_id, tar_id, details, created_at, received_at)
VALUES (:elg_id, :event_type, :act_id, :opr_id, :tar_id, :details, :created_at, :received_at);

-- name: outreach_insert
INSERT INTO outreach_logs (olg_id, elg_id, thread_id, sent_at, message_characters, message_preview, message_text)
VALUES (:olg_id, :elg_id, :thread_id, :sent_at, :message_characters, :message_preview, :message_text);

-- name: operation_insert
INSERT INTO operations (op_id, op_hash, elg_id, device_id, received_at)
VALUES (:op_id, :op_hash, :elg_id, :device_id, :received_at);

-- name: operation_find
SELECT p.op_hash, p.elg_id, l.olg_id, e.act_id, e.tar_id
FROM operations p
    LEFT JOIN event_logs e ON e.elg_id = p.elg_id
    LEFT JOIN outreach_logs l ON l.elg_id = p.elg_id
WHERE p.op_id = :op_id;

-- name: log_list
-- A page behind a place, newest first. Outer joins keep the events outermost on every engine: every page is one walk
-- down the index event_logs_by_time, however deep it lies. The text is read only where it is its own preview.
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.created_at <= :created_at AND (e.created_at < :created_at OR e.elg_id < :elg_id)
ORDER BY e.created_at DESC, e.elg_id DESC
@limit(:limit);

-- name: log_get
-- The columns of log_list, with the whole text.
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    l.message_text
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.elg_id = :elg_id;

-- name: change_list
-- The columns of log_list behind the cursor.
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, c.cursor
FROM changes c
    LEFT JOIN event_logs e ON e.elg_id = c.elg_id
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE c.cursor > :cursor
ORDER BY c.cursor
@limit(:limit);

-- name: cursor_get
SELECT MAX(cursor) FROM changes;

-- name: change_insert
INSERT INTO changes (cursor, elg_id) VALUES (:cursor, :elg_id);

-- name: totals_get
SELECT name, value FROM totals;

-- name: total_add
UPDATE totals SET value = value + :added WHERE name = :name;
