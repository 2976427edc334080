/* What this desktop knows of its pairing: device.json in the data folder, and the token in the keyring where there is
 * one (agent/keyring.h), else in the file.
 *
 * Promises: the file is for this user only, or it is not used; it is replaced whole or not at all.
 * Memory: fixed size; whoever reads a device wipes it with ic_device_wipe. Threads: pure but for the file. */
#ifndef IC_AGENT_DEVICE_H
#define IC_AGENT_DEVICE_H

#include "agent/path.h"
#include "agent/server_url.h"
#include "base/secret.h"
#include "contract/limits.h"
#include "domain/id.h"

enum { IC_DEVICE_NAME_SIZE = 4 * IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX + 1 };

struct ic_device {
    char server_url[IC_SERVER_URL_SIZE];
    struct ic_id device_id;
    struct ic_secret device_token;
    char opr_name[IC_DEVICE_NAME_SIZE];
    int64_t token_created_at; /* Since when this desktop has the token, by its clock; 0: not known. */
};

/* Where it is kept. */
IC_NODISCARD enum ic_rc ic_device_path(const struct ic_path *folder, struct ic_path *ret_path, struct ic_err *err);

/* Reads it; fails with not_paired when there is none, with forbidden when another user may use the file, with corrupt
 * when it does not hold what it should; when the token is in the keyring, as ic_keyring_get, and may wait as long. */
IC_NODISCARD enum ic_rc ic_device_read(const struct ic_path *folder, struct ic_device *ret_device, struct ic_err *err);

/* As ic_device_read, but leaves out a token that is in the keyring, which is not asked. */
IC_NODISCARD enum ic_rc ic_device_find(const struct ic_path *folder, struct ic_device *ret_device, struct ic_err *err);

/* Writes it, the token in the file. */
IC_NODISCARD enum ic_rc ic_device_write(const struct ic_path *folder, const struct ic_device *device,
                                        struct ic_err *err);

/* Writes it, the token in the keyring where there is one that takes it; removes the token that was there before. */
IC_NODISCARD enum ic_rc ic_device_keep(const struct ic_path *folder, const struct ic_device *device,
                                       bool *ret_in_keyring, struct ic_err *err);

void ic_device_wipe(struct ic_device *device);

#endif
