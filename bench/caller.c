#include "caller.h"

#include "base/gzip.h"
#include "bench.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_SIZE = 1024, CHUNK_SIZE = 65536, BYTES_MAX = 16 << 20 };

static const char head_end[] = "\r\n\r\n";

void ic_caller_init(struct ic_caller *caller, int port, const struct ic_secret *token)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int yes = 1;
    *caller = (struct ic_caller){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .port = port, .token = *token};
    ic_bench_must(caller->fd >= 0 && connect(caller->fd, (const void *)&address, sizeof address) == 0,
                  "the server cannot be reached");
    ic_bench_must(setsockopt(caller->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0, "the socket has no options");
    ic_buf_init(&caller->received, BYTES_MAX);
    ic_buf_init(&caller->body, BYTES_MAX);
}

void ic_caller_release(struct ic_caller *caller)
{
    (void)close(caller->fd);
    ic_buf_release(&caller->received);
    ic_buf_release(&caller->body);
}

static void send_all(int fd, const char *data, size_t size)
{
    for (size_t sent = 0; sent < size;) {
        ssize_t count = send(fd, data + sent, size - sent, MSG_NOSIGNAL);
        ic_bench_must(count > 0, "the server takes no more");
        sent += (size_t)count;
    }
}

static void receive_more(struct ic_caller *caller)
{
    static char chunk[CHUNK_SIZE];
    ssize_t count = recv(caller->fd, chunk, sizeof chunk, 0);
    ic_bench_must(count > 0, "the server has hung up");
    ic_buf_put(&caller->received, (struct ic_str){chunk, (size_t)count});
    ic_bench_must(caller->received.failed == IC_CODE_OK, "an answer is larger than any may be");
}

/* Receives until the head is whole and gives where it ends. */
static size_t receive_head(struct ic_caller *caller)
{
    for (;;) {
        const char *end = caller->received.size > 0
                              ? memmem(caller->received.data, caller->received.size, head_end, sizeof head_end - 1)
                              : NULL;
        if (end) {
            return (size_t)(end - caller->received.data) + sizeof head_end - 1;
        }
        receive_more(caller);
    }
}

/* The value of a header of an answer of our own server's, whose names we know; NULL without it. */
static const char *find_header(const char *head, const char *name)
{
    const char *at = strcasestr(head, name);
    return at ? at + strlen(name) : NULL;
}

double ic_caller_ask(struct ic_caller *caller, const char *path, struct ic_str body)
{
    char head[HEAD_SIZE];
    struct ic_err err = IC_ERR_NONE;
    int size = snprintf(head, sizeof head,
                        "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nAccept-Encoding: gzip\r\n",
                        body.size > 0 ? "POST" : "GET", path, caller->port, caller->token.text);
    if (body.size > 0) {
        size += snprintf(head + size, sizeof head - (size_t)size,
                         "Content-Type: application/json\r\nContent-Length: %zu\r\n", body.size);
    }
    ic_bench_must((size_t)size + 3 < sizeof head, "a path is too long");
    memcpy(head + size, "\r\n", 3);
    ic_buf_reset(&caller->received);
    ic_buf_reset(&caller->body);
    double started = ic_bench_now_s();
    send_all(caller->fd, head, (size_t)size + 2);
    send_all(caller->fd, body.data, body.size);
    size_t head_size = receive_head(caller);
    caller->received.data[head_size - 1] = '\0'; /* The head is text from here on. */
    const char *length = find_header(caller->received.data, "\r\ncontent-length: ");
    ic_bench_must(length && strncmp(caller->received.data, "HTTP/1.1 200 ", 13) == 0, caller->received.data);
    caller->packed_size = strtoul(length, NULL, 10);
    bool is_packed = find_header(caller->received.data, "\r\ncontent-encoding: gzip") != NULL;
    while (caller->received.size < head_size + caller->packed_size) {
        receive_more(caller);
    }
    double took_s = ic_bench_now_s() - started;
    struct ic_str came = {caller->received.data + head_size, caller->packed_size};
    if (is_packed) {
        ic_bench_ok(ic_gzip_unpack(came, &caller->body, &err), &err);
    } else {
        ic_buf_put(&caller->body, came);
    }
    return took_s;
}
