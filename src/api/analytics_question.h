/* The parameters that every part of analytics takes, and what every answer begins with (contract/openapi.yaml).
 *
 * Memory: texts view the request. Threads: the request's. */
#ifndef IC_API_ANALYTICS_QUESTION_H
#define IC_API_ANALYTICS_QUESTION_H

#include "api/parameters.h"
#include "base/json_write.h"
#include "service/analytics_range.h"

/* What is read before it is known to be good. */
struct ic_analytics_parameters {
    struct ic_str from;
    struct ic_str to;
    struct ic_str time_zone;
    struct ic_str act_username;
    struct ic_id opr_id;
    int scope;
    int unit;
};

/* Reads those that every part has; `has_unit`: `by`, too. */
void ic_analytics_parameters_read(struct ic_parameters *parameters, bool has_unit,
                                  struct ic_analytics_parameters *given);

/* Makes a question of them; fails with invalid_parameter. */
IC_NODISCARD enum ic_rc ic_analytics_question_make(const struct ic_analytics_parameters *given,
                                                   const struct ic_asker *asker,
                                                   struct ic_analytics_question *ret_question, struct ic_err *err);

/* Reads a request that has these and no others. */
IC_NODISCARD enum ic_rc ic_analytics_question_read(const struct ic_http_request *request, bool has_unit,
                                                   const struct ic_asker *asker,
                                                   struct ic_analytics_question *ret_question, struct ic_err *err);

/* now, time_zone, previous_from, from and until. */
void ic_analytics_range_write(struct ic_json_writer *writer, const struct ic_analytics_range *range);

#endif
