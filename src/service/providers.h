/* Accounts with providers of OpenID Connect: coming in by one, joining by one, and linking one to an operator.
 *
 * Promises: an account is known by issuer and subject, never by its e-mail address: an address that an operator has
 * gives nobody their place. Who is unknown joins by an invitation or the first owner's link, or by an e-mail address
 * that the provider has verified and whose domain is allowed; nobody else. Linking and unlinking is done while signed
 * in, lately, and an operator keeps one way in. Memory: texts of results live in the given arena. Secrets are the
 * caller's to wipe. Threads: any. */
#ifndef IC_SERVICE_PROVIDERS_H
#define IC_SERVICE_PROVIDERS_H

#include "service/sessions.h"
#include "store/credentials.h"

/* Somebody of whom a provider says who they are, after everything it said was verified. */
struct ic_provider_person {
    struct ic_str issuer;
    struct ic_str subject;
    struct ic_str email;    /* Empty: not told. */
    bool email_is_verified; /* The provider says so. */
    struct ic_str name;     /* Empty: not told. */
};

/* What they wish for where they are unknown; all may be empty. */
struct ic_provider_wish {
    struct ic_str link;      /* The first owner's, or an invitation's. */
    struct ic_str opr_name;  /* Empty: the provider's name, or what stands before the @. */
    struct ic_str time_zone; /* Empty: UTC. */
};

/* What was typed of it: refuses with invalid_field before somebody sets out what would be refused when they are back.
 */
IC_NODISCARD enum ic_rc ic_providers_check_wish(const struct ic_provider_wish *wish, struct ic_err *err);

/* Signs them in, or lets them join; fails with not_invited, invalid_link, name_taken, invalid_field, with
 * unauthenticated when they are disabled, or with too_many_requests. */
IC_NODISCARD enum ic_rc ic_providers_enter(struct ic_service *service, const struct ic_provider_person *person,
                                           const struct ic_provider_wish *wish, const struct ic_visitor *visitor,
                                           struct ic_arena *arena, struct ic_identity *ret_identity,
                                           struct ic_secret *ret_session, struct ic_err *err);

/* The asker, who is this person, shows once more who they are; their session goes on under a new secret. Fails with
 * forbidden when the account is not linked to them. */
IC_NODISCARD enum ic_rc ic_providers_prove(struct ic_service *service, const struct ic_asker *asker,
                                           const struct ic_provider_person *person, struct ic_arena *arena,
                                           struct ic_secret *ret_session, struct ic_err *err);

/* Links the person's account to the asker and logs it; fails with conflict when it is an operator's already. */
IC_NODISCARD enum ic_rc ic_providers_link(struct ic_service *service, const struct ic_asker *asker,
                                          const struct ic_provider_person *person, struct ic_arena *arena,
                                          struct ic_err *err);

/* Unlinks an account of the asker's and logs it; fails with not_found, or with conflict when it is their last way in.
 */
IC_NODISCARD enum ic_rc ic_providers_unlink(struct ic_service *service, const struct ic_asker *asker,
                                            struct ic_str issuer, struct ic_str subject, struct ic_arena *arena,
                                            struct ic_err *err);

/* The asker's. */
IC_NODISCARD enum ic_rc ic_providers_list(struct ic_service *service, const struct ic_asker *asker,
                                          struct ic_arena *arena, struct ic_provider_account_list *ret_list,
                                          struct ic_err *err);

#endif
