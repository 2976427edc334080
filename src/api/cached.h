/* The pages whose answers are cached: which function computes each, what its answer changes with, and how long it may
 * live.
 *
 * Promises: who asks is found out and paced by every request, in the database, before anything else: a session that was
 * ended or a role that was changed is never served from memory. The key of an answer holds the person, their role and
 * by what they are known, the path and the query's parameters: nobody is given what was computed for another. An answer
 * has an ETag; a request that names it in If-None-Match is answered 304 without a body.
 * Memory: constants; bodies as the response's. Threads: any. */
#ifndef IC_API_CACHED_H
#define IC_API_CACHED_H

#include "http/message.h"
#include "service/cache.h"
#include "service/can.h"
#include "service/service.h"

/* Computes a page for whoever asks; a cached function. */
typedef enum ic_rc (*ic_cached_function)(struct ic_service *service, const struct ic_asker *asker,
                                         const struct ic_http_request *request, struct ic_http_response *response,
                                         struct ic_err *err);

struct ic_cached {
    const char *route; /* As routes.c has it, of the method GET. */
    ic_cached_function function;
    unsigned tags;       /* Bits of enum ic_cache_tag. */
    int64_t lifetime_ms; /* Divides a quarter hour, where clocks have their edges; 0: until a tag changes. */
};

/* Every cached function. */
enum ic_cached_page {
    IC_CACHED_HOME,
    IC_CACHED_LOGS,
    IC_CACHED_LEADS,
    IC_CACHED_ACTORS,
    IC_CACHED_OPERATORS,
    IC_CACHED_GOALS,
    IC_CACHED_GOAL,
    IC_CACHED_ANALYTICS,
    IC_CACHED_FUNNEL,
    IC_CACHED_OPENERS,
    IC_CACHED_COVERAGE,
    IC_CACHED_FIGURE_ROWS,
    IC_CACHED_COUNT
};

const struct ic_cached *ic_cached_get(enum ic_cached_page page);

/* Answers a request for the page. */
IC_NODISCARD enum ic_rc ic_cached_answer(enum ic_cached_page page, struct ic_service *service,
                                         const struct ic_http_request *request, struct ic_http_response *response,
                                         struct ic_err *err);

/* Puts the table of docs/caching.md. */
void ic_cached_write_table(struct ic_buf *buf);

/* The functions, each beside what encodes it. */
enum ic_rc ic_cached_home(struct ic_service *service, const struct ic_asker *asker,
                          const struct ic_http_request *request, struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_cached_logs(struct ic_service *service, const struct ic_asker *asker,
                          const struct ic_http_request *request, struct ic_http_response *response, struct ic_err *err);
enum ic_rc ic_cached_leads(struct ic_service *service, const struct ic_asker *asker,
                           const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err);
enum ic_rc ic_cached_actors(struct ic_service *service, const struct ic_asker *asker,
                            const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err);
enum ic_rc ic_cached_operators(struct ic_service *service, const struct ic_asker *asker,
                               const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_cached_goals(struct ic_service *service, const struct ic_asker *asker,
                           const struct ic_http_request *request, struct ic_http_response *response,
                           struct ic_err *err);
enum ic_rc ic_cached_analytics(struct ic_service *service, const struct ic_asker *asker,
                               const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err);
enum ic_rc ic_cached_funnel(struct ic_service *service, const struct ic_asker *asker,
                            const struct ic_http_request *request, struct ic_http_response *response,
                            struct ic_err *err);
enum ic_rc ic_cached_openers(struct ic_service *service, const struct ic_asker *asker,
                             const struct ic_http_request *request, struct ic_http_response *response,
                             struct ic_err *err);
enum ic_rc ic_cached_coverage(struct ic_service *service, const struct ic_asker *asker,
                              const struct ic_http_request *request, struct ic_http_response *response,
                              struct ic_err *err);
enum ic_rc ic_cached_figure_rows(struct ic_service *service, const struct ic_asker *asker,
                                 const struct ic_http_request *request, struct ic_http_response *response,
                                 struct ic_err *err);
enum ic_rc ic_cached_goal(struct ic_service *service, const struct ic_asker *asker,
                          const struct ic_http_request *request, struct ic_http_response *response, struct ic_err *err);

#endif
