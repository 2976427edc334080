#include "agent/message.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OP_ID "0190a5e0-7c00-7abc-8def-0123456789ab"
#define OPERATION                                                                                 \
    "{\"op_id\":\"" OP_ID                                                                         \
    "\",\"kind\":\"outreach\",\"act_username\":\"a\",\"tar_username\":\"b\",\"thread_id\":\"1\"," \
    "\"sent_at\":5}"

struct fixture {
    struct ic_arena *arena;
    struct ic_message message;
    struct ic_op_id op_id;
    struct ic_err err;
};

static struct fixture fixture;

static int setup(void **state)
{
    (void)state;
    fixture = (struct fixture){.arena = ic_arena_create(1 << 20)};
    return fixture.arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ic_arena_destroy(fixture.arena);
    return 0;
}

static enum ic_rc decode(const char *text)
{
    fixture.err = IC_ERR_NONE;
    fixture.op_id.text[0] = '\0';
    return ic_message_decode(ic_str_from(text), fixture.arena, &fixture.message, &fixture.op_id, &fixture.err);
}

static void test_each_message_of_the_contract_is_read(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"type\":\"hello\",\"protocol\":1,\"extension_version\":\"0.1.0\"}"), IC_OK);
    assert_int_equal(fixture.message.type, IC_MESSAGE_HELLO);
    assert_true(ic_str_is(fixture.message.extension_version, "0.1.0"));
    assert_int_equal(decode("{\"type\":\"status_request\"}"), IC_OK);
    assert_int_equal(fixture.message.type, IC_MESSAGE_STATUS_REQUEST);
    assert_int_equal(decode("{\"type\":\"capture\",\"operation\":" OPERATION "}"), IC_OK);
    assert_int_equal(fixture.message.type, IC_MESSAGE_CAPTURE);
    assert_string_equal(fixture.message.operation.op_id.text, OP_ID);
    assert_string_equal(fixture.op_id.text, OP_ID);
    assert_int_equal(fixture.message.operation.sent_at, 5);
}

static void test_what_is_not_in_the_contract_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum ic_code code;
        const char *field;
    } breaches[] = {
        {"", IC_CODE_MALFORMED_FRAME, ""},
        {"{", IC_CODE_MALFORMED_JSON, ""},
        {"[]", IC_CODE_MALFORMED_JSON, ""},
        {"{\"type\":\"status_request\"}{}", IC_CODE_MALFORMED_JSON, ""},
        {"{\"type\":\"status_request\",\"type\":\"status_request\"}", IC_CODE_MALFORMED_JSON, ""},
        {"{}", IC_CODE_MISSING_FIELD, "/type"},
        {"{\"type\":7}", IC_CODE_INVALID_FIELD, "/type"},
        {"{\"type\":\"shutdown\"}", IC_CODE_MALFORMED_FRAME, "/type"},
        {"{\"type\":\"status_request\",\"more\":1}", IC_CODE_UNKNOWN_FIELD, "/more"},
        {"{\"type\":\"hello\",\"protocol\":2,\"extension_version\":\"1\"}", IC_CODE_UNSUPPORTED_PROTOCOL, "/protocol"},
        {"{\"type\":\"hello\",\"protocol\":\"1\",\"extension_version\":\"1\"}", IC_CODE_INVALID_FIELD, "/protocol"},
        {"{\"type\":\"hello\",\"protocol\":1}", IC_CODE_MISSING_FIELD, "/extension_version"},
        {"{\"type\":\"capture\"}", IC_CODE_MISSING_FIELD, "/operation"},
        {"{\"type\":\"capture\",\"operation\":[]}", IC_CODE_INVALID_FIELD, "/operation"},
        {"{\"type\":\"capture\",\"operation\":{}}", IC_CODE_MISSING_FIELD, "/operation/op_id"},
        {"{\"type\":\"capture\",\"operation\":" OPERATION ",\"more\":1}", IC_CODE_UNKNOWN_FIELD, "/more"},
        /* A push knows these, and the extension does not. */
        {"{\"type\":\"capture\",\"operation\":{\"op_id\":\"" OP_ID "\",\"kind\":\"exclude\","
         "\"tar_username\":\"a_prospect\",\"sent_at\":5,\"hybrid_time\":7}}",
         IC_CODE_INVALID_FIELD, "/operation/kind"},
        {"{\"type\":\"capture\",\"operation\":{\"op_id\":\"" OP_ID "\",\"kind\":\"outreach\","
         "\"act_username\":\"our.account\",\"tar_username\":\"a_prospect\",\"thread_id\":\"t\",\"sent_at\":5,"
         "\"hybrid_time\":7}}",
         IC_CODE_UNKNOWN_FIELD, "/operation/hybrid_time"},
    };
    for (size_t i = 0; i < sizeof breaches / sizeof breaches[0]; i++) {
        assert_int_not_equal(decode(breaches[i].text), IC_OK);
        assert_int_equal(fixture.err.code, breaches[i].code);
        assert_string_equal(fixture.err.field, breaches[i].field);
    }
}

