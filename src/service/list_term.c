#include "service/list_term.h"

#include "base/utf8.h"
#include "contract/limits.h"

enum ic_rc ic_list_term_check(struct ic_str term, const char *operation, struct ic_err *err)
{
    if (ic_utf8_count(term) > IC_LIMIT_SEARCH_CHARACTERS_MAX) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "search", "It may have %d characters.",
                                IC_LIMIT_SEARCH_CHARACTERS_MAX);
    }
    return IC_OK;
}
