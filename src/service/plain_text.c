#include "service/plain_text.h"

#include "base/utf8.h"
#include "contract/limits.h"

#include <string.h>

static const char operation[] = "service.plain_text.check";

/* Spaces that people type by accident at the ends: ASCII's, no-break and ideographic. */
static const char *const spaces[] = {" ", "\t", "\r", "\n", "\xC2\xA0", "\xE3\x80\x80"};
enum { SPACES_COUNT = sizeof spaces / sizeof spaces[0] };

static size_t leading_space_size(struct ic_str text)
{
    for (size_t i = 0; i < SPACES_COUNT; i++) {
        struct ic_str space = ic_str_from(spaces[i]);
        if (ic_str_starts_with(text, space)) {
            return space.size;
        }
    }
    return 0;
}

static size_t trailing_space_size(struct ic_str text)
{
    for (size_t i = 0; i < SPACES_COUNT; i++) {
        struct ic_str space = ic_str_from(spaces[i]);
        if (text.size >= space.size && memcmp(text.data + text.size - space.size, space.data, space.size) == 0) {
            return space.size;
        }
    }
    return 0;
}

static struct ic_str trim(struct ic_str text)
{
    for (size_t size; (size = leading_space_size(text)) > 0;) {
        text = (struct ic_str){text.data + size, text.size - size};
    }
    for (size_t size; (size = trailing_space_size(text)) > 0;) {
        text.size -= size;
    }
    return text;
}

/* Whether a code point that begins at `index` is one that must not stand in a name. Zero-width joiners stay allowed:
 * emoji and several scripts need them. */
static bool is_forbidden(struct ic_str text, size_t index)
{
    unsigned char first = (unsigned char)text.data[index];
    if (first < 0x20 || first == 0x7F) {
        return true;
    }
    size_t left = text.size - index;
    unsigned char second = left > 1 ? (unsigned char)text.data[index + 1] : 0;
    if (first == 0xC2) {
        return second < 0xA0; /* U+0080 to U+009F: control characters. */
    }
    if (first == 0xE2 && left > 2) {
        unsigned char third = (unsigned char)text.data[index + 2];
        bool breaks_or_turns = second == 0x80 && third >= 0xA8 && third <= 0xAE; /* U+2028 to U+202E. */
        bool isolates = second == 0x81 && third >= 0xA6 && third <= 0xA9;        /* U+2066 to U+2069. */
        bool is_zero_width_space = second == 0x80 && third == 0x8B;              /* U+200B. */
        return breaks_or_turns || isolates || is_zero_width_space;
    }
    return false;
}

enum ic_rc ic_plain_text_check(struct ic_str text, size_t characters_max, const char *field, struct ic_str *ret_text,
                               struct ic_err *err)
{
    struct ic_str trimmed = trim(text);
    size_t count = ic_utf8_count(trimmed);
    if (count == 0 || count > characters_max) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, field,
                                "This has %zu characters; it may have 1 to %zu.", count, characters_max);
    }
    for (size_t i = 0; i < trimmed.size; i++) {
        if (is_forbidden(trimmed, i)) {
            return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, field,
                                    "This holds a control character or an invisible one.");
        }
    }
    *ret_text = trimmed;
    return IC_OK;
}

enum ic_rc ic_plain_text_check_email(struct ic_str text, const char *field, struct ic_str *ret_text, struct ic_err *err)
{
    struct ic_str address = {0};
    enum ic_rc rc = ic_plain_text_check(text, IC_LIMIT_EMAIL_CHARACTERS_MAX, field, &address, err);
    if (rc != IC_OK) {
        return rc;
    }
    const char *at = memchr(address.data, '@', address.size);
    const char *end = address.data + address.size;
    bool has_form = at && at > address.data && at + 1 < end && !memchr(at + 1, '@', (size_t)(end - at - 1)) &&
                    !memchr(address.data, ' ', address.size);
    if (!has_form) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, field, "This is not an e-mail address.");
    }
    *ret_text = address;
    return IC_OK;
}

enum ic_rc ic_plain_text_check_time_zone(struct ic_str text, const char *field, struct ic_err *err)
{
    bool has_form = text.size > 0 && text.size <= IC_TIME_ZONE_BYTES_MAX;
    bool after_slash = true; /* A part between slashes begins with a letter. */
    for (size_t i = 0; has_form && i < text.size; i++) {
        char c = text.data[i];
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool is_inner = (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' || c == '/';
        has_form = is_letter || (is_inner && !after_slash);
        after_slash = c == '/';
    }
    if (!has_form || after_slash) {
        return ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, field,
                                "This is not an IANA time zone name, such as Europe/Berlin.");
    }
    return IC_OK;
}
