#include "dialects.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const dialect_names[DIALECT_COUNT] = {"sqlite", "postgres", "oracle"};

/* What an @word becomes; each `%s` stands for its argument, in parentheses behind the word. */
static const struct {
    const char *word;
    bool has_argument;
    const char *text[DIALECT_COUNT];
} words[] = {
    /* Types. Texts are ordered by code point on every engine. */
    {"id", false, {"TEXT", "VARCHAR(16) COLLATE \"C\"", "VARCHAR2(16 CHAR)"}},
    {"str", true, {"TEXT", "VARCHAR(%s) COLLATE \"C\"", "VARCHAR2(%s CHAR)"}},
    {"text", false, {"TEXT", "TEXT", "CLOB"}},
    {"time", false, {"INTEGER", "BIGINT", "NUMBER(19)"}},
    {"int", false, {"INTEGER", "BIGINT", "NUMBER(19)"}},
    {"bool", false, {"INTEGER", "SMALLINT", "NUMBER(1)"}},
    {"without_rowid", false, {"WITHOUT ROWID", "", ""}},
    /* A parameter whose type no column tells. */
    {"as_str", true, {"%s", "CAST(%s AS VARCHAR)", "CAST(%s AS VARCHAR2(4000))"}},
    {"as_int", true, {"%s", "CAST(%s AS BIGINT)", "CAST(%s AS NUMBER(19))"}},
    {"limit", true, {"LIMIT %s", "FETCH FIRST %s ROWS ONLY", "FETCH FIRST %s ROWS ONLY"}},
    /* The one row that has so many before it. */
    {"nth",
     true,
     {"LIMIT 1 OFFSET %s", "OFFSET %s ROWS FETCH FIRST 1 ROWS ONLY", "OFFSET %s ROWS FETCH FIRST 1 ROWS ONLY"}},
    /* The order that the rows of a subquery have already: SQLite would sort them again. */
    {"keep_order", true, {"", "ORDER BY %s", "ORDER BY %s"}},
    /* The beginning of the quarter hour that a time lies in. */
    {"quarter", true, {"(%s - %s % 900000)", "(%s - MOD(%s, 900000))", "(%s - MOD(%s, 900000))"}},
    /* The beginning of its day in UTC. */
    {"day", true, {"(%s - %s % 86400000)", "(%s - MOD(%s, 86400000))", "(%s - MOD(%s, 86400000))"}},
};

