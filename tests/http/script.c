#include "script.h"

#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expand(const struct site *site, const char *text, struct ic_buf *bytes)
{
    ic_buf_init(bytes, 8 << 20);
    for (const char *at = text; *at;) {
        char *end = NULL;
        if (strncmp(at, "$HOST", 5) == 0) {
            ic_buf_put(bytes, ic_str_from(site->host));
            at += 5;
        } else if (strncmp(at, "$0", 2) == 0) {
            ic_buf_put_char(bytes, '\0');
            at += 2;
        } else if (strncmp(at, "$a", 2) == 0 || strncmp(at, "$/", 2) == 0) {
            for (long left = strtol(at + 2, &end, 10); left > 0; left--) {
                ic_buf_put(bytes, at[1] == 'a' ? IC_STR("a") : IC_STR("/a"));
            }
            at = end + 1;
        } else {
            ic_buf_put_char(bytes, *at++);
        }
    }
    assert_int_equal(bytes->failed, IC_CODE_OK);
}

/* What every answer of ours carries, whoever made it. */
static void check_form(const struct wire_reply *reply, bool is_head)
{
    assert_true(wire_holds(wire_header(reply, "Content-Security-Policy"), "default-src 'none'"));
    assert_true(ic_str_is(wire_header(reply, "X-Content-Type-Options"), "nosniff"));
    assert_true(ic_str_is(wire_header(reply, "Referrer-Policy"), "no-referrer"));
    assert_true(ic_str_is(wire_header(reply, "Cross-Origin-Opener-Policy"), "same-origin"));
    assert_true(ic_str_is(wire_header(reply, "Cross-Origin-Resource-Policy"), "same-origin"));
    assert_true(wire_header(reply, "Permissions-Policy").size > 0);
    assert_true(wire_header(reply, "Cache-Control").size > 0);
    assert_true(wire_header(reply, "Date").size > 0);
    assert_int_equal(wire_header(reply, "Server").size, 0);
    assert_false(wire_holds(reply->head, "keep-alive"));
    if (reply->status >= 400) {
        assert_true(ic_str_is(wire_header(reply, "Content-Type"), "application/problem+json"));
        assert_true(is_head || wire_holds(reply->body, "\"type\":\"urn:instacrm:problem:"));
        assert_true(is_head || wire_holds(reply->body, "\"request_id\":\""));
    }
    assert_true(reply->status != 405 || wire_header(reply, "Allow").size > 0);
    assert_true(reply->status != 401 || ic_str_is(wire_header(reply, "WWW-Authenticate"), "Bearer"));
    assert_true(reply->status != 503 || wire_header(reply, "Retry-After").size > 0);
}

/* One word of what is wanted: "h"? status (":" code)? */
static void check_reply(struct wire *wire, const char *word)
{
    bool is_head = word[0] == 'h';
    char *rest = NULL;
    int status = (int)strtol(word + is_head, &rest, 10);
    struct wire_reply reply = wire_read_reply(wire, is_head);
    if (reply.status != status) {
        fail_msg("wanted %s, got %d: %.*s", word, reply.status, (int)reply.body.size,
                 reply.body.data ? reply.body.data : "");
    }
    if (status >= 200) {
        check_form(&reply, is_head);
    }
    if (*rest == ':') {
        char code[64];
        snprintf(code, sizeof code, "\"code\":\"%s\"", rest + 1);
        if (!wire_holds(reply.body, code)) {
            fail_msg("wanted %s, got %.*s", word, (int)reply.body.size, reply.body.data ? reply.body.data : "");
        }
    }
}

static void check_open(const struct site *site, struct wire *wire)
{
    struct ic_buf request;
    expand(site, "GET /healthz HTTP/1.1\r\nHost: $HOST\r\n\r\n", &request);
    assert_true(wire_send(wire, ic_buf_view(&request)));
    assert_int_equal(wire_read_reply(wire, false).status, 200);
    ic_buf_release(&request);
}

static void check_ended(struct wire *wire)
{
    struct wire_reply reply = wire_read_reply(wire, false);
    if (reply.status != 0) {
        fail_msg("wanted the end of the connection, got another reply: %d", reply.status);
    }
}

void script_play(const struct site *site, const char *sent, const char *wanted)
{
    struct wire wire;
    struct ic_buf bytes;
    char word[64];
    wire_open(&wire, site->port);
    expand(site, sent, &bytes);
    wire_send(&wire, ic_buf_view(&bytes)); /* May be refused halfway: what comes back tells. */
    for (const char *at = wanted; *at;) {
        size_t size = strcspn(at, " ");
        assert_true(size < sizeof word);
        snprintf(word, sizeof word, "%.*s", (int)size, at);
        at += size + (at[size] == ' ');
        if (strcmp(word, "+") == 0) {
            check_open(site, &wire);
        } else if (strcmp(word, ".") == 0) {
            check_ended(&wire);
        } else {
            check_reply(&wire, word);
        }
    }
    ic_buf_release(&bytes);
    wire_close(&wire);
    site_assert_alive(site);
}
