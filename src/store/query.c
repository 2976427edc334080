#include "store/query.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct ic_driver *driver_of(const struct ic_query *query)
{
    return query->tx->connection->driver;
}

static bool has_failed(enum ic_driver_rc outcome)
{
    return outcome >= IC_DRIVER_PRIMARY_KEY;
}

/* Takes note of a driver's answer. */
static void note(struct ic_query *query, enum ic_driver_rc outcome)
{
    query->outcome = outcome;
    if (has_failed(outcome)) {
        ic_store_tx_note(query->tx, outcome);
        query->rc = ic_driver_failed(query->tx->connection, outcome, query->operation, query->err);
    }
}

void ic_query_begin(struct ic_query *query, struct ic_store_tx *tx, enum ic_statement statement, const char *operation,
                    struct ic_err *err)
{
    *query = (struct ic_query){.tx = tx, .operation = operation, .err = err};
    note(query, driver_of(query)->prepare(tx->connection, statement, &query->prepared));
}

void ic_query_put_text(struct ic_query *query, int position, struct ic_str text)
{
    if (!query->rc) {
        note(query, driver_of(query)->bind_text(query->prepared, position, text));
    }
}

void ic_query_put_id(struct ic_query *query, int position, const struct ic_id *id)
{
    ic_query_put_text(query, position, ic_id_text(id));
}

void ic_query_put_hash(struct ic_query *query, int position, const struct ic_hash *hash)
{
    ic_query_put_text(query, position, ic_str_from(hash->text));
}

void ic_query_put_int64(struct ic_query *query, int position, int64_t value)
{
    if (!query->rc) {
        note(query, driver_of(query)->bind_int64(query->prepared, position, value));
    }
}

void ic_query_put_optional_time(struct ic_query *query, int position, int64_t time)
{
    if (time) {
        ic_query_put_int64(query, position, time);
    } else if (!query->rc) {
        note(query, driver_of(query)->bind_null(query->prepared, position));
    }
}

bool ic_query_next(struct ic_query *query)
{
    if (query->rc) {
        return false;
    }
    note(query, driver_of(query)->step(query->prepared));
    return query->outcome == IC_DRIVER_ROW;
}

struct ic_str ic_query_peek_text(struct ic_query *query, int column)
{
    return query->rc ? IC_STR("") : driver_of(query)->column_text(query->prepared, column);
}

struct ic_str ic_query_text(struct ic_query *query, int column, struct ic_arena *arena)
{
    struct ic_str text = ic_query_peek_text(query, column);
    struct ic_str copy = IC_STR("");
    if (text.size && !ic_arena_copy(arena, text, &copy)) {
        query->rc = ic_arena_failed(query->operation, query->err);
    }
    return copy;
}

/* Copies a text of fixed size; what does not fit is not ours. */
static void copy_fixed(struct ic_query *query, int column, char *to, size_t size_max)
{
    struct ic_str text = ic_query_peek_text(query, column);
    if (text.size > size_max) {
        ic_query_corrupt(query, "an id or a hash is too long");
    } else if (text.size) {
        memcpy(to, text.data, text.size);
    }
}

struct ic_id ic_query_id(struct ic_query *query, int column)
{
    struct ic_id id = {0};
    copy_fixed(query, column, id.text, IC_ID_SIZE);
    return id;
}

struct ic_hash ic_query_hash(struct ic_query *query, int column)
{
    struct ic_hash hash = {0};
    copy_fixed(query, column, hash.text, IC_HASH_SIZE);
    return hash;
}

int64_t ic_query_int64(struct ic_query *query, int column)
{
    return query->rc ? 0 : driver_of(query)->column_int64(query->prepared, column);
}

enum ic_rc ic_query_end(struct ic_query *query)
{
    if (query->prepared) {
        driver_of(query)->reset(query->prepared);
        query->prepared = NULL;
    }
    return query->rc;
}

enum ic_rc ic_query_run(struct ic_query *query)
{
    (void)ic_query_next(query);
    return ic_query_end(query);
}

enum ic_rc ic_query_run_counted(struct ic_query *query, int64_t *ret_changed_count)
{
    (void)ic_query_next(query);
    int64_t changed_count = query->rc ? 0 : driver_of(query)->changed_count(query->tx->connection);
    enum ic_rc rc = ic_query_end(query);
    if (!rc) {
        *ret_changed_count = changed_count;
    }
    return rc;
}

