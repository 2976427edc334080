#include "oidc/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const safe[] = {"https://accounts.example.com", "https://accounts.example.com:8443/a?b=c",
                                   "https://127.0.0.1/", "https://[::1]/keys"};
static const char *const safe_here[] = {"http://localhost:1/", "http://127.0.0.1:80/keys", "http://127.9.9.9/",
                                        "http://[::1]:3000/", "http://LOCALHOST/"};
static const char *const unsafe[] = {
    "",
    "accounts.example.com",
    "http://accounts.example.com/",
    "http://127.0.0.1@evil.example/",
    "http://localhost.evil.example/",
    "http://128.0.0.1/",
    "http://0.0.0.0/",
    "http://[::2]/",
    "http://[::ffff:127.0.0.1]/",
    "https://user@accounts.example.com/",
    "https://:password@accounts.example.com/",
    "https://accounts.example.com/#part",
    "ftp://localhost/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "gopher://127.0.0.1/",
    "https://",
    "https://accounts.example.com /",
    "//accounts.example.com",
};

static void test_https_is_gone_to_and_plain_http_only_to_this_machine(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof safe / sizeof safe[0]; i++) {
        assert_true(ic_oidc_address_is_safe(safe[i], false));
    }
    for (size_t i = 0; i < sizeof safe_here / sizeof safe_here[0]; i++) {
        assert_true(ic_oidc_address_is_safe(safe_here[i], true));
        assert_false(ic_oidc_address_is_safe(safe_here[i], false));
    }
}

static void test_everything_else_is_not_gone_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof unsafe / sizeof unsafe[0]; i++) {
        if (ic_oidc_address_is_safe(unsafe[i], true)) {
            fail_msg("%s is taken", unsafe[i]);
        }
    }
}

static void test_parameters_are_escaped_and_joined(void **state)
{
    (void)state;
    struct ic_buf buf;
    ic_buf_init(&buf, 256);
    ic_buf_put(&buf, IC_STR("https://e.example/a"));
    ic_oidc_address_put_parameter(&buf, "one", IC_STR("a b&c=d/\xc3\xa9"));
    ic_oidc_address_put_parameter(&buf, "two", IC_STR("-._~"));
    assert_true(ic_str_is(ic_buf_view(&buf), "https://e.example/a?one=a%20b%26c%3Dd%2F%C3%A9&two=-._~"));
    ic_buf_reset(&buf);
    ic_oidc_form_put(&buf, "one", IC_STR("+"));
    ic_oidc_form_put(&buf, "two", IC_STR(""));
    assert_true(ic_str_is(ic_buf_view(&buf), "one=%2B&two="));
    ic_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_https_is_gone_to_and_plain_http_only_to_this_machine),
        cmocka_unit_test(test_everything_else_is_not_gone_to),
        cmocka_unit_test(test_parameters_are_escaped_and_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
