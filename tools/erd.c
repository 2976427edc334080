/* Draws the tables that the migrations make, and holds the documentation against them.
 *
 *     erd FOLDER            writes docs/schema-diagram.md, an entity diagram that Mermaid shows
 *     erd --check FOLDER    says where that file or docs/schema.md is not what the migrations say
 *
 * FOLDER is the tree's root. In docs/schema.md a heading `### name` begins a table; below it a table of Markdown whose
 * first heading is `column` has a name or several in its first cell, the type in its second, as `str(32) or NULL`, and
 * `key`, `unique` and `→ table` in its third; one whose first heading is `index` has an index's name in its first cell.
 * Each difference is a line `file:line: what`; the exit status is 1 when there is one. How the migrations are read, and
 * what of them is refused, stands in tables.h. */
#include "tables.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char migrations_folder[] = "src/store/migrations";
static const char journal_path[] = "src/store/queries/schema.sql";
static const char diagram_path[] = "docs/schema-diagram.md";
static const char schema_path[] = "docs/schema.md";

static int differences;

__attribute__((format(printf, 2, 3))) static void differ(struct place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%s:%d: ", place.path, place.line);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
    differences++;
}

/* ---- The diagram. ---- */

static void put_column(FILE *out, const struct column *column)
{
    const char *marks[] = {column->is_key ? "PK" : NULL, column->reference[0] ? "FK" : NULL,
                           column->is_unique ? "UK" : NULL};
    const char *before = " ";
    fprintf(out, "        %s %s", column->type, column->name);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (marks[i]) {
            fprintf(out, "%s%s", before, marks[i]);
            before = ", ";
        }
    }
    fputs(column->may_be_null ? " \"or NULL\"\n" : "\n", out);
}

/* A reference: none or one of the referred table's where it may be NULL, else one; none or one of ours where its value
 * is unique, else any number. */
static void put_reference(FILE *out, const struct table *table, const struct column *column)
{
    bool is_alone = column->is_unique || (column->is_key && table->key_column_count == 1);
    fprintf(out, "    %s %s--%s %s : %s\n", column->reference, column->may_be_null ? "|o" : "||",
            is_alone ? "o|" : "o{", table->name, column->name);
}

static void put_diagram(FILE *out)
{
    fputs(
        "# The tables and their references\n\n"
        "Generated from `src/store/migrations` by `make diagram`; [schema.md](schema.md) says what everything means.\n"
        "PK: of the primary key; FK: refers to another table; UK: unique.\n",
        out);
    for (int i = 0; i < table_count; i++) {
        if (tables[i].is_fts5) {
            fprintf(out, "`%s` is an FTS5 table on SQLite.\n", tables[i].name);
        }
    }
    fputs("\n```mermaid\nerDiagram\n", out);
    for (int i = 0; i < table_count; i++) {
        fprintf(out, "    %s {\n", tables[i].name);
        for (int j = 0; j < tables[i].column_count; j++) {
            put_column(out, &tables[i].columns[j]);
        }
        fputs("    }\n", out);
    }
    for (int i = 0; i < table_count; i++) {
        for (int j = 0; j < tables[i].column_count; j++) {
            if (tables[i].columns[j].reference[0]) {
                put_reference(out, &tables[i], &tables[i].columns[j]);
            }
        }
    }
    fputs("```\n", out);
}

static void write_diagram(void)
{
    FILE *file = fopen(diagram_path, "wb");
    if (!file) {
        fail((struct place){diagram_path, 0}, "cannot be written: %s", strerror(errno));
    }
    put_diagram(file);
    if (fclose(file) != 0) {
        fail((struct place){diagram_path, 0}, "cannot be written: %s", strerror(errno));
    }
}

static void check_diagram(void)
{
    char *wanted = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&wanted, &size);
    put_diagram(memory);
    fclose(memory);
    char *kept = file_read(diagram_path);
    struct place place = {diagram_path, 1};
    size_t at = 0;
    while (wanted[at] && wanted[at] == kept[at]) {
        place.line += wanted[at++] == '\n';
    }
    if (wanted[at] || kept[at]) {
        differ(place, "is not what the migrations say; `make diagram` writes it");
    }
    free(kept);
    free(wanted);
}

/* ---- The documentation. ---- */

/* The lines that tell of tables, columns and indexes; 0: none does. */
static int table_lines[TABLES_MAX];
static int column_lines[TABLES_MAX][COLUMNS_MAX];
static int index_lines[TABLES_MAX][INDEXES_MAX];

/* Where the reader of the documentation is. */
struct section {
    struct place place;
    struct table *table;                         /* NULL: in none. */
    enum { IN_TEXT, IN_COLUMNS, IN_INDEXES } in; /* Of a table of Markdown. */
};

/* Takes note that a line tells of something, once. */
static void note(struct place place, int *line, const char *what, const char *name)
{
    if (*line > 0) {
        differ(place, "%s %s is there already, in line %d", what, name, *line);
    }
    *line = place.line;
}

