#include "sync/operation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OP_ID "0190a5e0-7c00-7abc-8def-0123456789ab"
#define REST \
    "\"kind\":\"outreach\",\"act_username\":\"our.account\",\"tar_username\":\"a_prospect\",\"thread_id\":\"17-a_B\""
#define GOOD "{\"op_id\":\"" OP_ID "\"," REST ",\"message_text\":\"Hi \\ud83d\\ude00\",\"sent_at\":1700000000000}"

static int setup(void **state)
{
    *state = ic_arena_create(1 << 20);
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    ic_arena_destroy(*state);
    return 0;
}

static enum ic_rc decode(void **state, const char *text, struct ic_operation *ret_operation, struct ic_err *err)
{
    json_t *object;
    *err = IC_ERR_NONE;
    if (ic_json_parse(ic_str_from(text), "test", *state, &object, err) != IC_OK) {
        return ic_err_rc(err);
    }
    return ic_operation_decode(object, ret_operation, err);
}

static void test_a_good_operation_is_read_in_every_field(void **state)
{
    struct ic_operation operation;
    struct ic_err err;
    assert_int_equal(decode(state, GOOD, &operation, &err), IC_OK);
    assert_string_equal(operation.op_id.text, OP_ID);
    assert_int_equal(operation.kind, IC_OPERATION_KIND_OUTREACH);
    assert_string_equal(operation.act_username.text, "our.account");
    assert_string_equal(operation.tar_username.text, "a_prospect");
    assert_true(ic_str_is(operation.thread_id, "17-a_B"));
    assert_true(ic_str_is(operation.message_text, "Hi \xF0\x9F\x98\x80"));
    assert_int_equal(operation.sent_at, 1700000000000);
}

static void test_what_is_encoded_is_read_back_the_same(void **state)
{
    static const char *const texts[] = {"plain", "\"<quotes> & \\backslashes\\\"", "line\nbreak\ttab\x01",
                                        "\xD8\xB9\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", ""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct ic_operation first, second;
        struct ic_err err;
        struct ic_buf buf;
        struct ic_json_writer writer;
        assert_int_equal(decode(state, GOOD, &first, &err), IC_OK);
        first.message_text = ic_str_from(texts[i]);
        ic_buf_init(&buf, IC_OPERATION_BYTES_MAX);
        ic_json_writer_init(&writer, &buf);
        ic_operation_encode(&first, &writer);
        ic_buf_put_char(&buf, '\0');
        assert_int_equal(buf.failed, IC_CODE_OK);
        assert_int_equal(decode(state, buf.data, &second, &err), IC_OK);
        assert_true(ic_str_equal(first.message_text, second.message_text));
        assert_true(ic_str_equal(first.thread_id, second.thread_id));
        assert_string_equal(first.op_id.text, second.op_id.text);
        assert_string_equal(first.act_username.text, second.act_username.text);
        assert_string_equal(first.tar_username.text, second.tar_username.text);
        assert_int_equal(first.sent_at, second.sent_at);
        ic_buf_release(&buf);
    }
}

