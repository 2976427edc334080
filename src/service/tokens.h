/* API tokens, for programs that act on an operator's behalf.
 *
 * Promises: a token is told once and kept as a hash; it begins with IC_TOKEN_PREFIX, so that a program that looks for
 * secrets in other places recognises one. It always ends, after IC_LIMIT_TOKEN_LIFETIME_MS_MAX at the latest. It may
 * what its operator may when it is used, and of that what its scopes open (service/can.h). Its last use is written down
 * once a minute at most. Memory: texts of results live in the given arena; the text of a token is the caller's to wipe.
 * Threads: any. */
#ifndef IC_SERVICE_TOKENS_H
#define IC_SERVICE_TOKENS_H

#include "base/secret.h"
#include "service/can.h"
#include "service/service.h"
#include "store/tokens.h"

#define IC_TOKEN_PREFIX "icrm_"

enum { IC_TOKEN_TOUCH_MS = 60000, IC_TOKEN_TEXT_SIZE = sizeof IC_TOKEN_PREFIX - 1 + IC_SECRET_SIZE };

/* A token as it is told, with a NUL behind it. */
struct ic_token_text {
    char text[IC_TOKEN_TEXT_SIZE + 1];
};

/* What somebody wants a token for. */
struct ic_token_wish {
    struct ic_str token_name;
    bool has_scope[IC_TOKEN_SCOPE_COUNT]; /* One at least. */
    int64_t expires_at;
};

/* Whether `text` has the form of a token of ours. */
bool ic_token_has_form(struct ic_str text);

/* Makes one for the asker and logs it; fails with invalid_field, with forbidden when the asker's role may nothing that
 * a scope opens, with conflict when they have IC_LIMIT_TOKENS_MAX, and as ic_can_check does. */
IC_NODISCARD enum ic_rc ic_tokens_create(struct ic_service *service, const struct ic_asker *asker,
                                         const struct ic_token_wish *wish, struct ic_token *ret_token,
                                         struct ic_token_text *ret_text, struct ic_err *err);

/* The asker's that can be used, newest first. */
IC_NODISCARD enum ic_rc ic_tokens_list(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                                       struct ic_token_list *ret_list, struct ic_err *err);

/* Ends one at once and logs it; fails with not_found when it is not the asker's or was revoked before. */
IC_NODISCARD enum ic_rc ic_tokens_revoke(struct ic_service *service, const struct ic_asker *asker,
                                         const struct ic_id *token_id, struct ic_arena *arena, struct ic_err *err);

/* Who asks with this token; fails with invalid_token. */
IC_NODISCARD enum ic_rc ic_tokens_ask(struct ic_service *service, struct ic_str text, struct ic_arena *arena,
                                      struct ic_asker *ret_asker, struct ic_err *err);

#endif
