#include "base/utf8.h"

/* The size of the code point that begins at `at`, or 0 when none does. Table 3-7 of the Unicode standard. */
static size_t sequence_size(const unsigned char *at, size_t left)
{
    unsigned char first = at[0];
    if (first < 0x80) {
        return 1;
    }
    unsigned char low = 0x80, high = 0xBF;
    size_t size;
    if (first >= 0xC2 && first <= 0xDF) {
        size = 2;
    } else if (first >= 0xE0 && first <= 0xEF) {
        size = 3;
        if (first == 0xE0) {
            low = 0xA0;
        } else if (first == 0xED) {
            high = 0x9F;
        }
    } else if (first >= 0xF0 && first <= 0xF4) {
        size = 4;
        if (first == 0xF0) {
            low = 0x90;
        } else if (first == 0xF4) {
            high = 0x8F;
        }
    } else {
        return 0;
    }
    if (left < size || at[1] < low || at[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if (at[i] < 0x80 || at[i] > 0xBF) {
            return 0;
        }
    }
    return size;
}

bool ic_utf8_valid(struct ic_str text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    size_t at = 0;
    while (at < text.size) {
        size_t size = sequence_size(bytes + at, text.size - at);
        if (size == 0) {
            return false;
        }
        at += size;
    }
    return true;
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

size_t ic_utf8_count(struct ic_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += !is_continuation(text.data[i]);
    }
    return count;
}

struct ic_str ic_utf8_prefix(struct ic_str text, size_t count)
{
    size_t seen = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (!is_continuation(text.data[i]) && seen++ == count) {
            return (struct ic_str){text.data, i};
        }
    }
    return text;
}

size_t ic_utf8_floor(struct ic_str text, size_t size)
{
    if (size >= text.size) {
        size = text.size;
        /* The text itself may have been cut inside its last code point: step back over what is incomplete. */
        size_t start = size;
        while (start > 0 && is_continuation(text.data[start - 1])) {
            start--;
        }
        if (start > 0 && sequence_size((const unsigned char *)text.data + start - 1, size - start + 1) == 0) {
            return start - 1;
        }
        return size;
    }
    while (size > 0 && is_continuation(text.data[size])) {
        size--;
    }
    return size;
}
