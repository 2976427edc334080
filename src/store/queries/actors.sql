-- Actors as a list shows them, behind a pair of keys. They are at most a few thousand: filters and the term are looked at
-- by the program, on the way along the order's index.

-- name: actors_handle_{ascending|descending}
SELECT a.act_id, a.act_username, a.opr_id, o.opr_name, a.act_status, a.created_at, a.last_activity
FROM actors a LEFT JOIN operators o ON o.opr_id = a.opr_id
WHERE a.act_username {>=|<=} :sort_key AND (a.act_username {>|<} :sort_key OR a.opr_id {>|<} :id)
ORDER BY a.act_username {ASC|DESC}, a.opr_id {ASC|DESC}
@limit(:looks);

-- name: actors_active_{newest|oldest}
SELECT a.act_id, a.act_username, a.opr_id, o.opr_name, a.act_status, a.created_at, a.last_activity
FROM actors a LEFT JOIN operators o ON o.opr_id = a.opr_id
WHERE a.last_activity {<=|>=} :sort_key AND (a.last_activity {<|>} :sort_key OR a.act_id {<|>} :id)
ORDER BY a.last_activity {DESC|ASC}, a.act_id {DESC|ASC}
@limit(:looks);

-- name: actors_created_{newest|oldest}
SELECT a.act_id, a.act_username, a.opr_id, o.opr_name, a.act_status, a.created_at, a.last_activity
FROM actors a LEFT JOIN operators o ON o.opr_id = a.opr_id
WHERE a.created_at {<=|>=} :sort_key AND (a.created_at {<|>} :sort_key OR a.act_id {<|>} :id)
ORDER BY a.created_at {DESC|ASC}, a.act_id {DESC|ASC}
@limit(:looks);
