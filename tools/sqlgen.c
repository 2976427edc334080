/* Turns named statements and numbered migrations into C tables, a text per dialect.
 *
 *     sqlgen QUERIES_FOLDER MIGRATIONS_FOLDER C_FOLDER
 *     sqlgen --print DIALECT QUERIES_FOLDER MIGRATIONS_FOLDER
 *
 * The second prints a dialect's texts, each on a line behind its name and a tab.
 *
 * A query is `-- name: event_insert`, any number of `--` lines that describe it, and SQL up to a `;` at the end of a
 * line. Parameters are `:name`; `:name[16]` is a list of sixteen, name_1 to name_16. Words that begin with `@` are the
 * dialect vocabulary (see dialects.c). Where one text cannot serve all, the statement is there several times, each
 * with a line `-- dialect: postgres oracle` of its own; a line `-- without: sqlite` there says that a dialect has none,
 * and its text is NULL. Braces give variants: `-- name: log_list_{newest|oldest}` with `{<|>}` and `{DESC|ASC}` in its
 * text is two statements. A migration is a file NNNN_name.sql of statements, each up to
 * a `;` at the end of a line; a trigger ends at `END;`; a line `-- dialect: ...` before one makes it those dialects'
 * alone.
 *
 * What is refused, with file and line: a name or number that is there twice, a dialect left without a text, a gap in
 * the numbers, an unknown @word, a positional parameter, a parameter glued to other text with ||, the empty text '',
 * which is NULL to Oracle, a statement that does not end. */
#include "dialects.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { STATEMENTS_MAX = 512, VARIANTS_MAX = 8, MIGRATIONS_MAX = 256, PATH_SIZE = 4096 };

struct migration {
    int number;
    char name[NAME_SIZE];
    int first; /* Index of its first statement ... */
    int count; /* ... and how many there are. */
};

static struct statement queries[STATEMENTS_MAX], steps[STATEMENTS_MAX];
static int query_count, step_count;
static struct migration migrations[MIGRATIONS_MAX];
static int migration_count;

static char *read_file(const char *path)
{
    struct place place = {path, 0};
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&data, &size);
    if (!file || !memory) {
        fail(place, "cannot be read: %s", strerror(errno));
    }
    char piece[4096];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, file)) > 0) {
        fwrite(piece, 1, got, memory);
    }
    fclose(memory);
    fclose(file);
    return data;
}

/* ---- Reading the files. ---- */

/* Cuts a comment and white space off the end of a line. */
static void trim_end(char *line)
{
    char quote = '\0';
    for (char *at = line; *at; at++) {
        if (quote) {
            quote = *at == quote ? '\0' : quote;
        } else if (*at == '\'' || *at == '"') {
            quote = *at;
        } else if (at[0] == '-' && at[1] == '-') {
            *at = '\0';
            break;
        }
    }
    size_t size = strlen(line);
    while (size > 0 && isspace((unsigned char)line[size - 1])) {
        line[--size] = '\0';
    }
}

static bool ends_statement(const char *line, bool is_trigger)
{
    size_t size = strlen(line);
    if (size == 0 || line[size - 1] != ';') {
        return false;
    }
    return !is_trigger || (size >= 4 && strcasecmp(line + size - 4, "END;") == 0);
}

/* Gathers the lines of one statement; `text` is NULL between statements. */
struct gatherer {
    char *text;
    size_t size;
    FILE *stream;
    bool is_trigger;
    struct place begin;
};

/* Takes a line; true when the statement is whole, and then `text` holds it without its `;`. */
static bool gather(struct gatherer *gatherer, const char *line, struct place place)
{
    if (!gatherer->stream) {
        *gatherer = (struct gatherer){.begin = place};
        gatherer->stream = open_memstream(&gatherer->text, &gatherer->size);
        gatherer->is_trigger = strncasecmp(line, "CREATE TRIGGER", 14) == 0;
    }
    fprintf(gatherer->stream, "%s\n", line);
    if (!ends_statement(line, gatherer->is_trigger)) {
        return false;
    }
    fclose(gatherer->stream);
    gatherer->stream = NULL;
    gatherer->text[gatherer->size - 2] = '\0';
    return true;
}

