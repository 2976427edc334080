#include "base/gzip.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SIZE = 300 * 1000, CEILING = 1 << 20 };

static struct ic_buf packed, unpacked;

static int setup(void **state)
{
    (void)state;
    ic_buf_init(&packed, CEILING);
    ic_buf_init(&unpacked, CEILING);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ic_buf_release(&packed);
    ic_buf_release(&unpacked);
    return 0;
}

/* Packs so many bytes that repeat themselves. */
static void pack(size_t size)
{
    char *bytes = malloc(size + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)('a' + i % 17);
    }
    assert_int_equal(ic_gzip_pack((struct ic_str){bytes, size}, &packed, NULL), IC_OK);
    free(bytes);
}

static void test_what_was_packed_comes_back_and_was_smaller(void **state)
{
    (void)state;
    pack(SIZE);
    assert_true(packed.size < SIZE / 50);
    assert_int_equal(ic_gzip_unpack(ic_buf_view(&packed), &unpacked, NULL), IC_OK);
    assert_int_equal(unpacked.size, SIZE);
    for (size_t i = 0; i < SIZE; i++) {
        assert_int_equal(unpacked.data[i], 'a' + i % 17);
    }
}

static void test_nothing_is_packed_and_comes_back_too(void **state)
{
    (void)state;
    pack(0);
    assert_int_equal(ic_gzip_unpack(ic_buf_view(&packed), &unpacked, NULL), IC_OK);
    assert_int_equal(unpacked.size, 0);
}

static void test_a_body_that_swells_past_the_ceiling_is_refused(void **state)
{
    (void)state;
    struct ic_err err = IC_ERR_NONE;
    pack(SIZE);
    unpacked.size_max = SIZE - 1;
    assert_int_not_equal(ic_gzip_unpack(ic_buf_view(&packed), &unpacked, &err), IC_OK);
    assert_int_equal(err.code, IC_CODE_BODY_TOO_LARGE);
}

static void test_cut_damaged_and_foreign_bytes_are_refused(void **state)
{
    (void)state;
    struct ic_err err = IC_ERR_NONE;
    pack(1000);
    for (size_t size = 0; size < packed.size; size++) {
        ic_buf_reset(&unpacked);
        err = IC_ERR_NONE;
        assert_int_not_equal(ic_gzip_unpack((struct ic_str){packed.data, size}, &unpacked, &err), IC_OK);
        assert_int_equal(err.code, IC_CODE_MALFORMED_REQUEST);
    }
    packed.data[packed.size - 6] ^= 1; /* Of the check sum. */
    assert_int_not_equal(ic_gzip_unpack(ic_buf_view(&packed), &unpacked, NULL), IC_OK);
    packed.data[packed.size - 6] ^= 1;
    ic_buf_put_char(&packed, 'x');
    assert_int_not_equal(ic_gzip_unpack(ic_buf_view(&packed), &unpacked, NULL), IC_OK);
    assert_int_not_equal(ic_gzip_unpack(IC_STR("{\"plain\":true}"), &unpacked, NULL), IC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_packed_comes_back_and_was_smaller, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_packed_and_comes_back_too, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_body_that_swells_past_the_ceiling_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cut_damaged_and_foreign_bytes_are_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
