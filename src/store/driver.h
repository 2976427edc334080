/* What an SQL engine must be able to do for the store: the store is written once, above this.
 *
 * Promises asked of a driver: statements are prepared once per connection and kept; parameters are bound by position,
 * from 1; an empty text is bound as NULL, because not every engine tells the two apart; a NULL column reads as the
 * empty text and as 0; after every failure `message` says why. Whether a failed statement leaves its transaction usable
 * is told by `in_transaction`: where it does not, the engine runs the whole function again. Memory: a column's text is
 * the driver's and lives until the next step or reset of its statement. Threads: a connection belongs to one thread at
 * a time. */
#ifndef IC_STORE_DRIVER_H
#define IC_STORE_DRIVER_H

#include "base/err.h"
#include "base/str.h"
#include "store/statements.h"

/* What came of a call; everything from IC_DRIVER_PRIMARY_KEY on is a failure. */
enum ic_driver_rc {
    IC_DRIVER_OK,          /* Done; of a step: there is no further row. */
    IC_DRIVER_ROW,         /* A row is there to be read. */
    IC_DRIVER_PRIMARY_KEY, /* The row's key is taken: draw another id. */
    IC_DRIVER_UNIQUE,      /* Another unique value is taken. */
    IC_DRIVER_CONSTRAINT,  /* A foreign key, a check, a NULL: the program's fault. */
    IC_DRIVER_BUSY,        /* Somebody else holds a lock. */
    IC_DRIVER_FULL,        /* The disk is full. */
    IC_DRIVER_READONLY,    /* Nothing may be written here. */
    IC_DRIVER_IO,          /* The disk or the line failed. */
    IC_DRIVER_CORRUPT,     /* What is stored cannot be read as a database. */
    IC_DRIVER_NOMEM,
    IC_DRIVER_OTHER,
};

struct ic_driver;

/* A driver's own connection begins with this. */
struct ic_connection {
    const struct ic_driver *driver;
};

/* A prepared statement of a connection; the driver's own. */
struct ic_prepared;

struct ic_driver {
    /* Begins a transaction: a snapshot for reading, or with the writer's lock taken at once. */
    enum ic_driver_rc (*begin)(struct ic_connection *connection, bool is_writing);
    enum ic_driver_rc (*commit)(struct ic_connection *connection);
    /* Cannot fail: a transaction that the engine has ended already is fine. */
    void (*rollback)(struct ic_connection *connection);
    /* False when there is none, or when a failure has spoiled it. */
    bool (*in_transaction)(struct ic_connection *connection);

    /* A part of a transaction that can be undone alone; parts are not nested. */
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

    /* The last failure: the engine's words and its code. */
    const char *(*message)(struct ic_connection *connection);
    int (*native)(struct ic_connection *connection);

    /* Whether the engine answers. */
    enum ic_driver_rc (*ping)(struct ic_connection *connection);
    /* NULL is accepted. */
    void (*close)(struct ic_connection *connection);
};

/* Fills `err` for a failed call: the class gives the code, the engine's words the detail. */
enum ic_rc ic_driver_failed(struct ic_connection *connection, enum ic_driver_rc rc, const char *operation,
                            struct ic_err *err);

#endif
