#include "agent/child.h"

#include "agent/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char operation[] = "agent.child.start";

static enum ic_rc fail(int native, struct ic_err *err)
{
    return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, true, "No process can be started: %.60s.",
                             strerror(native));
}

/* Every other descriptor of this program is closed at an exec. */
static int spawn(const char *program, const char *argument, int input, pid_t *ret_pid)
{
    union {
        const char *in;
        char *out;
    } arguments[] = {{.in = program}, {.in = argument}};
    char *const argv[] = {arguments[0].out, arguments[1].out, NULL};
    posix_spawn_file_actions_t actions;
    int native = posix_spawn_file_actions_init(&actions);
    if (native != 0) {
        return native;
    }
    native = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (native == 0) {
        native = posix_spawn(ret_pid, program, &actions, NULL, argv, environ);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return native;
}

enum ic_rc ic_child_start(const char *argument, struct ic_child *ret_child, struct ic_err *err)
{
    struct ic_path program;
    int ends[2];
    pid_t pid;
    enum ic_rc rc = ic_platform_executable(&program, err);
    if (rc != IC_OK) {
        return rc;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fail(errno, err);
    }
    (void)fcntl(ends[1], F_SETFL, O_NONBLOCK); /* The child's end waits. */
    int native = spawn(program.text, argument, ends[0], &pid);
    (void)close(ends[0]);
    if (native != 0) {
        (void)close(ends[1]);
        return fail(native, err);
    }
    *ret_child = (struct ic_child){.pid = pid, .fd = ends[1]};
    return IC_OK;
}

void ic_child_tell(const struct ic_child *child, char word)
{
    ssize_t written = child->fd >= 0 ? write(child->fd, &word, 1) : 0;
    (void)written; /* A pipe that is full has told it, one that is broken tells nobody. */
}

void ic_child_hang_up(struct ic_child *child)
{
    if (child->fd >= 0) {
        (void)close(child->fd);
        child->fd = -1;
    }
}

void ic_child_wait(const struct ic_child *child)
{
    while (waitpid((pid_t)child->pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

char ic_child_listen(void)
{
    char word = 0;
    ssize_t size;
    do {
        size = read(STDIN_FILENO, &word, 1);
    } while (size < 0 && errno == EINTR);
    return size == 1 ? word : 0;
}
