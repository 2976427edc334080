#include "base/err.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 4, 0))) static void fill(struct ic_err *err, enum ic_code code, const char *operation,
                                                       const char *format, va_list arguments)
{
    *err = (struct ic_err){.code = code, .operation = operation};
    int written = vsnprintf(err->detail, sizeof err->detail, format, arguments);
    if (written < 0) {
        err->detail[0] = '\0';
    } else if ((size_t)written >= sizeof err->detail) {
        size_t kept = ic_utf8_floor((struct ic_str){err->detail, sizeof err->detail - 1}, sizeof err->detail - 1);
        err->detail[kept] = '\0';
    }
}

/* A field may come from outside, in any length: it is cut at a whole character. */
static void fill_field(struct ic_err *err, const char *prefix, const char *field)
{
    char whole[2 * IC_ERR_FIELD_SIZE];
    snprintf(whole, sizeof whole, "%s%s", prefix, field);
    size_t kept = ic_utf8_floor((struct ic_str){whole, strlen(whole)}, sizeof err->field - 1);
    memcpy(err->field, whole, kept);
    err->field[kept] = '\0';
}

static bool may_fill(const struct ic_err *err)
{
    return err && err->code == IC_CODE_OK;
}

enum ic_rc ic_err_set(struct ic_err *err, enum ic_code code, const char *operation, const char *format, ...)
{
    if (may_fill(err)) {
        va_list arguments;
        va_start(arguments, format);
        fill(err, code, operation, format, arguments);
        va_end(arguments);
    }
    return ic_code_rc(code);
}

enum ic_rc ic_err_set_field(struct ic_err *err, enum ic_code code, const char *operation, const char *field,
                            const char *format, ...)
{
    if (may_fill(err)) {
        va_list arguments;
        va_start(arguments, format);
        fill(err, code, operation, format, arguments);
        va_end(arguments);
        fill_field(err, "", field);
    }
    return ic_code_rc(code);
}

enum ic_rc ic_err_set_native(struct ic_err *err, enum ic_code code, const char *operation, int native, bool retry,
                             const char *format, ...)
{
    if (may_fill(err)) {
        va_list arguments;
        va_start(arguments, format);
        fill(err, code, operation, format, arguments);
        va_end(arguments);
        err->native = native;
        err->retry = retry;
    }
    return ic_code_rc(code);
}

enum ic_rc ic_err_set_wait(struct ic_err *err, int wait_s)
{
    err->retry_after_s = wait_s;
    return ic_err_rc(err);
}

void ic_err_prefix_field(struct ic_err *err, const char *prefix)
{
    if (!err || err->code == IC_CODE_OK) {
        return;
    }
    char field[IC_ERR_FIELD_SIZE];
    memcpy(field, err->field, sizeof field);
    fill_field(err, prefix, field);
}

enum ic_rc ic_err_rc(const struct ic_err *err)
{
    return ic_code_rc(err->code);
}
