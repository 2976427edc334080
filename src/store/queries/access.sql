-- Links, pairings and devices.

-- name: links_delete_ended
DELETE FROM links WHERE expires_at <= :now;

-- name: link_insert
INSERT INTO links (secret_hash, opr_id, purpose, created_at, expires_at)
VALUES (:secret_hash, :opr_id, :purpose, :created_at, :expires_at);

-- name: link_get
SELECT opr_id, created_at, expires_at, purpose FROM links WHERE secret_hash = :secret_hash AND expires_at > :now;

-- name: link_delete
DELETE FROM links WHERE secret_hash = :secret_hash;

-- name: owner_links_delete
-- A handful of rows at most: what has ended goes with every insert.
DELETE FROM links WHERE opr_id IS NULL;

-- name: links_delete_of
DELETE FROM links WHERE opr_id = :opr_id;

-- name: pairings_delete_ended
DELETE FROM pairings WHERE expires_at <= :now;

-- name: pairings_count
SELECT COUNT(*) FROM pairings;

-- name: pairing_insert
INSERT INTO pairings (pairing_code, secret_hash, device_name, agent_version, address, created_at, expires_at)
VALUES (:pairing_code, :secret_hash, :device_name, :agent_version, :address, :created_at, :expires_at);

-- name: pairing_get
SELECT pairing_code, secret_hash, device_name, agent_version, address, opr_id, device_id, created_at, expires_at
FROM pairings WHERE pairing_code = :pairing_code AND expires_at > :now AND opr_id IS NULL;

-- name: pairing_find_by_secret
SELECT pairing_code, secret_hash, device_name, agent_version, address, opr_id, device_id, created_at, expires_at
FROM pairings WHERE secret_hash = :secret_hash AND expires_at > :now;

-- name: pairing_approve
UPDATE pairings SET opr_id = :opr_id, device_id = :device_id
WHERE pairing_code = :pairing_code AND opr_id IS NULL;

-- name: pairing_delete
DELETE FROM pairings WHERE secret_hash = :secret_hash;

-- name: device_insert
INSERT INTO devices (device_id, opr_id, token_hash, device_name, agent_version, created_at, last_seen_at)
VALUES (:device_id, :opr_id, :token_hash, :device_name, :agent_version, :created_at, :last_seen_at);

-- name: device_set_token
UPDATE devices SET token_hash = :token_hash, token_created_at = :now
WHERE device_id = :device_id AND revoked_at IS NULL;

-- name: device_set_next_token
UPDATE devices SET next_token_hash = :token_hash WHERE device_id = :device_id AND revoked_at IS NULL;

-- name: device_turn_token
UPDATE devices SET former_token_hash = token_hash, token_hash = next_token_hash, next_token_hash = NULL,
    token_created_at = :now
WHERE device_id = :device_id AND next_token_hash = :next_token_hash AND revoked_at IS NULL;

-- name: device_get_by_token
-- With the role of its operator as it is now.
SELECT d.device_id, d.opr_id, d.token_hash, d.device_name, d.agent_version, d.created_at, d.last_seen_at,
    d.last_synced_at, o.role, d.token_created_at
FROM devices d JOIN operators o ON o.opr_id = d.opr_id
WHERE d.token_hash = :token_hash AND d.revoked_at IS NULL AND o.disabled_at IS NULL;

-- name: device_find_by_turn
SELECT d.device_id, d.opr_id, d.token_hash, d.device_name, d.agent_version, d.created_at, d.last_seen_at,
    d.last_synced_at, o.role, d.token_created_at, d.next_token_hash
FROM devices d JOIN operators o ON o.opr_id = d.opr_id
WHERE (d.token_hash = :token_hash OR d.next_token_hash = :token_hash OR d.former_token_hash = :token_hash)
    AND d.revoked_at IS NULL AND o.disabled_at IS NULL;

-- name: device_touch
-- What is not given stays; a desktop that was revoked is not touched.
UPDATE devices SET last_seen_at = :last_seen_at, last_synced_at = COALESCE(:last_synced_at, last_synced_at),
    agent_version = COALESCE(:agent_version, agent_version)
WHERE device_id = :device_id AND revoked_at IS NULL;

-- name: device_list
SELECT device_id, opr_id, token_hash, device_name, agent_version, created_at, last_seen_at, last_synced_at
FROM devices WHERE opr_id = :opr_id AND revoked_at IS NULL
ORDER BY created_at DESC, device_id DESC
@limit(:limit);

-- name: device_revoke
UPDATE devices SET token_hash = NULL, next_token_hash = NULL, former_token_hash = NULL, revoked_at = :now
WHERE device_id = :device_id AND opr_id = :opr_id AND revoked_at IS NULL;

-- name: devices_revoke_all
UPDATE devices SET token_hash = NULL, next_token_hash = NULL, former_token_hash = NULL, revoked_at = :now
WHERE opr_id = :opr_id AND revoked_at IS NULL;

-- name: operators_to_switch
-- Whose status is not what their desktops say: online while one of them was seen since. A team has few operators.
SELECT opr_id, opr_status
FROM operators
WHERE (opr_status = 'online' AND NOT EXISTS (SELECT 1 FROM devices d
        WHERE d.opr_id = operators.opr_id AND d.revoked_at IS NULL AND d.last_seen_at > :seen_since))
    OR (opr_status = 'offline' AND EXISTS (SELECT 1 FROM devices d
        WHERE d.opr_id = operators.opr_id AND d.revoked_at IS NULL AND d.last_seen_at > :seen_since))
ORDER BY opr_id
@limit(:limit);
