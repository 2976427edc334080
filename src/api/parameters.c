#include "api/parameters.h"

#include "contract/limits.h"
#include "store/events.h"

#include <string.h>

static const char operation[] = "api.parameters";

void ic_parameters_begin(struct ic_parameters *parameters, const struct ic_http_request *request, struct ic_err *err)
{
    *parameters = (struct ic_parameters){.err = err};
    parameters->rc = ic_http_query_parse(request, &parameters->query, err);
}

/* Whether the parameter is there and still looked at. */
static bool find(struct ic_parameters *parameters, const char *name, struct ic_str *ret_text)
{
    return parameters->rc == IC_OK && ic_http_query_find(&parameters->query, name, ret_text);
}

static void refuse(struct ic_parameters *parameters, const char *name, const char *why)
{
    parameters->rc = ic_err_set_field(parameters->err, IC_CODE_INVALID_PARAMETER, operation, name, "%s", why);
}

void ic_parameters_text(struct ic_parameters *parameters, const char *name, struct ic_str *text)
{
    if (find(parameters, name, text) && text->size == 0) {
        refuse(parameters, name, "It is empty.");
    }
}

void ic_parameters_id(struct ic_parameters *parameters, const char *name, enum ic_id_kind kind, struct ic_id *id)
{
    struct ic_str text;
    if (find(parameters, name, &text) && !ic_id_parse(kind, text, id)) {
        refuse(parameters, name, "This is no such id.");
    }
}

void ic_parameters_time(struct ic_parameters *parameters, const char *name, int64_t *time)
{
    struct ic_str text;
    if (find(parameters, name, &text) && (!ic_str_to_int64(text, time) || *time < 1 || *time >= IC_STORE_TIME_MAX)) {
        refuse(parameters, name, "It is a time in milliseconds since 1970.");
    }
}

void ic_parameters_count(struct ic_parameters *parameters, const char *name, int64_t max, int64_t *count)
{
    struct ic_str text;
    if (find(parameters, name, &text) && (!ic_str_to_int64(text, count) || *count < 1 || *count > max)) {
        parameters->rc = ic_err_set_field(parameters->err, IC_CODE_INVALID_PARAMETER, operation, name,
                                          "It may be 1 to %lld.", (long long)max);
    }
}

void ic_parameters_page_size(struct ic_parameters *parameters, size_t *page_size)
{
    int64_t limit = IC_LIMIT_LIST_PAGE_SIZE_DEFAULT;
    ic_parameters_count(parameters, "limit", IC_LIMIT_LIST_PAGE_SIZE_MAX, &limit);
    *page_size = (size_t)limit;
}

static int index_of(const struct ic_parameter_names *names, struct ic_str text)
{
    int index = 0;
    while (index < names->count && !ic_str_is(text, names->name(index))) {
        index++;
    }
    return index;
}

void ic_parameters_choice(struct ic_parameters *parameters, const char *name, const struct ic_parameter_names *names,
                          bool *is_given, int *index)
{
    struct ic_str text;
    *is_given = find(parameters, name, &text);
    if (!*is_given) {
        return;
    }
    int found = index_of(names, text);
    if (found == names->count) {
        refuse(parameters, name, "There is no such choice.");
    } else {
        *index = found;
    }
}

void ic_parameters_choices(struct ic_parameters *parameters, const char *name, const struct ic_parameter_names *names,
                           bool *flags)
{
    struct ic_str rest;
    if (!find(parameters, name, &rest)) {
        return;
    }
    for (bool is_last = false; !is_last;) {
        const char *comma = rest.size ? memchr(rest.data, ',', rest.size) : NULL;
        struct ic_str one = {rest.data, comma ? (size_t)(comma - rest.data) : rest.size};
        int found = index_of(names, one);
        if (found == names->count || flags[found]) {
            refuse(parameters, name, found == names->count ? "There is no such choice." : "A choice is there twice.");
            return;
        }
        flags[found] = true;
        is_last = !comma;
        rest.data += one.size + !is_last;
        rest.size -= one.size + !is_last;
    }
}

enum ic_rc ic_parameters_end(struct ic_parameters *parameters)
{
    return parameters->rc == IC_OK ? ic_http_query_finish(&parameters->query, parameters->err) : parameters->rc;
}
