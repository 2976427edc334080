#include "proxy.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct proxy {
    const struct engine *engine;
    pthread_mutex_t lock; /* Guards what follows. */
    bool is_armed;
    bool is_done;
    enum harm harm;
    bool is_writing;
    int calls_left;
    atomic_int cut_count; /* How often all lines were cut in play. */
};

struct proxied_connection;

struct proxied_statement {
    struct proxied_connection *connection;
    struct ic_prepared *inner;
};

struct proxied_connection {
    struct ic_connection base;
    struct ic_driver driver;
    struct proxy *proxy;
    struct ic_connection *inner;
    bool is_writing;
    int cut_count;   /* The proxy's when this was opened. */
    bool is_lost;    /* In play. */
    bool is_spoiled; /* By a conflict in play; until it is rolled back. */
    struct proxied_statement statements[IC_STATEMENT_COUNT];
};

struct proxied_database {
    struct ic_database base;
    struct proxy *proxy;
    struct ic_database *inner;
};

static struct proxied_connection *own(struct ic_connection *connection)
{
    return (struct proxied_connection *)connection;
}

static struct proxied_statement *own_statement(struct ic_prepared *prepared)
{
    return (struct proxied_statement *)prepared;
}

static const struct ic_driver *inner_of(const struct proxied_connection *self)
{
    return self->inner->driver;
}

/* ---- Harm. ---- */

/* Whether this call is the one. */
static bool is_the_one(struct proxied_connection *self, bool is_commit, enum harm *ret_harm)
{
    struct proxy *proxy = self->proxy;
    bool is_it = false;
    pthread_mutex_lock(&proxy->lock);
    if (proxy->is_armed && proxy->is_writing == self->is_writing && (is_commit || proxy->harm != HARM_CUT_ANSWER)) {
        is_it = proxy->calls_left-- == 0;
        proxy->is_armed = !is_it;
        proxy->is_done |= is_it;
        *ret_harm = proxy->harm;
    }
    pthread_mutex_unlock(&proxy->lock);
    return is_it;
}

/* A real cut is for the engine's own driver to notice. */
static enum ic_driver_rc cut(struct proxied_connection *self)
{
    if (self->proxy->engine->cut) {
        self->proxy->engine->cut();
        return IC_DRIVER_OK;
    }
    inner_of(self)->rollback(self->inner);
    self->is_lost = true;
    return IC_DRIVER_LOST;
}

static bool is_lost(struct proxied_connection *self)
{
    if (self->cut_count != atomic_load(&self->proxy->cut_count) && !self->is_lost) {
        inner_of(self)->rollback(self->inner);
        self->is_lost = true;
    }
    return self->is_lost;
}

/* What comes before every call that can fail; IC_DRIVER_OK lets the call go on. */
static enum ic_driver_rc enter(struct proxied_connection *self)
{
    enum harm harm;
    if (is_lost(self)) {
        return IC_DRIVER_LOST;
    }
    if (self->is_spoiled) {
        return IC_DRIVER_OTHER;
    }
    if (!is_the_one(self, false, &harm)) {
        return IC_DRIVER_OK;
    }
    if (harm == HARM_CUT) {
        return cut(self);
    }
    inner_of(self)->rollback(self->inner);
    self->is_spoiled = true;
    return IC_DRIVER_RETRY;
}

/* ---- Transactions. ---- */

static enum ic_driver_rc begin(struct ic_connection *connection, bool is_writing)
{
    struct proxied_connection *self = own(connection);
    enum ic_driver_rc rc = enter(self);
    return rc ? rc : inner_of(self)->begin(self->inner, is_writing);
}

static enum ic_driver_rc commit(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    bool is_answer_cut = false;
    pthread_mutex_lock(&self->proxy->lock);
    bool counts_commits = self->proxy->is_armed && self->proxy->harm == HARM_CUT_ANSWER;
    pthread_mutex_unlock(&self->proxy->lock);
    enum ic_driver_rc rc = IC_DRIVER_OK;
    if (counts_commits) {
        enum harm harm;
        is_answer_cut = is_the_one(self, true, &harm);
    } else {
        rc = enter(self);
    }
    if (!rc) {
        rc = inner_of(self)->commit(self->inner);
    }
    if (!rc && is_answer_cut) {
        (void)cut(self);
        self->is_lost = true;
        rc = IC_DRIVER_LOST;
    }
    return rc;
}

static void rollback(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    if (!is_lost(self) && !self->is_spoiled) {
        inner_of(self)->rollback(self->inner);
    }
    self->is_spoiled = false;
}

