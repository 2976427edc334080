-- Sessions of browsers.

-- name: sessions_delete_ended
DELETE FROM sessions WHERE expires_at <= :now;

-- name: session_insert
INSERT INTO sessions (session_id, secret_hash, opr_id, address, user_agent, created_at, proven_at, last_seen_at,
    expires_at)
VALUES (:session_id, :secret_hash, :opr_id, :address, :user_agent, :created_at, :proven_at, :last_seen_at,
    :expires_at);

-- name: session_get
SELECT s.session_id, s.opr_id, s.address, s.user_agent, s.created_at, s.proven_at, s.last_seen_at, s.expires_at
FROM sessions s JOIN operators o ON o.opr_id = s.opr_id
WHERE s.secret_hash = :secret_hash AND s.expires_at > :now AND s.last_seen_at > :idle_since AND o.disabled_at IS NULL;

-- name: session_touch
UPDATE sessions SET last_seen_at = :last_seen_at, address = COALESCE(:address, address)
WHERE secret_hash = :secret_hash AND last_seen_at < :last_seen_at;

-- name: session_prove
UPDATE sessions SET secret_hash = :secret_hash, proven_at = :proven_at WHERE session_id = :session_id;

-- name: session_delete
DELETE FROM sessions WHERE secret_hash = :secret_hash;

-- name: session_end
DELETE FROM sessions WHERE session_id = :session_id AND opr_id = :opr_id;

-- name: sessions_end_all
-- All of an operator's but one; every one is another than none.
DELETE FROM sessions WHERE opr_id = :opr_id AND session_id <> COALESCE(:but_session_id, '-');

-- name: session_list
SELECT session_id, opr_id, address, user_agent, created_at, proven_at, last_seen_at, expires_at
FROM sessions WHERE opr_id = :opr_id AND expires_at > :now AND last_seen_at > :idle_since
ORDER BY created_at DESC, session_id DESC
@limit(:limit);

-- name: credential_ids
-- Of all sessions and tokens that are alive, in an order in which one can be looked for.
SELECT c.credential_id
FROM (SELECT s.session_id AS credential_id FROM sessions s JOIN operators o ON o.opr_id = s.opr_id
        WHERE s.session_id > :behind AND s.expires_at > :now AND s.last_seen_at > :idle_since
            AND o.disabled_at IS NULL
    UNION ALL
    SELECT t.token_id AS credential_id FROM tokens t JOIN operators p ON p.opr_id = t.opr_id
        WHERE t.token_id > :behind AND t.expires_at > :now AND t.revoked_at IS NULL AND p.disabled_at IS NULL) c
ORDER BY c.credential_id
@limit(:limit);
