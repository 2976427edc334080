/* What an ID token says, and whether it says it to us, now, about the one who was sent to the provider.
 *
 * Promises: issuer and audience are compared as bytes; a token for anybody besides us is refused (we trust no other
 * audience); times are whole seconds with IC_OIDC_SKEW_S of patience; the nonce is the one of this journey; a hosted
 * domain that is asked for must be claimed; an e-mail address is only taken with `email_verified: true`. Memory: views
 * the claims. Threads: pure. */
#ifndef IC_OIDC_CLAIMS_H
#define IC_OIDC_CLAIMS_H

#include "oidc/algorithm.h"
#include "oidc/reason.h"

#include <jansson.h>

enum {
    IC_OIDC_SKEW_S = 60,
    IC_OIDC_TOKEN_AGE_S_MAX = 600, /* A token is fresh from the provider; an older one was kept by somebody. */
    IC_OIDC_ISSUER_BYTES_MAX = 255,
    IC_OIDC_SUBJECT_BYTES_MAX = 255,
    IC_OIDC_EMAIL_BYTES_MAX = 255,
    IC_OIDC_NAME_BYTES_MAX = 1024,
};

/* What is expected of them. */
struct ic_oidc_expected {
    struct ic_str issuer;
    struct ic_str client_id;
    struct ic_str hosted_domain; /* Empty: any, or none. */
    struct ic_str nonce;
    struct ic_str access_token; /* What came with the token; empty: none. */
    enum ic_oidc_algorithm algorithm;
    int64_t now_s;
    int64_t authenticated_from_s; /* Where auth_time is given, it is not before this; 0: whenever. */
};

/* Whom they are about. */
struct ic_oidc_person {
    struct ic_str issuer;
    struct ic_str subject;
    struct ic_str email; /* Empty: not told; else verified by the provider. */
    struct ic_str name;  /* Empty: not told. */
};

IC_NODISCARD enum ic_oidc_reason ic_oidc_claims_check(const json_t *claims, const struct ic_oidc_expected *expected,
                                                      struct ic_oidc_person *ret_person);

#endif
