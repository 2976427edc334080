/* What tests/http cannot say from outside: pieces, lists of hosts, what is handed on. The refusals themselves stand in
 * tests/http/test_requests.c, byte by byte. */
#include "http/guard.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct ic_guard_hosts hosts = {.names = {"127.0.0.1:8080", "crm.example"}, .count = 2};

/* Scans a head in pieces of `step` bytes; IC_CODE_OK when it is whole and nothing is left. */
static enum ic_code scan(const char *head, size_t step)
{
    struct ic_guard_scan scan;
    struct ic_err err = IC_ERR_NONE;
    struct ic_str rest = ic_str_from(head);
    ic_guard_scan_init(&scan);
    while (rest.size) {
        size_t used = 0, size = rest.size < step ? rest.size : step;
        if (ic_guard_scan(&scan, (struct ic_str){rest.data, size}, &used, &err) != IC_OK) {
            return err.code;
        }
        assert_true(used == size || scan.is_whole);
        rest = (struct ic_str){rest.data + used, rest.size - used};
        if (scan.is_whole) {
            break;
        }
    }
    return scan.is_whole && rest.size == 0 ? IC_CODE_OK : IC_CODE_MISSING_FIELD;
}

static enum ic_code read(struct ic_arena *arena, const struct ic_guard_hosts *own, const char *head,
                         struct ic_http_request *ret_request, struct ic_guard_framing *ret_framing)
{
    struct ic_err err = IC_ERR_NONE;
    *ret_request = (struct ic_http_request){.arena = arena};
    return ic_guard_read(ic_str_from(head), own, ret_request, ret_framing, &err) == IC_OK ? IC_CODE_OK : err.code;
}

static void test_a_head_is_whole_in_whatever_pieces_it_comes(void **state)
{
    const char *head = "GET / HTTP/1.1\r\nHost: a\r\nX-Long: 12345678901234567890\r\n\r\n";
    (void)state;
    for (size_t step = 1; step <= strlen(head); step++) {
        assert_int_equal(scan(head, step), IC_CODE_OK);
    }
    assert_int_equal(scan("GET / HTTP/1.1\r\nHost: a\r\n", 3), IC_CODE_MISSING_FIELD);
}

static void test_what_is_behind_a_head_is_not_its(void **state)
{
    struct ic_guard_scan scan;
    struct ic_err err = IC_ERR_NONE;
    const struct ic_str bytes = {"GET / HTTP/1.1\r\n\r\n\0\n\r body", 26};
    size_t used = 0;
    (void)state;
    ic_guard_scan_init(&scan);
    assert_int_equal(ic_guard_scan(&scan, bytes, &used, &err), IC_OK);
    assert_true(scan.is_whole);
    assert_int_equal(used, 18);
}

static void test_a_bad_byte_is_found_in_whatever_piece_it_comes(void **state)
{
    static const char *const heads[] = {"GET / HTTP/1.1\nHost: a\r\n\r\n",    "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
                                        "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "\r\nGET / HTTP/1.1\r\n\r\n",
                                        "GET / HTTP/1.1\r\nA: \x01\r\n\r\n",  "GET / HTTP/1.1\r\r\n\r\n"};
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        for (size_t step = 1; step <= strlen(heads[i]); step++) {
            assert_int_equal(scan(heads[i], step), IC_CODE_MALFORMED_REQUEST);
        }
    }
}

static void test_a_request_is_handed_on_as_it_is_meant(void **state)
{
    struct ic_http_request request;
    struct ic_guard_framing framing;
    assert_int_equal(read(*state, &hosts,
                          "POST /a%20b/%C3%A4%2e%3F?x=%41&y HTTP/1.1\r\nhOST: 127.0.0.1:8080\r\nX-A:  1 \r\n"
                          "Content-Type: application/json\r\nContent-Length: 0012\r\n\r\n",
                          &request, &framing),
                     IC_CODE_OK);
    assert_int_equal(request.method, IC_HTTP_POST);
    assert_true(ic_str_is(request.path, "/a b/\xc3\xa4.?"));
    assert_true(ic_str_is(request.query, "x=%41&y"));
    assert_true(ic_str_is(request.host, "127.0.0.1:8080"));
    assert_int_equal(request.headers_count, 4);
    assert_true(ic_str_is(ic_http_header_find(&request, "x-a"), "1"));
    assert_int_equal(framing.body_size, 12);
    assert_false(framing.closes);
    assert_false(framing.is_http_1_0);
}

