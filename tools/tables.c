#include "tables.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

struct table tables[TABLES_MAX];
int table_count;

/* Virtual tables: what they are held against comes later, or came before. */
static struct table virtuals[TABLES_MAX];
static int virtual_count;

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

char *file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&data, &size);
    if (!file || !memory) {
        fail((struct place){path, 0}, "cannot be read: %s", strerror(errno));
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

struct table *table_find(const char *name)
{
    for (int i = 0; i < table_count; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            return &tables[i];
        }
    }
    return NULL;
}

struct column *column_find(struct table *table, const char *name)
{
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return &table->columns[i];
        }
    }
    return NULL;
}

struct index *index_find(struct table *table, const char *name)
{
    for (int i = 0; i < table->index_count; i++) {
        if (strcmp(table->indexes[i].name, name) == 0) {
            return &table->indexes[i];
        }
    }
    return NULL;
}

/* ---- Words of a statement. ---- */

enum token_kind { END, WORD, NUMBER, QUOTED, MARK };

/* Reads one statement, a token ahead. */
struct reader {
    const char *at; /* Behind the token. */
    struct place place;
    enum token_kind kind;
    char text[NAME_SIZE]; /* A word with its @, a number, a mark; of a quoted text nothing. */
};

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static void take_quoted(struct reader *reader)
{
    char quote = *reader->at++;
    while (*reader->at && *reader->at != quote) {
        reader->place.line += *reader->at++ == '\n';
    }
    if (!*reader->at) {
        fail(reader->place, "a quoted text does not end");
    }
    reader->at++;
    reader->kind = QUOTED;
    reader->text[0] = '\0';
}

static void advance(struct reader *reader)
{
    while (isspace((unsigned char)*reader->at)) {
        reader->place.line += *reader->at++ == '\n';
    }
    const char *begin = reader->at;
    if (!*begin) {
        reader->kind = END;
        snprintf(reader->text, sizeof reader->text, "the statement's end");
        return;
    }
    if (*begin == '\'' || *begin == '"') {
        take_quoted(reader);
        return;
    }
    reader->at++;
    reader->kind = MARK;
    if (*begin == '@' || is_word_char(*begin)) {
        while (is_word_char(*reader->at)) {
            reader->at++;
        }
        reader->kind = isdigit((unsigned char)*begin) ? NUMBER : WORD;
    }
    size_t size = (size_t)(reader->at - begin);
    if (size >= NAME_SIZE) {
        fail(reader->place, "a name has at most %d characters", NAME_SIZE - 1);
    }
    memcpy(reader->text, begin, size);
    reader->text[size] = '\0';
}

/* Takes the token if it is this one. */
static bool take(struct reader *reader, const char *text)
{
    bool is_it = strcmp(reader->text, text) == 0;
    if (is_it) {
        advance(reader);
    }
    return is_it;
}

static void expect(struct reader *reader, const char *text)
{
    if (!take(reader, text)) {
        fail(reader->place, "%s is not understood here; \"%s\" is", reader->text, text);
    }
}

