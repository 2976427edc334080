#include "service/password_policy.h"

#include "base/utf8.h"
#include "contract/limits.h"
#include "service/common_passwords.h"

#include <string.h>

enum {
    PASSWORD_BYTES_MAX = 4 * IC_LIMIT_PASSWORD_CHARACTERS_MAX,
    AROUND_BYTES_MAX = 4, /* Digits and signs before and behind a word that add nothing to it. */
    OWN_BYTES_MIN = 4,    /* A shorter name is in many a good password. */
};

static enum ic_rc refuse(struct ic_err *err, const char *detail)
{
    return ic_err_set_field(err, IC_CODE_PASSWORD_REFUSED, "service.password_policy", "/password", "%s", detail);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Without what stands around the letters, where that is little. */
static struct ic_str strip(struct ic_str text)
{
    struct ic_str core = text;
    while (core.size > 0 && !is_letter(core.data[0])) {
        core.data++;
        core.size--;
    }
    while (core.size > 0 && !is_letter(core.data[core.size - 1])) {
        core.size--;
    }
    return core.size > 0 && text.size - core.size <= AROUND_BYTES_MAX ? core : text;
}

/* "aaaaaaaa", "12345678", "hgfedcba": each character as far from the one before as the next. */
static bool is_one_step(struct ic_str text)
{
    int step = text.size > 1 ? text.data[1] - text.data[0] : 0;
    bool is_row = step >= -1 && step <= 1;
    for (size_t i = 1; is_row && i < text.size; i++) {
        is_row = text.data[i] - text.data[i - 1] == step;
    }
    return is_row;
}

/* "abcabcabc": a short piece over and over. */
static bool is_repeated(struct ic_str text)
{
    for (size_t period = 1; period <= 3 && period < text.size; period++) {
        if (memcmp(text.data, text.data + period, text.size - period) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether the password is `own` and little more. */
static bool is_own(struct ic_str password, struct ic_str own)
{
    char folded[PASSWORD_BYTES_MAX];
    if (own.size < OWN_BYTES_MIN || own.size > sizeof folded) {
        return false;
    }
    for (size_t i = 0; i < own.size; i++) {
        char c = own.data[i];
        folded[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    struct ic_str word = {folded, own.size};
    const char *found = password.size >= word.size ? memmem(password.data, password.size, word.data, word.size) : NULL;
    return found && password.size - word.size <= AROUND_BYTES_MAX;
}

static struct ic_str before_at(struct ic_str email)
{
    const char *at = memchr(email.data, '@', email.size);
    return at ? (struct ic_str){email.data, (size_t)(at - email.data)} : email;
}

enum ic_rc ic_password_check(struct ic_str password, struct ic_str opr_name, struct ic_str opr_email,
                             struct ic_err *err)
{
    static const char *const products[] = {"instacrm", "commandcenter", "command center", "instagram"};
    char folded_text[PASSWORD_BYTES_MAX];
    size_t count = ic_utf8_count(password);
    if (count < IC_LIMIT_PASSWORD_CHARACTERS_MIN || count > IC_LIMIT_PASSWORD_CHARACTERS_MAX) {
        return ic_err_set_field(err, IC_CODE_PASSWORD_REFUSED, "service.password_policy", "/password",
                                "A password has %d to %d characters.", IC_LIMIT_PASSWORD_CHARACTERS_MIN,
                                IC_LIMIT_PASSWORD_CHARACTERS_MAX);
    }
    for (size_t i = 0; i < password.size; i++) {
        char c = password.data[i];
        folded_text[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    struct ic_str folded = {folded_text, password.size};
    if (is_one_step(folded) || is_repeated(folded)) {
        return refuse(err, "This is one row of characters: it is among the first that are tried.");
    }
    if (ic_common_password_is_one(folded) || ic_common_password_is_one(strip(folded))) {
        return refuse(err, "Many people have this password: it is among the first that are tried.");
    }
    bool is_known = is_own(folded, opr_name) || is_own(folded, opr_email) || is_own(folded, before_at(opr_email));
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        is_known = is_known || is_own(folded, ic_str_from(products[i]));
    }
    return is_known ? refuse(err, "This is your name, your address or ours: it is among the first that are tried.")
                    : IC_OK;
}
