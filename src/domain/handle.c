#include "domain/handle.h"

static bool is_handle_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
}

bool ic_handle_parse(struct ic_str text, struct ic_handle *ret_handle)
{
    if (text.size < 1 || text.size > IC_LIMIT_HANDLE_CHARACTERS_MAX) {
        return false;
    }
    struct ic_handle handle = {0};
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        if (!is_handle_char(c)) {
            return false;
        }
        handle.text[i] = c;
    }
    *ret_handle = handle;
    return true;
}

struct ic_str ic_handle_text(const struct ic_handle *handle)
{
    return ic_str_from(handle->text);
}
