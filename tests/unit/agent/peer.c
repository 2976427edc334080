#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PEER_DEADLINE_MS = 20000, LOOK_AGAIN_MS = 2, FRAME_MAX = 1024 * 1024, OUTPUT_MAX = 256 * 1024 };

static void must(bool holds, const char *what)
{
    if (!holds) {
        perror(what);
        abort();
    }
}

void peer_start(struct peer *peer, const struct ic_path *data, const char *origin)
{
    int in[2], out[2];
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL); /* A dead agent must not take the test with it. */
    must(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipe");
    peer->pid = fork();
    must(peer->pid >= 0, "fork");
    if (peer->pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[0]), close(in[1]), close(out[0]), close(out[1]);
        setenv("INSTACRM_AGENT_DATA", data->text, 1);
        execl(IC_AGENT_PROGRAM, IC_AGENT_PROGRAM, origin, (char *)NULL);
        _exit(127);
    }
    close(in[0]), close(out[1]);
    peer->to_agent = in[1];
    peer->from_agent = out[0];
}

json_t *peer_start_greeted(struct peer *peer, const struct ic_path *data)
{
    peer_start(peer, data, PEER_ORIGIN);
    peer_send(peer, "{\"type\":\"hello\",\"protocol\":1,\"extension_version\":\"0.1.0\"}");
    return peer_receive_type(peer, "status");
}

void peer_send_bytes(struct peer *peer, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t sent = write(peer->to_agent, at, size);
        if (sent < 0 && errno == EPIPE) {
            return; /* The agent has ended; what it said can still be read. */
        }
        must(sent > 0, "write to the agent");
        at += sent;
        size -= (size_t)sent;
    }
}

void peer_send(struct peer *peer, const char *json)
{
    uint32_t length = (uint32_t)strlen(json);
    peer_send_bytes(peer, &length, sizeof length);
    peer_send_bytes(peer, json, length);
}

/* Reads exactly `size` bytes; false at the end of the stream, which may only come before the first. */
static bool read_exactly(int fd, void *bytes, size_t size)
{
    char *at = bytes;
    size_t left = size;
    while (left > 0) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        must(poll(&ready, 1, PEER_DEADLINE_MS) == 1, "the agent said nothing in time");
        ssize_t got = read(fd, at, left);
        must(got >= 0, "read from the agent");
        if (got == 0) {
            must(left == size, "the agent ended within a frame");
            return false;
        }
        at += got;
        left -= (size_t)got;
    }
    return true;
}

json_t *peer_receive(struct peer *peer)
{
    uint32_t length;
    if (!read_exactly(peer->from_agent, &length, sizeof length)) {
        return NULL;
    }
    must(length > 0 && length <= FRAME_MAX, "the agent's frame has a wrong length");
    char *text = malloc(length);
    must(text && read_exactly(peer->from_agent, text, length), "the agent's frame is cut");
    json_t *message = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    must(json_is_object(message), "the agent's frame is no object");
    free(text);
    return message;
}

json_t *peer_receive_type(struct peer *peer, const char *type)
{
    for (;;) {
        json_t *message = peer_receive(peer);
        must(message != NULL, "the agent ended");
        if (strcmp(json_string_value(json_object_get(message, "type")), type) == 0) {
            return message;
        }
        json_decref(message);
    }
}

void peer_await_status(struct peer *peer, const char *key, json_int_t value)
{
    bool found = false;
    /* How it is now; what it becomes is told unasked. */
    peer_send(peer, "{\"type\":\"status_request\"}");
    while (!found) {
        json_t *status = peer_receive_type(peer, "status");
        json_t *at = json_object_get(status, key);
        found = json_is_integer(at) ? json_integer_value(at) == value : json_is_true(at) == (value != 0);
        json_decref(status);
    }
}

/* Waits for the end of a process that is said to end soon. */
static int wait_for(pid_t pid)
{
    int status = 0;
    pid_t ended = 0;
    for (int waited_ms = 0; ended == 0 && waited_ms < PEER_DEADLINE_MS; waited_ms += LOOK_AGAIN_MS) {
        ended = waitpid(pid, &status, WNOHANG);
        if (ended == 0) {
            poll(NULL, 0, LOOK_AGAIN_MS);
        }
    }
    must(ended == pid, "the agent did not end in time");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int peer_finish(struct peer *peer)
{
    if (peer->to_agent >= 0) {
        close(peer->to_agent);
    }
    /* Reads what is still said, so that the agent is never blocked. */
    char rest[4096];
    while (read(peer->from_agent, rest, sizeof rest) > 0) {
    }
    close(peer->from_agent);
    return wait_for(peer->pid);
}

void peer_kill(struct peer *peer)
{
    kill(peer->pid, SIGKILL);
    (void)peer_finish(peer);
}

int peer_run(const char *const *arguments, const char *const *environment, char **ret_output)
{
    int out[2];
    must(pipe2(out, O_CLOEXEC) == 0, "pipe");
    pid_t pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0) {
        const char *argv[16] = {IC_AGENT_PROGRAM};
        for (size_t i = 0; arguments[i] && i + 2 < sizeof argv / sizeof argv[0]; i++) {
            argv[i + 1] = arguments[i];
        }
        for (size_t i = 0; environment[i]; i++) {
            char *entry = strdup(environment[i]);
            must(entry && putenv(entry) == 0, "putenv");
        }
        dup2(out[1], STDOUT_FILENO);
        dup2(out[1], STDERR_FILENO);
        close(out[0]), close(out[1]);
        /* execv promises to leave them as they are. */
        union {
            const char **given;
            char **taken;
        } words = {.given = argv};
        execv(IC_AGENT_PROGRAM, words.taken);
        _exit(127);
    }
    close(out[1]);
    char *output = calloc(1, OUTPUT_MAX);
    must(output != NULL, "calloc");
    size_t size = 0;
    ssize_t got;
    while ((got = read(out[0], output + size, OUTPUT_MAX - 1 - size)) > 0) {
        size += (size_t)got;
    }
    close(out[0]);
    *ret_output = output;
    return wait_for(pid);
}
