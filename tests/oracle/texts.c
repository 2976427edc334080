#include "texts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A word, a number, something quoted, or one other character; comments and space stand between tokens. */
struct token {
    const char *text;
    size_t size;
};

struct tokens {
    struct token *all;
    size_t count;
};

/* ---- Tokens. ---- */

static bool is_word_part(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '#' || (c & 0x80);
}

/* Behind the comment and the space that `at` begins with, if it does. */
static const char *skip_space(const char *at, const char *end)
{
    const char *begin;
    do {
        begin = at;
        while (at < end && isspace((unsigned char)*at)) {
            at++;
        }
        if (end - at >= 2 && at[0] == '-' && at[1] == '-') {
            const char *line_end = memchr(at, '\n', (size_t)(end - at));
            at = line_end ? line_end + 1 : end;
        } else if (end - at >= 2 && at[0] == '/' && at[1] == '*') {
            const char *comment_end = memmem(at + 2, (size_t)(end - at - 2), "*/", 2);
            at = comment_end ? comment_end + 2 : end;
        }
    } while (at > begin);
    return at;
}

/* Behind the token that is no space; a quote that is doubled does not end what is quoted. */
static const char *skip_token(const char *at, const char *end)
{
    char quote = *at++;
    if (is_word_part(quote)) {
        while (at < end && is_word_part(*at)) {
            at++;
        }
    } else if (quote == '\'' || quote == '"') {
        while (at < end && (*at != quote || (end - at >= 2 && at[1] == quote))) {
            at += *at == quote ? 2 : 1;
        }
        at += at < end;
    }
    return at;
}

static bool split(const char *text, size_t size, struct tokens *ret_tokens)
{
    struct tokens tokens = {.all = calloc(size + 1, sizeof *tokens.all)};
    const char *end = text + size;
    if (!tokens.all) {
        return false;
    }
    for (const char *at = skip_space(text, end); at < end;) {
        const char *behind = skip_token(at, end);
        tokens.all[tokens.count++] = (struct token){at, (size_t)(behind - at)};
        at = skip_space(behind, end);
    }
    *ret_tokens = tokens;
    return true;
}

/* Whether `words`, each behind the other with a space between, stand there. */
static bool stands_at(const struct tokens *tokens, size_t at, const char *words)
{
    while (*words) {
        size_t size = strcspn(words, " ");
        if (at >= tokens->count || tokens->all[at].size != size ||
            strncasecmp(tokens->all[at].text, words, size) != 0) {
            return false;
        }
        at++;
        words += size;
        words += strspn(words, " ");
    }
    return true;
}

static bool has(const struct tokens *tokens, const char *words)
{
    for (size_t i = 0; i < tokens->count; i++) {
        if (stands_at(tokens, i, words)) {
            return true;
        }
    }
    return false;
}

/* ---- What Oracle refuses. ---- */

static const struct {
    const char *words; /* Tokens. */
    int number;
    const char *told;
} strangers[] = {
    {";", 911, "invalid character"},
    {": :", 911, "invalid character"},
    {"LIMIT", 933, "SQL command not properly ended"},
    {"ON CONFLICT", 933, "SQL command not properly ended"},
    {"RETURNING", 925, "missing INTO keyword"}, /* With one it is for parameters that go out, which nobody binds. */
    {"IF EXISTS", 933, "SQL command not properly ended"},
    {"IF NOT EXISTS", 922, "missing or invalid option"},
    {"ILIKE", 920, "invalid relational operator"},
    {"TRUE", 904, "\"TRUE\": invalid identifier"},
    {"FALSE", 904, "\"FALSE\": invalid identifier"},
    {"''", 600, "internal error code, arguments: ['' is NULL to Oracle, which the stand-in cannot be]"},
    {"TEXT", 902, "invalid datatype"},
    {"BIGINT", 902, "invalid datatype"},
    {"BOOLEAN", 902, "invalid datatype"},
    {"BYTEA", 902, "invalid datatype"},
};

static bool begins_with_one(const struct tokens *tokens, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (stands_at(tokens, 0, words[i])) {
            return true;
        }
    }
    return false;
}

static bool begins_well(const struct tokens *tokens)
{
    static const char *const words[] = {
        "(",      "ALTER", "COMMENT", "COMMIT", "CREATE",   "DELETE",    "DROP",   "GRANT",           "INSERT",
        "LOCK",   "MERGE", "RENAME",  "REVOKE", "ROLLBACK", "SAVEPOINT", "SELECT", "SET TRANSACTION", "TRUNCATE",
        "UPDATE", "WITH",
    };
    return begins_with_one(tokens, words, sizeof words / sizeof words[0]);
}

