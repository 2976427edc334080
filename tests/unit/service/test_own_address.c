#include "service/own_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_an_own_address_has_a_scheme_and_a_name_and_perhaps_a_port(void **state)
{
    static const struct {
        const char *url;
        const char *host;
    } addresses[] = {
        {"", ""},
        {"https://crm.example.com", "crm.example.com"},
        {"https://crm.example.com:8443", "crm.example.com:8443"},
        {"https://192.0.2.7", "192.0.2.7"},
        {"https://[2001:db8::7]:8443", "[2001:db8::7]:8443"},
        {"http://localhost:8080", "localhost:8080"},
        {"http://127.0.0.1", "127.0.0.1"},
        {"http://[::1]:8080", "[::1]:8080"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct ic_own_address own;
        struct ic_err err = IC_ERR_NONE;
        assert_int_equal(ic_own_address_read(addresses[i].url, &own, &err), IC_OK);
        assert_true(ic_str_is(own.url, addresses[i].url));
        assert_true(ic_str_is(own.host, addresses[i].host));
    }
}

static void test_what_is_no_own_address_is_refused(void **state)
{
    static const char *const addresses[] = {
        "crm.example.com",
        "ftp://crm.example.com",
        "https://",
        "https:///",
        "https://crm.example.com/",
        "https://crm.example.com/team",
        "https://crm.example.com?x",
        "https://crm.example.com#x",
        "https://crm.example.com:443",
        "https://crm.example.com:",
        "https://crm.example.com:0",
        "https://crm.example.com:080",
        "https://crm.example.com:65536",
        "https://crm.example.com:8443x",
        "https://anna@crm.example.com",
        "https://CRM.example.com",
        "https://crm example.com",
        "https://[2001:db8::7",
        "http://crm.example.com",
        "http://localhost:80",
        "http://localhost.example.com",
        "http://127.0.0.1@example.com",
    };
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct ic_own_address own;
        struct ic_err err = IC_ERR_NONE;
        assert_int_equal(ic_own_address_read(addresses[i], &own, &err), IC_INVALID);
        assert_int_equal(err.code, IC_CODE_INVALID_PARAMETER);
        assert_int_equal(own.host.size, 0);
    }
}

static bool is_origin(const char *own_text, const char *origin, const char *host)
{
    struct ic_own_address own;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_own_address_read(own_text, &own, &err), IC_OK);
    return ic_own_address_is_origin(&own, ic_str_from(origin), ic_str_from(host));
}

static void test_the_origin_of_a_request_by_the_own_name_is_the_own_address(void **state)
{
    (void)state;
    const char *own = "https://crm.example.com";
    assert_true(is_origin(own, "https://crm.example.com", "crm.example.com"));
    assert_true(is_origin(own, "https://crm.example.com", "CRM.example.com"));
    assert_false(is_origin(own, "http://crm.example.com", "crm.example.com"));
    assert_false(is_origin(own, "https://crm.example.com:8443", "crm.example.com"));
    assert_false(is_origin(own, "https://evil.example.com", "crm.example.com"));
    assert_false(is_origin(own, "null", "crm.example.com"));
    assert_false(is_origin(own, "", "crm.example.com"));
}

static void test_the_origin_of_a_request_by_another_name_is_that_name_without_tls(void **state)
{
    (void)state;
    const char *own = "https://crm.example.com";
    assert_true(is_origin(own, "http://127.0.0.1:8080", "127.0.0.1:8080"));
    assert_true(is_origin("", "http://127.0.0.1:8080", "127.0.0.1:8080"));
    assert_false(is_origin(own, "https://crm.example.com", "127.0.0.1:8080"));
    assert_false(is_origin(own, "https://127.0.0.1:8080", "127.0.0.1:8080"));
    assert_false(is_origin("", "http://127.0.0.1:8081", "127.0.0.1:8080"));
    assert_false(is_origin("", "http://", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_own_address_has_a_scheme_and_a_name_and_perhaps_a_port),
        cmocka_unit_test(test_what_is_no_own_address_is_refused),
        cmocka_unit_test(test_the_origin_of_a_request_by_the_own_name_is_the_own_address),
        cmocka_unit_test(test_the_origin_of_a_request_by_another_name_is_that_name_without_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
