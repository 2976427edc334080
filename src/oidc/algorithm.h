/* The algorithms that an ID token may be signed with.
 *
 * Promises: only signatures by a key pair; neither "none" nor a shared secret (HS*) is among them.
 * Threads: pure. */
#ifndef IC_OIDC_ALGORITHM_H
#define IC_OIDC_ALGORITHM_H

#include "base/str.h"

enum ic_oidc_algorithm { IC_OIDC_RS256, IC_OIDC_PS256, IC_OIDC_ES256, IC_OIDC_EDDSA, IC_OIDC_ALGORITHM_COUNT };

/* What kind of key makes its signatures. */
enum ic_oidc_key_kind { IC_OIDC_KEY_RSA, IC_OIDC_KEY_P256, IC_OIDC_KEY_ED25519 };

/* A set of algorithms: the bit (1 << algorithm) of each. */
enum { IC_OIDC_ALGORITHMS_ALL = (1 << IC_OIDC_ALGORITHM_COUNT) - 1 };

/* False when it is none of them. */
bool ic_oidc_algorithm_parse(struct ic_str name, enum ic_oidc_algorithm *ret_algorithm);

enum ic_oidc_key_kind ic_oidc_algorithm_key_kind(enum ic_oidc_algorithm algorithm);

#endif
