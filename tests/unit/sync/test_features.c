#include "sync/features.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum ic_rc decode(const char *text, struct ic_features *ret_features, struct ic_err *err)
{
    struct ic_arena *arena = ic_arena_create(1 << 20);
    struct ic_json_reader reader;
    json_t *object;
    *err = IC_ERR_NONE;
    assert_int_equal(ic_json_parse(ic_str_from(text), "test", arena, &object, err), IC_OK);
    ic_json_reader_init(&reader, object, "test", err);
    *ret_features = ic_features_decode(&reader, "features");
    ic_arena_destroy(arena);
    return ic_err_rc(err);
}

static void test_all_features_come_back_as_they_were_told(void **state)
{
    (void)state;
    struct ic_buf buf;
    struct ic_json_writer writer;
    struct ic_features features;
    struct ic_err err;
    ic_buf_init(&buf, 4096);
    ic_json_writer_init(&writer, &buf);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "features");
    ic_features_encode(ic_features_all(), &writer);
    ic_json_object_end(&writer);
    ic_buf_put_char(&buf, '\0');
    assert_int_equal(decode(buf.data, &features, &err), IC_OK);
    assert_true(features.bits == ic_features_all().bits);
    for (unsigned i = 0; i < IC_SYNC_FEATURE_COUNT; i++) {
        assert_true(ic_features_have(features, (enum ic_sync_feature)i));
    }
    ic_buf_release(&buf);
}

static void test_an_older_server_has_none_and_a_newer_one_those_that_are_known(void **state)
{
    (void)state;
    struct ic_features features;
    struct ic_err err;
    assert_int_equal(decode("{}", &features, &err), IC_OK);
    assert_true(features.bits == 0);
    assert_int_equal(decode("{\"features\":[\"telepathy\",\"pull\"]}", &features, &err), IC_OK);
    assert_true(ic_features_have(features, IC_SYNC_FEATURE_PULL));
    assert_false(ic_features_have(features, IC_SYNC_FEATURE_LIVE));
}

static void test_what_is_no_list_of_names_is_refused(void **state)
{
    (void)state;
    struct ic_features features;
    struct ic_err err;
    assert_int_equal(decode("{\"features\":\"pull\"}", &features, &err), IC_INVALID);
    assert_int_equal(decode("{\"features\":[\"pull\",3]}", &features, &err), IC_INVALID);
    assert_string_equal(err.field, "/features");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_features_come_back_as_they_were_told),
        cmocka_unit_test(test_an_older_server_has_none_and_a_newer_one_those_that_are_known),
        cmocka_unit_test(test_what_is_no_list_of_names_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
