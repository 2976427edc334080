/* What a connection is like when it is opened, and why it is not. */
#include "fixture.h"

#include "store/migrate.h"
#include "store/postgres/database.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { URL_SIZE = 160 };

/* Tries to open an address, which must fail. */
static struct ic_err open_in_vain(const char *url, bool is_writing)
{
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_postgres_open(url, is_writing, FIXTURE_SHORT_MS, &connection, &err);
    assert_int_not_equal(rc, IC_OK);
    assert_null(connection);
    return err;
}

static const char *setting(struct fixture *fixture, struct ic_connection *connection, const char *sql)
{
    struct ic_prepared *show = fixture_prepare(fixture, connection, sql, 0);
    assert_int_equal(connection->driver->step(show), IC_DRIVER_ROW);
    return connection->driver->column_text(show, 0).data;
}

static void test_the_session_is_set_up_for_us(void **state)
{
    struct fixture *fixture = *state;
    const struct {
        const char *sql;
        const char *writer;
        const char *reader;
    } cases[] = {
        {"SHOW lock_timeout", "2500ms", "2500ms"},
        {"SHOW statement_timeout", "4s", "4s"},
        {"SHOW idle_in_transaction_session_timeout", "10s", "10s"},
        {"SHOW default_transaction_read_only", "off", "on"},
        {"SHOW synchronous_commit", "on", "on"},
        {"SHOW jit", "off", "off"},
        {"SHOW client_encoding", "UTF8", "UTF8"},
        {"SHOW standard_conforming_strings", "on", "on"},
        {"SHOW application_name", "instacrm", "instacrm"},
        {"SHOW plan_cache_mode", "force_generic_plan", "force_generic_plan"},
        {"SHOW enable_sort", "off", "off"},
    };
    /* The opposite of some, so that they would be seen to be missing. */
    fixture_execute(fixture->writer, "ALTER ROLE instacrm SET synchronous_commit = off; "
                                     "ALTER ROLE instacrm SET default_transaction_read_only = on; "
                                     "ALTER ROLE instacrm SET standard_conforming_strings = off");
    struct ic_connection *writer = fixture_open(fixture, true, IC_DRIVER_CALL_MS_MAX);
    struct ic_connection *reader = fixture_open(fixture, false, IC_DRIVER_CALL_MS_MAX);
    fixture_execute(fixture->writer, "ALTER ROLE instacrm RESET ALL");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(setting(fixture, writer, cases[i].sql), cases[i].writer);
        assert_string_equal(setting(fixture, reader, cases[i].sql), cases[i].reader);
    }
}

static void test_what_nobody_waits_for_may_take_long_but_does_not_wait_long_for_others(void **state)
{
    struct fixture *fixture = *state;
    struct ic_database *database = NULL;
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_postgres_database_create(fixture->url, &database, &err), IC_OK);
    database->is_patient = true;
    assert_int_equal(database->open(database, true, &connection, &err), IC_OK);
    fixture->opened[fixture->opened_count++] = connection;
    assert_string_equal(setting(fixture, connection, "SHOW statement_timeout"), "8min");
    assert_string_equal(setting(fixture, connection, "SHOW lock_timeout"), "2500ms");
    assert_string_equal(setting(fixture, connection, "SHOW idle_in_transaction_session_timeout"), "10s");
    /* The call itself, and not only its statement, outlasts what a request waits for. */
    fixture_execute(connection, "SELECT pg_sleep(5.5)");
    database->destroy(database);
}

/* How many of a plan's scans go down an index, and -1 when one goes through a whole table or index. */
static int count_descents(struct fixture *fixture, const char *explain)
{
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *plan = fixture_prepare(fixture, fixture->writer, explain, 0);
    int scans = 0;
    int descents = 0;
    while (driver->step(plan) == IC_DRIVER_ROW) {
        const char *line = driver->column_text(plan, 0).data;
        scans += strstr(line, "Scan") && !strstr(line, "Bitmap Heap Scan");
        descents += strstr(line, "Index Cond") != NULL;
    }
    driver->reset(plan);
    return scans == descents ? descents : -1;
}

/* A server's statements are prepared when it starts, which on the first day is before there is anything. */
static void test_what_a_push_looks_up_goes_down_indexes_although_there_was_nothing_when_it_was_prepared(void **state)
{
    static const struct {
        enum ic_statement statement;
        int tables;
        const char *explain;
    } cases[] = {
        {IC_STATEMENT_TARGETS_FIND, 4, /* By the handle, whether it has aliases, and by alias. */
         "EXPLAIN EXECUTE targets_find ('','','','','','','','','','','','','','','','')"},
        {IC_STATEMENT_OPERATIONS_FIND, 3,
         "EXPLAIN EXECUTE operations_find ('','','','','','','','','','','','','','','','')"},
    };
    struct fixture *fixture = *state;
    struct ic_database *database = NULL;
    struct ic_err err = IC_ERR_NONE;
    int version = 0;
    assert_int_equal(ic_postgres_database_create(fixture->url, &database, &err), IC_OK);
    assert_int_equal(ic_migrate(database, 0, &version, &err), IC_OK);
    database->destroy(database);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_prepared *prepared = NULL;
        assert_int_equal(fixture->writer->driver->prepare(fixture->writer, cases[i].statement, &prepared),
                         IC_DRIVER_OK);
        assert_int_equal(count_descents(fixture, cases[i].explain), cases[i].tables);
    }
}