static void test_each_breach_is_refused_and_names_its_field(void **state)
{
    static const struct {
        const char *text;
        enum ic_code code;
        const char *field;
    } breaches[] = {
        {"{" REST ",\"sent_at\":1}", IC_CODE_MISSING_FIELD, "/op_id"},
        {"{\"op_id\":\"0190a5e0-7c00-4abc-8def-0123456789ab\"," REST ",\"sent_at\":1}", IC_CODE_INVALID_FIELD,
         "/op_id"},
        {"{\"op_id\":\"0190A5E0-7c00-7abc-8def-0123456789ab\"," REST ",\"sent_at\":1}", IC_CODE_INVALID_FIELD,
         "/op_id"},
        {"{\"op_id\":7," REST ",\"sent_at\":1}", IC_CODE_INVALID_FIELD, "/op_id"},
        {"{\"op_id\":\"" OP_ID "\"," REST "}", IC_CODE_MISSING_FIELD, "/sent_at"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":-1}", IC_CODE_INVALID_FIELD, "/sent_at"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":253402300800000}", IC_CODE_INVALID_FIELD, "/sent_at"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1.5}", IC_CODE_INVALID_FIELD, "/sent_at"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"message_text\":\"\"}", IC_CODE_INVALID_FIELD,
         "/message_text"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"message_text\":null}", IC_CODE_INVALID_FIELD,
         "/message_text"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"more\":1}", IC_CODE_UNKNOWN_FIELD, "/more"},
        {"{\"op_id\":\"" OP_ID
         "\",\"kind\":\"other\",\"act_username\":\"a\",\"tar_username\":\"b\",\"thread_id\":\"1\","
         "\"sent_at\":1}",
         IC_CODE_INVALID_FIELD, "/kind"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"warnings_shown\":[]}", IC_CODE_INVALID_FIELD,
         "/warnings_shown"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"warnings_shown\":[\"GOL-00000000\"]}",
         IC_CODE_INVALID_FIELD, "/warnings_shown"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"warnings_shown\":[7]}", IC_CODE_INVALID_FIELD,
         "/warnings_shown"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"warnings_shown\":[\"RUL-0000000Z\",\"RUL-0000000Z\"]}",
         IC_CODE_INVALID_FIELD, "/warnings_shown"},
        {"{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"override_reason\":\"So.\"}", IC_CODE_INVALID_FIELD,
         "/override_reason"},
        {"{\"op_id\":\"" OP_ID "\",\"kind\":\"outreach\",\"act_username\":\"Big\",\"tar_username\":\"b\",\"thread_id\":"
         "\"1\",\"sent_at\":1}",
         IC_CODE_INVALID_FIELD, "/act_username"},
        {"{\"op_id\":\"" OP_ID "\",\"kind\":\"outreach\",\"act_username\":\"a\",\"tar_username\":\"b c\",\"thread_id\":"
         "\"1\",\"sent_at\":1}",
         IC_CODE_INVALID_FIELD, "/tar_username"},
        {"{\"op_id\":\"" OP_ID "\",\"kind\":\"outreach\",\"act_username\":\"a\",\"tar_username\":"
         "\"abcdefghijklmnopqrstuvwxyz01234\",\"thread_id\":\"1\",\"sent_at\":1}",
         IC_CODE_INVALID_FIELD, "/tar_username"},
        {"{\"op_id\":\"" OP_ID "\",\"kind\":\"outreach\",\"act_username\":\"a\",\"tar_username\":\"b\",\"thread_id\":"
         "\"a/b\",\"sent_at\":1}",
         IC_CODE_INVALID_FIELD, "/thread_id"},
    };
    for (size_t i = 0; i < sizeof breaches / sizeof breaches[0]; i++) {
        struct ic_operation operation = {.sent_at = 42};
        struct ic_err err;
        assert_int_not_equal(decode(state, breaches[i].text, &operation, &err), IC_OK);
        assert_int_equal(err.code, breaches[i].code);
        assert_string_equal(err.field, breaches[i].field);
        assert_int_equal(operation.sent_at, 42);
    }
}

static void test_a_text_may_have_the_limit_and_not_a_byte_more(void **state)
{
    static const char head[] = "{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"message_text\":\"";
    size_t size = sizeof head - 1 + IC_LIMIT_MESSAGE_BYTES_MAX + 1;
    char *text = malloc(size + 3);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text, head, sizeof head - 1);
    struct ic_operation operation;
    struct ic_err err;
    memcpy(text + size, "\"}", 3);
    assert_int_equal(decode(state, text, &operation, &err), IC_INVALID);
    assert_string_equal(err.field, "/message_text");
    memcpy(text + size - 1, "\"}", 3);
    assert_int_equal(decode(state, text, &operation, &err), IC_OK);
    assert_int_equal(operation.message_text.size, IC_LIMIT_MESSAGE_BYTES_MAX);
    free(text);
}

