#include "fixture.h"

#include "store/deadline.h"
#include "store/oracle/database.h"

#include <dlfcn.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    struct ic_oracle_library *library;
    struct ic_oracle_address address;
} fixture;

static struct odbc_behaviour *find_behaviour(void)
{
    struct odbc_behaviour *(*find)(void) = NULL;
    void *handle = dlopen(IC_TESTS_ODBC_DOUBLE, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(handle);
    void *symbol = dlsym(handle, "odbc_behaviour");
    assert_non_null(symbol);
    memcpy(&find, &symbol, sizeof find);
    return find();
}

int fixture_begin(void **state)
{
    struct ic_err err = IC_ERR_NONE;
    (void)alarm(FIXTURE_SECONDS_MAX);
    struct odbc_behaviour *behaviour = find_behaviour();
    memset(behaviour, 0, sizeof *behaviour);
    (void)setenv("INSTACRM_ODBC_LIBRARY", IC_TESTS_ODBC_DOUBLE, 1);
    (void)setenv("ORACLE_CONN_STRING", "crm_tp", 1);
    (void)setenv("ORACLE_USER", "ana", 1);
    (void)setenv("ORACLE_PASSWORD", "geheim", 1);
    (void)unsetenv("INSTACRM_ODBC_DRIVER");
    assert_int_equal(ic_oracle_library_load(&fixture.library, &err), IC_OK);
    assert_int_equal(ic_oracle_address_init(&fixture.address, "crm_tp", "ana", "geheim", "Ora", &err), IC_OK);
    *state = behaviour;
    return 0;
}

int fixture_end(void **state)
{
    struct odbc_behaviour *behaviour = *state;
    atomic_store(&behaviour->let_go, true);
    ic_oracle_line_await_stuck(fixture.library, FIXTURE_PATIENCE_MS);
    ic_oracle_address_release(&fixture.address);
    ic_oracle_library_release(fixture.library);
    return 0;
}

struct ic_database *fixture_database(void)
{
    struct ic_database *database = NULL;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_oracle_database_create(&database, &err), IC_OK);
    return database;
}

enum ic_rc fixture_try(int call_ms_max, struct ic_connection **ret_connection, struct ic_err *err)
{
    return ic_oracle_open(fixture.library, &fixture.address, call_ms_max, ret_connection, err);
}

struct ic_connection *fixture_open(int call_ms_max)
{
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(fixture_try(call_ms_max, &connection, &err), IC_OK);
    return connection;
}

void fixture_await(atomic_int *count, int wanted)
{
    struct timespec deadline = ic_deadline_in(FIXTURE_PATIENCE_MS);
    while (atomic_load(count) != wanted && !ic_deadline_is_past(&deadline)) {
        (void)poll(NULL, 0, 5);
    }
    assert_int_equal(atomic_load(count), wanted);
}
