-- The log: events as a list shows them. Outer joins keep the events outermost on every engine, so that every page is
-- one walk along one index, however deep it lies; the text is read only where it is its own preview. Where a list is
-- filtered, the narrowest filter has the walk, and the others are looked at on the way. Positions grow with
-- the time of the event, so that they bound a window of time as well as a page.

-- name: log_list_{newest|oldest}
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.log_position > :above AND e.log_position < :below
ORDER BY e.log_position {DESC|ASC}
@limit(:limit);

-- name: log_list_by_target_{newest|oldest}
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.tar_id = :tar_id
    AND e.log_position > :above AND e.log_position < :below
    AND (@as_str(:act_id) IS NULL OR e.act_id = :act_id)
    AND (@as_str(:opr_id) IS NULL OR e.opr_id = :opr_id)
    AND (@as_str(:event_type) IS NULL OR e.event_type = :event_type)
ORDER BY e.log_position {DESC|ASC}
@limit(:limit);

-- name: log_list_by_actor_{newest|oldest}
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.act_id = :act_id
    AND e.log_position > :above AND e.log_position < :below
    AND (@as_str(:opr_id) IS NULL OR e.opr_id = :opr_id)
    AND (@as_str(:event_type) IS NULL OR e.event_type = :event_type)
ORDER BY e.log_position {DESC|ASC}
@limit(:limit);

-- name: log_list_by_operator_{newest|oldest}
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.opr_id = :opr_id
    AND e.log_position > :above AND e.log_position < :below
    AND (@as_str(:event_type) IS NULL OR e.event_type = :event_type)
ORDER BY e.log_position {DESC|ASC}
@limit(:limit);

-- name: log_list_by_type_{newest|oldest}
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.event_type = :event_type
    AND e.log_position > :above AND e.log_position < :below
ORDER BY e.log_position {DESC|ASC}
@limit(:limit);

-- name: log_search_{newest|oldest}
-- The trigram index gives positions in their order, so that the walk ends when the page is full.
-- dialect: sqlite
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM event_search s
    CROSS JOIN event_logs e ON e.log_position = s.rowid
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE s.search_text MATCH :pattern AND s.rowid > :above AND s.rowid < :below
    AND (@as_str(:tar_id) IS NULL OR e.tar_id = :tar_id)
    AND (@as_str(:act_id) IS NULL OR e.act_id = :act_id)
    AND (@as_str(:opr_id) IS NULL OR e.opr_id = :opr_id)
    AND (@as_str(:event_type) IS NULL OR e.event_type = :event_type)
ORDER BY s.rowid {DESC|ASC}
@limit(:limit);

-- name: log_search_{newest|oldest}
-- dialect: postgres oracle
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM event_search s
    JOIN event_logs e ON e.log_position = s.log_position
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE s.search_text LIKE :pattern ESCAPE '!' AND s.log_position > :above
    AND s.log_position < :below
    AND (@as_str(:tar_id) IS NULL OR e.tar_id = :tar_id)
    AND (@as_str(:act_id) IS NULL OR e.act_id = :act_id)
    AND (@as_str(:opr_id) IS NULL OR e.opr_id = :opr_id)
    AND (@as_str(:event_type) IS NULL OR e.event_type = :event_type)
ORDER BY s.log_position {DESC|ASC}
@limit(:limit);

-- name: log_get
-- With the whole text.
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    l.message_text, e.log_position
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.elg_id = :elg_id;

-- name: change_list
-- The log behind the cursor of the change feed.
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position, c.cursor
FROM changes c
    LEFT JOIN event_logs e ON e.elg_id = c.elg_id
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE c.cursor > :cursor
ORDER BY c.cursor
@limit(:limit);