static bool in_transaction(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    return !is_lost(self) && !self->is_spoiled && inner_of(self)->in_transaction(self->inner);
}

static enum ic_driver_rc part_begin(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    enum ic_driver_rc rc = enter(self);
    return rc ? rc : inner_of(self)->part_begin(self->inner);
}

static enum ic_driver_rc part_keep(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    enum ic_driver_rc rc = enter(self);
    return rc ? rc : inner_of(self)->part_keep(self->inner);
}

static enum ic_driver_rc part_undo(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    enum ic_driver_rc rc = enter(self);
    return rc ? rc : inner_of(self)->part_undo(self->inner);
}

static enum ic_driver_rc execute(struct ic_connection *connection, const char *sql)
{
    struct proxied_connection *self = own(connection);
    enum ic_driver_rc rc = enter(self);
    return rc ? rc : inner_of(self)->execute(self->inner, sql);
}

/* ---- Statements. ---- */

static enum ic_driver_rc prepare(struct ic_connection *connection, enum ic_statement statement,
                                 struct ic_prepared **ret_prepared)
{
    struct proxied_connection *self = own(connection);
    struct proxied_statement *proxied = &self->statements[statement];
    enum ic_driver_rc rc = enter(self);
    if (!rc) {
        rc = inner_of(self)->prepare(self->inner, statement, &proxied->inner);
    }
    if (!rc) {
        proxied->connection = self;
        *ret_prepared = (struct ic_prepared *)proxied;
    }
    return rc;
}

static enum ic_driver_rc bind_text(struct ic_prepared *prepared, int position, struct ic_str text)
{
    struct proxied_statement *proxied = own_statement(prepared);
    return inner_of(proxied->connection)->bind_text(proxied->inner, position, text);
}

static enum ic_driver_rc bind_int64(struct ic_prepared *prepared, int position, int64_t value)
{
    struct proxied_statement *proxied = own_statement(prepared);
    return inner_of(proxied->connection)->bind_int64(proxied->inner, position, value);
}

static enum ic_driver_rc bind_null(struct ic_prepared *prepared, int position)
{
    struct proxied_statement *proxied = own_statement(prepared);
    return inner_of(proxied->connection)->bind_null(proxied->inner, position);
}

static enum ic_driver_rc step(struct ic_prepared *prepared)
{
    struct proxied_statement *proxied = own_statement(prepared);
    enum ic_driver_rc rc = enter(proxied->connection);
    return rc ? rc : inner_of(proxied->connection)->step(proxied->inner);
}

static struct ic_str column_text(struct ic_prepared *prepared, int column)
{
    struct proxied_statement *proxied = own_statement(prepared);
    return inner_of(proxied->connection)->column_text(proxied->inner, column);
}

static int64_t column_int64(struct ic_prepared *prepared, int column)
{
    struct proxied_statement *proxied = own_statement(prepared);
    return inner_of(proxied->connection)->column_int64(proxied->inner, column);
}

static int64_t changed_count(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    return inner_of(self)->changed_count(self->inner);
}

static void reset(struct ic_prepared *prepared)
{
    struct proxied_statement *proxied = own_statement(prepared);
    inner_of(proxied->connection)->reset(proxied->inner);
}

static enum ic_driver_rc run_rows(struct ic_prepared *prepared, const struct ic_value *values, size_t row_count,
                                  int64_t *changed_counts)
{
    struct proxied_statement *proxied = own_statement(prepared);
    enum ic_driver_rc rc = enter(proxied->connection);
    return rc ? rc : inner_of(proxied->connection)->run_rows(proxied->inner, values, row_count, changed_counts);
}

/* ---- Connections. ---- */

static const char *message(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    return self->is_lost || self->is_spoiled ? "the test has done it harm" : inner_of(self)->message(self->inner);
}

static int native_code(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    return inner_of(self)->native(self->inner);
}

static enum ic_driver_rc ping(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    enum ic_driver_rc rc = enter(self);
    return rc ? rc : inner_of(self)->ping(self->inner);
}

static enum ic_driver_rc listen_to_commits(struct ic_connection *connection)
{
    struct proxied_connection *self = own(connection);
    return is_lost(self) ? IC_DRIVER_LOST : inner_of(self)->listen(self->inner);
}

static enum ic_driver_rc await_commit(struct ic_connection *connection, int wake_fd, int timeout_ms)
{
    struct proxied_connection *self = own(connection);
    return is_lost(self) ? IC_DRIVER_LOST : inner_of(self)->await_commit(self->inner, wake_fd, timeout_ms);
}

