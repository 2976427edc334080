#include "wire.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool open_with(struct wire *wire, int port, int receive_bytes)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *wire = (struct wire){.descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    ic_buf_init(&wire->received, WIRE_READ_BYTES_MAX);
    assert_true(wire->descriptor >= 0);
    if (receive_bytes > 0) {
        setsockopt(wire->descriptor, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    }
    return connect(wire->descriptor, (struct sockaddr *)&address, sizeof address) == 0;
}

void wire_open(struct wire *wire, int port)
{
    assert_true(open_with(wire, port, 0));
}

bool wire_try_open(struct wire *wire, int port)
{
    return open_with(wire, port, 0);
}

void wire_open_narrow(struct wire *wire, int port)
{
    assert_true(open_with(wire, port, 1));
}

void wire_reset(struct wire *wire)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(wire->descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    wire_close(wire);
}

void wire_close(struct wire *wire)
{
    close(wire->descriptor);
    ic_buf_release(&wire->received);
}

/* Waits until the socket can be read, or written; fails the test past the deadline. */
static void wait_for(const struct wire *wire, short what)
{
    struct pollfd one = {.fd = wire->descriptor, .events = what};
    int ready = poll(&one, 1, WIRE_DEADLINE_MS);
    if (ready != 1) {
        fail_msg("Nothing happened on the connection within %d ms.", WIRE_DEADLINE_MS);
    }
}

bool wire_send(struct wire *wire, struct ic_str bytes)
{
    while (bytes.size > 0) {
        wait_for(wire, POLLOUT);
        ssize_t sent = send(wire->descriptor, bytes.data, bytes.size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
            continue;
        }
        if (sent < 0) {
            return false;
        }
        bytes = (struct ic_str){bytes.data + sent, bytes.size - (size_t)sent};
    }
    return true;
}

void wire_half_close(struct wire *wire)
{
    shutdown(wire->descriptor, SHUT_WR);
}

bool wire_read(struct wire *wire)
{
    char piece[1 << 14];
    if (wire->is_ended) {
        return false;
    }
    wait_for(wire, POLLIN);
    ssize_t size = recv(wire->descriptor, piece, sizeof piece, 0);
    if (size <= 0) {
        wire->is_ended = true; /* A reset ends a connection as well. */
        return false;
    }
    ic_buf_put(&wire->received, (struct ic_str){piece, (size_t)size});
    assert_int_equal(wire->received.failed, IC_CODE_OK);
    return true;
}

void wire_read_end(struct wire *wire)
{
    while (wire_read(wire)) {
    }
}

static struct ic_str unread(const struct wire *wire)
{
    return (struct ic_str){wire->received.data + wire->used, wire->received.size - wire->used};
}

static const char *find(struct ic_str whole, const char *text)
{
    return whole.size ? memmem(whole.data, whole.size, text, strlen(text)) : NULL;
}

bool wire_holds(struct ic_str whole, const char *text)
{
    return find(whole, text) != NULL;
}

struct ic_str wire_header(const struct wire_reply *reply, const char *name)
{
    struct ic_str rest = reply->head;
    size_t name_size = strlen(name);
    for (const char *end; (end = find(rest, "\r\n")); rest.size -= (size_t)(end + 2 - rest.data), rest.data = end + 2) {
        size_t size = (size_t)(end - rest.data);
        if (size > name_size && rest.data[name_size] == ':' && strncasecmp(rest.data, name, name_size) == 0) {
            struct ic_str value = {rest.data + name_size + 1, size - name_size - 1};
            while (value.size && value.data[0] == ' ') {
                value = (struct ic_str){value.data + 1, value.size - 1};
            }
            return value;
        }
    }
    return IC_STR("");
}

/* Takes the chunks out of a chunked body, in place; the wire has read all of it when this returns true. */
static bool join_chunks(struct ic_str raw, char *body, size_t *ret_size, size_t *ret_used)
{
    size_t at = 0, size = 0;
    for (;;) {
        struct ic_str rest = {raw.data + at, raw.size - at};
        const char *end = find(rest, "\r\n");
        if (!end) {
            return false;
        }
        size_t chunk = strtoul(rest.data, NULL, 16);
        at += (size_t)(end + 2 - rest.data);
        if (raw.size - at < chunk + 2) {
            return false;
        }
        memmove(body + size, raw.data + at, chunk);
        size += chunk;
        at += chunk + 2;
        if (chunk == 0) {
            *ret_size = size;
            *ret_used = at;
            return true;
        }
    }
}

/* Reads the body of a reply whose head, at `head_at`, was read. */
static struct wire_reply take_body(struct wire *wire, struct wire_reply reply, size_t head_at, bool is_head)
{
    size_t begin = wire->used;
    struct ic_str length = wire_header(&reply, "Content-Length");
    bool is_bare = is_head || reply.status == 204 || reply.status == 304 || reply.status < 200;
    size_t size = 0, used = 0;
    if (is_bare) {
    } else if (length.size > 0) {
        size = used = strtoul(length.data, NULL, 10);
        while (wire->received.size - begin < size && wire_read(wire)) {
        }
        assert_true(wire->received.size - begin >= size);
    } else if (ic_str_is(wire_header(&reply, "Transfer-Encoding"), "chunked")) {
        while (!join_chunks((struct ic_str){wire->received.data + begin, wire->received.size - begin},
                            wire->received.data + begin, &size, &used)) {
            assert_true(wire_read(wire));
        }
    } else {
        wire_read_end(wire);
        size = used = wire->received.size - begin;
    }
    /* Reading may have moved the bytes. */
    reply.head.data = wire->received.data + head_at;
    reply.body = (struct ic_str){wire->received.data + begin, size};
    wire->used = begin + used;
    return reply;
}

struct wire_reply wire_read_head(struct wire *wire)
{
    const char *end;
    while (!(end = find(unread(wire), "\r\n\r\n"))) {
        if (!wire_read(wire)) {
            assert_int_equal(unread(wire).size, 0); /* Half a reply is none. */
            return (struct wire_reply){0};
        }
    }
    struct ic_str all = unread(wire);
    struct wire_reply reply = {.head = {all.data, (size_t)(end + 2 - all.data)}};
    assert_true(all.size > 12 && strncmp(all.data, "HTTP/1.", 7) == 0);
    reply.status = (int)strtol(all.data + 9, NULL, 10);
    wire->used += reply.head.size + 2;
    return reply;
}

struct wire_reply wire_read_reply(struct wire *wire, bool is_head)
{
    size_t begin = wire->used;
    struct wire_reply reply = wire_read_head(wire);
    return reply.status == 0 ? reply : take_body(wire, reply, begin, is_head);
}
