/* What an SQL engine must be able to do for the store: the store is written once, above this.
 *
 * Promises asked of a driver: statements are prepared once per connection and kept; parameters are bound by position,
 * from 1; an empty text is bound as NULL, because not every engine tells the two apart; a NULL column reads as the
 * empty text and as 0; after every failure `message` says why. Every call returns within a bound of the driver's own
 * (IC_DRIVER_CALL_MS_MAX where the engine is on the other end of a line, or the database's patience), whatever has
 * become of the engine: a call that took longer gives IC_DRIVER_LOST and so does every later one. A writing transaction
 * has the writer's turn from its begin to its end: no other writing transaction, of this process or another, runs
 * meanwhile, so that what it has read stays true and changes get their cursor in the order of commits. A transaction
 * that a failed statement has spoiled can still undo the part that the statement was in, and can be rolled back.
 * Memory: a column's text is the driver's and lives until the next step or reset of its statement; what is bound must
 * live until the statement has run. Threads: a connection belongs to one thread at a time. */
#ifndef IC_STORE_DRIVER_H
#define IC_STORE_DRIVER_H

#include "base/err.h"
#include "base/str.h"
#include "store/statements.h"

enum {
    IC_DRIVER_CALL_MS_MAX = 5000,
    IC_DRIVER_PATIENT_CALL_MS_MAX = 10 * 60 * 1000, /* A migration's, and of what reads or writes all there is. */
};

/* What came of a call; everything from IC_DRIVER_PRIMARY_KEY on is a failure. */
enum ic_driver_rc {
    IC_DRIVER_OK,          /* Done; of a step: there is no further row. */
    IC_DRIVER_ROW,         /* A row is there to be read. */
    IC_DRIVER_PRIMARY_KEY, /* The row's key is taken: draw another id. */
    IC_DRIVER_UNIQUE,      /* Another unique value is taken. */
    IC_DRIVER_CONSTRAINT,  /* A foreign key, a check, a NULL: the program's fault. */
    IC_DRIVER_BUSY,        /* Somebody else holds a lock, or the engine has too much to do. */
    IC_DRIVER_RETRY,    /* A deadlock or a conflict with another transaction: the whole function may do well again. */
    IC_DRIVER_LOST,     /* The connection is gone; of a commit: whether it happened is not known. */
    IC_DRIVER_FULL,     /* The disk is full. */
    IC_DRIVER_READONLY, /* Nothing may be written here. */
    IC_DRIVER_IO,       /* The disk failed. */
    IC_DRIVER_CORRUPT,  /* What is stored cannot be read as a database. */
    IC_DRIVER_NOMEM,
    IC_DRIVER_OTHER,
};

/* A parameter's value. */
struct ic_value {
    enum { IC_VALUE_NULL, IC_VALUE_INT64, IC_VALUE_TEXT } kind;
    union {
        int64_t int64;
        struct ic_str text; /* Empty: NULL. */
    };
};

/* How a statement of the search vocabulary takes the term that it looks for. */
enum ic_search_form {
    IC_SEARCH_PHRASE, /* "term", quotes doubled: a phrase of the trigram index. */
    IC_SEARCH_LIKE,   /* %term%, with ! before % _ and !. */
};

struct ic_driver;

/* A driver's own connection begins with this. */
struct ic_connection {
    const struct ic_driver *driver;
};

/* A prepared statement of a connection; the driver's own. */
struct ic_prepared;

struct ic_driver {
    const struct ic_statement_text *statements; /* The texts that `prepare` takes: for whoever wants to show them. */
    enum ic_search_form search_form;
    /* A statement that makes or alters a table commits what was done before, and itself. Outside a transaction, every
     * statement is its own then. */
    bool ddl_commits;

    /* Begins a transaction: a snapshot for reading, or with the writer's turn taken. */
    enum ic_driver_rc (*begin)(struct ic_connection *connection, bool is_writing);
    /* Durable when it returns. After a failure there is no transaction any more, or a rollback ends it. */
    enum ic_driver_rc (*commit)(struct ic_connection *connection);
    /* Cannot fail: a transaction that the engine has ended already is fine. */
    void (*rollback)(struct ic_connection *connection);
    /* False when there is none, or when a failure has spoiled it. */
    bool (*in_transaction)(struct ic_connection *connection);

