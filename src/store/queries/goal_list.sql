-- Goals as the page of goals shows them: with whose they are and how they were adopted.

-- name: goals_active
SELECT g.goal_id, g.metric, g.target_value, g.frequency, g.assigned_to_opr, g.assigned_to_act, g.status, g.suggested_by,
    g.created_at, g.start_date, g.end_date, s.opr_name, o.opr_name, o.time_zone, a.act_username, p.is_voted,
    p.decided_at, p.votes_for, p.votes_against
FROM goals g
    JOIN operators s ON s.opr_id = g.suggested_by
    LEFT JOIN operators o ON o.opr_id = g.assigned_to_opr
    LEFT JOIN actors a ON a.act_id = g.assigned_to_act
    LEFT JOIN proposals p ON p.goal_id = g.goal_id AND p.purpose = 'adopt' AND p.outcome = 'adopted'
WHERE g.status = 'Active'
ORDER BY g.created_at, g.goal_id
@limit(:limit);

-- name: goal_find
SELECT g.goal_id, g.metric, g.target_value, g.frequency, g.assigned_to_opr, g.assigned_to_act, g.status, g.suggested_by,
    g.created_at, g.start_date, g.end_date, s.opr_name, o.opr_name, o.time_zone, a.act_username, p.is_voted,
    p.decided_at, p.votes_for, p.votes_against
FROM goals g
    JOIN operators s ON s.opr_id = g.suggested_by
    LEFT JOIN operators o ON o.opr_id = g.assigned_to_opr
    LEFT JOIN actors a ON a.act_id = g.assigned_to_act
    LEFT JOIN proposals p ON p.goal_id = g.goal_id AND p.purpose = 'adopt' AND p.outcome = 'adopted'
WHERE g.goal_id = :goal_id;