static void test_a_target_may_name_the_server(void **state)
{
    struct ic_http_request request;
    struct ic_guard_framing framing;
    assert_int_equal(
        read(*state, &hosts, "GET HTTP://CRM.example/x?y HTTP/1.1\r\nHost: crm.example\r\n\r\n", &request, &framing),
        IC_CODE_OK);
    assert_true(ic_str_is(request.path, "/x"));
    assert_true(ic_str_is(request.query, "y"));
}

/* What becomes of a request with this Host. */
static enum ic_code host(struct ic_arena *arena, const struct ic_guard_hosts *own, const char *name)
{
    struct ic_http_request request;
    struct ic_guard_framing framing;
    char head[512];
    snprintf(head, sizeof head, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", name);
    return read(arena, own, head, &request, &framing);
}

static void test_a_host_is_one_of_ours(void **state)
{
    static const char *const foreign[] = {"127.0.0.1",    "127.0.0.1:80", "127.0.0.1:8081", "crm.example:8080",
                                          "crm.example.", "xcrm.example", "192.168.1.7",    "[::1]:8080",
                                          "localhost",    "evil.example", "127.1:8080",     "2130706433:8080"};
    assert_int_equal(host(*state, &hosts, "127.0.0.1:8080"), IC_CODE_OK);
    assert_int_equal(host(*state, &hosts, "crm.example"), IC_CODE_OK);
    assert_int_equal(host(*state, &hosts, "CRM.EXAMPLE"), IC_CODE_OK);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        assert_int_equal(host(*state, &hosts, foreign[i]), IC_CODE_WRONG_HOST);
    }
}

static void test_beyond_loopback_an_address_in_digits_is_ours_and_a_name_is_not(void **state)
{
    const struct ic_guard_hosts open = {.names = {"0.0.0.0:8080"}, .count = 1, .any_address = true};
    assert_int_equal(host(*state, &open, "192.168.1.7:8080"), IC_CODE_OK);
    assert_int_equal(host(*state, &open, "[fe80::1]:8080"), IC_CODE_OK);
    assert_int_equal(host(*state, &open, "[::ffff:1.2.3.4]"), IC_CODE_OK);
    assert_int_equal(host(*state, &open, "evil.example:8080"), IC_CODE_WRONG_HOST);
    assert_int_equal(host(*state, &open, "192.168.1.7.evil.example"), IC_CODE_WRONG_HOST);
    assert_int_equal(host(*state, &open, "1-2"), IC_CODE_WRONG_HOST);
}

static void test_a_host_that_is_neither_name_nor_address_is_refused(void **state)
{
    static const char *const broken[] = {"",    ":8080", "[]",       "[::1",     "[::1]x",      "[x]",
                                         "a:",  "a:b",   "a:1:2",    "a:123456", "a b",         "a/b",
                                         "a@b", "a,b",   "http://a", "[::1]:",   "\xc3\xa4.de", "a%20b:1"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        if (host(*state, &hosts, broken[i]) != IC_CODE_MALFORMED_REQUEST) {
            fail_msg("\"%s\" is taken for a host.", broken[i]);
        }
    }
}

static void test_the_list_of_hosts_is_bounded(void **state)
{
    struct ic_guard_hosts list = {0};
    char name[IC_GUARD_HOST_SIZE + 1];
    (void)state;
    memset(name, 'a', sizeof name);
    name[IC_GUARD_HOST_SIZE] = '\0';
    assert_false(ic_guard_hosts_add(&list, name));
    for (int i = 0; i < IC_GUARD_HOSTS_MAX; i++) {
        assert_true(ic_guard_hosts_add(&list, name + 1));
    }
    assert_false(ic_guard_hosts_add(&list, "a"));
}