static void test_a_reader_cannot_write(void **state)
{
    struct fixture *fixture = *state;
    struct ic_connection *reader = fixture_open(fixture, false, IC_DRIVER_CALL_MS_MAX);
    assert_int_equal(reader->driver->execute(reader, "CREATE TABLE kept (number BIGINT)"), IC_DRIVER_READONLY);
    assert_int_equal(reader->driver->begin(reader, false), IC_DRIVER_OK);
    assert_int_equal(reader->driver->execute(reader, "CREATE TABLE kept (number BIGINT)"), IC_DRIVER_READONLY);
    reader->driver->rollback(reader);
}

static void test_a_reader_sees_one_moment(void **state)
{
    struct fixture *fixture = *state;
    struct ic_connection *reader = fixture_open(fixture, false, IC_DRIVER_CALL_MS_MAX);
    fixture_execute(fixture->writer, "CREATE TABLE kept (number BIGINT)");
    assert_int_equal(reader->driver->begin(reader, false), IC_DRIVER_OK);
    assert_int_equal(fixture_number(fixture, reader, "SELECT COUNT(*) FROM kept"), 0);
    fixture_execute(fixture->writer, "INSERT INTO kept VALUES (1)");
    assert_int_equal(fixture_number(fixture, reader, "SELECT COUNT(*) FROM kept"), 0);
    assert_int_equal(reader->driver->commit(reader), IC_DRIVER_OK);
    assert_int_equal(fixture_number(fixture, reader, "SELECT COUNT(*) FROM kept"), 1);
}

static void test_a_database_in_another_encoding_is_refused(void **state)
{
    struct fixture *fixture = *state;
    fixture_execute(fixture->writer,
                    "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    char url[URL_SIZE];
    (void)snprintf(url, sizeof url, "postgres:///latin?host=%s&user=instacrm", fixture->folder);
    struct ic_err err = open_in_vain(url, true);
    assert_int_equal(err.code, IC_CODE_UNAVAILABLE);
    assert_non_null(strstr(err.detail, "LATIN1"));
    assert_false(err.retry);
}

static void test_a_server_that_will_not_have_us_says_why(void **state)
{
    struct fixture *fixture = *state;
    fixture_execute(fixture->writer, "CREATE ROLE dumb NOLOGIN; CREATE ROLE single LOGIN CONNECTION LIMIT 0");
    const struct {
        const char *database;
        const char *user;
        enum ic_code code;
        bool retry;
        const char *words;
    } cases[] = {
        {"missing", "instacrm", IC_CODE_UNAVAILABLE, false,
         "PostgreSQL refused: database \"missing\" does not exist (SQLSTATE 3D000)."},
        {"instacrm", "dumb", IC_CODE_UNAVAILABLE, false,
         "PostgreSQL refused: role \"dumb\" is not permitted to log in (SQLSTATE 28000)."},
        {"instacrm", "single", IC_CODE_BUSY, true,
         "PostgreSQL has too much to do: too many connections for role \"single\" (SQLSTATE 53300)."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char url[URL_SIZE];
        (void)snprintf(url, sizeof url, "postgres:///%s?host=%s&user=%s", cases[i].database, fixture->folder,
                       cases[i].user);
        struct ic_err err = open_in_vain(url, false);
        assert_string_equal(err.detail, cases[i].words);
        assert_int_equal(err.code, cases[i].code);
        assert_int_equal(err.retry, cases[i].retry);
        assert_int_not_equal(err.native, 0);
    }
}

static void test_where_nobody_answers_is_unavailable(void **state)
{
    (void)state;
    struct ic_err err = open_in_vain("postgres:///instacrm?host=/nonexistent&user=instacrm&password=s3cret", true);
    assert_int_equal(err.code, IC_CODE_UNAVAILABLE);
    assert_true(err.retry);
    assert_null(strstr(err.detail, "s3cret"));
}

/* A socket beside the server's; gives the address to reach it. */
static int listen_in(const struct fixture *fixture, char *ret_url)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.1", fixture->folder);
    (void)unlink(address.sun_path);
    (void)snprintf(ret_url, URL_SIZE, "postgres:///instacrm?host=%s&port=1&user=instacrm", fixture->folder);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    return fd;
}

static void test_a_server_that_says_nothing_is_given_up(void **state)
{
    char url[URL_SIZE];
    int fd = listen_in(*state, url);
    struct ic_err err = open_in_vain(url, true);
    close(fd);
    assert_int_equal(err.code, IC_CODE_UNAVAILABLE);
    assert_true(err.retry);
    assert_non_null(strstr(err.detail, "did not answer in time"));
}

/* There is no old server to ask, so that the first words of one are said here: signed in, its version, ready. */
static void test_a_server_that_is_too_old_is_refused(void **state)
{
    static const char words[] = "R\0\0\0\x08\0\0\0\0"
                                "S\0\0\0\x19server_version\0"
                                "11.22\0"
                                "Z\0\0\0\x05I";
    char url[URL_SIZE];
    int fd = listen_in(*state, url);
    int pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char heard[1024];
        int peer = accept(fd, NULL, NULL);
        bool is_said = read(peer, heard, sizeof heard) > 0 && write(peer, words, sizeof words - 1) > 0;
        while (read(peer, heard, sizeof heard) > 0) {
        }
        _exit(!is_said);
    }
    struct ic_err err = open_in_vain(url, true);
    close(fd);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_string_equal(err.detail, "The PostgreSQL server is of version 11; version 12 or a newer one is needed.");
    assert_false(err.retry);
}