/* The dialects named behind `-- dialect: `, as bits. */
static int take_dialects(char *names, struct place place)
{
    int dialects = 0;
    for (char *name; (name = strsep(&names, " "));) {
        int dialect = 0;
        while (dialect < DIALECT_COUNT && strcmp(dialect_names[dialect], name) != 0) {
            dialect++;
        }
        if (dialect == DIALECT_COUNT) {
            fail(place, "\"%s\" is not a dialect", name);
        }
        dialects |= 1 << dialect;
    }
    return dialects;
}

static struct statement *find_query(const char *name)
{
    for (int i = 0; i < query_count; i++) {
        if (strcmp(queries[i].name, name) == 0) {
            return &queries[i];
        }
    }
    return NULL;
}

static struct statement *add_statement(struct statement *list, int *count, const char *name, struct place place)
{
    if (*count == STATEMENTS_MAX) {
        fail(place, "more than %d statements", STATEMENTS_MAX);
    }
    struct statement *statement = &list[(*count)++];
    *statement = (struct statement){.place = place};
    snprintf(statement->name, sizeof statement->name, "%s", name);
    return statement;
}

/* Gives the statement its text in these dialects; false when one of them has a text already. */
static bool set_text(struct statement *statement, int dialects, char *text)
{
    for (int i = 0; i < DIALECT_COUNT; i++) {
        if (dialects & 1 << i) {
            if (statement->text[i]) {
                return false;
            }
            statement->text[i] = text;
        }
    }
    find_parameters(statement, text);
    return true;
}

/* Writes `:name[3]` as `:name_1, :name_2, :name_3`; everything else as it is. */
static char *spell_lists(const char *text, struct place place)
{
    char *copy = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&copy, &size);
    while (*text) {
        size_t name_size = *text == ':' ? strspn(text + 1, "abcdefghijklmnopqrstuvwxyz0123456789_") : 0;
        if (name_size == 0 || text[1 + name_size] != '[') {
            fputc(*text++, out);
            continue;
        }
        char *end;
        long count = strtol(text + 1 + name_size + 1, &end, 10);
        if (count < 1 || count > PARAMETERS_MAX || *end != ']') {
            fail(place, "a list of parameters is :name[1] to :name[%d]", PARAMETERS_MAX);
        }
        for (long i = 1; i <= count; i++) {
            fprintf(out, "%s%.*s_%ld", i > 1 ? ", " : "", (int)name_size + 1, text, i);
        }
        text = end + 1;
    }
    fclose(out);
    return copy;
}

/* Copies a text with the `variant`th (from 0) of each {a|b}; `ret_count` is how many variants there are, 1 without
 * braces. */
static char *take_variant(const char *text, int variant, int *ret_count, struct place place)
{
    char *copy = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&copy, &size);
    int count = 1;
    for (const char *at = text; *at; at++) {
        if (*at != '{') {
            fputc(*at, out);
            continue;
        }
        int index = 0;
        for (at++; *at && *at != '}'; at++) {
            if (*at == '|') {
                index++;
            } else if (index == variant) {
                fputc(*at, out);
            }
        }
        if (!*at || index == 0 || index >= VARIANTS_MAX || (count > 1 && count != index + 1)) {
            fail(place, "every {...|...} of a statement has the same number of variants, at most %d", VARIANTS_MAX);
        }
        count = index + 1;
    }
    fclose(out);
    *ret_count = count;
    return copy;
}