static void test_a_head_of_too_many_headers_is_refused(void **state)
{
    static char head[8192];
    struct ic_http_request request;
    struct ic_guard_framing framing;
    for (int count = IC_GUARD_HEADERS_MAX; count <= IC_GUARD_HEADERS_MAX + 1; count++) {
        size_t size = (size_t)snprintf(head, sizeof head, "GET / HTTP/1.1\r\nHost: crm.example\r\n");
        for (int i = 1; i < count; i++) {
            size += (size_t)snprintf(head + size, sizeof head - size, "X: %d\r\n", i);
        }
        snprintf(head + size, sizeof head - size, "\r\n");
        assert_int_equal(read(*state, &hosts, head, &request, &framing),
                         count <= IC_GUARD_HEADERS_MAX ? IC_CODE_OK : IC_CODE_HEADERS_TOO_LARGE);
    }
}

static void test_a_body_over_the_limit_is_refused_whoever_would_take_it(void **state)
{
    struct ic_http_request request;
    struct ic_guard_framing framing;
    char head[160];
    for (int extra = 0; extra <= 1; extra++) {
        snprintf(head, sizeof head,
                 "POST / HTTP/1.1\r\nHost: crm.example\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
                 IC_LIMIT_BODY_BYTES_MAX + extra);
        assert_int_equal(read(*state, &hosts, head, &request, &framing), extra ? IC_CODE_BODY_TOO_LARGE : IC_CODE_OK);
    }
}

static void test_a_refused_head_tells_its_method(void **state)
{
    struct ic_http_request request;
    struct ic_guard_framing framing;
    assert_int_equal(read(*state, &hosts, "HEAD / HTTP/1.1\r\n\r\n", &request, &framing), IC_CODE_MALFORMED_REQUEST);
    assert_int_equal(request.method, IC_HTTP_HEAD);
    assert_int_equal(read(*state, &hosts, "BREW / HTTP/1.1\r\nHost: crm.example\r\n\r\n", &request, &framing),
                     IC_CODE_OK);
    assert_int_equal(request.method, IC_HTTP_OTHER);
}

static void test_a_failing_memory_is_told(void **state)
{
    struct ic_http_request request;
    struct ic_guard_framing framing;
    struct ic_arena *small = ic_arena_create(16);
    (void)state;
    assert_int_equal(read(small, &hosts, "GET / HTTP/1.1\r\nHost: crm.example\r\n\r\n", &request, &framing),
                     IC_CODE_OUT_OF_MEMORY);
    ic_arena_destroy(small);
}

static int begin(void **state)
{
    *state = ic_arena_create(4 << 20);
    return *state ? 0 : -1;
}

static int end(void **state)
{
    ic_arena_destroy(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_head_is_whole_in_whatever_pieces_it_comes),
        cmocka_unit_test(test_what_is_behind_a_head_is_not_its),
        cmocka_unit_test(test_a_bad_byte_is_found_in_whatever_piece_it_comes),
        cmocka_unit_test(test_a_request_is_handed_on_as_it_is_meant),
        cmocka_unit_test(test_a_target_may_name_the_server),
        cmocka_unit_test(test_a_host_is_one_of_ours),
        cmocka_unit_test(test_beyond_loopback_an_address_in_digits_is_ours_and_a_name_is_not),
        cmocka_unit_test(test_a_host_that_is_neither_name_nor_address_is_refused),
        cmocka_unit_test(test_the_list_of_hosts_is_bounded),
        cmocka_unit_test(test_a_head_of_too_many_headers_is_refused),
        cmocka_unit_test(test_a_body_over_the_limit_is_refused_whoever_would_take_it),
        cmocka_unit_test(test_a_refused_head_tells_its_method),
        cmocka_unit_test(test_a_failing_memory_is_told),
    };
    return cmocka_run_group_tests_name("guard", tests, begin, end);
}