/* What the third cell of a column says. */
static void spell_key(const struct column *column, char *ret_key, size_t size)
{
    const char *before = "";
    FILE *out = fmemopen(ret_key, size, "w");
    if (column->is_key) {
        fputs("key", out);
        before = ", ";
    }
    if (column->reference[0]) {
        fprintf(out, "%s→ %s", before, column->reference);
        before = ", ";
    }
    if (column->is_unique) {
        fprintf(out, "%sunique", before);
    }
    fputc('\0', out);
    fclose(out);
}

static void check_column(struct place place, struct table *table, const char *name, const char *type, const char *key)
{
    struct column *column = column_find(table, name);
    if (!column) {
        differ(place, "the migrations make no column %s of %s", name, table->name);
        return;
    }
    note(place, &column_lines[table - tables][column - table->columns], "column", name);
    char wanted[2 * NAME_SIZE];
    snprintf(wanted, sizeof wanted, "%s%s", column->type, column->may_be_null ? " or NULL" : "");
    if (strcmp(type, wanted) != 0) {
        differ(place, "the type of %s is \"%s\"", name, wanted);
    }
    spell_key(column, wanted, sizeof wanted);
    if (strcmp(key, wanted) != 0) {
        differ(place, "the key of %s is \"%s\"", name, wanted);
    }
}

static void check_index(struct place place, struct table *table, const char *name)
{
    struct index *index = index_find(table, name);
    if (!index) {
        differ(place, "the migrations make no index %s of %s", name, table->name);
        return;
    }
    note(place, &index_lines[table - tables][index - table->indexes], "index", name);
}

/* Cuts the next cell out of a row, without the white space around it. */
static char *take_cell(char **row)
{
    static char none[1];
    char *cell = strsep(row, "|");
    if (!cell) {
        return none;
    }
    cell += strspn(cell, " ");
    size_t size = strlen(cell);
    while (size > 0 && cell[size - 1] == ' ') {
        cell[--size] = '\0';
    }
    return cell;
}

/* A row of a table of Markdown, behind its first bar. */
static void read_row(struct section *section, char *row)
{
    char *names = take_cell(&row);
    const char *type = take_cell(&row);
    const char *key = take_cell(&row);
    if (strcmp(names, "column") == 0) {
        section->in = IN_COLUMNS;
    } else if (strcmp(names, "index") == 0) {
        section->in = IN_INDEXES;
    } else if (names[0] != '-' && section->in != IN_TEXT) {
        for (char *name; (name = strsep(&names, ","));) {
            name += strspn(name, " ");
            if (section->in == IN_COLUMNS) {
                check_column(section->place, section->table, name, type, key);
            } else {
                check_index(section->place, section->table, name);
            }
        }
    }
}

static void begin_section(struct section *section, const char *name)
{
    section->table = table_find(name);
    section->in = IN_TEXT;
    if (section->table) {
        note(section->place, &table_lines[section->table - tables], "table", name);
    } else {
        differ(section->place, "the migrations make no table %s", name);
    }
}

static void read_schema(void)
{
    struct section section = {.place = {schema_path, 0}};
    char *data = file_read(schema_path);
    char *rest = data;
    for (char *line; (line = strsep(&rest, "\n"));) {
        section.place.line++;
        if (strncmp(line, "### ", 4) == 0) {
            begin_section(&section, line + 4);
        } else if (line[0] == '#') {
            section.table = NULL;
        } else if (line[0] != '|') {
            section.in = IN_TEXT;
        } else if (section.table) {
            read_row(&section, line + 1);
        }
    }
    free(data);
}

static void check_told(const char *what, const char *name, int line, const struct table *table, struct place place)
{
    if (line == 0) {
        differ(place, "%s %s of %s is not in %s", what, name, table->name, schema_path);
    }
}

static void check_schema(void)
{
    read_schema();
    for (int i = 0; i < table_count; i++) {
        const struct table *table = &tables[i];
        if (table_lines[i] == 0) {
            differ(table->place, "table %s is not in %s", table->name, schema_path);
            continue;
        }
        for (int j = 0; j < table->column_count; j++) {
            check_told("column", table->columns[j].name, column_lines[i][j], table, table->columns[j].place);
        }
        for (int j = 0; j < table->index_count; j++) {
            check_told("index", table->indexes[j].name, index_lines[i][j], table, table->indexes[j].place);
        }
    }
}

int main(int count, char **arguments)
{
    bool is_check = count == 3 && strcmp(arguments[1], "--check") == 0;
    if (count != 2 && !is_check) {
        fputs("usage: erd [--check] FOLDER\n", stderr);
        return 2;
    }
    const char *top = arguments[count - 1];
    if (chdir(top) != 0) {
        fail((struct place){top, 0}, "cannot be entered: %s", strerror(errno));
    }
    tables_read_queries(journal_path);
    tables_read_migrations(migrations_folder);
    tables_check();
    if (!is_check) {
        write_diagram();
        return 0;
    }
    check_diagram();
    check_schema();
    return differences > 0;
}
