/* The tables that the migrations make, read from their SQL, for tools/erd.
 *
 * What is understood: statements as tools/sqlgen splits them; CREATE TABLE of columns `name @type constraints` with NOT
 * NULL, PRIMARY KEY, UNIQUE, CHECK (...) and REFERENCES table (column), and of constraints of the table, with or
 * without CONSTRAINT name; CREATE VIRTUAL TABLE ... USING fts5, which stands beside a plain table of the same name in
 * the other dialects; CREATE INDEX; ALTER TABLE ... ADD a column; DROP TABLE. CREATE EXTENSION, INSERT and UPDATE make
 * no table and are passed over. Promises: everything else is refused with file and line, and ends the program: a
 * diagram that leaves something out would not be noticed. A reference leads to a table and a column that are there.
 * Memory: fixed, with named limits. */
#ifndef TOOLS_TABLES_H
#define TOOLS_TABLES_H

#include <stdbool.h>

enum { NAME_SIZE = 64, TYPE_SIZE = 32, TABLES_MAX = 64, COLUMNS_MAX = 32, INDEXES_MAX = 16 };

struct place {
    const char *path;
    int line;
};

struct column {
    char name[NAME_SIZE];
    char type[TYPE_SIZE]; /* Of the vocabulary, without its @: str(32). */
    bool may_be_null;
    bool is_key;               /* It, or it with others, is the primary key. */
    bool is_unique;            /* By itself, and not the key. */
    char reference[NAME_SIZE]; /* The table it refers to; empty: none. */
    char referred[NAME_SIZE];  /* Its column there. */
    struct place place;
};

struct index {
    char name[NAME_SIZE];
    struct place place;
};

struct table {
    char name[NAME_SIZE];
    struct place place;
    bool is_fts5; /* On SQLite. */
    struct column columns[COLUMNS_MAX];
    int column_count;
    int key_column_count;
    struct index indexes[INDEXES_MAX];
    int index_count;
};

/* In the order of the migrations. */
extern struct table tables[TABLES_MAX];
extern int table_count;

/* Says why, and ends the program. */
__attribute__((noreturn, format(printf, 2, 3))) void fail(struct place place, const char *format, ...);

/* The whole file, with a NUL at its end; the caller frees it. */
char *file_read(const char *path);

/* Reads every NNNN_name.sql of the folder, in order. */
void tables_read_migrations(const char *folder);

/* Reads the CREATE TABLE statements of a file of named queries: the journal of migrations is made by one. */
void tables_read_queries(const char *path);

/* Holds references and virtual tables against what was read. */
void tables_check(void);

/* NULL when it is not there. */
struct table *table_find(const char *name);
struct column *column_find(struct table *table, const char *name);
struct index *index_find(struct table *table, const char *name);

#endif