void fail(struct place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%d: ", place.path, place.line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

void take_name(const char *from, char *ret_name, struct place place)
{
    size_t size = 0;
    while (is_name_char(from[size])) {
        size++;
    }
    if (size == 0 || size >= NAME_SIZE) {
        fail(place, "a name must be 1 to %d lower-case letters, digits and underscores", NAME_SIZE - 1);
    }
    memcpy(ret_name, from, size);
    ret_name[size] = '\0';
}

static int parameter_index(const struct statement *statement, const char *name)
{
    for (int i = 0; i < statement->parameter_count; i++) {
        if (strcmp(statement->parameters[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

/* Steps over a quoted text; `at` is at its first quote. */
static const char *skip_quoted(const char *at, struct place place)
{
    char quote = *at++;
    while (*at && *at != quote) {
        at++;
    }
    if (!*at) {
        fail(place, "a quoted text does not end");
    }
    return at + 1;
}

/* Whether the parameter that lies from `from` to `to` stands beside a ||. */
static bool is_glued(const char *text, const char *from, const char *to)
{
    while (from > text && isspace((unsigned char)from[-1])) {
        from--;
    }
    to += strspn(to, " \t\n");
    return (from - text >= 2 && strncmp(from - 2, "||", 2) == 0) || strncmp(to, "||", 2) == 0;
}

void find_parameters(struct statement *statement, const char *text)
{
    const char *at = text;
    while (*at) {
        if (*at == '\'' && at[1] == '\'') {
            fail(statement->place, "the empty text '' is NULL to some engines; write NULL or bind it");
        } else if (*at == '\'' || *at == '"') {
            at = skip_quoted(at, statement->place);
        } else if (*at == '?') {
            fail(statement->place, "a parameter must have a name, such as :elg_id");
        } else if (*at == ':' && is_name_char(at[1])) {
            char name[NAME_SIZE];
            take_name(at + 1, name, statement->place);
            if (is_glued(text, at, at + 1 + strlen(name))) {
                /* '%' || :text would take a typed % for a wildcard, and empties differ between engines. */
                fail(statement->place, ":%s is glued to other text with ||; bind the whole text", name);
            }
            if (parameter_index(statement, name) < 0) {
                if (statement->parameter_count == PARAMETERS_MAX) {
                    fail(statement->place, "more than %d parameters", PARAMETERS_MAX);
                }
                memcpy(statement->parameters[statement->parameter_count++], name, sizeof name);
            }
            at += 1 + strlen(name);
        } else {
            at++;
        }
    }
}

static void expand(const struct statement *statement, const char *text, enum dialect dialect, FILE *out,
                   struct uses *uses);

/* Expands the @word at `at` and returns what lies behind it. */
static const char *expand_word(const struct statement *statement, const char *at, enum dialect dialect, FILE *out,
                               struct uses *uses)
{
    char name[NAME_SIZE];
    take_name(at + 1, name, statement->place);
    at += 1 + strlen(name);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, name) != 0) {
            continue;
        }
        const char *pattern = words[i].text[dialect];
        if (!words[i].has_argument) {
            fputs(pattern, out);
            return at;
        }
        const char *end = *at == '(' ? strchr(at, ')') : NULL;
        if (!end) {
            fail(statement->place, "@%s needs an argument in parentheses", name);
        }
        char *argument = strndup(at + 1, (size_t)(end - at - 1));
        for (const char *hole; (hole = strstr(pattern, "%s")); pattern = hole + 2) {
            fwrite(pattern, 1, (size_t)(hole - pattern), out);
            expand(statement, argument, dialect, out, uses);
        }
        fputs(pattern, out);
        free(argument);
        return end + 1;
    }
    fail(statement->place, "@%s is not a word of the dialect vocabulary", name);
}

/* Writes the use of a parameter as the dialect has it: a number by first use, or a mark for each use. */
static void put_parameter(const struct statement *statement, const char *name, enum dialect dialect, FILE *out,
                          struct uses *uses)
{
    int index = parameter_index(statement, name);
    if (uses->count == USES_MAX) {
        fail(statement->place, "more than %d uses of parameters", USES_MAX);
    }
    uses->indexes[uses->count++] = index;
    switch (dialect) {
    case SQLITE:
        fprintf(out, "?%d", index + 1);
        break;
    case POSTGRES:
        fprintf(out, "$%d", index + 1);
        break;
    case ORACLE:
    case DIALECT_COUNT:
        fputc('?', out);
        break;
    }
}

/* Writes one dialect's text, white space folded. */
static void expand(const struct statement *statement, const char *text, enum dialect dialect, FILE *out,
                   struct uses *uses)
{
    bool spaced = true;
    for (const char *at = text; *at;) {
        if (*at == '\'' || *at == '"') {
            const char *end = skip_quoted(at, statement->place);
            fwrite(at, 1, (size_t)(end - at), out);
            at = end;
        } else if (*at == '@') {
            at = expand_word(statement, at, dialect, out, uses);
        } else if (*at == ':' && is_name_char(at[1])) {
            char name[NAME_SIZE];
            take_name(at + 1, name, statement->place);
            put_parameter(statement, name, dialect, out, uses);
            at += 1 + strlen(name);
        } else if (isspace((unsigned char)*at)) {
            if (!spaced) {
                fputc(' ', out);
            }
            spaced = true;
            at++;
            continue;
        } else {
            fputc(*at++, out);
        }
        spaced = false;
    }
}

char *make_sql(const struct statement *statement, enum dialect dialect, struct uses *uses)
{
    char *sql = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&sql, &size);
    expand(statement, statement->text[dialect], dialect, memory, uses);
    fclose(memory);
    while (size > 0 && sql[size - 1] == ' ') {
        sql[--size] = '\0';
    }
    return sql;
}
