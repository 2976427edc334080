#include "http/address.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct ic_http_proxies parse(const char *text)
{
    struct ic_http_proxies proxies;
    assert_true(ic_http_proxies_parse(ic_str_from(text), &proxies));
    return proxies;
}

static void assert_asker(const char *proxies, const char *peer, const char *forwarded, const char *asker)
{
    const struct ic_http_proxies known = parse(proxies);
    const struct ic_http_header headers[] = {
        {IC_STR("Accept"), IC_STR("*/*")},
        {IC_STR("x-forwarded-for"), ic_str_from(forwarded)},
    };
    const struct ic_http_request request = {.headers = headers, .headers_count = 2};
    struct ic_str found = ic_http_address_of(&known, &request, ic_str_from(peer));
    assert_true(ic_str_equal(found, ic_str_from(asker)));
}

static void test_networks_are_read_and_what_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"10.0.0.0/33",       "::/129",      "10.0.0",      "name",
                                        "10.0.0.0/",         "10.0.0.0/-1", "10.0.0.0/8,", ",10.0.0.1",
                                        "10.0.0.1 10.0.0.2", "[::1]",       "10.0.0.1:80"};
    struct ic_http_proxies proxies;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(ic_http_proxies_parse(ic_str_from(wrong[i]), &proxies));
    }
    assert_int_equal(parse("").count, 0);
    assert_int_equal(parse("10.0.0.0/8, ::1 ,192.0.2.7").count, 3);
}

static void test_a_network_has_its_addresses_and_no_others(void **state)
{
    (void)state;
    const struct ic_http_proxies proxies = parse("10.1.0.0/16,192.0.2.7,2001:db8::/32");
    static const char *const inside[] = {"10.1.255.255", "::ffff:10.1.2.3", "192.0.2.7", "2001:db8:ffff::1"};
    static const char *const outside[] = {"10.2.0.0", "192.0.2.8", "2001:db9::", "::10.1.2.3", "", "name"};
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        assert_true(ic_http_proxies_has(&proxies, ic_str_from(inside[i])));
    }
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        assert_false(ic_http_proxies_has(&proxies, ic_str_from(outside[i])));
    }
    const struct ic_http_proxies none = parse("");
    assert_false(ic_http_proxies_has(&none, IC_STR("127.0.0.1")));
}

static void test_a_proxy_is_believed_and_nobody_else(void **state)
{
    (void)state;
    assert_asker("", "10.0.0.1", "198.51.100.1", "10.0.0.1");
    assert_asker("10.0.0.2", "10.0.0.1", "198.51.100.1", "10.0.0.1");
    assert_asker("10.0.0.1", "10.0.0.1", "198.51.100.1", "198.51.100.1");
    assert_asker("10.0.0.1", "10.0.0.1", "2001:db8::1", "2001:db8::1");
}

static void test_what_a_client_wrote_before_the_proxys_word_is_not_believed(void **state)
{
    (void)state;
    assert_asker("10.0.0.1", "10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1");
    assert_asker("10.0.0.1", "10.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1");
}

static void test_a_chain_of_proxies_is_followed_as_far_as_they_are_ours(void **state)
{
    (void)state;
    assert_asker("10.0.0.0/8", "10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1");
    assert_asker("10.0.0.0/8", "10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3");
}

static void test_what_is_no_address_ends_the_search(void **state)
{
    (void)state;
    static const char *const nonsense[] = {
        "", "unknown", "198.51.100.1:80", "198.51.100.1, ", "198.51.100.1, _hidden", "198.51.100.1\t1"};
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        assert_asker("10.0.0.1", "10.0.0.1", nonsense[i], "10.0.0.1");
    }
}

static void test_a_site_of_ipv6_is_one_address(void **state)
{
    (void)state;
    struct ic_http_network one = ic_http_address_key(IC_STR("2001:db8:1:2::1"));
    struct ic_http_network same = ic_http_address_key(IC_STR("2001:db8:1:2:ffff::9"));
    struct ic_http_network other = ic_http_address_key(IC_STR("2001:db8:1:3::1"));
    struct ic_http_network v4 = ic_http_address_key(IC_STR("192.0.2.1"));
    struct ic_http_network next = ic_http_address_key(IC_STR("192.0.2.2"));
    assert_memory_equal(one.bytes, same.bytes, sizeof one.bytes);
    assert_memory_not_equal(one.bytes, other.bytes, sizeof one.bytes);
    assert_memory_not_equal(v4.bytes, next.bytes, sizeof v4.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_networks_are_read_and_what_is_none_is_refused),
        cmocka_unit_test(test_a_network_has_its_addresses_and_no_others),
        cmocka_unit_test(test_a_proxy_is_believed_and_nobody_else),
        cmocka_unit_test(test_what_a_client_wrote_before_the_proxys_word_is_not_believed),
        cmocka_unit_test(test_a_chain_of_proxies_is_followed_as_far_as_they_are_ours),
        cmocka_unit_test(test_what_is_no_address_ends_the_search),
        cmocka_unit_test(test_a_site_of_ipv6_is_one_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
