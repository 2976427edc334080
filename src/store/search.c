#include "store/search.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool is_ascii(struct ic_str text)
{
    unsigned char bits = 0;
    for (size_t i = 0; i < text.size; i++) {
        bits |= (unsigned char)text.data[i];
    }
    return bits < 0x80;
}

static void fold_ascii(struct ic_buf *buf, struct ic_str text)
{
    char piece[256];
    while (text.size > 0) {
        size_t size = text.size < sizeof piece ? text.size : sizeof piece;
        for (size_t i = 0; i < size; i++) {
            char c = text.data[i];
            piece[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        }
        ic_buf_put(buf, (struct ic_str){piece, size});
        text.data += size;
        text.size -= size;
    }
}

void ic_search_fold(struct ic_buf *buf, struct ic_str text)
{
    if (is_ascii(text)) {
        fold_ascii(buf, text);
        return;
    }
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.size, &folded,
                                         UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    if (size >= 0) {
        ic_buf_put(buf, (struct ic_str){(const char *)folded, (size_t)size});
    } else {
        ic_buf_put(buf, text); /* No memory for better: it is found as it was written. */
    }
    free(folded);
}

bool ic_search_is_in(struct ic_str folded, struct ic_str text)
{
    struct ic_buf form;
    if (folded.size == 0) {
        return true;
    }
    ic_buf_init(&form, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_search_fold(&form, text);
    struct ic_str view = ic_buf_view(&form);
    bool is_in = view.size > 0 && memmem(view.data, view.size, folded.data, folded.size) != NULL;
    ic_buf_release(&form);
    return is_in;
}

size_t ic_search_count(struct ic_str text)
{
    struct ic_buf form;
    ic_buf_init(&form, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_search_fold(&form, text);
    size_t count = ic_utf8_count(ic_buf_view(&form));
    ic_buf_release(&form);
    return count;
}

static void put_escaped(struct ic_buf *buf, struct ic_str text, const char *special, struct ic_str escape)
{
    for (size_t i = 0; i < text.size; i++) {
        for (const char *c = special; *c; c++) {
            if (text.data[i] == *c) {
                ic_buf_put(buf, escape);
            }
        }
        ic_buf_put_char(buf, text.data[i]);
    }
}

/* The text from its `first`th character on, `count` of them. */
static struct ic_str characters(struct ic_str text, size_t first, size_t count)
{
    size_t skipped = ic_utf8_prefix(text, first).size;
    return ic_utf8_prefix((struct ic_str){text.data + skipped, text.size - skipped}, count);
}

void ic_search_put_trigrams(struct ic_buf *buf, struct ic_str term)
{
    enum { SIZE = IC_SEARCH_CHARACTERS_MIN };
    size_t term_size = ic_utf8_count(term);
    size_t last = term_size > SIZE ? term_size - SIZE : 0; /* Where the last one begins. */
    size_t count = last / SIZE + 1 + (last % SIZE > 0);    /* As many as cover the term. */
    count = count < IC_SEARCH_TRIGRAMS_MAX ? count : IC_SEARCH_TRIGRAMS_MAX;
    for (size_t i = 0; i < count; i++) {
        ic_buf_put(buf, i ? IC_STR(" AND \"") : IC_STR("\""));
        put_escaped(buf, characters(term, count > 1 ? i * last / (count - 1) : 0, SIZE), "\"", IC_STR("\""));
        ic_buf_put_char(buf, '"');
    }
}

void ic_search_put_pattern(struct ic_buf *buf, enum ic_search_form form, struct ic_str term)
{
    bool is_phrase = form == IC_SEARCH_PHRASE;
    struct ic_buf folded;
    ic_buf_init(&folded, IC_SEARCH_PATTERN_BYTES_MAX);
    ic_search_fold(&folded, term);
    ic_buf_put_char(buf, is_phrase ? '"' : '%');
    put_escaped(buf, ic_buf_view(&folded), is_phrase ? "\"" : "!%_", is_phrase ? IC_STR("\"") : IC_STR("!"));
    ic_buf_put_char(buf, is_phrase ? '"' : '%');
    if (folded.failed) {
        buf->failed = folded.failed;
    }
    ic_buf_release(&folded);
}