static void test_the_largest_operation_fits_its_encoding(void **state)
{
    struct ic_operation operation;
    struct ic_hash hash;
    struct ic_err err;
    assert_int_equal(decode(state, GOOD, &operation, &err), IC_OK);
    char *text = malloc(IC_LIMIT_MESSAGE_BYTES_MAX);
    assert_non_null(text);
    memset(text, 0x01, IC_LIMIT_MESSAGE_BYTES_MAX);
    operation.message_text = (struct ic_str){text, IC_LIMIT_MESSAGE_BYTES_MAX};
    assert_int_equal(ic_operation_hash(&operation, &hash, &err), IC_OK);
    free(text);
}

static struct ic_hash hash_of(void **state, const char *text)
{
    struct ic_operation operation;
    struct ic_hash hash;
    struct ic_err err;
    assert_int_equal(decode(state, text, &operation, &err), IC_OK);
    assert_int_equal(ic_operation_hash(&operation, &hash, &err), IC_OK);
    return hash;
}

static void test_the_hash_knows_content_not_spelling(void **state)
{
    static const char other_spelling[] =
        "{ \"sent_at\":1700000000000, \"message_text\":\"Hi \xF0\x9F\x98\x80\", \"thread_id\":\"17-a_B\","
        "\"tar_username\":\"a_prospect\",\"act_username\":\"our.account\",\"kind\":\"outreach\",\"op_id\":\"" OP_ID
        "\"}";
    static const char other_content[] =
        "{\"op_id\":\"" OP_ID "\"," REST ",\"message_text\":\"Hi \\ud83d\\ude00\",\"sent_at\":1700000000001}";
    static const char without_text[] = "{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1700000000000}";
    struct ic_hash good = hash_of(state, GOOD), spelling = hash_of(state, other_spelling);
    struct ic_hash content = hash_of(state, other_content), textless = hash_of(state, without_text);
    assert_true(ic_hash_equal(&good, &spelling));
    assert_false(ic_hash_equal(&good, &content));
    assert_false(ic_hash_equal(&good, &textless));
}

/* Desktops and servers of different versions compare hashes: this one may never change. */
static void test_the_hash_of_a_known_operation_stays(void **state)
{
    struct ic_hash good = hash_of(state, GOOD);
    assert_string_equal(good.text, "f13aad3da22d6c9e619dda3bb10cf06a7b96533fb7cb9e3f9b446a83a232070a");
}

/* ---- The kinds beside outreach. ---- */

#define EDIT(kind, more)                                                                   \
    "{\"op_id\":\"" OP_ID "\",\"kind\":\"" kind "\",\"tar_username\":\"a_prospect\"," more \
    "\"sent_at\":5,\"hybrid_time\":1024}"
#define SET(field, more) EDIT("set_field", "\"field\":\"" field "\"," more)

static const char *const edits[] = {
    SET("tar_status", "\"value\":\"Warm\","),
    SET("notes", "\"value\":\"Likes \\u00e9clairs\","),
    SET("notes", ""),
    SET("email", "\"act_username\":\"our.account\",\"value\":\"a@b.example\","),
    SET("email", "\"value_state\":\"Not Found\","),
    SET("phone_num", "\"value_state\":\"Not Searched\","),
    SET("cont_source", "\"value\":\"Not Found\","),
    EDIT("exclude", "\"reason\":\"Asked not to be contacted.\","),
    EDIT("exclude", ""),
    EDIT("lift", "\"act_username\":\"our.account\","),
    "{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"hybrid_time\":9007199254740991}",
    "{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"hybrid_time\":1024,\"warnings_shown\":[\"RUL-0000000Z\"]}",
    "{\"op_id\":\"" OP_ID "\"," REST ",\"sent_at\":1,\"hybrid_time\":1024,\"warnings_shown\":[\"RUL-0000000Z\","
    "\"RUL-0000000A\"],\"override_reason\":\"She asked me to\"}",
};