static void add_query(const char *head, int dialects, int without, const struct gatherer *gatherer)
{
    int count = 1;
    for (int i = 0; i < count; i++) {
        int text_count;
        char *variant_name = take_variant(head, i, &count, gatherer->begin);
        char *variant = take_variant(gatherer->text, i, &text_count, gatherer->begin);
        char *text = spell_lists(variant, gatherer->begin);
        free(variant);
        char name[NAME_SIZE];
        take_name(variant_name, name, gatherer->begin);
        if (text_count != count) {
            fail(gatherer->begin, "\"%s\" and its text differ in the number of variants", name);
        }
        struct statement *statement = find_query(name);
        struct place before = statement ? statement->place : gatherer->begin;
        if (!statement) {
            statement = add_statement(queries, &query_count, name, gatherer->begin);
        }
        if (!set_text(statement, dialects, text)) {
            fail(gatherer->begin, "\"%s\" is there already, at %s:%d", name, before.path, before.line);
        }
        statement->without |= without;
        free(variant_name);
    }
}

static void check_queries(void)
{
    for (int i = 0; i < query_count; i++) {
        for (int j = 0; j < DIALECT_COUNT; j++) {
            bool is_without = queries[i].without & 1 << j;
            if (!queries[i].text[j] && !is_without) {
                fail(queries[i].place, "\"%s\" has no text for %s", queries[i].name, dialect_names[j]);
            }
            if (queries[i].text[j] && is_without) {
                fail(queries[i].place, "\"%s\" has a text for %s, and is without one", queries[i].name,
                     dialect_names[j]);
            }
        }
    }
}

static void read_queries(const char *path)
{
    char *data = read_file(path);
    struct place place = {path, 0};
    struct gatherer gatherer = {0};
    const char *head = NULL; /* The name, with its braces. */
    int dialects = ALL_DIALECTS;
    int without = 0;
    char *rest = data;
    for (char *line; (line = strsep(&rest, "\n"));) {
        place.line++;
        if (strncmp(line, "-- name: ", 9) == 0) {
            if (head) {
                fail(place, "the statement \"%s\" before this one does not end with ;", head);
            }
            head = line + 9;
            dialects = ALL_DIALECTS;
            without = 0;
            continue;
        }
        if (strncmp(line, "-- dialect: ", 12) == 0) {
            dialects = take_dialects(line + 12, place);
            continue;
        }
        if (strncmp(line, "-- without: ", 12) == 0) {
            without = take_dialects(line + 12, place);
            continue;
        }
        trim_end(line);
        if (!*line) {
            continue;
        }
        if (!head) {
            fail(place, "a statement needs a line `-- name: ...` before it");
        }
        if (gather(&gatherer, line, place)) {
            add_query(head, dialects, without, &gatherer);
            free(gatherer.text);
            head = NULL;
        }
    }
    if (head) {
        fail(place, "the statement \"%s\" does not end with ;", head);
    }
    free(data);
}

static void read_migration(const char *path, const char *file_name)
{
    struct place place = {path, 0};
    char *end;
    long number = strtol(file_name, &end, 10);
    if (end != file_name + 4 || *end != '_' || migration_count == MIGRATIONS_MAX) {
        fail(place, "a migration's file is named NNNN_name.sql");
    }
    struct migration *migration = &migrations[migration_count++];
    *migration = (struct migration){.number = (int)number, .first = step_count};
    take_name(end + 1, migration->name, place);
    if (migration->number != migration_count) {
        fail(place, "migration %04d is missing or there twice", migration_count);
    }
    char *data = read_file(path);
    struct gatherer gatherer = {0};
    int dialects = ALL_DIALECTS;
    char *rest = data;
    for (char *line; (line = strsep(&rest, "\n"));) {
        place.line++;
        if (strncmp(line, "-- dialect: ", 12) == 0) {
            dialects = take_dialects(line + 12, place);
            continue;
        }
        trim_end(line);
        if (*line && gather(&gatherer, line, place)) {
            struct statement *step = add_statement(steps, &step_count, migration->name, gatherer.begin);
            (void)set_text(step, dialects, gatherer.text);
            dialects = ALL_DIALECTS;
            if (step->parameter_count > 0) {
                fail(place, "a migration takes no parameters");
            }
        }
    }
    if (gatherer.stream) {
        fail(gatherer.begin, "the statement that begins here does not end with ;");
    }
    migration->count = step_count - migration->first;
    free(data);
}

