#include "fixture.h"

#include <assert.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A test's own preparations must hold, also with assertions off. */
static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "The fixture failed: %s\n", what);
        abort();
    }
}

int fixture_folder(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    must(fixture, "memory");
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/instacrm-store-XXXXXX");
    must(mkdtemp(fixture->folder), "a folder");
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/team.db", fixture->folder);
    fixture->clock = ic_clock_system();
    fixture->rand = ic_rand_system();
    fixture->arena = ic_arena_create(16 << 20);
    must(fixture->arena, "an arena");
    *state = fixture;
    return 0;
}

struct ic_store *fixture_open_store(struct fixture *fixture)
{
    struct ic_store *store = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_store_sqlite_open(fixture->path, 2, &fixture->clock, &store, &err);
    must(!rc, err.detail);
    return store;
}

int fixture_open(void **state)
{
    fixture_folder(state);
    struct fixture *fixture = *state;
    fixture->store = fixture_open_store(fixture);
    return 0;
}

int fixture_begin(void **state)
{
    fixture_folder(state);
    struct fixture *fixture = *state;
    struct ic_connection *connection = NULL;
    ic_store_destroy(fixture_open_store(fixture));
    enum ic_rc rc = ic_sqlite_open_writer(fixture->path, IC_SQLITE_SERVE, &connection, &fixture->err);
    must(!rc, fixture->err.detail);
    must(connection->driver->begin(connection, true) == IC_DRIVER_OK, "a transaction");
    fixture->tx = (struct ic_store_tx){.connection = connection};
    return 0;
}

void fixture_commit(struct fixture *fixture)
{
    struct ic_connection *connection = fixture->tx.connection;
    must(!ic_store_tx_finish(&fixture->tx, &fixture->err), fixture->err.detail);
    ic_store_tx_release(&fixture->tx);
    must(connection->driver->commit(connection) == IC_DRIVER_OK, "a commit");
    must(connection->driver->begin(connection, true) == IC_DRIVER_OK, "a transaction");
    fixture->tx = (struct ic_store_tx){.connection = connection};
}

static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)unlink(path);
    }
    if (entries) {
        (void)closedir(entries);
    }
    (void)rmdir(folder);
}

int fixture_end(void **state)
{
    struct fixture *fixture = *state;
    ic_store_destroy(fixture->store);
    ic_store_tx_release(&fixture->tx);
    if (fixture->tx.connection) {
        fixture->tx.connection->driver->rollback(fixture->tx.connection);
        fixture->tx.connection->driver->close(fixture->tx.connection);
    }
    ic_arena_destroy(fixture->arena);
    remove_folder(fixture->folder);
    free(fixture);
    return 0;
}

void fixture_write(struct fixture *fixture, ic_store_run run, void *context)
{
    struct ic_err err = IC_ERR_NONE;
    must(!ic_store_write(fixture->store, run, context, &err), err.detail);
}

struct ic_id fixture_operator(struct ic_store_tx *tx, const char *name)
{
    char email[128];
    (void)snprintf(email, sizeof email, "%s@team.example", name);
    struct ic_operator operator_ = {
        .opr_name = ic_str_from(name),
        .opr_email = ic_str_from(email),
        .opr_status = IC_OPERATOR_STATUS_OFFLINE,
        .role = IC_ROLE_OWNER,
        .time_zone = IC_STR("Europe/Lisbon"),
        .created_at = 1000,
        .last_activity = 1000,
    };
    struct ic_rand rand = ic_rand_system();
    struct ic_id id = {0};
    struct ic_err err = IC_ERR_NONE;
    must(!ic_store_operator_insert(tx, &operator_, &rand, &id, &err), err.detail);
    return id;
}

struct ic_outreach fixture_outreach(const struct ic_id *opr_id, const char *tar_username, int64_t at)
{
    struct ic_rand rand = ic_rand_system();
    struct ic_outreach outreach = {
        .opr_id = *opr_id,
        .act_username = {"tableturnerr"},
        .thread_id = IC_STR("340282366841710300949128"),
        .message_text = IC_STR("Hello!"),
        .sent_at = at - 5,
        .created_at = at,
        .received_at = at + 7,
        .op_id = ic_op_id_create(at, &rand),
    };
    must(ic_handle_parse(ic_str_from(tar_username), &outreach.tar_username), "a handle");
    ic_hash_of(ic_str_from(outreach.op_id.text), &outreach.op_hash);
    return outreach;
}

enum ic_rc fixture_insert_owner(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)err;
    struct ic_id *ret_id = context;
    *ret_id = fixture_operator(tx, "Owner");
    return IC_OK;
}

int64_t fixture_sql(struct fixture *fixture, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    must(sqlite3_open(fixture->path, &db) == SQLITE_OK, "a connection");
    must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(db));
    int step = sqlite3_step(statement);
    must(step == SQLITE_ROW || step == SQLITE_DONE, sqlite3_errmsg(db));
    int64_t value = step == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}
