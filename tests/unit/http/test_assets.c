#include "http/assets.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BYTES(text)                                     \
    {                                                   \
        (const unsigned char *)(text), sizeof(text) - 1 \
    }

static const struct ic_asset assets[] = {
    {.path = "/assets/a.js", .etag = "\"a\"", .identity = BYTES("i"), .gzip = BYTES("g"), .brotli = BYTES("b")},
    {.path = "/assets/z.js", .etag = "\"z\"", .identity = BYTES("i"), .gzip = BYTES("g")},
    {.path = "/index.html", .etag = "\"page\"", .identity = BYTES("page")},
    {.path = "/logo.png", .etag = "\"logo\"", .identity = BYTES("logo")},
};

static bool find(const char *path, const char *accept_encoding, const char *if_none_match,
                 struct ic_asset_answer *ret_answer)
{
    return ic_asset_find(assets, sizeof assets / sizeof assets[0], ic_str_from(path), ic_str_from(accept_encoding),
                         ic_str_from(if_none_match), ret_answer);
}

static void test_a_path_finds_its_file(void **state)
{
    (void)state;
    struct ic_asset_answer answer;
    for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++) {
        assert_true(find(assets[i].path, "", "", &answer));
        assert_ptr_equal(answer.asset, &assets[i]);
        assert_int_equal(answer.status, 200);
    }
}

static void test_a_pages_path_finds_the_page(void **state)
{
    static const char *const paths[] = {"/", "/logs", "/logs/ELG-1", "/assets", "/index.htm", "/logo.png/x", "/../x"};
    (void)state;
    struct ic_asset_answer answer;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_true(find(paths[i], "", "", &answer));
        assert_string_equal(answer.asset->path, "/index.html");
    }
}

static void test_a_file_that_is_none_is_not_the_page(void **state)
{
    (void)state;
    struct ic_asset_answer answer;
    assert_false(find("/assets/b.js", "", "", &answer));
    assert_false(find("/assets/", "", "", &answer));
    assert_false(find("/assets/a.js/", "", "", &answer));
}

static void test_without_files_there_is_nothing(void **state)
{
    (void)state;
    struct ic_asset_answer answer;
    assert_false(ic_asset_find(NULL, 0, IC_STR("/"), IC_STR(""), IC_STR(""), &answer));
}

static void test_the_variant_is_the_one_that_the_client_likes_best(void **state)
{
    static const struct {
        const char *accepted;
        const char *a; /* Has all variants. */
        const char *z; /* Has no brotli. */
    } claims[] = {
        {"", "i", "i"},
        {"gzip, deflate, br, zstd", "b", "g"},
        {"gzip", "g", "g"},
        {"GZIP", "g", "g"},
        {"br", "b", "i"},
        {"br;q=0.5, gzip;q=0.8", "g", "g"},
        {"br;q=0.8,gzip;q=0.8", "b", "g"},
        {"br; q=0, gzip", "g", "g"},
        {"br;q=0.000, gzip;q=0.001", "g", "g"},
        {"*", "b", "g"},
        {"*;q=0", "i", "i"},
        {"*, br;q=0", "g", "g"},
        {"identity", "i", "i"},
        {"identity, gzip;q=0.5", "i", "i"},
        {"identity;q=0.5, gzip;q=0.5", "g", "g"},
        {"identity;q=0, br", "b", "i"}, /* Nothing else is there: better than an error. */
        {"identity;q=0", "i", "i"},
        {"x-gzip, brotli", "i", "i"},
        {"br;q=1.001, gzip", "g", "g"},
        {"br;q=x, gzip", "g", "g"},
        {"br;level=9, gzip", "g", "g"},
        {"br;q=0.1234, gzip", "g", "g"},
        {",, ,br", "b", "i"},
    };
    (void)state;
    struct ic_asset_answer answer;
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        assert_true(find("/assets/a.js", claims[i].accepted, "", &answer));
        if (answer.bytes.data[0] != claims[i].a[0]) {
            fail_msg("\"%s\" chooses %c.", claims[i].accepted, answer.bytes.data[0]);
        }
        assert_true(find("/assets/z.js", claims[i].accepted, "", &answer));
        if (answer.bytes.data[0] != claims[i].z[0]) {
            fail_msg("\"%s\" chooses %c where there is no brotli.", claims[i].accepted, answer.bytes.data[0]);
        }
    }
}

static void test_each_variant_has_a_name_and_a_tag_of_its_own(void **state)
{
    (void)state;
    struct ic_asset_answer answer;
    assert_true(find("/assets/a.js", "br", "", &answer));
    assert_string_equal(answer.content_encoding, "br");
    assert_string_equal(answer.etag, "\"a-br\"");
    assert_true(find("/assets/a.js", "gzip", "", &answer));
    assert_string_equal(answer.content_encoding, "gzip");
    assert_string_equal(answer.etag, "\"a-gz\"");
    assert_true(find("/assets/a.js", "", "", &answer));
    assert_null(answer.content_encoding);
    assert_string_equal(answer.etag, "\"a\"");
}

static void test_what_the_client_has_is_not_sent_again(void **state)
{
    static const struct {
        const char *if_none_match;
        int status;
    } claims[] = {
        {"\"a\"", 304},
        {"W/\"a\"", 304},
        {"\"x\", \"a\"", 304},
        {"*", 304},
        {"\"x\",W/\"a\" ,\"y\"", 304},
        {"\"a-br\"", 200},
        {"\"A\"", 200},
        {"a", 200},
        {"\"x\"", 200},
        {"\"ab\"", 200},
        {"w/\"a\"", 200},
    };
    (void)state;
    struct ic_asset_answer answer;
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        assert_true(find("/assets/a.js", "", claims[i].if_none_match, &answer));
        if (answer.status != claims[i].status) {
            fail_msg("%s gives %d.", claims[i].if_none_match, answer.status);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_path_finds_its_file),
        cmocka_unit_test(test_a_pages_path_finds_the_page),
        cmocka_unit_test(test_a_file_that_is_none_is_not_the_page),
        cmocka_unit_test(test_without_files_there_is_nothing),
        cmocka_unit_test(test_the_variant_is_the_one_that_the_client_likes_best),
        cmocka_unit_test(test_each_variant_has_a_name_and_a_tag_of_its_own),
        cmocka_unit_test(test_what_the_client_has_is_not_sent_again),
    };
    return cmocka_run_group_tests_name("assets", tests, NULL, NULL);
}