static int is_sql(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 4 && strcmp(entry->d_name + size - 4, ".sql") == 0;
}

static void read_folder(const char *folder, bool are_migrations)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_sql, alphasort);
    if (count < 0) {
        fail((struct place){folder, 0}, "cannot be read: %s", strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        char *kept = strdup(path); /* Places point to it until the end. */
        if (are_migrations) {
            read_migration(kept, entries[i]->d_name);
        } else {
            read_queries(kept);
        }
        free(entries[i]);
    }
    free(entries);
}

/* ---- Writing C. ---- */

static FILE *create(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    mkdir(folder, 0777);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file) {
        fail((struct place){folder, 0}, "cannot write %s: %s", name, strerror(errno));
    }
    return file;
}

static void put_upper(FILE *out, const char *name)
{
    for (; *name; name++) {
        fputc(toupper((unsigned char)*name), out);
    }
}

static void put_sql(FILE *out, const struct statement *statement, enum dialect dialect, struct uses *uses)
{
    if (!statement->text[dialect]) {
        fputs("NULL", out);
        return;
    }
    char *sql = make_sql(statement, dialect, uses);
    fputc('"', out);
    for (const char *at = sql; *at; at++) {
        if (*at == '"' || *at == '\\') {
            fputc('\\', out);
        }
        if (*at == '\n') {
            fputs("\\n", out); /* Of a quoted text; elsewhere white space is folded. */
        } else {
            fputc(*at, out);
        }
    }
    fputc('"', out);
    free(sql);
}

static void write_statements(const char *folder)
{
    FILE *h = create(folder, "statements.h");
    fputs("/* Generated by tools/sqlgen from src/store/queries. */\n#ifndef IC_STORE_STATEMENTS_H\n"
          "#define IC_STORE_STATEMENTS_H\n\nstruct ic_statement_text {\n    const char *name;\n    const char *sql; /* "
          "NULL: the dialect has none. */\n"
          "    int parameter_count;\n    int use_count; /* A parameter may be used twice ... */\n"
          "    unsigned char uses[64]; /* ... and these are the positions, in the order of the text. */\n};\n\n"
          "enum ic_statement {\n",
          h);
    for (int i = 0; i < query_count; i++) {
        fputs("    IC_STATEMENT_", h);
        put_upper(h, queries[i].name);
        fputs(",\n", h);
    }
    fputs("    IC_STATEMENT_COUNT,\n};\n\n/* Positions of the parameters, from 1. */\nenum {\n", h);
    for (int i = 0; i < query_count; i++) {
        for (int j = 0; j < queries[i].parameter_count; j++) {
            fputs("    IC_P_", h);
            put_upper(h, queries[i].name);
            fputc('_', h);
            put_upper(h, queries[i].parameters[j]);
            fprintf(h, " = %d,\n", j + 1);
        }
    }
    fputs("    IC_P_NONE = 0,\n};\n\n", h);
    FILE *c = create(folder, "statements.c");
    fputs("/* Generated by tools/sqlgen from src/store/queries. */\n#include \"store/statements.h\"\n\n#include "
          "<stddef.h>\n",
          c);
    for (int d = 0; d < DIALECT_COUNT; d++) {
        fprintf(h, "extern const struct ic_statement_text ic_statements_%s[IC_STATEMENT_COUNT];\n", dialect_names[d]);
        fprintf(c, "\nconst struct ic_statement_text ic_statements_%s[IC_STATEMENT_COUNT] = {\n", dialect_names[d]);
        for (int i = 0; i < query_count; i++) {
            fprintf(c, "    {\"%s\", ", queries[i].name);
            struct uses uses = {0};
            put_sql(c, &queries[i], (enum dialect)d, &uses);
            fprintf(c, ", %d, %d, {", queries[i].parameter_count, uses.count);
            for (int j = 0; j < uses.count; j++) {
                fprintf(c, "%d,", uses.indexes[j] + 1);
            }
            fputs(uses.count ? "}},\n" : "0}},\n", c);
        }
        fputs("};\n", c);
    }
    fputs("\n#endif\n", h);
    fclose(h);
    fclose(c);
}

