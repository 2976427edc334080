#include "toy_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 64 };

static void must(bool holds, const char *what)
{
    if (!holds) {
        perror(what);
        abort();
    }
}

/* Waits for bytes; false when the server stops. */
static bool wait_readable(struct toy_server *server, int fd)
{
    struct pollfd fds[] = {{.fd = server->stop_pipe[0], .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    must(poll(fds, 2, -1) > 0, "poll");
    return !fds[0].revents;
}

/* The value of a header, up to the line's end; NULL when it is not there. */
static const char *find_header(const char *head, const char *name)
{
    size_t size = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, size) == 0 && line[2 + size] == ':') {
            return line + 2 + size + 1 + strspn(line + 2 + size + 1, " ");
        }
    }
    return NULL;
}

/* Reads a whole request; false when the client went away or the server stops. */
static bool read_request(struct toy_server *server, int fd, struct toy_request *request)
{
    char *bytes = calloc(1, TOY_HEAD_MAX + TOY_BODY_MAX + 1);
    must(bytes != NULL, "calloc");
    size_t size = 0;
    size_t wanted = TOY_HEAD_MAX;
    char *body = NULL;
    while (!body || size < wanted) {
        ssize_t got = wait_readable(server, fd) ? read(fd, bytes + size, wanted - size) : -1;
        if (got <= 0) {
            free(bytes);
            return false;
        }
        size += (size_t)got;
        char *end = body ? NULL : strstr(bytes, "\r\n\r\n");
        if (end) {
            body = end + 4;
            const char *length = find_header(bytes, "Content-Length");
            wanted = (size_t)(body - bytes) + (length ? strtoul(length, NULL, 10) : 0);
            must(wanted <= TOY_HEAD_MAX + TOY_BODY_MAX, "the request is too large");
        }
    }
    const char *token = find_header(bytes, "Authorization");
    *request = (struct toy_request){.body_size = size - (size_t)(body - bytes)};
    snprintf(request->method, sizeof request->method, "%.*s", (int)strcspn(bytes, " "), bytes);
    const char *path = bytes + strcspn(bytes, " ") + 1;
    snprintf(request->path, sizeof request->path, "%.*s", (int)strcspn(path, " "), path);
    if (token && strncmp(token, "Bearer ", 7) == 0) {
        snprintf(request->token, sizeof request->token, "%.*s", (int)strcspn(token + 7, "\r"), token + 7);
    }
    request->body = strndup(body, request->body_size);
    must(request->body != NULL, "strndup");
    free(bytes);
    return true;
}

static void write_all(int fd, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t sent = send(fd, text, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        text += sent;
        size -= (size_t)sent;
    }
}

static void serve_one(struct toy_server *server, int fd)
{
    struct toy_request request;
    if (!read_request(server, fd, &request)) {
        return;
    }
    struct toy_response response = {.status = 200};
    server->answer(server->context, &request, &response);
    if (response.silent) {
        (void)wait_readable(server, server->stop_pipe[0]);
    } else {
        char head[1024];
        snprintf(head, sizeof head,
                 "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n",
                 response.status, response.type ? response.type : "application/json",
                 response.body ? strlen(response.body) : 0, response.headers ? response.headers : "");
        write_all(fd, head);
        write_all(fd, response.body ? response.body : "");
    }
    free(response.body);
    free(request.body);
}

static void *run(void *context)
{
    struct toy_server *server = context;
    while (wait_readable(server, server->listener)) {
        int fd = accept(server->listener, NULL, NULL);
        if (fd >= 0) {
            serve_one(server, fd);
            close(fd);
        }
    }
    return NULL;
}

void toy_server_start(struct toy_server *server, int port,
                      void (*answer)(void *context, const struct toy_request *request, struct toy_response *response),
                      void *context)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int yes = 1;
    *server = (struct toy_server){.answer = answer, .context = context};
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(server->listener >= 0, "socket");
    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    must(bind(server->listener, (struct sockaddr *)&address, size) == 0, "bind");
    must(listen(server->listener, BACKLOG) == 0, "listen");
    must(getsockname(server->listener, (struct sockaddr *)&address, &size) == 0, "getsockname");
    server->port = ntohs(address.sin_port);
    must(pipe2(server->stop_pipe, O_CLOEXEC) == 0, "pipe");
    must(pthread_create(&server->thread, NULL, run, server) == 0, "pthread_create");
}

void toy_server_stop(struct toy_server *server)
{
    must(write(server->stop_pipe[1], "!", 1) == 1, "write");
    pthread_join(server->thread, NULL);
    close(server->listener);
    close(server->stop_pipe[0]);
    close(server->stop_pipe[1]);
}

void toy_server_url(const struct toy_server *server, char ret_url[64])
{
    snprintf(ret_url, 64, "http://127.0.0.1:%d", server->port);
}