static void test_a_standby_takes_readers_but_no_writer(void **state)
{
    struct fixture *fixture = *state;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/data/standby.signal", fixture->folder);
    fixture_server(fixture, "stop");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    fixture_server(fixture, "start");
    struct ic_connection *reader = fixture_open(fixture, false, IC_DRIVER_CALL_MS_MAX);
    int64_t number = fixture_number(fixture, reader, "SELECT 7");
    struct ic_err err = open_in_vain(fixture->url, true);
    fixture_server(fixture, "stop");
    assert_int_equal(unlink(path), 0);
    fixture_server(fixture, "start");
    assert_int_equal(number, 7);
    assert_string_equal(err.detail, "The PostgreSQL server is a standby, which cannot be written.");
}

static void test_an_address_that_cannot_be_read_is_refused_without_being_told(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "s3cret",
        "postgres://team:s3cret%@host/instacrm",
        "postgres://team:s3cret/instacrm",
        "postgres://team:x@s3cret@host/instacrm",
        "postgres://team:x/s3cret@host/instacrm",
        "postgres://team:x@host/instacrm?s3cret=1",
        "postgres://team:x@[s3cret/instacrm",
        "host=a password='s3cret",
        "host=a s3cret=b",
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct ic_database *database = NULL;
        struct ic_err err = IC_ERR_NONE;
        assert_int_not_equal(ic_postgres_database_create(urls[i], &database, &err), IC_OK);
        assert_null(database);
        assert_int_equal(err.code, IC_CODE_INVALID_PARAMETER);
        assert_null(strstr(err.detail, "s3cret"));
    }
}

static void test_a_database_opens_connections(void **state)
{
    struct fixture *fixture = *state;
    const char *const urls[] = {fixture->url, "postgresql://u%40x:p%2Fq@host:1/db?sslmode=disable&options=a@b",
                                "host=/run dbname=x password='a@b'", "postgres://team:x?y@host/instacrm"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct ic_database *database = NULL;
        struct ic_err err = IC_ERR_NONE;
        assert_int_equal(ic_postgres_database_create(urls[i], &database, &err), IC_OK);
        if (i == 0) {
            struct ic_connection *connection = NULL;
            assert_int_equal(database->open(database, true, &connection, &err), IC_OK);
            assert_int_equal(connection->driver->ping(connection), IC_DRIVER_OK);
            connection->driver->close(connection);
        }
        database->destroy(database);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_the_session_is_set_up_for_us),
        fixture_test(test_what_nobody_waits_for_may_take_long_but_does_not_wait_long_for_others),
        fixture_test(test_what_a_push_looks_up_goes_down_indexes_although_there_was_nothing_when_it_was_prepared),
        fixture_test(test_a_reader_cannot_write),
        fixture_test(test_a_reader_sees_one_moment),
        fixture_test(test_a_database_in_another_encoding_is_refused),
        fixture_test(test_a_server_that_will_not_have_us_says_why),
        fixture_test(test_where_nobody_answers_is_unavailable),
        fixture_test(test_a_server_that_says_nothing_is_given_up),
        fixture_test(test_a_server_that_is_too_old_is_refused),
        fixture_test(test_a_standby_takes_readers_but_no_writer),
        fixture_test(test_an_address_that_cannot_be_read_is_refused_without_being_told),
        fixture_test(test_a_database_opens_connections),
    };
    return fixture_main("store.postgres.opening", tests, sizeof tests / sizeof tests[0]);
}
