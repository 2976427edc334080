/* The parameters of a query, each read with its type, range and length.
 *
 * Promises: after the first that is wrong the others are not looked at, and the end tells it, so that a caller checks
 * once; one that is missing leaves its value as it is; one that nobody asked for is refused, and so is one that is
 * there twice. Memory: texts view the request's arena. Threads: the request's. */
#ifndef IC_API_PARAMETERS_H
#define IC_API_PARAMETERS_H

#include "domain/id.h"
#include "http/message.h"

struct ic_parameters {
    struct ic_http_query query;
    struct ic_err *err;
    enum ic_rc rc;
};

/* The names of an enumeration, by their index. */
struct ic_parameter_names {
    const char *(*name)(int index);
    int count;
};

void ic_parameters_begin(struct ic_parameters *parameters, const struct ic_http_request *request, struct ic_err *err);

/* A text that is not empty. */
void ic_parameters_text(struct ic_parameters *parameters, const char *name, struct ic_str *text);

void ic_parameters_id(struct ic_parameters *parameters, const char *name, enum ic_id_kind kind, struct ic_id *id);

/* A time in milliseconds, 1 to IC_STORE_TIME_MAX - 1. */
void ic_parameters_time(struct ic_parameters *parameters, const char *name, int64_t *time);

/* A number from 1 to `max`. */
void ic_parameters_count(struct ic_parameters *parameters, const char *name, int64_t max, int64_t *count);

/* The number of rows of a list's page: `limit`, 1 to list_page_size_max; list_page_size_default when it is missing. */
void ic_parameters_page_size(struct ic_parameters *parameters, size_t *page_size);

/* One of the names; `is_given` tells whether it is there. */
void ic_parameters_choice(struct ic_parameters *parameters, const char *name, const struct ic_parameter_names *names,
                          bool *is_given, int *index);

/* Some of the names, with commas between them and none twice: sets their flags. */
void ic_parameters_choices(struct ic_parameters *parameters, const char *name, const struct ic_parameter_names *names,
                           bool *flags);

/* Tells how the whole went. */
IC_NODISCARD enum ic_rc ic_parameters_end(struct ic_parameters *parameters);

#endif
