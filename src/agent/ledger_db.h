/* The inside of a ledger: its connection and prepared statements. Only the ledger's own files include it.
 *
 * Promises: a failure of SQLite becomes a code that a person can act on. Memory: bound texts must live until the
 * statement is done; texts of columns until its next step. Threads: one. */
#ifndef IC_AGENT_LEDGER_DB_H
#define IC_AGENT_LEDGER_DB_H

#include "agent/ledger.h"
#include "agent/ledger_sql.h"

#include <sqlite3.h>

struct ic_ledger {
    sqlite3 *db;
    sqlite3_stmt *statements[IC_LEDGER_SQL_COUNT]; /* Prepared when first used. */
    const struct ic_clock *clock;
};

/* What the last failure of `db` means to the person at the desk. */
enum ic_rc ic_ledger_db_failed(sqlite3 *db, const char *operation, struct ic_err *err);

/* Runs statements without parameters. */
IC_NODISCARD enum ic_rc ic_ledger_db_run(sqlite3 *db, const char *sql, const char *operation, struct ic_err *err);

/* The prepared statement, ready to be bound; NULL after filling `err`. */
sqlite3_stmt *ic_ledger_db_prepare(struct ic_ledger *ledger, enum ic_ledger_sql index, const char *operation,
                                   struct ic_err *err);

/* Binds text; the empty one is NULL. */
void ic_ledger_db_bind(sqlite3_stmt *statement, int index, struct ic_str text);

/* Views a column's text. */
struct ic_str ic_ledger_db_text(sqlite3_stmt *statement, int index);

/* Copies a column into an array with a NUL behind; what does not fit cannot have come from here. */
void ic_ledger_db_copy(sqlite3_stmt *statement, int index, char *ret_text, size_t size);

/* Steps to a row; false at the end, or after filling `err`. */
bool ic_ledger_db_row(struct ic_ledger *ledger, sqlite3_stmt *statement, const char *operation, struct ic_err *err);

/* Resets a statement and forgets its bindings, which may point to what is about to go. */
void ic_ledger_db_done(sqlite3_stmt *statement);

/* Runs a bound statement that gives no rows, and is done with it. */
IC_NODISCARD enum ic_rc ic_ledger_db_write(struct ic_ledger *ledger, sqlite3_stmt *statement, const char *operation,
                                           struct ic_err *err);

IC_NODISCARD enum ic_rc ic_ledger_db_begin(struct ic_ledger *ledger, const char *operation, struct ic_err *err);

/* Commits when `rc` is good, else rolls back; gives `rc`, or how the commit failed. */
IC_NODISCARD enum ic_rc ic_ledger_db_end(struct ic_ledger *ledger, enum ic_rc rc, const char *operation,
                                         struct ic_err *err);

/* The summary without its counts, which cost what is pending: a capture costs the same however much waits. */
IC_NODISCARD enum ic_rc ic_ledger_db_get_uncounted(struct ic_ledger *ledger, struct ic_ledger_summary *ret_summary,
                                                   struct ic_err *err);

/* Runs a statement whose one parameter is a number. */
IC_NODISCARD enum ic_rc ic_ledger_db_put_number(struct ic_ledger *ledger, enum ic_ledger_sql index, int64_t number,
                                                struct ic_err *err);

/* Notes what an answer told beside its matter. */
IC_NODISCARD enum ic_rc ic_ledger_db_put_heard(struct ic_ledger *ledger, const struct ic_heard *heard,
                                               struct ic_err *err);

/* The features without which a server would not understand the operation. */
struct ic_features ic_ledger_db_needs(const struct ic_operation *operation);

/* Moves every acknowledged operation that this server has, or may have. */
IC_NODISCARD enum ic_rc ic_ledger_db_move_acknowledged(struct ic_ledger *ledger, enum ic_operation_move move,
                                                       const char *server_url, struct ic_err *err);

#endif
