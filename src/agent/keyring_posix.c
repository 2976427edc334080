#include "agent/keyring.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char operation[] = "agent.keyring";
static const char program[] = "/usr/bin/secret-tool";

extern char **environ;

enum { WORDS_MAX = 12, OUTPUT_SIZE = 256 };

/* The token that was found last. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* Guards the two; never held while the program runs. */
static struct ic_keyring_item known_item;
static struct ic_secret known_token;

bool ic_keyring_is_there(void)
{
    const char *wish = getenv("INSTACRM_AGENT_KEYRING");
    const char *bus = getenv("DBUS_SESSION_BUS_ADDRESS");
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    char socket[256] = "";
    if (wish && strcmp(wish, "off") == 0) {
        return false;
    }
    if (runtime) {
        (void)snprintf(socket, sizeof socket, "%s/bus", runtime);
    }
    bool has_session = (bus && bus[0] != '\0') || (socket[0] == '/' && access(socket, R_OK | W_OK) == 0);
    return has_session && access(program, X_OK) == 0;
}

/* ---- Items. ---- */

struct ic_keyring_item ic_keyring_item_of(const struct ic_id *device_id, const struct ic_secret *token)
{
    struct ic_keyring_item item;
    struct ic_hash hash;
    ic_hash_of(ic_str_from(token->text), &hash);
    (void)snprintf(item.text, sizeof item.text, "%s.%.*s", device_id->text, IC_KEYRING_DIGITS, hash.text);
    return item;
}

bool ic_keyring_item_parse(struct ic_str text, const struct ic_id *device_id, struct ic_keyring_item *ret_item)
{
    struct ic_keyring_item item = {.text = ""};
    struct ic_str id = ic_id_text(device_id);
    if (text.size != id.size + 1 + IC_KEYRING_DIGITS || !ic_str_starts_with(text, id) || text.data[id.size] != '.') {
        return false;
    }
    memcpy(item.text, text.data, text.size);
    if (strspn(item.text + id.size + 1, "0123456789abcdef") != IC_KEYRING_DIGITS) {
        return false;
    }
    *ret_item = item;
    return true;
}

/* ---- The program. ---- */

/* A run of the program: what it is to read, and what it writes. */
struct talk {
    struct ic_str input;
    char output[OUTPUT_SIZE];
    size_t output_size;
    bool has_complained; /* It wrote to its standard error. */
    int exit_status;     /* -1: it was ended. */
};

static void close_both(int ends[2])
{
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0) {
            close(ends[i]);
            ends[i] = -1;
        }
    }
}

static bool spawn(char *const *words, int in[2], int out[2], int complaints[2], pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, complaints[1], STDERR_FILENO);
    int failure = posix_spawn(ret_pid, program, &actions, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failure == 0;
}

/* Takes what there is; false at the end. */
static bool take_output(int fd, struct talk *talk)
{
    char spill[64];
    size_t left = sizeof talk->output - talk->output_size;
    ssize_t size = left > 0 ? read(fd, talk->output + talk->output_size, left) : read(fd, spill, sizeof spill);
    if (size > 0 && left > 0) {
        talk->output_size += (size_t)size;
    }
    return size > 0 || (size < 0 && errno == EINTR);
}

/* Listens until the program has closed both of its outputs; false when the time is over. */
static bool listen_to(struct talk *talk, int out, int complaints)
{
    const struct ic_clock clock = ic_clock_system();
    int64_t ends_at = ic_clock_monotonic_ms(&clock) + IC_KEYRING_MS_MAX;
    struct pollfd fds[2] = {{.fd = out, .events = POLLIN}, {.fd = complaints, .events = POLLIN}};
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        int64_t left_ms = ends_at - ic_clock_monotonic_ms(&clock);
        if (left_ms <= 0 || (poll(fds, 2, (int)left_ms) < 0 && errno != EINTR)) {
            return false;
        }
        if (fds[0].fd >= 0 && fds[0].revents && !take_output(out, talk)) {
            fds[0].fd = -1;
        }
        if (fds[1].fd >= 0 && fds[1].revents) {
            char complaint[256];
            ssize_t size = read(complaints, complaint, sizeof complaint);
            talk->has_complained |= size > 0;
            if (size == 0 || (size < 0 && errno != EINTR)) {
                fds[1].fd = -1;
            }
        }
    }
    return true;
}

