#include "domain/id.h"

#include <assert.h>
#include <string.h>

static const char digits_upper_hex[] = "0123456789ABCDEF";
static const char digits_upper[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char digits_all[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

enum { PREFIX_SIZE = 4, DRAW_SIZE = 12 };

static const struct form {
    const char *prefix;
    const char *alphabet;
    size_t size; /* Characters behind the prefix. */
} forms[] = {
    [IC_ID_OPERATOR] = {"OPR-", digits_upper_hex, 8},   [IC_ID_ACTOR] = {"ACT-", digits_upper_hex, 8},
    [IC_ID_GOAL] = {"GOL-", digits_upper_hex, 8},       [IC_ID_DEVICE] = {"DEV-", digits_upper_hex, 8},
    [IC_ID_TOKEN] = {"TOK-", digits_upper_hex, 8},      [IC_ID_SESSION] = {"SES-", digits_upper_hex, 8},
    [IC_ID_INVITATION] = {"INV-", digits_upper_hex, 8}, [IC_ID_RULE] = {"RUL-", digits_upper, 8},
    [IC_ID_PROPOSAL] = {"PRO-", digits_upper, 8},       [IC_ID_TARGET] = {"TAR-", digits_all, 8},
    [IC_ID_EVENT] = {"ELG-", digits_all, 10},           [IC_ID_OUTREACH] = {"OLG-", digits_all, 10},
};

struct ic_id ic_id_create(enum ic_id_kind kind, const struct ic_rand *rand)
{
    const struct form *form = &forms[kind];
    struct ic_id id = {0};
    memcpy(id.text, form->prefix, PREFIX_SIZE);
    size_t digits_count = strlen(form->alphabet);
    /* Bytes from here on would favour the first digits: they are passed over. */
    size_t bytes_bound = 256 / digits_count * digits_count;
    /* Every draw from the kernel is a system call: one or two give a whole id. */
    unsigned char bytes[DRAW_SIZE];
    size_t used = sizeof bytes;
    for (size_t i = 0; i < form->size;) {
        if (used == sizeof bytes) {
            ic_rand_fill(rand, bytes, sizeof bytes);
            used = 0;
        }
        unsigned char byte = bytes[used++];
        if (byte < bytes_bound) {
            id.text[PREFIX_SIZE + i++] = form->alphabet[byte % digits_count];
        }
    }
    return id;
}

bool ic_id_parse(enum ic_id_kind kind, struct ic_str text, struct ic_id *ret_id)
{
    const struct form *form = &forms[kind];
    if (text.size != PREFIX_SIZE + form->size || memcmp(text.data, form->prefix, PREFIX_SIZE) != 0) {
        return false;
    }
    for (size_t i = PREFIX_SIZE; i < text.size; i++) {
        /* strchr would find the NUL that ends the alphabet. */
        if (text.data[i] == '\0' || !strchr(form->alphabet, text.data[i])) {
            return false;
        }
    }
    struct ic_id id = {0};
    memcpy(id.text, text.data, text.size);
    *ret_id = id;
    return true;
}

bool ic_id_is_empty(const struct ic_id *id)
{
    return id->text[0] == '\0';
}

bool ic_id_equal(const struct ic_id *left, const struct ic_id *right)
{
    return strcmp(left->text, right->text) == 0;
}

struct ic_str ic_id_text(const struct ic_id *id)
{
    return ic_str_from(id->text);
}

static bool is_hyphen_place(size_t index)
{
    return index == 8 || index == 13 || index == 18 || index == 23;
}

struct ic_op_id ic_op_id_create(int64_t now_ms, const struct ic_rand *rand)
{
    assert(now_ms >= 0 && now_ms < INT64_C(1) << 48);
    unsigned char bytes[16];
    for (size_t i = 0; i < 6; i++) {
        bytes[i] = (unsigned char)(now_ms >> (40 - 8 * i));
    }
    ic_rand_fill(rand, bytes + 6, sizeof bytes - 6);
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x70); /* Version 7. */
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80); /* The variant of RFC 9562. */

    static const char hex[] = "0123456789abcdef";
    struct ic_op_id op_id = {0};
    size_t at = 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (is_hyphen_place(at)) {
            op_id.text[at++] = '-';
        }
        op_id.text[at++] = hex[bytes[i] >> 4];
        op_id.text[at++] = hex[bytes[i] & 0x0f];
    }
    return op_id;
}

bool ic_op_id_parse(struct ic_str text, struct ic_op_id *ret_op_id)
{
    if (text.size != IC_OP_ID_SIZE) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_hyphen_place(i) ? c != '-' : !is_hex) {
            return false;
        }
    }
    if (text.data[14] != '7' || !memchr("89ab", text.data[19], 4)) {
        return false;
    }
    struct ic_op_id op_id = {0};
    memcpy(op_id.text, text.data, text.size);
    *ret_op_id = op_id;
    return true;
}
