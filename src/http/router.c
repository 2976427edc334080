#include "http/router.h"

#include <stdio.h>
#include <string.h>

static const char *method_name(enum ic_http_method method)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", ""};
    return names[method];
}

/* The segment that begins at `at` (behind a '/'), moving `at` to the next '/' or the end. */
static struct ic_str segment(const char **at, const char *end)
{
    const char *begin = *at + 1;
    const char *stop = memchr(begin, '/', (size_t)(end - begin));
    *at = stop ? stop : end;
    return (struct ic_str){begin, (size_t)(*at - begin)};
}

/* Whether the path has the pattern; counts the literal segments, of which the best match has most. */
static bool matches(const char *pattern, struct ic_str path, struct ic_str *ret_parameters, int *ret_literals)
{
    const char *pattern_at = pattern, *pattern_end = pattern + strlen(pattern);
    const char *path_at = path.data, *path_end = path.data + path.size;
    size_t parameters = 0;
    *ret_literals = 0;
    while (pattern_at < pattern_end && path_at < path_end) {
        struct ic_str wanted = segment(&pattern_at, pattern_end);
        struct ic_str given = segment(&path_at, path_end);
        if (wanted.size && wanted.data[0] == '{') {
            if (given.size == 0 || parameters == IC_HTTP_PARAMETERS_MAX) {
                return false;
            }
            ret_parameters[parameters++] = given;
        } else if (ic_str_equal(wanted, given)) {
            (*ret_literals)++;
        } else {
            return false;
        }
    }
    return pattern_at == pattern_end && path_at == path_end;
}

static void add_allowed(char *allow, enum ic_http_method method)
{
    size_t size = strlen(allow);
    snprintf(allow + size, IC_HTTP_ALLOW_SIZE - size, "%s%s%s", size ? ", " : "", method_name(method),
             method == IC_HTTP_GET ? ", HEAD" : "");
}

enum ic_rc ic_http_router_find(const struct ic_http_router *router, struct ic_http_request *request,
                               const struct ic_http_route **ret_route, char *ret_allow, struct ic_err *err)
{
    enum ic_http_method wanted = request->method == IC_HTTP_HEAD ? IC_HTTP_GET : request->method;
    const struct ic_http_route *best = NULL;
    int best_literals = -1;
    ret_allow[0] = '\0';
    for (size_t i = 0; i < router->routes_count; i++) {
        const struct ic_http_route *route = &router->routes[i];
        struct ic_str parameters[IC_HTTP_PARAMETERS_MAX] = {{0}};
        int literals;
        if (!matches(route->pattern, request->path, parameters, &literals)) {
            continue;
        }
        if (route->method != wanted) {
            add_allowed(ret_allow, route->method);
        } else if (literals > best_literals) {
            best = route;
            best_literals = literals;
            memcpy(request->parameters, parameters, sizeof parameters);
        }
    }
    if (best && !best->takes_query && request->query.size > 0) {
        return ic_err_set(err, IC_CODE_UNKNOWN_PARAMETER, "http.route", "This address takes no parameters.");
    }
    if (best) {
        *ret_route = best;
        return IC_OK;
    }
    if (ret_allow[0]) {
        return ic_err_set(err, IC_CODE_METHOD_NOT_ALLOWED, "http.route", "This address takes %s.", ret_allow);
    }
    return ic_err_set(err, IC_CODE_NOT_FOUND, "http.route", "Nothing has this address.");
}