static void end(pid_t pid, bool is_in_time, struct talk *talk)
{
    int status = 0;
    if (!is_in_time) {
        kill(pid, SIGKILL);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    talk->exit_status = is_in_time && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Runs the program; false when it did not run to its end in time. */
static bool run(const char *const *words, struct talk *talk)
{
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    int complaints[2] = {-1, -1};
    char *copy[WORDS_MAX + 1] = {NULL};
    pid_t pid;
    bool has_run = false;
    talk->exit_status = -1;
    for (size_t i = 0; words[i] && i < WORDS_MAX; i++) {
        copy[i] = (char *)(uintptr_t)words[i];
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) == 0 && pipe2(out, O_CLOEXEC) == 0 &&
        pipe2(complaints, O_CLOEXEC) == 0 && spawn(copy, in, out, complaints, &pid)) {
        close(in[0]);
        close(out[1]);
        close(complaints[1]);
        in[0] = out[1] = complaints[1] = -1;
        /* A token is shorter than what a socket takes at once; unlike a pipe's, its end raises no signal. */
        bool is_told = talk->input.size == 0 ||
                       send(in[1], talk->input.data, talk->input.size, MSG_NOSIGNAL) == (ssize_t)talk->input.size;
        close(in[1]);
        in[1] = -1;
        end(pid, listen_to(talk, out[0], complaints[0]) && is_told, talk);
        has_run = talk->exit_status >= 0;
    }
    close_both(in);
    close_both(out);
    close_both(complaints);
    return has_run;
}

static enum ic_rc unavailable(struct ic_err *err)
{
    return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, 0, true,
                             "This desktop's token is in the keyring, which does not answer or is locked.");
}

/* ---- Tokens. ---- */

static void remember(const struct ic_keyring_item *item, const struct ic_secret *token)
{
    pthread_mutex_lock(&lock);
    known_item = *item;
    known_token = *token;
    pthread_mutex_unlock(&lock);
}

static bool recall(const struct ic_keyring_item *item, struct ic_secret *ret_token)
{
    pthread_mutex_lock(&lock);
    bool is_known = strcmp(known_item.text, item->text) == 0;
    if (is_known) {
        *ret_token = known_token;
    }
    pthread_mutex_unlock(&lock);
    return is_known;
}

/* Whether the item is there, locked or not: its name is told while its secret is not, and the program fails at that
 * without a word. */
static bool is_listed(const struct ic_keyring_item *item)
{
    const char *const words[] = {program, "search", "application", "instacrm-agent", "item", item->text, NULL};
    struct talk talk = {.output_size = 0};
    return run(words, &talk) && (talk.output_size > 0 || talk.has_complained);
}

static enum ic_rc look_up(const struct ic_keyring_item *item, struct ic_secret *ret_token, struct ic_err *err)
{
    const char *const words[] = {program, "lookup", "application", "instacrm-agent", "item", item->text, NULL};
    struct talk talk = {.output_size = 0};
    enum ic_rc rc = IC_OK;
    bool has_run = run(words, &talk);
    struct ic_str found = {talk.output, talk.output_size};
    if (!has_run || (talk.exit_status != 0 && talk.has_complained)) {
        rc = unavailable(err);
    } else if (talk.exit_status != 0 || found.size == 0) {
        rc = is_listed(item)
                 ? unavailable(err)
                 : ic_err_set(err, IC_CODE_NOT_FOUND, operation, "The token is not in the keyring any more.");
    } else if (!ic_secret_has_form(found)) {
        rc = ic_err_set(err, IC_CODE_CORRUPT, operation, "What the keyring has is no token.");
    } else {
        memcpy(ret_token->text, found.data, found.size);
        ret_token->text[found.size] = '\0';
    }
    ic_secret_wipe(talk.output, sizeof talk.output);
    return rc;
}

enum ic_rc ic_keyring_put(const struct ic_keyring_item *item, const struct ic_secret *token, struct ic_err *err)
{
    char label[64];
    (void)snprintf(label, sizeof label, "--label=InstaCRM desktop %s", item->text);
    const char *const words[] = {program, "store", label, "application", "instacrm-agent", "item", item->text, NULL};
    struct talk talk = {.input = ic_str_from(token->text)};
    struct ic_secret found;
    if (!run(words, &talk) || talk.exit_status != 0) {
        return unavailable(err);
    }
    enum ic_rc rc = look_up(item, &found, err);
    if (rc == IC_OK && strcmp(found.text, token->text) != 0) {
        rc = unavailable(err);
    }
    if (rc == IC_OK) {
        remember(item, token);
    }
    ic_secret_wipe(&found, sizeof found);
    return rc;
}

enum ic_rc ic_keyring_get(const struct ic_keyring_item *item, struct ic_secret *ret_token, struct ic_err *err)
{
    struct ic_secret token;
    if (recall(item, ret_token)) {
        return IC_OK;
    }
    if (!ic_keyring_is_there()) {
        return unavailable(err);
    }
    enum ic_rc rc = look_up(item, &token, err);
    if (rc == IC_OK) {
        remember(item, &token);
        *ret_token = token;
        ic_secret_wipe(&token, sizeof token);
    }
    return rc;
}

void ic_keyring_remove(const struct ic_keyring_item *item)
{
    const char *const words[] = {program, "clear", "application", "instacrm-agent", "item", item->text, NULL};
    struct talk talk = {.output_size = 0};
    if (ic_keyring_is_there()) {
        (void)run(words, &talk);
    }
}
