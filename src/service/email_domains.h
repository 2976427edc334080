/* E-mail domains whose people may join without an invitation, once a provider says that the address is theirs.
 *
 * Promises: a domain is compared whole and in lower case: who has an address of sub.example.com does not join by
 * example.com. It gives the role operator or viewer. Memory: texts of results live in the given arena. Threads: any. */
#ifndef IC_SERVICE_EMAIL_DOMAINS_H
#define IC_SERVICE_EMAIL_DOMAINS_H

#include "service/can.h"
#include "service/service.h"
#include "store/invitations.h"

/* All of them. */
IC_NODISCARD enum ic_rc ic_email_domains_list(struct ic_service *service, const struct ic_asker *asker,
                                              struct ic_arena *arena, struct ic_email_domain_list *ret_list,
                                              struct ic_err *err);

/* Allows one and logs it; fails with invalid_field, with conflict when it is allowed, and as ic_can_check. */
IC_NODISCARD enum ic_rc ic_email_domains_allow(struct ic_service *service, const struct ic_asker *asker,
                                               struct ic_str email_domain, enum ic_role role, struct ic_err *err);

/* Allows it no longer and logs it; fails with not_found. Who has joined stays. */
IC_NODISCARD enum ic_rc ic_email_domains_disallow(struct ic_service *service, const struct ic_asker *asker,
                                                  struct ic_str email_domain, struct ic_err *err);

/* The role that whoever has this address joins with; fails with not_invited. An empty address is nobody's. */
IC_NODISCARD enum ic_rc ic_email_domain_role(struct ic_store_tx *tx, struct ic_str verified_email,
                                             struct ic_arena *arena, enum ic_role *ret_role, struct ic_err *err);

#endif