static void test_a_refused_capture_still_says_which_operation_it_was(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"type\":\"capture\",\"operation\":{\"op_id\":\"" OP_ID "\",\"kind\":\"nonsense\"}}"),
                     IC_INVALID);
    assert_string_equal(fixture.op_id.text, OP_ID);
    assert_int_equal(decode("{\"type\":\"capture\",\"operation\":{\"op_id\":\"nonsense\"}}"), IC_INVALID);
    assert_string_equal(fixture.op_id.text, "");
}

static void expect(struct ic_buf *buf, const char *text)
{
    assert_true(ic_str_is(ic_buf_view(buf), text));
    ic_buf_reset(buf);
}

static void test_answers_are_the_contracts(void **state)
{
    (void)state;
    struct ic_buf buf;
    struct ic_json_writer writer;
    struct ic_op_id op_id = {.text = OP_ID}, none = {.text = ""};
    struct ic_message_status status = {.paired = true, .online = true, .pending = 3, .rejected = 1, .opr_name = "Ada"};
    struct ic_err err = IC_ERR_NONE;
    ic_buf_init(&buf, 4096);
    ic_json_writer_init(&writer, &buf);
    ic_message_put_ack(&op_id, false, &writer);
    expect(&buf, "{\"type\":\"ack\",\"op_id\":\"" OP_ID "\",\"outcome\":\"stored\"}");
    ic_json_writer_init(&writer, &buf);
    ic_message_put_ack(&op_id, true, &writer);
    expect(&buf, "{\"type\":\"ack\",\"op_id\":\"" OP_ID "\",\"outcome\":\"duplicate\"}");
    ic_json_writer_init(&writer, &buf);
    ic_message_put_status(&status, &writer);
    expect(&buf, "{\"type\":\"status\",\"protocol\":1,\"agent_version\":\"" IC_VERSION
                 "\",\"paired\":true,\"online\":true,\"pending\":3,\"rejected\":1,\"opr_name\":\"Ada\"}");
    ic_json_writer_init(&writer, &buf);
    ic_err_set_field(&err, IC_CODE_INVALID_FIELD, "test", "/operation/kind", "It is wrong.");
    ic_message_put_error(&err, &op_id, &writer);
    expect(&buf,
           "{\"type\":\"error\",\"code\":\"invalid_field\",\"detail\":\"/operation/kind: It is wrong.\",\"op_id\":"
           "\"" OP_ID "\"}");
    ic_json_writer_init(&writer, &buf);
    err = IC_ERR_NONE;
    ic_err_set(&err, IC_CODE_INTERNAL, "test", "near \"SELEC\": syntax error");
    ic_message_put_error(&err, &none, &writer);
    expect(&buf, "{\"type\":\"error\",\"code\":\"internal\",\"detail\":\"Something went wrong here\"}");
    ic_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_message_of_the_contract_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_in_the_contract_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_refused_capture_still_says_which_operation_it_was, setup, teardown),
        cmocka_unit_test(test_answers_are_the_contracts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
