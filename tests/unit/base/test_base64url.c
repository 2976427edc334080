#include "base/base64url.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The vectors of RFC 4648, section 10, without padding. */
static void test_bytes_have_the_text_of_the_rfc_and_come_back(void **state)
{
    static const char *const vectors[][2] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},           {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"\xfb\xff\xfe", "-__-"}};
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct ic_str bytes = ic_str_from(vectors[i][0]);
        char text[16];
        char back[16];
        size_t size = 99;
        ic_base64url_write(bytes, text);
        assert_string_equal(text, vectors[i][1]);
        assert_int_equal(strlen(text), IC_BASE64URL_SIZE(bytes.size));
        assert_true(ic_base64url_read(ic_str_from(text), back, sizeof back, &size));
        assert_true(ic_str_equal(bytes, (struct ic_str){back, size}));
    }
}

static void test_what_was_not_written_so_is_refused(void **state)
{
    static const char *const wrong[] = {"Z", "Zg==", "Zh", "Zm9", "Zm8=", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n", "Zm9v."};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char bytes[16];
        size_t size = 99;
        assert_false(ic_base64url_read(ic_str_from(wrong[i]), bytes, sizeof bytes, &size));
        assert_int_equal(size, 99);
    }
}

static void test_a_text_that_is_longer_than_its_room_is_refused(void **state)
{
    char bytes[3];
    size_t size = 0;
    (void)state;
    assert_true(ic_base64url_read(IC_STR("Zm9v"), bytes, sizeof bytes, &size));
    assert_false(ic_base64url_read(IC_STR("Zm9vYg"), bytes, sizeof bytes, &size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_have_the_text_of_the_rfc_and_come_back),
        cmocka_unit_test(test_what_was_not_written_so_is_refused),
        cmocka_unit_test(test_a_text_that_is_longer_than_its_room_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