static void test_every_kind_is_read_back_as_it_was_encoded(void **state)
{
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        struct ic_operation first, second;
        struct ic_err err;
        struct ic_buf buf;
        struct ic_json_writer writer;
        assert_int_equal(decode(state, edits[i], &first, &err), IC_OK);
        assert_true(first.hybrid_time == 1024 || first.hybrid_time == 9007199254740991);
        ic_buf_init(&buf, IC_OPERATION_BYTES_MAX);
        ic_json_writer_init(&writer, &buf);
        ic_operation_encode(&first, &writer);
        ic_buf_put_char(&buf, '\0');
        assert_int_equal(decode(state, buf.data, &second, &err), IC_OK);
        assert_int_equal(first.kind, second.kind);
        assert_int_equal(first.field, second.field);
        assert_int_equal(first.hybrid_time, second.hybrid_time);
        assert_true(ic_field_value_equal(&first.value, &second.value));
        assert_true(ic_str_equal(first.reason, second.reason));
        assert_int_equal(first.warnings_shown_count, second.warnings_shown_count);
        for (size_t j = 0; j < first.warnings_shown_count; j++) {
            assert_true(ic_id_equal(&first.warnings_shown[j], &second.warnings_shown[j]));
        }
        assert_true(ic_str_equal(first.override_reason, second.override_reason));
        assert_string_equal(first.act_username.text, second.act_username.text);
        ic_buf_release(&buf);
    }
}

static void test_a_contact_without_a_value_has_a_state(void **state)
{
    struct ic_operation operation;
    struct ic_err err;
    assert_int_equal(decode(state, edits[4], &operation, &err), IC_OK);
    assert_int_equal(operation.value.state, IC_CONTACT_STATE_NOT_FOUND);
    assert_int_equal(operation.value.text.size, 0);
    assert_int_equal(decode(state, edits[6], &operation, &err), IC_OK);
    assert_int_equal(operation.value.state, IC_CONTACT_STATE_FOUND);
    assert_true(ic_str_is(operation.value.text, "Not Found"));
}

static void test_each_breach_of_an_edit_names_its_field(void **state)
{
    static const struct {
        const char *text;
        enum ic_code code;
        const char *field;
    } breaches[] = {
        {"{\"op_id\":\"" OP_ID "\",\"kind\":\"lift\",\"tar_username\":\"a\",\"sent_at\":1}", IC_CODE_MISSING_FIELD,
         "/hybrid_time"},
        {"{\"op_id\":\"" OP_ID "\",\"kind\":\"lift\",\"tar_username\":\"a\",\"sent_at\":1,\"hybrid_time\":0}",
         IC_CODE_INVALID_FIELD, "/hybrid_time"},
        {"{\"op_id\":\"" OP_ID
         "\",\"kind\":\"lift\",\"tar_username\":\"a\",\"sent_at\":1,\"hybrid_time\":9007199254740992}",
         IC_CODE_INVALID_FIELD, "/hybrid_time"},
        {EDIT("exclude", "\"thread_id\":\"1\","), IC_CODE_UNKNOWN_FIELD, "/thread_id"},
        {EDIT("exclude", "\"act_username\":\"Big\","), IC_CODE_INVALID_FIELD, "/act_username"},
        {EDIT("lift", "\"reason\":\"\","), IC_CODE_INVALID_FIELD, "/reason"},
        {EDIT("set_field", "\"value\":\"Warm\","), IC_CODE_MISSING_FIELD, "/field"},
        {SET("tar_id", "\"value\":\"Warm\","), IC_CODE_INVALID_FIELD, "/field"},
        {SET("tar_status", ""), IC_CODE_INVALID_FIELD, "/value"},
        {SET("tar_status", "\"value\":\"warm\","), IC_CODE_INVALID_FIELD, "/value"},
        {SET("tar_status", "\"value\":\"Excluded\","), IC_CODE_INVALID_FIELD, "/value"},
        {SET("tar_status", "\"value_state\":\"Not Found\","), IC_CODE_INVALID_FIELD, "/value_state"},
        {SET("notes", "\"value_state\":\"Not Found\","), IC_CODE_INVALID_FIELD, "/value_state"},
        {SET("notes", "\"value\":\"\","), IC_CODE_INVALID_FIELD, "/value"},
        {SET("email", ""), IC_CODE_INVALID_FIELD, "/value"},
        {SET("email", "\"value_state\":\"Found\","), IC_CODE_INVALID_FIELD, "/value_state"},
        {SET("email", "\"value\":\"a@b\",\"value_state\":\"Not Found\","), IC_CODE_INVALID_FIELD, "/value_state"},
        {SET("email", "\"value_state\":\"Not Found\",\"reason\":\"x\","), IC_CODE_UNKNOWN_FIELD, "/reason"},
    };
    for (size_t i = 0; i < sizeof breaches / sizeof breaches[0]; i++) {
        struct ic_operation operation = {.sent_at = 42};
        struct ic_err err;
        assert_int_not_equal(decode(state, breaches[i].text, &operation, &err), IC_OK);
        assert_int_equal(err.code, breaches[i].code);
        assert_string_equal(err.field, breaches[i].field);
        assert_int_equal(operation.sent_at, 42);
    }
}

