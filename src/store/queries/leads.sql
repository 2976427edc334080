-- Leads: targets as a list shows them. A page's keys are found first, along one index; then its rows are read by their
-- ids. Where there are filters, a page looks at no more than :looks of the next rows of its order; the statement of the
-- same name with `edge` in it tells the last of them, where the next page begins.
--
-- An order of times has two statements: `tie` is what has the very time of the place that the page lies behind, the
-- other what lies beyond that time. Together they are what lies behind a pair (time, tar_id), as walks down the index
-- on every engine, however many targets have one time. In the order of handles no two are equal. Targets `of_status`
-- have narrow indexes of their own: there a look reads the row.

-- name: leads_updated_{newest|oldest}
SELECT p.sort_key, p.tar_id
FROM (SELECT t.last_updated AS sort_key, t.tar_id, t.tar_username, t.first_contacted, t.first_opr_id,
        t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE t.last_updated > :above AND t.last_updated < :below
    ORDER BY t.last_updated {DESC|ASC}, t.tar_id {DESC|ASC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.sort_key {DESC|ASC}, p.tar_id {DESC|ASC})
@limit(:limit);

-- name: leads_updated_tie_{newest|oldest}
SELECT p.sort_key, p.tar_id
FROM (SELECT t.last_updated AS sort_key, t.tar_id, t.tar_username, t.first_contacted, t.first_opr_id,
        t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE t.last_updated = :sort_key AND t.tar_id {<|>} :tar_id
    ORDER BY t.tar_id {DESC|ASC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.tar_id {DESC|ASC})
@limit(:limit);

-- name: leads_contacted_{newest|oldest}
SELECT p.sort_key, p.tar_id
FROM (SELECT COALESCE(t.first_contacted, 0) AS sort_key, t.tar_id, t.tar_username, t.first_contacted,
        t.first_opr_id, t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE COALESCE(t.first_contacted, 0) > :above AND COALESCE(t.first_contacted, 0) < :below
    ORDER BY COALESCE(t.first_contacted, 0) {DESC|ASC}, t.tar_id {DESC|ASC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.sort_key {DESC|ASC}, p.tar_id {DESC|ASC})
@limit(:limit);

-- name: leads_contacted_tie_{newest|oldest}
SELECT p.sort_key, p.tar_id
FROM (SELECT COALESCE(t.first_contacted, 0) AS sort_key, t.tar_id, t.tar_username, t.first_contacted,
        t.first_opr_id, t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE COALESCE(t.first_contacted, 0) = :sort_key AND t.tar_id {<|>} :tar_id
    ORDER BY t.tar_id {DESC|ASC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.tar_id {DESC|ASC})
@limit(:limit);

-- name: leads_handle_{ascending|descending}
SELECT p.sort_key, p.tar_id
FROM (SELECT t.tar_username AS sort_key, t.tar_id, t.tar_username, t.first_contacted, t.first_opr_id,
        t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE t.tar_username > :above AND t.tar_username < :below
    ORDER BY t.tar_username {ASC|DESC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.sort_key {ASC|DESC})
@limit(:limit);

-- name: leads_of_status_updated_{newest|oldest}
SELECT p.sort_key, p.tar_id
FROM (SELECT t.last_updated AS sort_key, t.tar_id, t.tar_username, t.first_contacted, t.first_opr_id,
        t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE t.tar_status = :tar_status AND t.last_updated > :above AND t.last_updated < :below
    ORDER BY t.last_updated {DESC|ASC}, t.tar_id {DESC|ASC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.sort_key {DESC|ASC}, p.tar_id {DESC|ASC})
@limit(:limit);

-- name: leads_of_status_updated_tie_{newest|oldest}
SELECT p.sort_key, p.tar_id
FROM (SELECT t.last_updated AS sort_key, t.tar_id, t.tar_username, t.first_contacted, t.first_opr_id,
        t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE t.tar_status = :tar_status AND t.last_updated = :sort_key AND t.tar_id {<|>} :tar_id
    ORDER BY t.tar_id {DESC|ASC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.tar_id {DESC|ASC})
@limit(:limit);

-- name: leads_of_status_contacted_{newest|oldest}
SELECT p.sort_key, p.tar_id
FROM (SELECT COALESCE(t.first_contacted, 0) AS sort_key, t.tar_id, t.tar_username, t.first_contacted,
        t.first_opr_id, t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE t.tar_status = :tar_status
        AND COALESCE(t.first_contacted, 0) > :above AND COALESCE(t.first_contacted, 0) < :below
    ORDER BY COALESCE(t.first_contacted, 0) {DESC|ASC}, t.tar_id {DESC|ASC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.sort_key {DESC|ASC}, p.tar_id {DESC|ASC})
@limit(:limit);

-- name: leads_of_status_contacted_tie_{newest|oldest}
SELECT p.sort_key, p.tar_id
FROM (SELECT COALESCE(t.first_contacted, 0) AS sort_key, t.tar_id, t.tar_username, t.first_contacted,
        t.first_opr_id, t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE t.tar_status = :tar_status AND COALESCE(t.first_contacted, 0) = :sort_key AND t.tar_id {<|>} :tar_id
    ORDER BY t.tar_id {DESC|ASC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.tar_id {DESC|ASC})
@limit(:limit);

-- name: leads_of_status_handle_{ascending|descending}
SELECT p.sort_key, p.tar_id
FROM (SELECT t.tar_username AS sort_key, t.tar_id, t.tar_username, t.first_contacted, t.first_opr_id,
        t.first_act_id, t.email_state, t.phone_num_state
    FROM targets t
    WHERE t.tar_status = :tar_status AND t.tar_username > :above AND t.tar_username < :below
    ORDER BY t.tar_username {ASC|DESC}
    @limit(:looks)) p
WHERE (@as_str(:email_state) IS NULL OR p.email_state = :email_state)
    AND (@as_str(:phone_num_state) IS NULL OR p.phone_num_state = :phone_num_state)
    AND (@as_str(:opr_id) IS NULL OR p.first_opr_id = :opr_id)
    AND (@as_str(:act_id) IS NULL OR p.first_act_id = :act_id)
    AND COALESCE(p.first_contacted, 0) > :contacted_above AND COALESCE(p.first_contacted, 0) < :contacted_below
    AND (@as_str(:pattern) IS NULL OR p.tar_username LIKE :pattern ESCAPE '!')
@keep_order(p.sort_key {ASC|DESC})
@limit(:limit);

-- name: leads_edge_updated_{newest|oldest}
SELECT t.last_updated AS sort_key, t.tar_id
FROM targets t
WHERE t.last_updated > :above AND t.last_updated < :below
ORDER BY t.last_updated {DESC|ASC}, t.tar_id {DESC|ASC}
@nth(:looks);

-- name: leads_edge_updated_tie_{newest|oldest}
SELECT t.last_updated AS sort_key, t.tar_id
FROM targets t
WHERE t.last_updated = :sort_key AND t.tar_id {<|>} :tar_id
ORDER BY t.tar_id {DESC|ASC}
@nth(:looks);

-- name: leads_edge_contacted_{newest|oldest}
SELECT COALESCE(t.first_contacted, 0) AS sort_key, t.tar_id
FROM targets t
WHERE COALESCE(t.first_contacted, 0) > :above AND COALESCE(t.first_contacted, 0) < :below
ORDER BY COALESCE(t.first_contacted, 0) {DESC|ASC}, t.tar_id {DESC|ASC}
@nth(:looks);

-- name: leads_edge_contacted_tie_{newest|oldest}
SELECT COALESCE(t.first_contacted, 0) AS sort_key, t.tar_id
FROM targets t
WHERE COALESCE(t.first_contacted, 0) = :sort_key AND t.tar_id {<|>} :tar_id
ORDER BY t.tar_id {DESC|ASC}
@nth(:looks);

-- name: leads_edge_handle_{ascending|descending}
SELECT t.tar_username AS sort_key, t.tar_id
FROM targets t
WHERE t.tar_username > :above AND t.tar_username < :below
ORDER BY t.tar_username {ASC|DESC}
@nth(:looks);

-- name: leads_edge_of_status_updated_{newest|oldest}
SELECT t.last_updated AS sort_key, t.tar_id
FROM targets t
WHERE t.tar_status = :tar_status AND t.last_updated > :above AND t.last_updated < :below
ORDER BY t.last_updated {DESC|ASC}, t.tar_id {DESC|ASC}
@nth(:looks);

-- name: leads_edge_of_status_updated_tie_{newest|oldest}
SELECT t.last_updated AS sort_key, t.tar_id
FROM targets t
WHERE t.tar_status = :tar_status AND t.last_updated = :sort_key AND t.tar_id {<|>} :tar_id
ORDER BY t.tar_id {DESC|ASC}
@nth(:looks);

-- name: leads_edge_of_status_contacted_{newest|oldest}
SELECT COALESCE(t.first_contacted, 0) AS sort_key, t.tar_id
FROM targets t
WHERE t.tar_status = :tar_status AND COALESCE(t.first_contacted, 0) > :above AND COALESCE(t.first_contacted, 0) < :below
ORDER BY COALESCE(t.first_contacted, 0) {DESC|ASC}, t.tar_id {DESC|ASC}
@nth(:looks);

-- name: leads_edge_of_status_contacted_tie_{newest|oldest}
SELECT COALESCE(t.first_contacted, 0) AS sort_key, t.tar_id
FROM targets t
WHERE t.tar_status = :tar_status AND COALESCE(t.first_contacted, 0) = :sort_key AND t.tar_id {<|>} :tar_id
ORDER BY t.tar_id {DESC|ASC}
@nth(:looks);

-- name: leads_edge_of_status_handle_{ascending|descending}
SELECT t.tar_username AS sort_key, t.tar_id
FROM targets t
WHERE t.tar_status = :tar_status AND t.tar_username > :above AND t.tar_username < :below
ORDER BY t.tar_username {ASC|DESC}
@nth(:looks);

-- name: leads_found
-- Targets that have a term in their handle, up to a bound, by its trigrams; the program sorts them. One that filters
-- leave out is a row without an id, so that the program sees how many there are.
-- dialect: sqlite
SELECT t.last_updated, COALESCE(t.first_contacted, 0), t.tar_username, t.tar_id
FROM (SELECT s.rowid AS tar_number FROM target_search s WHERE s.search_text MATCH :pattern @limit(:found_max)) p
    LEFT JOIN targets t ON t.tar_number = p.tar_number
        AND (@as_str(:email_state) IS NULL OR t.email_state = :email_state)
        AND (@as_str(:phone_num_state) IS NULL OR t.phone_num_state = :phone_num_state)
        AND (@as_str(:opr_id) IS NULL OR t.first_opr_id = :opr_id)
        AND (@as_str(:act_id) IS NULL OR t.first_act_id = :act_id)
        AND COALESCE(t.first_contacted, 0) > :contacted_above AND COALESCE(t.first_contacted, 0) < :contacted_below
        AND t.tar_status IN (:tar_status[7]);

-- name: leads_found
-- dialect: postgres oracle
SELECT t.last_updated, COALESCE(t.first_contacted, 0), t.tar_username, t.tar_id
FROM (SELECT s.tar_number FROM target_search s WHERE s.search_text LIKE :pattern ESCAPE '!' @limit(:found_max)) p
    LEFT JOIN targets t ON t.tar_number = p.tar_number
        AND (@as_str(:email_state) IS NULL OR t.email_state = :email_state)
        AND (@as_str(:phone_num_state) IS NULL OR t.phone_num_state = :phone_num_state)
        AND (@as_str(:opr_id) IS NULL OR t.first_opr_id = :opr_id)
        AND (@as_str(:act_id) IS NULL OR t.first_act_id = :act_id)
        AND COALESCE(t.first_contacted, 0) > :contacted_above AND COALESCE(t.first_contacted, 0) < :contacted_below
        AND t.tar_status IN (:tar_status[7]);

-- name: leads_get
-- The rows of a page. Of the notes one character more than a list shows, which tells that there are more.
SELECT t.tar_id, t.tar_username, t.tar_status, t.first_contacted, t.last_updated, t.email_state, t.email,
    t.phone_num_state, t.phone_num, t.cont_source_state, t.cont_source, t.first_opr_id, o.opr_name, t.first_act_id,
    a.act_username, SUBSTR(t.notes, 1, 281), t.merged_into
FROM targets t
    LEFT JOIN operators o ON o.opr_id = t.first_opr_id
    LEFT JOIN actors a ON a.act_id = t.first_act_id
WHERE t.tar_id IN (:tar_id[25]);

-- name: lead_notes
SELECT t.notes FROM targets t WHERE t.tar_id = :tar_id;
