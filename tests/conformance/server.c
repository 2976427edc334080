#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_killed;
static bool is_silent;

bool server_is_ours(void)
{
    return getenv("CONFORMANCE_SERVER") != NULL;
}

/* Runs tests/postgres, which must do well; what it prints is not for the suite. */
static void run_script(const char *command)
{
    pid_t pid = fork();
    must(pid >= 0, "a process");
    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 || dup2(nowhere, STDOUT_FILENO) < 0) {
            _exit(127);
        }
        execl(CONFORMANCE_SERVER_SCRIPT, "postgres", command, getenv("CONFORMANCE_SERVER"), (char *)NULL);
        _exit(127);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        must(errno == EINTR, "waiting for tests/postgres");
    }
    must(WIFEXITED(status) && WEXITSTATUS(status) == 0, command);
}

void server_vanish(enum vanishing how)
{
    run_script(how == VANISH_KILLED ? "kill" : "pause");
    is_killed |= how == VANISH_KILLED;
    is_silent |= how == VANISH_SILENT;
}

void server_come_back(void)
{
    if (is_silent) {
        run_script("resume");
    }
    if (is_killed) {
        run_script("start");
    }
    is_killed = false;
    is_silent = false;
}
