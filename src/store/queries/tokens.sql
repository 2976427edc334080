-- API tokens.

-- name: tokens_count
-- Those of an operator that can be used.
SELECT COUNT(*) FROM tokens WHERE opr_id = :opr_id AND revoked_at IS NULL AND expires_at > :now;

-- name: token_insert
INSERT INTO tokens (token_id, token_hash, opr_id, token_name, scopes, created_at, expires_at)
VALUES (:token_id, :token_hash, :opr_id, :token_name, :scopes, :created_at, :expires_at);

-- name: token_get_by_hash
-- With the role of its operator as it is now.
SELECT t.token_id, t.opr_id, t.token_name, t.scopes, t.created_at, t.last_used_at, t.expires_at, o.role
FROM tokens t JOIN operators o ON o.opr_id = t.opr_id
WHERE t.token_hash = :token_hash AND t.revoked_at IS NULL AND t.expires_at > :now AND o.disabled_at IS NULL;

-- name: token_touch
UPDATE tokens SET last_used_at = :last_used_at
WHERE token_id = :token_id AND (last_used_at IS NULL OR last_used_at < :last_used_at);

-- name: token_list
SELECT token_id, opr_id, token_name, scopes, created_at, last_used_at, expires_at
FROM tokens WHERE opr_id = :opr_id AND revoked_at IS NULL AND expires_at > :now
ORDER BY created_at DESC, token_id DESC
@limit(:limit);

-- name: token_get
SELECT token_id, opr_id, token_name, scopes, created_at, last_used_at, expires_at
FROM tokens WHERE token_id = :token_id AND revoked_at IS NULL;

-- name: token_revoke
UPDATE tokens SET revoked_at = :now WHERE token_id = :token_id AND revoked_at IS NULL;

-- name: tokens_revoke_all
UPDATE tokens SET revoked_at = :now WHERE opr_id = :opr_id AND revoked_at IS NULL;
