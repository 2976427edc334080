/* A statement as it is written, and its text in each dialect.
 *
 * Promises: a text is expanded by the dialect vocabulary (`words` in dialects.c), its parameters as the dialect has
 * them, its white space folded, quoted text as it is. Whatever is wrong with it ends the program with its file and
 * line. Memory: texts are the program's until it ends, but for what make_sql gives. Threads: one. */
#ifndef IC_TOOLS_DIALECTS_H
#define IC_TOOLS_DIALECTS_H

#include <stdbool.h>

enum { NAME_SIZE = 64, PARAMETERS_MAX = 64, USES_MAX = 64 };

/* A new engine is a new one. */
enum dialect { SQLITE, POSTGRES, ORACLE, DIALECT_COUNT };
enum { ALL_DIALECTS = (1 << DIALECT_COUNT) - 1 };
extern const char *const dialect_names[DIALECT_COUNT];

struct place {
    const char *path;
    int line;
};

struct statement {
    char name[NAME_SIZE];
    char *text[DIALECT_COUNT]; /* As written, comments left out; NULL: not for that dialect. */
    int without;               /* The dialects that are to have none, as bits. */
    struct place place;
    char parameters[PARAMETERS_MAX][NAME_SIZE]; /* In the order of their first use. */
    int parameter_count;
};

/* What an expansion tells beside its text. */
struct uses {
    int indexes[USES_MAX]; /* Of the parameters, in the order of their uses. */
    int count;
};

__attribute__((noreturn, format(printf, 2, 3))) void fail(struct place place, const char *format, ...);

/* Copies the name that `from` begins with: lower-case letters, digits and underscores. */
void take_name(const char *from, char *ret_name, struct place place);

/* Adds the parameters that `text` uses and the statement does not have yet. */
void find_parameters(struct statement *statement, const char *text);

/* The dialect's text, which must be there; the caller frees it. */
char *make_sql(const struct statement *statement, enum dialect dialect, struct uses *uses);

#endif
