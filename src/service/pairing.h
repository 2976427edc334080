/* How a desktop gets its token: it shows a code, a signed-in operator looks who asks and approves, the desktop claims.
 *
 * Promises: a code waits IC_LIMIT_PAIRING_LIFETIME_MS and is approved once; the token is told once, to whoever holds
 * the pairing's secret (256 random bits, kept as a hash), and is 256 random bits itself. Guessing codes is bounded per
 * operator, starting pairings per address and in all (service.h, IC_LIMIT_PAIRINGS_WAITING_MAX). Memory: texts of
 * results live in the given arena. Secrets are the caller's to wipe. Threads: any. */
#ifndef IC_SERVICE_PAIRING_H
#define IC_SERVICE_PAIRING_H

#include "base/secret.h"
#include "service/can.h"
#include "service/service.h"
#include "store/access.h"

enum { IC_PAIRING_CODE_SIZE = 8, IC_PAIRING_POLL_MS = 1000 };

struct ic_pairing_started {
    char pairing_code[IC_PAIRING_CODE_SIZE + 1];
    struct ic_secret pairing_secret;
    int64_t expires_at;
};

struct ic_pairing_claimed {
    bool is_approved; /* False: nobody has approved yet, and nothing below is set. */
    struct ic_id device_id;
    struct ic_secret device_token;
    struct ic_id opr_id;
    struct ic_str opr_name;
};

/* Lets a desktop wait for approval; fails with invalid_field or too_many_requests. */
IC_NODISCARD enum ic_rc ic_pairing_start(struct ic_service *service, struct ic_str device_name,
                                         struct ic_str agent_version, struct ic_str address,
                                         struct ic_pairing_started *ret_started, struct ic_err *err);

/* Who waits with this code; fails with unknown_pairing or too_many_requests. */
IC_NODISCARD enum ic_rc ic_pairing_get(struct ic_service *service, const struct ic_asker *asker,
                                       struct ic_str pairing_code, struct ic_arena *arena,
                                       struct ic_pairing *ret_pairing, struct ic_err *err);

/* Makes the desktop that waits with this code the asker's, and logs it; fails as ic_pairing_get. */
IC_NODISCARD enum ic_rc ic_pairing_approve(struct ic_service *service, const struct ic_asker *asker,
                                           struct ic_str pairing_code, struct ic_arena *arena,
                                           struct ic_device *ret_device, struct ic_err *err);

/* Gives an approved desktop, which asks from `address`, its token and ends the pairing; fails with unknown_pairing. */
IC_NODISCARD enum ic_rc ic_pairing_claim(struct ic_service *service, struct ic_str pairing_secret,
                                         struct ic_str address, struct ic_arena *arena,
                                         struct ic_pairing_claimed *ret_claimed, struct ic_err *err);

#endif
