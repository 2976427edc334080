#include "agent/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* A signal can only be told to a handler: it writes here, and every wait listens. */
static int stop_pipe[2] = {-1, -1};

static void on_stop(int signal_number)
{
    (void)signal_number;
    int kept = errno;
    ssize_t written = write(stop_pipe[1], "!", 1); /* A full pipe has said it already. */
    (void)written;
    errno = kept;
}

static void handle(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

enum ic_rc ic_channel_init(struct ic_channel *channel, int in, int out, struct ic_err *err)
{
    if (pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, "agent.channel.init", errno, true, "There is no pipe left.");
    }
    *channel = (struct ic_channel){.in = in, .out = out, .bell = -1};
    handle(SIGTERM, on_stop);
    handle(SIGINT, on_stop);
    handle(SIGPIPE, SIG_IGN);
    handle(SIGXFSZ, SIG_IGN);
    return IC_OK;
}

void ic_channel_release(struct ic_channel *channel)
{
    (void)channel;
    handle(SIGTERM, SIG_DFL);
    handle(SIGINT, SIG_DFL);
    close(stop_pipe[0]);
    close(stop_pipe[1]);
    stop_pipe[0] = stop_pipe[1] = -1;
}

unsigned ic_channel_wait(struct ic_channel *channel, bool may_wait)
{
    struct pollfd fds[] = {
        {.fd = stop_pipe[0], .events = POLLIN},
        {.fd = channel->in, .events = POLLIN},
        {.fd = channel->bell, .events = POLLIN},
    };
    while (poll(fds, sizeof fds / sizeof fds[0], may_wait ? -1 : 0) < 0) {
        if (errno != EINTR) {
            return IC_CHANNEL_STOP;
        }
    }
    unsigned events = 0;
    events |= fds[0].revents ? IC_CHANNEL_STOP : 0u;
    events |= fds[1].revents ? IC_CHANNEL_INPUT : 0u; /* Hung up counts: the reading then finds the end. */
    events |= fds[2].revents ? IC_CHANNEL_BELL : 0u;
    return events;
}

int64_t ic_channel_read(struct ic_channel *channel, void *at, size_t size)
{
    for (;;) {
        ssize_t got = read(channel->in, at, size);
        if (got >= 0 || errno != EINTR) {
            return got;
        }
    }
}

/* A pipe that polls writable takes PIPE_BUF bytes at once, so that the write itself never waits. */
static bool write_all(struct ic_channel *channel, struct ic_str bytes)
{
    while (bytes.size > 0) {
        struct pollfd fds[] = {
            {.fd = stop_pipe[0], .events = POLLIN},
            {.fd = channel->out, .events = POLLOUT},
        };
        if (poll(fds, sizeof fds / sizeof fds[0], -1) < 0) {
            if (errno == EINTR) {
                continue;
            }
            return false;
        }
        if (fds[0].revents) {
            return false;
        }
        ssize_t size = write(channel->out, bytes.data, bytes.size < PIPE_BUF ? bytes.size : PIPE_BUF);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            return false;
        }
        bytes.data += size;
        bytes.size -= (size_t)size;
    }
    return true;
}

bool ic_channel_write_frame(struct ic_channel *channel, struct ic_str frame)
{
    unsigned char header[IC_FRAME_HEADER_SIZE];
    ic_frame_header_encode(frame.size, header);
    return write_all(channel, (struct ic_str){(const char *)header, sizeof header}) && write_all(channel, frame);
}
