#include "store/store.h"

#include "store/engine.h"
#include "store/query.h"

enum ic_rc ic_store_write(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err)
{
    return store->engine->write(store, run, context, err);
}

enum ic_rc ic_store_read(struct ic_store *store, ic_store_run run, void *context, struct ic_err *err)
{
    return store->engine->read(store, run, context, err);
}

void ic_store_listen(struct ic_store *store, void (*committed)(void *context), void *context)
{
    store->engine->listen(store, committed, context);
}

int ic_store_schema_version(const struct ic_store *store)
{
    return store->engine->schema_version(store);
}

void ic_store_destroy(struct ic_store *store)
{
    if (store) {
        store->engine->destroy(store);
    }
}

enum ic_rc ic_store_tx_finish(struct ic_store_tx *tx, struct ic_err *err)
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
        ic_query_put_text(&query, IC_P_TOTAL_ADD_NAME, ic_str_from(totals[i].name));
        ic_query_put_int64(&query, IC_P_TOTAL_ADD_ADDED, totals[i].added);
        enum ic_rc rc = ic_query_run(&query);
        if (rc) {
            return rc;
        }
    }
    tx->added = (struct ic_totals){0};
    return IC_OK;
}