/* Takes a name of ours: lower-case letters, digits and underscores. */
static void take_name(struct reader *reader, char *ret_name)
{
    if (reader->kind != WORD || reader->text[strspn(reader->text, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0') {
        fail(reader->place, "%s is not understood here; a name is", reader->text);
    }
    memcpy(ret_name, reader->text, NAME_SIZE);
    advance(reader);
}

/* Passes over what is in parentheses. */
static void skip_parentheses(struct reader *reader)
{
    struct place begin = reader->place;
    expect(reader, "(");
    for (int depth = 1; depth > 0;) {
        if (reader->kind == END) {
            fail(begin, "a parenthesis is not closed");
        }
        if (take(reader, "(")) {
            depth++;
        } else if (take(reader, ")")) {
            depth--;
        } else {
            advance(reader);
        }
    }
}

/* ---- CREATE TABLE. ---- */

static void take_type(struct reader *reader, struct column *column)
{
    if (reader->kind != WORD || reader->text[0] != '@') {
        fail(reader->place, "%s is not a type of the vocabulary, such as @id", reader->text);
    }
    char word[NAME_SIZE];
    memcpy(word, reader->text + 1, sizeof word - 1);
    advance(reader);
    int size;
    if (take(reader, "(")) {
        if (reader->kind != NUMBER) {
            fail(reader->place, "%s is not understood here; a length is", reader->text);
        }
        size = snprintf(column->type, TYPE_SIZE, "%s(%s)", word, reader->text);
        advance(reader);
        expect(reader, ")");
    } else {
        size = snprintf(column->type, TYPE_SIZE, "%s", word);
    }
    if (size >= TYPE_SIZE) {
        fail(reader->place, "a type has at most %d characters", TYPE_SIZE - 1);
    }
}

static void set_key(struct table *table, struct column *column, struct place place)
{
    if (column->may_be_null) {
        fail(place, "%s is of the primary key and may be NULL", column->name);
    }
    column->is_key = true;
    table->key_column_count++;
}

/* Takes the constraints of a column, up to the comma, the parenthesis or the end behind it. */
static void take_column_constraints(struct reader *reader, struct table *table, struct column *column)
{
    char ignored[NAME_SIZE];
    while (reader->kind != END && strcmp(reader->text, ",") != 0 && strcmp(reader->text, ")") != 0) {
        struct place place = reader->place;
        if (take(reader, "CONSTRAINT")) {
            take_name(reader, ignored);
        } else if (take(reader, "NOT")) {
            expect(reader, "NULL");
            column->may_be_null = false;
        } else if (take(reader, "PRIMARY")) {
            expect(reader, "KEY");
            set_key(table, column, place);
        } else if (take(reader, "UNIQUE")) {
            column->is_unique = true;
        } else if (take(reader, "CHECK")) {
            skip_parentheses(reader);
        } else if (take(reader, "REFERENCES")) {
            take_name(reader, column->reference);
            expect(reader, "(");
            take_name(reader, column->referred);
            expect(reader, ")");
        } else {
            fail(place, "%s is not understood in column %s", reader->text, column->name);
        }
    }
}

static void take_column(struct reader *reader, struct table *table)
{
    struct column column = {.may_be_null = true, .place = reader->place};
    take_name(reader, column.name);
    if (column_find(table, column.name)) {
        fail(column.place, "column %s is there twice", column.name);
    }
    if (table->column_count == COLUMNS_MAX) {
        fail(column.place, "a table has at most %d columns", COLUMNS_MAX);
    }
    take_type(reader, &column);
    take_column_constraints(reader, table, &column);
    table->columns[table->column_count++] = column;
}

/* Takes `(name, name)` of a constraint of the table. */
static void take_key_columns(struct reader *reader, struct table *table, bool is_primary)
{
    int count = 0;
    struct column *column = NULL;
    expect(reader, "(");
    do {
        char name[NAME_SIZE];
        struct place place = reader->place;
        take_name(reader, name);
        column = column_find(table, name);
        if (!column) {
            fail(place, "there is no column %s in %s", name, table->name);
        }
        if (is_primary) {
            set_key(table, column, place);
        }
        count++;
    } while (take(reader, ","));
    expect(reader, ")");
    if (!is_primary && count == 1) {
        column->is_unique = true;
    }
}

/* Takes a constraint of the table; false when a column stands there. */
static bool take_table_constraint(struct reader *reader, struct table *table)
{
    char ignored[NAME_SIZE];
    bool is_named = take(reader, "CONSTRAINT");
    if (is_named) {
        take_name(reader, ignored);
    }
    if (take(reader, "PRIMARY")) {
        expect(reader, "KEY");
        take_key_columns(reader, table, true);
    } else if (take(reader, "UNIQUE")) {
        take_key_columns(reader, table, false);
    } else if (take(reader, "CHECK")) {
        skip_parentheses(reader);
    } else if (is_named) {
        fail(reader->place, "%s is not understood as a constraint of the table", reader->text);
    } else {
        return false;
    }
    return true;
}

static void expect_end(struct reader *reader)
{
    if (reader->kind != END) {
        fail(reader->place, "%s is not understood here; the statement's end is", reader->text);
    }
}

/* Adds a table to a list, behind its name. */
static struct table *add_table(struct reader *reader, struct table *list, int *count)
{
    struct place place = reader->place;
    char name[NAME_SIZE];
    take_name(reader, name);
    for (int i = 0; i < *count; i++) {
        if (strcmp(list[i].name, name) == 0) {
            fail(place, "table %s is there already, at %s:%d", name, list[i].place.path, list[i].place.line);
        }
    }
    if (*count == TABLES_MAX) {
        fail(place, "more than %d tables", TABLES_MAX);
    }
    struct table *table = &list[(*count)++];
    table->place = place;
    memcpy(table->name, name, NAME_SIZE);
    return table;
}

static void take_table(struct reader *reader)
{
    struct table *table = add_table(reader, tables, &table_count);
    expect(reader, "(");
    do {
        if (!take_table_constraint(reader, table)) {
            take_column(reader, table);
        }
    } while (take(reader, ","));
    expect(reader, ")");
    (void)take(reader, "@without_rowid");
    expect_end(reader);
    if (table->key_column_count == 0) {
        fail(table->place, "table %s has no primary key", table->name);
    }
}

/* Behind CREATE VIRTUAL TABLE: a word by itself is a column, `word = value` an option. */
static void take_virtual_table(struct reader *reader)
{
    struct table *table = add_table(reader, virtuals, &virtual_count);
    expect(reader, "USING");
    expect(reader, "fts5");
    expect(reader, "(");
    do {
        struct column column = {.place = reader->place};
        take_name(reader, column.name);
        if (take(reader, "=")) {
            advance(reader);
        } else if (table->column_count == COLUMNS_MAX) {
            fail(column.place, "a table has at most %d columns", COLUMNS_MAX);
        } else {
            table->columns[table->column_count++] = column;
        }
    } while (take(reader, ","));
    expect(reader, ")");
    expect_end(reader);
}

/* ---- The other statements. ---- */

/* Behind CREATE INDEX. */
static void take_index(struct reader *reader)
{
    struct index index = {.place = reader->place};
    char name[NAME_SIZE];
    take_name(reader, index.name);
    expect(reader, "ON");
    struct place place = reader->place;
    take_name(reader, name);
    struct table *table = table_find(name);
    if (!table) {
        fail(place, "there is no table %s", name);
    }
    if (take(reader, "USING")) {
        take_name(reader, name);
    }
    skip_parentheses(reader);
    expect_end(reader);
    if (table->index_count == INDEXES_MAX) {
        fail(place, "a table has at most %d indexes", INDEXES_MAX);
    }
    table->indexes[table->index_count++] = index;
}

/* Behind ALTER TABLE: a new column, or what an engine is told of one that is there. */
static void take_alteration(struct reader *reader)
{
    char name[NAME_SIZE];
    struct place place = reader->place;
    take_name(reader, name);
    if (take(reader, "ALTER")) {
        return;
    }
    struct table *table = table_find(name);
    if (!table) {
        fail(place, "there is no table %s", name);
    }
    expect(reader, "ADD");
    take_column(reader, table);
    expect_end(reader);
}

/* Behind DROP TABLE. */
static void drop_table(struct reader *reader)
{
    char name[NAME_SIZE];
    struct place place = reader->place;
    take_name(reader, name);
    expect_end(reader);
    struct table *table = table_find(name);
    if (!table) {
        fail(place, "there is no table %s", name);
    }
    table_count--;
    memmove(table, table + 1, (size_t)(tables + table_count - table) * sizeof *table);
    tables[table_count] = (struct table){0};
}

/* Behind CREATE. */
static void take_making(struct reader *reader)
{
    if (take(reader, "TABLE")) {
        take_table(reader);
    } else if (take(reader, "VIRTUAL")) {
        expect(reader, "TABLE");
        take_virtual_table(reader);
    } else if (take(reader, "INDEX") || (take(reader, "UNIQUE") && take(reader, "INDEX"))) {
        take_index(reader);
    } else if (!take(reader, "EXTENSION")) {
        fail(reader->place, "CREATE %s is not understood", reader->text);
    }
}

static void take_statement(const char *text, struct place place, bool is_query)
{
    struct reader reader = {.at = text, .place = place};
    advance(&reader);
    if (take(&reader, "CREATE")) {
        take_making(&reader);
    } else if (is_query) {
        return;
    } else if (take(&reader, "ALTER")) {
        expect(&reader, "TABLE");
        take_alteration(&reader);
    } else if (take(&reader, "DROP")) {
        expect(&reader, "TABLE");
        drop_table(&reader);
    } else if (!take(&reader, "INSERT") && !take(&reader, "UPDATE")) {
        fail(reader.place, "a migration that begins with %s is not understood", reader.text);
    }
}

/* ---- Files. ---- */

/* Cuts a comment and white space off the end of a line, as tools/sqlgen does. */
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

/* A statement ends with a ; at the end of a line. */
static void read_statements(const char *path, bool are_queries)
{
    char *data = file_read(path);
    struct place place = {path, 0};
    struct place begin = {path, 0};
    char *text = NULL;
    size_t size = 0;
    FILE *statement = NULL;
    char *rest = data;
    for (char *line; (line = strsep(&rest, "\n"));) {
        place.line++;
        trim_end(line);
        if (!*line && !statement) {
            continue;
        }
        if (!statement) {
            begin = place;
            statement = open_memstream(&text, &size);
        }
        size_t line_size = strlen(line);
        bool is_last = line_size > 0 && line[line_size - 1] == ';';
        fprintf(statement, "%.*s\n", (int)(line_size - is_last), line);
        if (is_last) {
            fclose(statement);
            statement = NULL;
            take_statement(text, begin, are_queries);
            free(text);
        }
    }
    if (statement) {
        fail(begin, "the statement that begins here does not end with ;");
    }
    free(data);
}

static int is_migration(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 4 && strcmp(entry->d_name + size - 4, ".sql") == 0;
}

void tables_read_migrations(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_migration, alphasort);
    if (count < 0) {
        fail((struct place){folder, 0}, "cannot be read: %s", strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        read_statements(strdup(path), false); /* Places point to it until the end. */
        free(entries[i]);
    }
    free(entries);
}

void tables_read_queries(const char *path)
{
    read_statements(path, true);
}

void tables_check(void)
{
    for (int i = 0; i < virtual_count; i++) {
        struct table *table = table_find(virtuals[i].name);
        if (!table) {
            fail(virtuals[i].place, "%s has no plain table in the other dialects", virtuals[i].name);
        }
        for (int j = 0; j < virtuals[i].column_count; j++) {
            struct column *column = &virtuals[i].columns[j];
            if (!column_find(table, column->name)) {
                fail(column->place, "the plain table %s has no column %s", table->name, column->name);
            }
        }
        table->is_fts5 = true;
    }
    for (int i = 0; i < table_count; i++) {
        for (int j = 0; j < tables[i].column_count; j++) {
            struct column *column = &tables[i].columns[j];
            struct table *referred = table_find(column->reference);
            if (column->reference[0] && (!referred || !column_find(referred, column->referred))) {
                fail(column->place, "there is no %s (%s) to refer to", column->reference, column->referred);
            }
        }
    }
}
