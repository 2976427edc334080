/* libcurl, loaded when it is wanted: its own libraries and those of TLS cost a process more memory than all the rest of
 * the agent, and only a process that speaks with a server has a use for them. Only agent/http_client includes this.
 *
 * Promises: once loaded it stays. Memory: the process's. Threads: any. */
#ifndef IC_AGENT_HTTP_CLIENT_LIBRARY_H
#define IC_AGENT_HTTP_CLIENT_LIBRARY_H

#include "base/err.h"

#include <curl/curl.h>

/* What is used of it, without the prefix: library->easy_init is curl_easy_init. */
#define IC_CURL_FUNCTIONS(X) \
    X(easy_cleanup)          \
    X(easy_getinfo)          \
    X(easy_init)             \
    X(easy_reset)            \
    X(easy_setopt)           \
    X(easy_strerror)         \
    X(free)                  \
    X(global_cleanup)        \
    X(global_init)           \
    X(multi_add_handle)      \
    X(multi_cleanup)         \
    X(multi_info_read)       \
    X(multi_init)            \
    X(multi_perform)         \
    X(multi_poll)            \
    X(multi_remove_handle)   \
    X(multi_setopt)          \
    X(multi_wakeup)          \
    X(slist_append)          \
    X(slist_free_all)        \
    X(url)                   \
    X(url_cleanup)           \
    X(url_get)               \
    X(url_set)

struct ic_http_client_library {
#define IC_CURL_POINTER(name) __typeof__(curl_##name) *name;
    IC_CURL_FUNCTIONS(IC_CURL_POINTER)
#undef IC_CURL_POINTER
};

/* Loads it at the first call; fails with unavailable, and says what to install, when it is not there. */
IC_NODISCARD enum ic_rc ic_http_client_library_get(const struct ic_http_client_library **ret_library,
                                                   struct ic_err *err);

#endif