enum ic_rc ic_query_run_unique(struct ic_query *query, enum ic_driver_rc *ret_outcome)
{
    if (!query->rc) {
        enum ic_driver_rc outcome = driver_of(query)->step(query->prepared);
        bool is_alive = driver_of(query)->in_transaction(query->tx->connection);
        if (outcome == IC_DRIVER_UNIQUE) {
            /* For the function to tell; not on every engine could it go on. */
            ic_store_tx_note(query->tx, outcome);
            query->outcome = outcome;
        } else if (outcome == IC_DRIVER_PRIMARY_KEY && is_alive) {
            query->outcome = outcome;
        } else if (outcome == IC_DRIVER_PRIMARY_KEY) {
            /* The failure has spoiled the transaction: the whole function runs again, and draws another id. */
            note(query, IC_DRIVER_RETRY);
        } else {
            note(query, outcome);
        }
    }
    enum ic_rc rc = ic_query_end(query);
    if (!rc) {
        *ret_outcome = has_failed(query->outcome) ? query->outcome : IC_DRIVER_OK;
    }
    return rc;
}

enum ic_rc ic_rows_init(struct ic_rows *rows, struct ic_store_tx *tx, enum ic_statement statement, size_t count_max,
                        struct ic_err *err)
{
    size_t width = (size_t)tx->connection->driver->statements[statement].parameter_count;
    *rows = (struct ic_rows){.statement = statement, .width = width, .count_max = count_max};
    rows->values = calloc(count_max, width * sizeof *rows->values);
    if (!rows->values) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, "store.rows", "There is no memory for %zu rows.", count_max);
    }
    return IC_OK;
}

void ic_rows_add(struct ic_rows *rows)
{
    assert(rows->count < rows->count_max);
    memset(&rows->values[rows->count * rows->width], 0, rows->width * sizeof *rows->values);
    rows->count++;
}

static struct ic_value *value_at(struct ic_rows *rows, int position)
{
    return &rows->values[(rows->count - 1) * rows->width + (size_t)position - 1];
}

void ic_rows_put_text(struct ic_rows *rows, int position, struct ic_str text)
{
    *value_at(rows, position) = (struct ic_value){.kind = IC_VALUE_TEXT, .text = text};
}

void ic_rows_put_id(struct ic_rows *rows, int position, const struct ic_id *id)
{
    ic_rows_put_text(rows, position, ic_id_text(id));
}

void ic_rows_put_int64(struct ic_rows *rows, int position, int64_t value)
{
    *value_at(rows, position) = (struct ic_value){.kind = IC_VALUE_INT64, .int64 = value};
}

enum ic_rc ic_rows_run(struct ic_rows *rows, struct ic_store_tx *tx, int64_t *changed_counts, const char *operation,
                       struct ic_err *err)
{
    const struct ic_driver *driver = tx->connection->driver;
    struct ic_prepared *prepared;
    if (rows->count == 0) {
        return IC_OK;
    }
    enum ic_driver_rc outcome = driver->prepare(tx->connection, rows->statement, &prepared);
    if (!outcome) {
        outcome = driver->run_rows(prepared, rows->values, rows->count, changed_counts);
    }
    rows->count = 0;
    if (!outcome) {
        return IC_OK;
    }
    /* Ids are drawn by us, and other unique values were looked for before: it is an id that is taken. */
    ic_store_tx_note(tx, outcome == IC_DRIVER_PRIMARY_KEY ? IC_DRIVER_RETRY : outcome);
    return ic_driver_failed(tx->connection, outcome == IC_DRIVER_PRIMARY_KEY ? IC_DRIVER_RETRY : outcome, operation,
                            err);
}

void ic_rows_release(struct ic_rows *rows)
{
    free(rows->values);
    rows->values = NULL;
}

enum ic_rc ic_query_ids_exhausted(const char *operation, struct ic_err *err)
{
    return ic_err_set(err, IC_CODE_INTERNAL, operation, "%d random ids in a row were taken.", IC_STORE_ID_TRIES_MAX);
}

void ic_query_corrupt(struct ic_query *query, const char *what)
{
    if (!query->rc) {
        query->rc = ic_err_set(query->err, IC_CODE_CORRUPT, query->operation, "Stored data is damaged: %s.", what);
    }
}
