#include "domain/text_print.h"

#include <string.h>

/* FNV-1a of 64 bits (draft-eastlake-fnv), and a last mixing, by which short texts differ in all bits. */
static const uint64_t basis = 0xcbf29ce484222325, prime = 0x100000001b3;

static uint64_t add(uint64_t print, unsigned char byte)
{
    return (print ^ byte) * prime;
}

/* A hash in the making. */
struct print {
    uint64_t value;
    bool has_any;
    bool has_space; /* Something came before, and what comes next is apart from it. */
};

static void put_space(struct print *print)
{
    print->has_space = print->has_any;
}

static void put_byte(struct print *print, unsigned char byte)
{
    if (print->has_space) {
        print->value = add(print->value, ' ');
        print->has_space = false;
    }
    print->value = add(print->value, byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 'a' - 'A') : byte);
    print->has_any = true;
}

static uint64_t finish(const struct print *print)
{
    uint64_t value = print->value;
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93;
    value ^= value >> 32;
    if (!print->has_any) {
        return 0;
    }
    value &= INT64_MAX; /* Databases have signed numbers. */
    return value == 0 ? 1 : value;
}

static bool is_space(unsigned char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

uint64_t ic_text_print(struct ic_str text)
{
    struct print print = {.value = basis};
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (is_space(byte)) {
            put_space(&print);
        } else {
            put_byte(&print, byte);
        }
    }
    return finish(&print);
}

/* ---- Openers. ---- */

static unsigned char byte_at(struct ic_str text, size_t at)
{
    return at < text.size ? (unsigned char)text.data[at] : 0;
}

/* How many bytes the letter at a place has; 0: there is none, and `ret_size` are those of what is there. Letters are
 * those of ASCII and everything behind it but U+2000 to U+2FFF and U+FE00 to U+FE0F, which are punctuation and symbols,
 * and what lies behind U+FFFF, which is emoji for the most part. */
static bool is_letter(struct ic_str text, size_t at, size_t *ret_size)
{
    unsigned char byte = byte_at(text, at);
    unsigned char next = byte_at(text, at + 1);
    if (byte < 0x80) {
        *ret_size = 1;
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    }
    *ret_size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return byte < 0xF0 && byte != 0xE2 && !(byte == 0xEF && next == 0xB8 && byte_at(text, at + 2) <= 0x8F);
}

static bool is_link(struct ic_str token)
{
    if (token.size >= 4 && memcmp(token.data, "www.", 4) == 0) {
        return true;
    }
    for (size_t i = 0; i + 3 <= token.size; i++) {
        if (memcmp(token.data + i, "://", 3) == 0) {
            return true;
        }
    }
    return false;
}

/* What has been read of an opener so far. */
struct opener {
    struct print print;
    int word_count;         /* Whether they were kept or not. */
    bool begins_a_sentence; /* The next word does. */
};

static void put_token(struct opener *opener, struct ic_str token)
{
    unsigned char last = byte_at(token, token.size - 1);
    bool has_letter = false;
    size_t first = 0;
    size_t size;
    for (size_t i = 0; i < token.size && !has_letter; i += size) {
        first = i;
        has_letter = is_letter(token, i, &size);
    }
    bool is_word = has_letter && token.data[0] != '@' && !is_link(token);
    bool is_name = byte_at(token, first) >= 'A' && byte_at(token, first) <= 'Z' && !opener->begins_a_sentence;
    bool is_greeted = last == ',' && opener->word_count < IC_OPENER_GREETING_WORDS;
    if (is_word && !is_name && !is_greeted) {
        put_space(&opener->print);
        for (size_t i = first; i < token.size; i += size) {
            if (is_letter(token, i, &size)) {
                for (size_t j = i; j < i + size && j < token.size; j++) {
                    put_byte(&opener->print, (unsigned char)token.data[j]);
                }
            }
        }
    }
    if (is_word) {
        opener->word_count++;
        opener->begins_a_sentence = false;
    }
    if (last == '.' || last == '!' || last == '?') {
        opener->begins_a_sentence = true;
    }
}

uint64_t ic_opener_print(struct ic_str text)
{
    struct opener opener = {.print = {.value = basis}, .begins_a_sentence = true};
    size_t begin = 0;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && !is_space((unsigned char)text.data[i])) {
            continue;
        }
        if (i > begin) {
            put_token(&opener, (struct ic_str){text.data + begin, i - begin});
        }
        if (byte_at(text, i) == '\n') {
            opener.begins_a_sentence = true;
        }
        begin = i + 1;
    }
    uint64_t print = finish(&opener.print);
    return print > 0 ? print : ic_text_print(text);
}
