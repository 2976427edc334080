/* What a browser set out to a provider for: told to nobody, sealed with its journey (oidc/journey.h).
 *
 * Promises: what is unpacked is what was packed. Memory: texts of an unpacked errand view the journey. Threads: pure.
 */
#ifndef IC_API_PROVIDER_ERRAND_H
#define IC_API_PROVIDER_ERRAND_H

#include "base/buf.h"
#include "domain/id.h"
#include "oidc/journey.h"

enum ic_provider_purpose {
    IC_PROVIDER_SIGN_IN, /* Or to join. */
    IC_PROVIDER_LINK,    /* To link the account to whoever is signed in. */
    IC_PROVIDER_PROVE,   /* To show again who is signed in. */
};

struct ic_provider_errand {
    enum ic_provider_purpose purpose;
    struct ic_id session_id; /* Whose session it is for; empty: it signs in. */
    struct ic_str link;      /* As service/providers.h#ic_provider_wish. */
    struct ic_str opr_name;
    struct ic_str time_zone;
};

/* Writes the errand; the buffer fails when its texts are longer than the product allows. */
void ic_provider_errand_pack(const struct ic_provider_errand *errand, struct ic_buf *buf);

/* Reads what was packed; false when it was not. */
IC_NODISCARD bool ic_provider_errand_unpack(const struct ic_oidc_journey *journey,
                                            struct ic_provider_errand *ret_errand);

#endif
