#include "parameters.h"

#include <stdlib.h>
#include <string.h>

void parameters_release(struct parameters *parameters)
{
    for (size_t i = 0; i < parameters->count; i++) {
        free(parameters->all[i].own);
    }
    free(parameters->all);
    *parameters = (struct parameters){0};
}

bool parameters_bind(struct parameters *parameters, size_t position, const struct parameter *parameter)
{
    if (position > parameters->count) {
        struct parameter *all = realloc(parameters->all, position * sizeof *all);
        if (!all) {
            return false;
        }
        memset(all + parameters->count, 0, (position - parameters->count) * sizeof *all);
        parameters->all = all;
        parameters->count = position;
    }
    struct parameter *place = &parameters->all[position - 1];
    SQLLEN *own = place->own;
    *place = *parameter;
    place->is_bound = true;
    place->own = own;
    return true;
}

static bool is_text(const struct parameter *parameter)
{
    return parameter->c_type == SQL_C_CHAR || parameter->c_type == SQL_C_DEFAULT;
}

/* The size that the driver manager is told of a row's value. */
static SQLLEN turn_size(const struct parameter *parameter, size_t row)
{
    SQLLEN size = parameter->sizes ? parameter->sizes[row] : SQL_NTS;
    const char *value = parameter->value;
    if (is_text(parameter) && (size == 0 || (size == SQL_NTS && !value[row * (size_t)parameter->room]))) {
        size = SQL_NULL_DATA;
    }
    return size;
}

SQLRETURN parameters_apply(struct parameters *parameters, SQLHSTMT real)
{
    size_t row_count = parameters->row_count ? parameters->row_count : 1;
    SQLRETURN returned = SQL_SUCCESS;
    for (size_t i = 0; i < parameters->count && SQL_SUCCEEDED(returned); i++) {
        struct parameter *parameter = &parameters->all[i];
        if (!parameter->is_bound) {
            continue;
        }
        SQLLEN *own = realloc(parameter->own, row_count * sizeof *own);
        if (!own) {
            return SQL_ERROR;
        }
        parameter->own = own;
        for (size_t row = 0; row < row_count; row++) {
            own[row] = turn_size(parameter, row);
        }
        returned = manager_get()->SQLBindParameter(real, (SQLUSMALLINT)(i + 1), parameter->direction, parameter->c_type,
                                                   parameter->sql_type, parameter->column_size, parameter->digits,
                                                   parameter->value, parameter->room, own);
    }
    return returned;
}