static void close_connection(struct ic_connection *connection)
{
    if (connection) {
        struct proxied_connection *self = own(connection);
        inner_of(self)->close(self->inner);
        free(self);
    }
}

/* What the inner driver cannot do, the proxy cannot. */
static struct ic_driver driver_over(const struct ic_driver *inner)
{
    return (struct ic_driver){
        .statements = inner->statements,
        .search_form = inner->search_form,
        .ddl_commits = inner->ddl_commits,
        .begin = begin,
        .commit = commit,
        .rollback = rollback,
        .in_transaction = in_transaction,
        .part_begin = part_begin,
        .part_keep = part_keep,
        .part_undo = part_undo,
        .execute = execute,
        .prepare = prepare,
        .bind_text = bind_text,
        .bind_int64 = bind_int64,
        .bind_null = bind_null,
        .step = step,
        .column_text = column_text,
        .column_int64 = column_int64,
        .changed_count = changed_count,
        .reset = reset,
        .run_rows = run_rows,
        .message = message,
        .native = native_code,
        .ping = ping,
        .listen = inner->listen ? listen_to_commits : NULL,
        .await_commit = inner->await_commit ? await_commit : NULL,
        .close = close_connection,
    };
}

/* ---- The database. ---- */

static struct proxied_database *own_database(struct ic_database *database)
{
    return (struct proxied_database *)database;
}

static enum ic_rc open_connection(struct ic_database *database, bool is_writing, struct ic_connection **ret_connection,
                                  struct ic_err *err)
{
    struct proxied_database *proxied = own_database(database);
    struct proxied_connection *self = calloc(1, sizeof *self);
    must(self, "memory");
    enum ic_rc rc = proxied->inner->open(proxied->inner, is_writing, &self->inner, err);
    if (rc) {
        free(self);
        return rc;
    }
    self->driver = driver_over(self->inner->driver);
    self->base.driver = &self->driver;
    self->proxy = proxied->proxy;
    self->is_writing = is_writing;
    self->cut_count = atomic_load(&proxied->proxy->cut_count);
    *ret_connection = &self->base;
    return IC_OK;
}

static enum ic_rc back_up(struct ic_database *database, int schema_version, int64_t now, struct ic_err *err)
{
    struct ic_database *inner = own_database(database)->inner;
    return inner->back_up(inner, schema_version, now, err);
}

static void destroy_database(struct ic_database *database)
{
    struct ic_database *inner = own_database(database)->inner;
    inner->destroy(inner);
    free(database);
}

struct ic_database *proxy_open(struct proxy *proxy)
{
    struct proxied_database *proxied = calloc(1, sizeof *proxied);
    must(proxied, "memory");
    struct ic_database *inner = proxy->engine->open();
    *proxied = (struct proxied_database){
        .base =
            {
                .migrations = inner->migrations,
                .migration_count = inner->migration_count,
                .open = open_connection,
                .back_up = inner->back_up ? back_up : NULL,
                .destroy = destroy_database,
            },
        .proxy = proxy,
        .inner = inner,
    };
    return &proxied->base;
}

/* ---- The test's side. ---- */

struct proxy *proxy_create(const struct engine *engine)
{
    struct proxy *proxy = calloc(1, sizeof *proxy);
    must(proxy, "memory");
    proxy->engine = engine;
    pthread_mutex_init(&proxy->lock, NULL);
    return proxy;
}

void proxy_arm(struct proxy *proxy, enum harm harm, bool is_writing, int calls_before)
{
    pthread_mutex_lock(&proxy->lock);
    proxy->is_armed = true;
    proxy->is_done = false;
    proxy->harm = harm;
    proxy->is_writing = is_writing;
    proxy->calls_left = calls_before;
    pthread_mutex_unlock(&proxy->lock);
}

bool proxy_disarm(struct proxy *proxy)
{
    pthread_mutex_lock(&proxy->lock);
    bool is_done = proxy->is_done;
    proxy->is_armed = false;
    pthread_mutex_unlock(&proxy->lock);
    return is_done;
}

void proxy_cut_all(struct proxy *proxy)
{
    if (proxy->engine->cut) {
        proxy->engine->cut();
    } else {
        atomic_fetch_add(&proxy->cut_count, 1);
    }
}

void proxy_destroy(struct proxy *proxy)
{
    if (proxy) {
        pthread_mutex_destroy(&proxy->lock);
        free(proxy);
    }
}
