#include "agent/device.h"
#include "agent/renewal.h"

#include "scratch.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TOKEN     "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
#define NEXT      "GFEDCBAzyxwvutsrqponmlkjihgfedcba9876543210"
#define OTHER     "otherotherotherotherotherotherotherother012"
#define PAIRED_AT INT64_C(1767225600000)
#define DUE_AT    (PAIRED_AT + IC_LIMIT_DEVICE_TOKEN_LIFETIME_MS)

static struct ic_path folder;
static const struct ic_device sample = {.server_url = "https://crm.example.org",
                                        .device_id = {.text = "DEV-0123ABCD"},
                                        .device_token = {.text = TOKEN},
                                        .opr_name = "Ada",
                                        .token_created_at = PAIRED_AT};

/* A server's answer to the one question. */
struct server {
    int status;
    const char *body;
    bool pairs_anew; /* A person pairs the desktop anew meanwhile. */
    int asked_count;
};

static enum ic_rc answer(void *context, const struct ic_exchange_request *request,
                         struct ic_exchange_answer *ret_answer, struct ic_err *err)
{
    struct server *server = context;
    server->asked_count++;
    assert_string_equal(request->path, "/api/v1/devices/token");
    assert_string_equal(request->token, TOKEN);
    assert_true(ic_str_is(request->body, "{\"protocol\":1}"));
    if (server->pairs_anew) {
        struct ic_device anew = sample;
        memcpy(anew.device_token.text, OTHER, sizeof OTHER);
        assert_int_equal(ic_device_write(&folder, &anew, NULL), IC_OK);
    }
    if (server->status == 0) {
        return ic_err_set(err, IC_CODE_UNAVAILABLE, "test", "Nobody answers.");
    }
    ret_answer->status = server->status;
    ic_buf_put(&ret_answer->body, ic_str_from(server->body));
    return IC_OK;
}

static int setup(void **state)
{
    (void)state;
    scratch_create(&folder);
    assert_int_equal(ic_device_write(&folder, &sample, NULL), IC_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&folder);
    return 0;
}

static bool renew(struct server *server, int64_t now)
{
    struct ic_err err = IC_ERR_NONE;
    const struct ic_exchange exchange = {.run = answer, .context = server};
    bool is_renewed = true;
    enum ic_rc rc = ic_renewal_run(&folder, &exchange, now, &is_renewed, &err);
    assert_true(rc == IC_OK || !is_renewed);
    return is_renewed;
}

static void assert_token(const char *token, int64_t created_at)
{
    struct ic_device device;
    assert_int_equal(ic_device_read(&folder, &device, NULL), IC_OK);
    assert_string_equal(device.device_token.text, token);
    assert_int_equal(device.token_created_at, created_at);
    assert_string_equal(device.device_id.text, sample.device_id.text);
}

static void test_an_old_token_is_replaced_and_a_young_one_is_not(void **state)
{
    (void)state;
    struct server server = {.status = 201, .body = "{\"device_token\":\"" NEXT "\"}"};
    assert_false(renew(&server, DUE_AT - 1));
    assert_int_equal(server.asked_count, 0);
    assert_true(renew(&server, DUE_AT));
    assert_token(NEXT, DUE_AT);
    assert_false(renew(&server, DUE_AT + 1));
    assert_int_equal(server.asked_count, 1);
}

static void test_whatever_fails_leaves_the_present_token(void **state)
{
    (void)state;
    static const struct server failing[] = {
        {.status = 0},
        {.status = 503, .body = "{}"},
        {.status = 401, .body = "{}"},
        {.status = 201, .body = ""},
        {.status = 201, .body = "{}"},
        {.status = 201, .body = "{\"device_token\":\"short\"}"},
        {.status = 201, .body = "{\"device_token\":\"" NEXT "\",\"more\":1}"},
        {.status = 201, .body = "{\"device_token\":\"!123456789abcdefghijklmnopqrstuvwxyzABCDEFG\"}"},
    };
    for (size_t i = 0; i < sizeof failing / sizeof failing[0]; i++) {
        struct server server = failing[i];
        assert_false(renew(&server, DUE_AT));
        assert_int_equal(server.asked_count, 1);
        assert_token(TOKEN, PAIRED_AT);
    }
}

static void test_a_new_pairing_is_not_overwritten(void **state)
{
    (void)state;
    struct server server = {.status = 201, .body = "{\"device_token\":\"" NEXT "\"}", .pairs_anew = true};
    assert_false(renew(&server, DUE_AT));
    assert_token(OTHER, PAIRED_AT);
}

static void test_without_a_pairing_nobody_is_asked(void **state)
{
    (void)state;
    struct server server = {.status = 201, .body = "{}"};
    scratch_remove(&folder);
    scratch_create(&folder);
    assert_false(renew(&server, DUE_AT));
    assert_int_equal(server.asked_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_old_token_is_replaced_and_a_young_one_is_not),
        TEST(test_whatever_fails_leaves_the_present_token),
        TEST(test_a_new_pairing_is_not_overwritten),
        TEST(test_without_a_pairing_nobody_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
