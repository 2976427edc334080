#include "base/str.h"

#include <string.h>

struct ic_str ic_str_from(const char *text)
{
    return (struct ic_str){.data = text, .size = text ? strlen(text) : 0};
}

bool ic_str_equal(struct ic_str left, struct ic_str right)
{
    return left.size == right.size && (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

bool ic_str_is(struct ic_str text, const char *literal)
{
    return ic_str_equal(text, ic_str_from(literal));
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool ic_str_equal_folded(struct ic_str left, struct ic_str right)
{
    if (left.size != right.size) {
        return false;
    }
    for (size_t i = 0; i < left.size; i++) {
        if (fold(left.data[i]) != fold(right.data[i])) {
            return false;
        }
    }
    return true;
}

bool ic_str_starts_with(struct ic_str text, struct ic_str prefix)
{
    return text.size >= prefix.size && (prefix.size == 0 || memcmp(text.data, prefix.data, prefix.size) == 0);
}

bool ic_str_to_int64(struct ic_str text, int64_t *ret_value)
{
    if (text.size == 0 || (text.size > 1 && text.data[0] == '0')) {
        return false;
    }
    int64_t value = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        int digit = text.data[i] - '0';
        if (value > (INT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *ret_value = value;
    return true;
}

bool ic_str_is_name(struct ic_str text)
{
    enum { NAME_SIZE_MAX = 32 };
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '_' && (text.data[i] < 'a' || text.data[i] > 'z')) {
            return false;
        }
    }
    return text.size > 0 && text.size <= NAME_SIZE_MAX;
}
