/* Why a sign-in by a provider was refused.
 *
 * Promises: the names are stable: they stand in the log, where people and programs look for them. Nobody but the log is
 * told a reason. Threads: pure. */
#ifndef IC_OIDC_REASON_H
#define IC_OIDC_REASON_H

#include "base/err.h"

enum ic_oidc_reason {
    IC_OIDC_OK,
    /* Of what the browser brought. */
    IC_OIDC_CALLBACK_MALFORMED, /* No code or no state, or one of them twice. */
    IC_OIDC_JOURNEY_MISSING,    /* This browser did not begin a sign-in here, or what it kept was changed. */
    IC_OIDC_JOURNEY_EXPIRED,
    IC_OIDC_JOURNEY_SPENT,  /* It came back before. */
    IC_OIDC_OTHER_PROVIDER, /* It set out for another one. */
    IC_OIDC_OTHER_SESSION,  /* Somebody else is signed in now, or nobody is. */
    IC_OIDC_STATE,
    IC_OIDC_ISSUER_PARAMETER, /* RFC 9207. */
    IC_OIDC_PROVIDER_REFUSED, /* The provider came back with an error. */
    /* Of asking the provider. */
    IC_OIDC_BUSY,
    IC_OIDC_STOPPED,
    IC_OIDC_ADDRESS, /* Not https, and not this machine. */
    IC_OIDC_UNREACHABLE,
    IC_OIDC_TIMEOUT,
    IC_OIDC_REDIRECT,
    IC_OIDC_STATUS,
    IC_OIDC_ANSWER_TOO_LARGE,
    IC_OIDC_METADATA_MALFORMED,
    IC_OIDC_METADATA_ISSUER,
    IC_OIDC_METADATA_ENDPOINT,
    IC_OIDC_METADATA_UNSUPPORTED, /* No S256, no code, or no algorithm that is taken here. */
    IC_OIDC_KEYS_MALFORMED,
    IC_OIDC_ANSWER_MALFORMED, /* The token endpoint's. */
    /* Of the ID token. */
    IC_OIDC_TOKEN_TOO_LARGE,
    IC_OIDC_TOKEN_MALFORMED,
    IC_OIDC_TOKEN_HEADER, /* It brings keys of its own, or wants something that is not understood. */
    IC_OIDC_ALGORITHM,
    IC_OIDC_KEY_UNKNOWN,
    IC_OIDC_SIGNATURE,
    IC_OIDC_CLAIMS_MALFORMED,
    IC_OIDC_ISSUER,
    IC_OIDC_AUDIENCE,
    IC_OIDC_AUTHORIZED_PARTY,
    IC_OIDC_EXPIRED,
    IC_OIDC_ISSUED_AT,
    IC_OIDC_NOT_BEFORE,
    IC_OIDC_AUTH_TIME,
    IC_OIDC_NONCE,
    IC_OIDC_SUBJECT,
    IC_OIDC_ACCESS_TOKEN_HASH,
    IC_OIDC_EMAIL_UNVERIFIED,
    IC_OIDC_HOSTED_DOMAIN,
    IC_OIDC_OUT_OF_MEMORY,
    IC_OIDC_REASON_COUNT
};

/* "state", "signature", ... */
const char *ic_oidc_reason_name(enum ic_oidc_reason reason);

/* Whether the same sign-in may go well later, without anybody's doing. */
bool ic_oidc_reason_passes(enum ic_oidc_reason reason);

#endif
