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
ORDER BY e.log_position {DESC|ASC}
@limit(:limit);

-- name: log_list_by_actor_type_{newest|oldest}
-- The type is read from the index.
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.act_id = :act_id
    AND e.event_type = :event_type
    AND e.log_position > :above AND e.log_position < :below
    AND (@as_str(:opr_id) IS NULL OR e.opr_id = :opr_id)
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
ORDER BY e.log_position {DESC|ASC}
@limit(:limit);

-- name: log_list_by_operator_type_{newest|oldest}
-- The type is read from the index.
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM event_logs e
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE e.opr_id = :opr_id
    AND e.event_type = :event_type
    AND e.log_position > :above AND e.log_position < :below
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
    AND (@as_str(:act_id) IS NULL OR e.act_id = :act_id)
    AND (@as_str(:opr_id) IS NULL OR e.opr_id = :opr_id)
ORDER BY e.log_position {DESC|ASC}
@limit(:limit);

-- name: log_search_{newest|oldest}
-- The interval is read in its order: a term that is common fills the page soon. The constant limit is never reached; it
-- keeps PostgreSQL from going by the trigrams, which have no order.
-- dialect: postgres oracle
-- without: sqlite
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM (SELECT log_position, search_text FROM event_search WHERE log_position > :above AND log_position < :below
        ORDER BY log_position {DESC|ASC} @limit(100000)) s
    JOIN event_logs e ON e.log_position = s.log_position
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE s.search_text LIKE :pattern ESCAPE '!'
    AND (@as_str(:tar_id) IS NULL OR e.tar_id = :tar_id)
    AND (@as_str(:act_id) IS NULL OR e.act_id = :act_id)
    AND (@as_str(:opr_id) IS NULL OR e.opr_id = :opr_id)
    AND (@as_str(:event_type) IS NULL OR e.event_type = :event_type)
ORDER BY s.log_position {DESC|ASC}
@limit(:limit);

-- name: log_search_far_{newest|oldest}
-- A term that is rare, by its trigrams and whatever its place; each + 0 keeps PostgreSQL from walking an index in the
-- order of places instead. The last column counts what was found: more than :found_max are not all of them.
-- dialect: postgres
-- without: sqlite oracle
WITH found AS MATERIALIZED (
    SELECT s.log_position
    FROM event_search s
    WHERE s.search_text LIKE :pattern ESCAPE '!' AND s.log_position + 0 > :above AND s.log_position + 0 < :below
    @limit(:found_max)
)
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position, c.found_count
FROM (SELECT COUNT(*) AS found_count FROM found) c
    LEFT JOIN (
        SELECT f.log_position
        FROM found f
            JOIN event_logs k ON k.log_position = f.log_position
        WHERE (@as_str(:act_id) IS NULL OR k.act_id = :act_id)
            AND (@as_str(:opr_id) IS NULL OR k.opr_id = :opr_id)
            AND (@as_str(:event_type) IS NULL OR k.event_type = :event_type)
        ORDER BY f.log_position + 0 {DESC|ASC}
        @limit(:limit)
    ) p ON 1 = 1
    LEFT JOIN event_logs e ON e.log_position = p.log_position
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
ORDER BY p.log_position + 0 {DESC|ASC};

-- name: log_search_of_target_{newest|oldest}
-- dialect: postgres oracle
-- without: sqlite
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position
FROM (SELECT * FROM event_logs WHERE tar_id = :tar_id AND log_position > :above AND log_position < :below
        ORDER BY log_position {DESC|ASC} @limit(100000)) e
    JOIN event_search s ON s.log_position = e.log_position
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
WHERE s.search_text LIKE :pattern ESCAPE '!'
    AND (@as_str(:act_id) IS NULL OR e.act_id = :act_id)
    AND (@as_str(:opr_id) IS NULL OR e.opr_id = :opr_id)
    AND (@as_str(:event_type) IS NULL OR e.event_type = :event_type)
ORDER BY e.log_position {DESC|ASC}
@limit(:limit);

-- name: log_edge_{newest|oldest}
-- How many of the next :looks events there are, and where the last of them lies.
-- dialect: postgres oracle
-- without: sqlite
SELECT COUNT(*), {MIN|MAX}(p.log_position)
FROM (SELECT e.log_position FROM event_logs e WHERE e.log_position > :above AND e.log_position < :below
        ORDER BY e.log_position {DESC|ASC} @limit(:looks)) p;

-- name: log_edge_by_target_{newest|oldest}
-- dialect: postgres oracle
-- without: sqlite
SELECT COUNT(*), {MIN|MAX}(p.log_position)
FROM (SELECT e.log_position FROM event_logs e
        WHERE e.tar_id = :tar_id AND e.log_position > :above AND e.log_position < :below
        ORDER BY e.log_position {DESC|ASC} @limit(:looks)) p;

-- name: log_candidates_{newest|oldest}
-- Events that have all of some trigrams, by their numbers: in the order of time from span to span, and in that of their
-- arrival within a span.
-- dialect: sqlite
-- without: postgres oracle
SELECT e.event_number, e.log_position, e.elg_id, e.opr_id, e.act_id, e.event_type
FROM event_search s
    CROSS JOIN event_logs e ON e.event_number = s.rowid
WHERE s.event_search MATCH :pattern AND s.rowid > :above AND s.rowid < :below
ORDER BY s.rowid {DESC|ASC};

-- name: log_candidates_of_target_{newest|oldest}
-- dialect: sqlite
-- without: postgres oracle
SELECT e.event_number, e.log_position, e.elg_id, e.opr_id, e.act_id, e.event_type
FROM event_logs e
WHERE e.tar_id = :tar_id AND e.log_position > :above AND e.log_position < :below
ORDER BY e.log_position {DESC|ASC};

-- name: log_former_handle
-- Whether a target, or what it was merged into, had a handle with the term in it.
-- dialect: sqlite
-- without: postgres oracle
WITH RECURSIVE person (tar_id) AS (
    SELECT tar_id FROM targets WHERE tar_id = :tar_id
    UNION
    SELECT t.merged_into FROM person p JOIN targets t ON t.tar_id = p.tar_id WHERE t.merged_into IS NOT NULL
)
SELECT a.alias_username
FROM person p
    JOIN aliases a ON a.tar_id = p.tar_id
WHERE instr(a.alias_username, :term) > 0
LIMIT 1;

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
-- The log behind the cursor of the change feed; where a change is an operator's state, that operator and no event.
SELECT e.elg_id, e.event_type, e.created_at, e.received_at, e.opr_id, o.opr_name, e.act_id, a.act_username, e.tar_id,
    t.tar_username, t.tar_status, e.details, l.olg_id, l.sent_at, l.message_characters, l.message_preview,
    CASE WHEN l.message_preview IS NULL THEN l.message_text END, e.log_position, c.cursor,
    c.opr_id, p.opr_status, p.last_activity
FROM changes c
    LEFT JOIN event_logs e ON e.elg_id = c.elg_id AND c.opr_id IS NULL
    LEFT JOIN operators o ON o.opr_id = e.opr_id
    LEFT JOIN actors a ON a.act_id = e.act_id
    LEFT JOIN targets t ON t.tar_id = e.tar_id
    LEFT JOIN outreach_logs l ON l.elg_id = e.elg_id
    LEFT JOIN operators p ON p.opr_id = c.opr_id
WHERE c.cursor > :cursor
ORDER BY c.cursor
@limit(:limit);