static void look_for_strangers(const struct tokens *tokens, struct failure *failure)
{
    if (!begins_well(tokens)) {
        failure_set(failure, 900, "invalid SQL statement");
    } else if (stands_at(tokens, 0, "SELECT") && !has(tokens, "FROM")) {
        failure_set(failure, 923, "FROM keyword not found where expected");
    }
    for (size_t i = 0; !failure->number && i < sizeof strangers / sizeof strangers[0]; i++) {
        if (has(tokens, strangers[i].words)) {
            failure_set(failure, strangers[i].number, strangers[i].told);
        }
    }
    for (size_t i = 0; !failure->number && i < tokens->count; i++) {
        if (tokens->all[i].text[0] == '$') {
            failure_set(failure, 911, "invalid character");
        }
    }
}

/* ---- What PostgreSQL says in other words. ---- */

static int read_seconds(const struct token *token)
{
    enum { SECONDS_MAX = 3600 };
    int seconds = 0;
    for (size_t i = 0; i < token->size && isdigit((unsigned char)token->text[i]) && seconds < SECONDS_MAX; i++) {
        seconds = 10 * seconds + (token->text[i] - '0');
    }
    return seconds;
}

/* Turns what begins at `at`, and says how many tokens that were; 0: nothing to turn there. */
static size_t turn(const struct tokens *tokens, size_t at, struct text *text, FILE *out)
{
    if (stands_at(tokens, at, "VARCHAR2")) {
        (void)fputs("VARCHAR ", out);
        return 1;
    }
    if (stands_at(tokens, at, "NUMBER")) {
        (void)fputs("NUMERIC ", out);
        return 1;
    }
    /* VARCHAR2(n CHAR) */
    if (stands_at(tokens, at, "CHAR") && stands_at(tokens, at + 1, ")")) {
        return 1;
    }
    if (stands_at(tokens, at, "WAIT") && has(tokens, "FOR UPDATE") && at + 1 < tokens->count) {
        text->wait_s = read_seconds(&tokens->all[at + 1]);
        return 2;
    }
    if (stands_at(tokens, 0, "DROP") && (stands_at(tokens, at, "CONSTRAINTS") || stands_at(tokens, at, "PURGE"))) {
        return 1;
    }
    return 0;
}

static void put_tokens(const struct tokens *tokens, struct text *text, FILE *out)
{
    for (size_t at = 0; at < tokens->count;) {
        size_t turned = turn(tokens, at, text, out);
        if (!turned) {
            (void)fprintf(out, "%.*s", (int)tokens->all[at].size, tokens->all[at].text);
            const char *behind = tokens->all[at].text + tokens->all[at].size;
            turned = 1;
            if (at + 1 < tokens->count && tokens->all[at + 1].text > behind) {
                (void)fputc(' ', out);
            }
        }
        at += turned;
    }
}

static bool put_text(const struct tokens *tokens, struct text *text)
{
    size_t size = 0;
    FILE *out = open_memstream(&text->sql, &size);
    if (!out) {
        return false;
    }
    if (stands_at(tokens, 0, "SET TRANSACTION READ ONLY")) {
        (void)fputs("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", out);
    } else if (stands_at(tokens, 0, "ALTER SESSION SET")) {
        /* Nothing that PostgreSQL has: the database's collation is as NLS_SORT = BINARY. */
        (void)fputs("SET application_name = 'oracle'", out);
    } else {
        put_tokens(tokens, text, out);
    }
    return fclose(out) == 0;
}

static bool does_commit(const struct tokens *tokens)
{
    static const char *const definitions[] = {"CREATE", "ALTER", "DROP",   "TRUNCATE",
                                              "RENAME", "GRANT", "REVOKE", "COMMENT"};
    return begins_with_one(tokens, definitions, sizeof definitions / sizeof definitions[0]) &&
           !stands_at(tokens, 0, "ALTER SESSION");
}

static bool is_of_transaction(const struct tokens *tokens)
{
    static const char *const orders[] = {"SET", "SAVEPOINT", "ROLLBACK", "COMMIT"};
    return begins_with_one(tokens, orders, sizeof orders / sizeof orders[0]);
}

bool text_init(struct text *text, const char *oracle, size_t size)
{
    struct tokens tokens;
    struct text made = {.wait_s = WAIT_NONE};
    if (!split(oracle, size, &tokens)) {
        return false;
    }
    made.commits = does_commit(&tokens);
    made.is_of_transaction = is_of_transaction(&tokens);
    look_for_strangers(&tokens, &made.refused);
    bool is_good = made.refused.number || put_text(&tokens, &made);
    free(tokens.all);
    if (is_good) {
        *text = made;
    } else {
        free(made.sql);
    }
    return is_good;
}

void text_release(struct text *text)
{
    free(text->sql);
    *text = (struct text){.wait_s = WAIT_NONE};
}