static void write_migrations(const char *folder)
{
    FILE *h = create(folder, "migrations.h");
    fputs("/* Generated by tools/sqlgen from src/store/migrations. */\n#ifndef IC_STORE_MIGRATIONS_H\n"
          "#define IC_STORE_MIGRATIONS_H\n\nstruct ic_migration {\n    int number; /* From 1, without gaps. */\n"
          "    const char *name;\n    const char *const *statements;\n    int statement_count;\n};\n\n",
          h);
    fprintf(h, "enum { IC_MIGRATION_COUNT = %d };\n\n", migration_count);
    FILE *c = create(folder, "migrations.c");
    fputs("/* Generated by tools/sqlgen from src/store/migrations. */\n#include \"store/migrations.h\"\n", c);
    for (int d = 0; d < DIALECT_COUNT; d++) {
        fprintf(h, "extern const struct ic_migration ic_migrations_%s[IC_MIGRATION_COUNT];\n", dialect_names[d]);
        int counts[MIGRATIONS_MAX] = {0};
        for (int i = 0; i < migration_count; i++) {
            fprintf(c, "\nstatic const char *const %s_%04d[] = {\n", dialect_names[d], migrations[i].number);
            for (int j = 0; j < migrations[i].count; j++) {
                const struct statement *step = &steps[migrations[i].first + j];
                if (step->text[d]) {
                    struct uses uses = {0};
                    fputs("    ", c);
                    put_sql(c, step, (enum dialect)d, &uses);
                    fputs(",\n", c);
                    counts[i]++;
                }
            }
            fputs("};\n", c);
        }
        fprintf(c, "\nconst struct ic_migration ic_migrations_%s[IC_MIGRATION_COUNT] = {\n", dialect_names[d]);
        for (int i = 0; i < migration_count; i++) {
            fprintf(c, "    {%d, \"%s\", %s_%04d, %d},\n", migrations[i].number, migrations[i].name, dialect_names[d],
                    migrations[i].number, counts[i]);
        }
        fputs("};\n", c);
    }
    fputs("\n#endif\n", h);
    fclose(h);
    fclose(c);
}

static void print_text(const struct statement *statement, const char *name, enum dialect dialect)
{
    if (statement->text[dialect]) {
        struct uses uses = {0};
        char *sql = make_sql(statement, dialect, &uses);
        printf("%s\t%s\n", name, sql);
        free(sql);
    }
}

/* Prints what write_statements and write_migrations would write of one dialect. */
static void print_texts(enum dialect dialect)
{
    for (int i = 0; i < query_count; i++) {
        print_text(&queries[i], queries[i].name, dialect);
    }
    for (int i = 0; i < migration_count; i++) {
        for (int j = 0; j < migrations[i].count; j++) {
            print_text(&steps[migrations[i].first + j], migrations[i].name, dialect);
        }
    }
}

static void read_folders(const char *queries_folder, const char *migrations_folder)
{
    read_folder(queries_folder, false);
    read_folder(migrations_folder, true);
    check_queries();
    if (query_count == 0 || migration_count == 0) {
        fail((struct place){query_count == 0 ? queries_folder : migrations_folder, 0}, "holds no .sql file");
    }
}

int main(int count, char **arguments)
{
    if (count == 5 && strcmp(arguments[1], "--print") == 0) {
        for (int i = 0; i < DIALECT_COUNT; i++) {
            if (strcmp(arguments[2], dialect_names[i]) == 0) {
                read_folders(arguments[3], arguments[4]);
                print_texts((enum dialect)i);
                return 0;
            }
        }
    }
    if (count != 4 || arguments[1][0] == '-') {
        fputs("usage: sqlgen [--print sqlite|postgres|oracle] QUERIES_FOLDER MIGRATIONS_FOLDER [C_FOLDER]\n", stderr);
        return 2;
    }
    read_folders(arguments[1], arguments[2]);
    write_statements(arguments[3]);
    write_migrations(arguments[3]);
    return 0;
}
