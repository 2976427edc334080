/* What a provider says of itself (OpenID Connect Discovery) and the token endpoint's answer.
 *
 * Promises: the document names exactly the issuer that was asked; its addresses are safe to go to (oidc/address.h);
 * it takes code and, where it says so, S256, and signs with an algorithm that is taken here. Memory: fixed size; the
 * answer's texts view the arena. Threads: pure. */
#ifndef IC_OIDC_METADATA_H
#define IC_OIDC_METADATA_H

#include "base/arena.h"
#include "oidc/algorithm.h"
#include "oidc/reason.h"

enum { IC_OIDC_ADDRESS_SIZE = 1024 };

struct ic_oidc_metadata {
    char authorization_endpoint[IC_OIDC_ADDRESS_SIZE];
    char token_endpoint[IC_OIDC_ADDRESS_SIZE];
    char keys_address[IC_OIDC_ADDRESS_SIZE];
    int algorithms;    /* The set of those that it may sign with. */
    bool takes_basic;  /* client_secret_basic; else client_secret_post. */
    bool tells_issuer; /* Every callback brings `iss` (RFC 9207). */
};

IC_NODISCARD enum ic_oidc_reason ic_oidc_metadata_read(struct ic_str text, struct ic_str issuer, struct ic_arena *arena,
                                                       struct ic_oidc_metadata *ret_metadata);

struct ic_oidc_answer {
    struct ic_str id_token;
    struct ic_str access_token; /* Empty: none. */
};

/* Reads the token endpoint's answer. */
IC_NODISCARD enum ic_oidc_reason ic_oidc_answer_read(struct ic_str text, struct ic_arena *arena,
                                                     struct ic_oidc_answer *ret_answer);

#endif
