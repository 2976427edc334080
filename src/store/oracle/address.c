#include "store/oracle/address.h"

#include "base/secret.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char operation[] = "store.oracle.address";

/* Finds a keyword of a connection string, and its value as it is written; NULL when it is not there. */
static const char *find_keyword(const char *text, const char *keyword, size_t *ret_size)
{
    size_t keyword_size = strlen(keyword);
    while (*text) {
        text += strspn(text, "; \t");
        size_t name_size = strcspn(text, "=;");
        const char *value = text + name_size + (text[name_size] == '=');
        while (name_size > 0 && isspace((unsigned char)text[name_size - 1])) {
            name_size--;
        }
        size_t size = 0;
        if (*value == '{') {
            for (size = 1; value[size] && (value[size] != '}' || value[size + 1] == '}'); size++) {
                size += value[size] == '}';
            }
            size += value[size] == '}';
        } else {
            size = strcspn(value, ";");
        }
        if (name_size == keyword_size && strncasecmp(text, keyword, keyword_size) == 0) {
            *ret_size = size;
            return value;
        }
        text = value + size;
        text += strcspn(text, ";");
    }
    return NULL;
}

static bool has_keyword(const char *text, const char *keyword)
{
    size_t size;
    return find_keyword(text, keyword, &size) != NULL;
}

bool ic_oracle_address_wants_driver(const char *place)
{
    bool is_descriptor = place[strspn(place, " \t")] == '(';
    return is_descriptor || (!has_keyword(place, "DRIVER") && !has_keyword(place, "DSN"));
}

static void put_value(FILE *out, const char *keyword, const char *value)
{
    size_t size = strlen(value);
    bool is_plain = !strpbrk(value, ";{}") && size > 0 && value[0] != ' ' && value[size - 1] != ' ';
    (void)fprintf(out, "%s=%s", keyword, is_plain ? "" : "{");
    for (size_t i = 0; i < size; i++) {
        (void)fputc(value[i], out);
        if (value[i] == '}') {
            (void)fputc('}', out);
        }
    }
    (void)fputs(is_plain ? ";" : "};", out);
}

static void put_place(FILE *out, const char *place, const char *driver)
{
    if (ic_oracle_address_wants_driver(place)) {
        put_value(out, "DRIVER", driver);
        put_value(out, "DBQ", place);
        (void)fputs("APA=T;QTO=T;LOB=T;FEN=F;", out);
        return;
    }
    size_t size = strlen(place);
    (void)fprintf(out, "%s%s", place, size > 0 && place[size - 1] == ';' ? "" : ";");
}

/* A value as it is meant: without its braces. */
static char *copy_value(const char *value, size_t size)
{
    char *copy = calloc(size + 1, 1);
    bool is_braced = size > 1 && value[0] == '{';
    size_t end = is_braced ? size - 1 : size;
    for (size_t i = is_braced, j = 0; copy && i < end; i++) {
        copy[j++] = value[i];
        i += is_braced && value[i] == '}';
    }
    return copy;
}

enum ic_rc ic_oracle_address_init(struct ic_oracle_address *address, const char *place, const char *user,
                                  const char *password, const char *driver, struct ic_err *err)
{
    if (strlen(place) + strlen(user) + strlen(password) + strlen(driver) > IC_ORACLE_ADDRESS_SIZE_MAX) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "ORACLE_CONN_STRING, ORACLE_USER and ORACLE_PASSWORD are longer than %d bytes.",
                          IC_ORACLE_ADDRESS_SIZE_MAX);
    }
    /* Twice as much, for braces: no buffer that holds a password is moved, and so left behind. */
    size_t room = 2 * IC_ORACLE_ADDRESS_SIZE_MAX + 256;
    struct ic_oracle_address made = {.text = calloc(room, 1)};
    FILE *out = made.text ? fmemopen(made.text, room, "w") : NULL;
    if (!out) {
        free(made.text);
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for an address.");
    }
    (void)setvbuf(out, NULL, _IONBF, 0);
    put_place(out, place, driver);
    if (*user && !has_keyword(made.text, "UID")) {
        put_value(out, "UID", user);
    }
    if (*password && !has_keyword(made.text, "PWD")) {
        put_value(out, "PWD", password);
    }
    (void)fclose(out);
    made.size = strlen(made.text);
    size_t size = 0;
    const char *value = find_keyword(made.text, "PWD", &size);
    made.password = copy_value(value ? value : "", size);
    if (!made.password) {
        ic_oracle_address_release(&made);
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for an address.");
    }
    *address = made;
    return IC_OK;
}

void ic_oracle_address_release(struct ic_oracle_address *address)
{
    if (address->text) {
        ic_secret_wipe(address->text, strlen(address->text));
    }
    if (address->password) {
        ic_secret_wipe(address->password, strlen(address->password));
    }
    free(address->text);
    free(address->password);
    *address = (struct ic_oracle_address){0};
}

void ic_oracle_address_redact(const struct ic_oracle_address *address, char *words)
{
    static const char stars[] = "***";
    size_t size = strlen(address->password);
    for (char *at = words; size > 0 && (at = strstr(at, address->password));) {
        size_t stars_size = size < sizeof stars - 1 ? size : sizeof stars - 1;
        memcpy(at, stars, stars_size);
        memmove(at + stars_size, at + size, strlen(at + size) + 1);
        at += stars_size;
    }
    /* A driver may have cut or quoted it. */
    char *quoted = strcasestr(words, "PWD=");
    if (quoted) {
        (void)snprintf(quoted, strlen(quoted) + 1, "%s", "PWD=***");
    }
}
