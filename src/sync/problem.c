#include "sync/problem.h"

enum ic_rc ic_problem_decode(json_t *object, struct ic_problem *ret_problem, struct ic_err *err)
{
    struct ic_json_reader reader;
    ic_json_reader_init(&reader, object, "sync.problem.decode", err);
    struct ic_str code = ic_json_get_text(&reader, "code", 1, IC_PROBLEM_CODE_BYTES_MAX);
    struct ic_str title = ic_json_get_text(&reader, "title", 1, IC_PROBLEM_DETAIL_BYTES_MAX);
    struct ic_str detail = ic_json_find_text(&reader, "detail", 0, IC_PROBLEM_DETAIL_BYTES_MAX);
    struct ic_str field = ic_json_find_text(&reader, "field", 0, IC_PROBLEM_DETAIL_BYTES_MAX);
    /* Not finished on purpose: a newer server may say more. */
    if (ic_json_reader_ok(&reader)) {
        *ret_problem = (struct ic_problem){.code = code, .detail = detail.size ? detail : title, .field = field};
    }
    return ic_err_rc(err);
}

bool ic_problem_is(const struct ic_problem *problem, enum ic_code code)
{
    return ic_str_is(problem->code, ic_code_name(code));
}
