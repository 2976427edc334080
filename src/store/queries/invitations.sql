-- Who may join: by an invitation, or with an e-mail address of an allowed domain.

-- name: invitations_delete_ended
DELETE FROM invitations WHERE expires_at <= :now;

-- name: invitations_count
SELECT COUNT(*) FROM invitations;

-- name: invitation_insert
INSERT INTO invitations (invitation_id, secret_hash, role, opr_email, invited_by, created_at, expires_at)
VALUES (:invitation_id, :secret_hash, :role, :opr_email, :invited_by, :created_at, :expires_at);

-- name: invitation_get
SELECT i.invitation_id, i.role, i.opr_email, i.invited_by, o.opr_name, i.created_at, i.expires_at
FROM invitations i JOIN operators o ON o.opr_id = i.invited_by
WHERE i.invitation_id = :invitation_id AND i.expires_at > :now;

-- name: invitation_find_by_secret
SELECT i.invitation_id, i.role, i.opr_email, i.invited_by, o.opr_name, i.created_at, i.expires_at
FROM invitations i JOIN operators o ON o.opr_id = i.invited_by
WHERE i.secret_hash = :secret_hash AND i.expires_at > :now;

-- name: invitation_list
-- Newest first: all last as long.
SELECT i.invitation_id, i.role, i.opr_email, i.invited_by, o.opr_name, i.created_at, i.expires_at
FROM invitations i JOIN operators o ON o.opr_id = i.invited_by
WHERE i.expires_at > :now
ORDER BY i.expires_at DESC, i.invitation_id DESC
@limit(:limit);

-- name: invitation_delete
DELETE FROM invitations WHERE invitation_id = :invitation_id;

-- name: invitations_delete_by
DELETE FROM invitations WHERE invited_by = :opr_id;

-- name: email_domains_count
SELECT COUNT(*) FROM email_domains;

-- name: email_domain_insert
INSERT INTO email_domains (email_domain, role, opr_id, created_at)
VALUES (:email_domain, :role, :opr_id, :created_at);

-- name: email_domain_find
SELECT d.email_domain, d.role, d.opr_id, o.opr_name, d.created_at
FROM email_domains d JOIN operators o ON o.opr_id = d.opr_id
WHERE d.email_domain = :email_domain;

-- name: email_domain_list
SELECT email_domains.email_domain, email_domains.role, email_domains.opr_id, o.opr_name, email_domains.created_at
FROM email_domains JOIN operators o ON o.opr_id = email_domains.opr_id
ORDER BY email_domains.email_domain
@limit(:limit);

-- name: email_domain_delete
DELETE FROM email_domains WHERE email_domain = :email_domain;