static enum ic_rc decode_value_of(void **state, const char *field, size_t characters)
{
    size_t capacity = 2 * characters + 400;
    char *text = malloc(capacity);
    assert_non_null(text);
    int size = snprintf(text, capacity,
                        "{\"op_id\":\"" OP_ID "\",\"kind\":\"set_field\",\"tar_username\":\"a\",\"field\":\"%s\","
                        "\"sent_at\":1,\"hybrid_time\":1,\"value\":\"",
                        field);
    for (size_t i = 0; i < characters; i++) {
        memcpy(text + size, "\xC3\xA9", 2);
        size += 2;
    }
    memcpy(text + size, "\"}", 3);
    struct ic_operation operation;
    struct ic_err err;
    enum ic_rc rc = decode(state, text, &operation, &err);
    free(text);
    return rc;
}

static void test_a_value_may_have_its_fields_limit_and_not_a_character_more(void **state)
{
    static const struct {
        const char *field;
        size_t characters_max;
    } fields[] = {{"notes", IC_LIMIT_NOTES_CHARACTERS_MAX},
                  {"email", IC_LIMIT_EMAIL_CHARACTERS_MAX},
                  {"phone_num", IC_LIMIT_PHONE_NUM_CHARACTERS_MAX},
                  {"cont_source", IC_LIMIT_CONT_SOURCE_CHARACTERS_MAX}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        assert_int_equal(decode_value_of(state, fields[i].field, fields[i].characters_max), IC_OK);
        assert_int_equal(decode_value_of(state, fields[i].field, fields[i].characters_max + 1), IC_INVALID);
    }
}

static void test_edits_of_different_content_have_different_hashes(void **state)
{
    enum { COUNT = sizeof edits / sizeof edits[0] };
    struct ic_hash hashes[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        hashes[i] = hash_of(state, edits[i]);
        for (size_t k = 0; k < i; k++) {
            assert_false(ic_hash_equal(&hashes[i], &hashes[k]));
        }
    }
    assert_string_equal(hashes[0].text, "9090e933f0e9c753e198af36907d12e8e0e8f97f9244d81eb13ff0908e9cb69e");
    assert_string_equal(hashes[7].text, "730f65f5772952c69174cda1e5c927c008437e40e22112fc43379b67f1f2cf58");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_good_operation_is_read_in_every_field, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_encoded_is_read_back_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(test_each_breach_is_refused_and_names_its_field, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_text_may_have_the_limit_and_not_a_byte_more, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_largest_operation_fits_its_encoding, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_hash_knows_content_not_spelling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_hash_of_a_known_operation_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_kind_is_read_back_as_it_was_encoded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_contact_without_a_value_has_a_state, setup, teardown),
        cmocka_unit_test_setup_teardown(test_each_breach_of_an_edit_names_its_field, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_value_may_have_its_fields_limit_and_not_a_character_more, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_edits_of_different_content_have_different_hashes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
