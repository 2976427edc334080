-- Events as they are written, the change feed and the totals.

-- name: event_insert
INSERT INTO event_logs (elg_id, log_position, event_number, event_type, act_id, opr_id, tar_id, status_before, status_after,
    details, created_at, received_at)
VALUES (:elg_id, :log_position, :event_number, :event_type, :act_id, :opr_id, :tar_id, :status_before, :status_after,
    :details, :created_at, :received_at);

-- name: outreach_insert
INSERT INTO outreach_logs (olg_id, elg_id, thread_id, sent_at, message_characters, message_preview, message_text,
    text_print, log_position)
VALUES (:olg_id, :elg_id, :thread_id, :sent_at, :message_characters, :message_preview, :message_text, :text_print,
    :log_position);

-- name: event_search_insert
-- Its place is the event's number on SQLite, and its position elsewhere.
-- dialect: sqlite
INSERT INTO event_search (rowid, search_text) VALUES (:place, :search_text);

-- name: event_search_insert
-- dialect: postgres oracle
INSERT INTO event_search (log_position, search_text) VALUES (:place, :search_text);

-- name: event_search_add
-- What a target's events are found by from now on, too. A table without content takes a second text of a row.
-- dialect: sqlite
INSERT INTO event_search (rowid, search_text)
SELECT event_number, :search_text FROM event_logs WHERE tar_id = :tar_id ORDER BY log_position;

-- name: event_search_add
-- dialect: postgres oracle
UPDATE event_search SET search_text = CONCAT(@as_str(:search_text), search_text)
WHERE log_position IN (SELECT log_position FROM event_logs WHERE tar_id = :tar_id);

-- name: cursor_get
SELECT MAX(cursor) FROM changes;

-- name: change_insert
INSERT INTO changes (cursor, elg_id) VALUES (:cursor, :elg_id);

-- name: totals_get
SELECT total_name, total_value FROM totals;

-- name: total_add
UPDATE totals SET total_value = total_value + :added WHERE total_name = :total_name;