    /* A part of a transaction that can be undone alone, also when a failure has spoiled the transaction; parts are not
     * nested. */
    enum ic_driver_rc (*part_begin)(struct ic_connection *connection);
    enum ic_driver_rc (*part_keep)(struct ic_connection *connection);
    enum ic_driver_rc (*part_undo)(struct ic_connection *connection);

    /* Runs one statement of a migration. */
    enum ic_driver_rc (*execute)(struct ic_connection *connection, const char *sql);

    enum ic_driver_rc (*prepare)(struct ic_connection *connection, enum ic_statement statement,
                                 struct ic_prepared **ret_prepared);
    enum ic_driver_rc (*bind_text)(struct ic_prepared *prepared, int position, struct ic_str text);
    enum ic_driver_rc (*bind_int64)(struct ic_prepared *prepared, int position, int64_t value);
    enum ic_driver_rc (*bind_null)(struct ic_prepared *prepared, int position);
    enum ic_driver_rc (*step)(struct ic_prepared *prepared);
    struct ic_str (*column_text)(struct ic_prepared *prepared, int column);
    int64_t (*column_int64)(struct ic_prepared *prepared, int column);
    bool (*column_is_null)(struct ic_prepared *prepared, int column);
    /* Rows that the statement just stepped has changed. */
    int64_t (*changed_count)(struct ic_connection *connection);
    /* Makes the statement ready for the next run; its parameters are NULL again. */
    void (*reset)(struct ic_prepared *prepared);

    /* Runs a statement that gives no rows once for each row of `values` (the statement's parameter count wide), in as
     * few exchanges with the engine as it can; `changed_counts` (NULL: not wanted) tells what each has changed. Ends at
     * the first failure, and then some rows may be written: undo the part. Leaves the statement as reset does. */
    enum ic_driver_rc (*run_rows)(struct ic_prepared *prepared, const struct ic_value *values, size_t row_count,
                                  int64_t *changed_counts);

    /* The last failure: the engine's words and its code. */
    const char *(*message)(struct ic_connection *connection);
    int (*native)(struct ic_connection *connection);

    /* Whether the engine answers. */
    enum ic_driver_rc (*ping)(struct ic_connection *connection);

    /* Begins to listen for writing transactions of any process that were committed; NULL: the engine cannot tell, ask
     * it now and then. */
    enum ic_driver_rc (*listen)(struct ic_connection *connection);
    /* Waits at most `timeout_ms` until there was one since the last call, or until `wake_fd` can be read. */
    enum ic_driver_rc (*await_commit)(struct ic_connection *connection, int wake_fd, int timeout_ms);

    /* NULL is accepted. */
    void (*close)(struct ic_connection *connection);
};

/* Fills `err` for a failed call: the class gives the code, the engine's words the detail. */
enum ic_rc ic_driver_failed(struct ic_connection *connection, enum ic_driver_rc rc, const char *operation,
                            struct ic_err *err);

struct ic_migration;

/* One database: what opens connections to it, for the pools that keep them.
 *
 * Memory: the database's own; destroy it after its last connection is closed. Threads: open from any. */
struct ic_database {
    const struct ic_migration *migrations; /* In the engine's own text, numbered from 1. */
    int migration_count;
    /* Calls on what is opened from now on may take IC_DRIVER_PATIENT_CALL_MS_MAX; waiting for others may not. Set it
     * before others open. */
    bool is_patient;
    /* Blocks for a bounded time; fails with unavailable when nobody answers, with conflict for what is another
     * program's. */
    enum ic_rc (*open)(struct ic_database *database, bool is_writing, struct ic_connection **ret_connection,
                       struct ic_err *err);
    /* Called once before the first migration of a database that has data; NULL: the engine has means of its own. */
    enum ic_rc (*back_up)(struct ic_database *database, int schema_version, int64_t now, struct ic_err *err);
    void (*destroy)(struct ic_database *database);
};

/* How long a call on a connection of that database may take. */
int ic_driver_call_ms(const struct ic_database *database);

/* How long an opening, or whoever waits for others, may take where a call may take that long. */
int ic_driver_wait_ms(int call_ms_max);

#endif
