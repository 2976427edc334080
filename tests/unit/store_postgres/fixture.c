#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_INSTALLED = 77 };

/* A test's own preparations must hold, also with assertions off. */
static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "The fixture failed: %s\n", what);
        abort();
    }
}

/* Runs tests/postgres with the descriptors given as its input and output (-1: ours). */
static pid_t begin_script(const char *command, const char *folder, int input, int output)
{
    pid_t pid = fork();
    must(pid >= 0, "a process");
    if (pid == 0) {
        if ((input >= 0 && dup2(input, STDIN_FILENO) < 0) || (output >= 0 && dup2(output, STDOUT_FILENO) < 0)) {
            _exit(127);
        }
        execl(IC_TESTS_POSTGRES, "postgres", command, folder, (char *)NULL);
        _exit(127);
    }
    return pid;
}

static int end_script(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        must(errno == EINTR, "waiting for tests/postgres");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Starts the server and keeps the address that the script prints; gives the script's exit status. */
static int start_server(struct fixture *fixture)
{
    int fds[2];
    must(!pipe2(fds, O_CLOEXEC), "a pipe");
    pid_t pid = begin_script("start", fixture->folder, -1, fds[1]);
    close(fds[1]);
    size_t size = 0;
    for (ssize_t got; (got = read(fds[0], fixture->url + size, sizeof fixture->url - 1 - size)) > 0;) {
        size += (size_t)got;
    }
    close(fds[0]);
    fixture->url[size] = '\0';
    fixture->url[strcspn(fixture->url, "\n")] = '\0';
    return end_script(pid);
}

static void start_guard(struct fixture *fixture)
{
    int fds[2];
    must(!pipe2(fds, O_CLOEXEC), "a pipe");
    fixture->guard = begin_script("guard", fixture->folder, fds[0], -1);
    fixture->guard_fd = fds[1];
    close(fds[0]);
}

int fixture_main(const char *name, const struct CMUnitTest *tests, size_t test_count)
{
    static struct fixture fixture;
    (void)snprintf(fixture.folder, sizeof fixture.folder, "/tmp/instacrm-postgres-XXXXXX");
    must(mkdtemp(fixture.folder), "a folder");
    start_guard(&fixture);
    (void)alarm(FIXTURE_SECONDS_MAX);
    int status = start_server(&fixture);
    if (status == 0) {
        struct CMUnitTest *own = calloc(test_count, sizeof *own);
        must(own, "memory");
        for (size_t i = 0; i < test_count; i++) {
            own[i] = tests[i];
            own[i].initial_state = &fixture;
        }
        status = _cmocka_run_group_tests(name, own, test_count, NULL, NULL);
        free(own);
    } else if (status == NOT_INSTALLED) {
        printf("1..0 # SKIP The server of PostgreSQL is not installed.\n");
        status = 0;
    }
    close(fixture.guard_fd);
    int guarded = end_script(fixture.guard);
    return status ? status : guarded;
}

void fixture_server(struct fixture *fixture, const char *command)
{
    int status = strcmp(command, "start") == 0 ? start_server(fixture)
                                               : end_script(begin_script(command, fixture->folder, -1, -1));
    must(status == 0, command);
}

struct ic_connection *fixture_open(struct fixture *fixture, bool is_writing, int call_ms_max)
{
    struct ic_connection *connection = NULL;
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_postgres_open(fixture->url, is_writing, call_ms_max, &connection, &err);
    must(!rc, err.detail);
    must(fixture->opened_count < FIXTURE_OPENED_MAX, "fewer connections");
    fixture->opened[fixture->opened_count++] = connection;
    return connection;
}

void fixture_close(struct fixture *fixture, struct ic_connection *connection)
{
    for (size_t i = 0; i < fixture->opened_count; i++) {
        if (fixture->opened[i] == connection) {
            fixture->opened[i] = NULL;
        }
    }
    connection->driver->close(connection);
}

struct ic_prepared *fixture_prepare(struct fixture *fixture, struct ic_connection *connection, const char *sql,
                                    int parameter_count)
{
    size_t index = fixture->statement_count++;
    must(index < FIXTURE_PREPARED_MAX, "fewer statements");
    (void)snprintf(fixture->statements[index].name, sizeof fixture->statements[index].name, "test_%zu", index);
    fixture->statements[index].text = (struct ic_statement_text){
        .name = fixture->statements[index].name, .sql = sql, .parameter_count = parameter_count};
    enum ic_driver_rc rc =
        ic_postgres_prepare_text(connection, &fixture->statements[index].text, &fixture->statements[index].prepared);
    must(!rc, connection->driver->message(connection));
    return fixture->statements[index].prepared;
}

void fixture_execute(struct ic_connection *connection, const char *sql)
{
    enum ic_driver_rc rc = connection->driver->execute(connection, sql);
    must(!rc, connection->driver->message(connection));
}

int64_t fixture_number(struct fixture *fixture, struct ic_connection *connection, const char *sql)
{
    struct ic_prepared *prepared = fixture_prepare(fixture, connection, sql, 0);
    must(connection->driver->step(prepared) == IC_DRIVER_ROW, sql);
    int64_t number = connection->driver->column_int64(prepared, 0);
    connection->driver->reset(prepared);
    return number;
}

int fixture_begin(void **state)
{
    struct fixture *fixture = *state;
    fixture->opened_count = 0;
    fixture->statement_count = 0;
    fixture->writer = fixture_open(fixture, true, IC_DRIVER_CALL_MS_MAX);
    fixture_execute(fixture->writer, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    return 0;
}

int fixture_end(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < fixture->statement_count; i++) {
        ic_postgres_statement_destroy((struct ic_postgres_statement *)fixture->statements[i].prepared);
    }
    for (size_t i = 0; i < fixture->opened_count; i++) {
        if (fixture->opened[i]) {
            fixture->opened[i]->driver->close(fixture->opened[i]);
        }
    }
    return 0;
}
