-- What an operator is known by: a password, and the accounts that they have with providers.

-- name: password_get
SELECT password_hash, changed_at FROM passwords WHERE opr_id = :opr_id;

-- name: password_update
UPDATE passwords SET password_hash = :password_hash, changed_at = :changed_at WHERE opr_id = :opr_id;

-- name: password_insert
INSERT INTO passwords (opr_id, password_hash, changed_at) VALUES (:opr_id, :password_hash, :changed_at);

-- name: password_rehash
-- The same password at today's costs, unless another was set meanwhile.
UPDATE passwords SET password_hash = :password_hash WHERE opr_id = :opr_id AND password_hash = :password_hash_before;

-- name: identity_get
SELECT opr_id, email, created_at, last_used_at FROM identities WHERE issuer = :issuer AND subject = :subject;

-- name: identity_insert
INSERT INTO identities (issuer, subject, opr_id, email, created_at, last_used_at)
VALUES (:issuer, :subject, :opr_id, :email, :created_at, :last_used_at);

-- name: identity_touch
UPDATE identities SET last_used_at = :last_used_at, email = COALESCE(:email, email)
WHERE issuer = :issuer AND subject = :subject;

-- name: identity_list
SELECT issuer, subject, opr_id, email, created_at, last_used_at FROM identities WHERE opr_id = :opr_id
ORDER BY issuer, subject
@limit(:limit);

-- name: identity_delete
DELETE FROM identities WHERE issuer = :issuer AND subject = :subject AND opr_id = :opr_id;
