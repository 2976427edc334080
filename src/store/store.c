#include "store/store.h"

#include "store/audit_seal.h"
#include "store/engine.h"
#include "store/migrate.h"
#include "store/query.h"
#include "store/readers.h"
#include "store/rollup.h"
#include "store/watch.h"
#include "store/writer.h"

#include <pthread.h>
#include <stdlib.h>

struct ic_store {
    struct ic_database *database;
    int schema_version;
    struct ic_writer *writer;
    struct ic_readers *readers;
    struct ic_watch *watch;

    pthread_mutex_t lock; /* Guards the listener; never held while it runs. */
    void (*committed)(void *context);
    void *committed_context;
};

/* The watch and the writer have threads of their own: both come here. */
static void tell_committed(void *context)
{
    struct ic_store *store = context;
    pthread_mutex_lock(&store->lock);
    void (*committed)(void *context) = store->committed;
    void *committed_context = store->committed_context;
    pthread_mutex_unlock(&store->lock);
    if (committed) {
        committed(committed_context);
    }
}

static enum ic_rc create(struct ic_database *database, int readers, bool has_threads, const struct ic_clock *clock,
                         struct ic_store **ret_store, struct ic_err *err)
{
    struct ic_store *store = calloc(1, sizeof *store);
    if (!store) {
        database->destroy(database);
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "store.create", "There is no memory for the store.");
    }
    store->database = database;
    pthread_mutex_init(&store->lock, NULL);
    enum ic_rc rc = ic_migrate(database, ic_clock_now_ms(clock), &store->schema_version, err);
    if (!rc) {
        rc = ic_readers_create(database, readers, &store->readers, err);
    }
    if (!rc) {
        rc = ic_writer_create(database, has_threads, &store->writer, err);
    }
    if (!rc) {
        ic_writer_listen(store->writer, tell_committed, store);
    }
    if (!rc && has_threads) {
        rc = ic_watch_create(database, tell_committed, store, &store->watch, err);
    }
    if (rc) {
        ic_store_destroy(store);
        return rc;
    }
    *ret_store = store;
    return IC_OK;
}

enum ic_rc ic_store_create(struct ic_database *database, int readers, const struct ic_clock *clock,
                           struct ic_store **ret_store, struct ic_err *err)
{
    return create(database, readers, true, clock, ret_store, err);
}

enum ic_rc ic_store_create_threadless(struct ic_database *database, int readers, const struct ic_clock *clock,
                                      struct ic_store **ret_store, struct ic_err *err)
{
    return create(database, readers, false, clock, ret_store, err);
}

enum ic_rc ic_store_write(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err)
{
    return ic_writer_write(store->writer, run, context, err);
}

enum ic_rc ic_store_read(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err)
{
    return ic_readers_read(store->readers, run, context, err);
}

void ic_store_listen(struct ic_store *store, void (*committed)(void *context), void *context)
{
    pthread_mutex_lock(&store->lock);
    store->committed = committed;
    store->committed_context = context;
    pthread_mutex_unlock(&store->lock);
}

int ic_store_schema_version(const struct ic_store *store)
{
    return store->schema_version;
}

void ic_store_destroy(struct ic_store *store)
{
    if (!store) {
        return;
    }
    ic_watch_destroy(store->watch);
    /* The writer last: where the database is a file, closing the last connection folds the log into it, which a reader
     * may not. */
    ic_readers_destroy(store->readers);
    ic_writer_destroy(store->writer);
    store->database->destroy(store->database);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

static enum ic_rc add_totals(struct ic_store_tx *tx, struct ic_err *err)
{
    static const char operation[] = "store.totals.add";
    const struct {
        const char *name;
        int64_t added;
    } totals[] = {
        {"targets", tx->added.targets},
        {"logs", tx->added.logs},
        {"actors", tx->added.actors},
        {"operators", tx->added.operators},
    };
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        if (totals[i].added == 0) {
            continue;
        }
        struct ic_query query;
        ic_query_begin(&query, tx, IC_STATEMENT_TOTAL_ADD, operation, err);
        ic_query_put_text(&query, IC_P_TOTAL_ADD_TOTAL_NAME, ic_str_from(totals[i].name));
        ic_query_put_int64(&query, IC_P_TOTAL_ADD_ADDED, totals[i].added);
        enum ic_rc rc = ic_query_run(&query);
        if (rc) {
            return rc;
        }
    }
    tx->added = (struct ic_totals){0};
    return IC_OK;
}

void ic_store_tx_note(struct ic_store_tx *tx, enum ic_driver_rc failure)
{
    tx->is_broken = true;
    if (failure == IC_DRIVER_LOST || (failure == IC_DRIVER_RETRY && tx->failed != IC_DRIVER_LOST)) {
        tx->failed = failure;
    }
}

enum ic_rc ic_store_tx_finish(struct ic_store_tx *tx, struct ic_err *err)
{
    enum ic_rc rc = ic_audit_seal_finish(tx, err);
    if (!rc) {
        rc = add_totals(tx, err);
    }
    return rc ? rc : ic_rollup_flush(tx, err);
}

void ic_store_tx_release(struct ic_store_tx *tx)
{
    ic_audit_seal_destroy(tx->seal);
    tx->seal = NULL;
    ic_rollup_destroy(tx->rollup);
    tx->rollup = NULL;
}
