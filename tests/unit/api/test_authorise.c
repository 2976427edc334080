#include "api/authorise.h"

#include "team.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What a page of the server at 127.0.0.1:8080 sends; a test changes one of them. */
enum { ORIGIN, CUSTOM, FETCH_SITE, HEADERS };

struct page {
    struct ic_http_header headers[HEADERS];
    struct ic_http_request request;
};

static struct page make_page(void)
{
    return (struct page){
        .headers = {[ORIGIN] = {IC_STR("Origin"), IC_STR("http://127.0.0.1:8080")},
                    [CUSTOM] = {IC_STR("X-InstaCRM"), IC_STR("1")},
                    [FETCH_SITE] = {IC_STR("Sec-Fetch-Site"), IC_STR("same-origin")}},
        .request = {.headers_count = HEADERS, .host = IC_STR("127.0.0.1:8080")},
    };
}

static enum ic_code check(struct page *page)
{
    struct ic_err err = IC_ERR_NONE;
    page->request.headers = page->headers;
    struct ic_service service = {.own_address = {.url = IC_STR(""), .host = IC_STR("")}};
    (void)!ic_authorise_same_site(&service, &page->request, &err);
    return err.code;
}

static enum ic_code check_with(size_t header, const char *value)
{
    struct page page = make_page();
    page.headers[header].value = ic_str_from(value);
    return check(&page);
}

static void test_a_page_of_this_server_may_change_things(void **state)
{
    (void)state;
    struct page page = make_page();
    assert_int_equal(check(&page), IC_CODE_OK);
    assert_int_equal(check_with(FETCH_SITE, ""), IC_CODE_OK); /* A browser that does not send it. */
}

static void test_any_other_page_may_not(void **state)
{
    (void)state;
    static const char *const origins[] = {"",
                                          "null",
                                          "http://",
                                          "http://127.0.0.1",
                                          "http://127.0.0.1:80800",
                                          "http://127.0.0.1:8080/",
                                          "https://127.0.0.1:8080",
                                          "http://localhost:8080",
                                          "http://evil.example",
                                          "http://127.0.0.1:8080.evil.example"};
    static const char *const sites[] = {"cross-site", "same-site", "none", "Same-Origin"};
    for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
        assert_int_equal(check_with(ORIGIN, origins[i]), IC_CODE_CROSS_SITE);
    }
    for (size_t i = 0; i < sizeof sites / sizeof sites[0]; i++) {
        assert_int_equal(check_with(FETCH_SITE, sites[i]), IC_CODE_CROSS_SITE);
    }
    assert_int_equal(check_with(CUSTOM, ""), IC_CODE_CROSS_SITE);
    assert_int_equal(check_with(CUSTOM, "true"), IC_CODE_CROSS_SITE);
}

static void test_without_a_host_nothing_is_our_own(void **state)
{
    (void)state;
    struct page page = make_page();
    page.request.host = (struct ic_str){0};
    page.headers[ORIGIN].value = IC_STR("http://");
    assert_int_equal(check(&page), IC_CODE_CROSS_SITE);
}

static enum ic_code check_device(struct team *team, const char *authorization)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_device device;
    const struct ic_http_header header = {IC_STR("Authorization"), ic_str_from(authorization)};
    const struct ic_http_request request = {.headers = &header, .headers_count = 1, .arena = team->arena};
    (void)!ic_authorise_device(&team->service, &request, &device, &err);
    return err.code;
}

static void test_a_desktop_is_known_by_its_token_alone(void **state)
{
    struct team *team = *state;
    static const char *const none[] = {"", "Bearer", "Basic YTpi", "Token x",
                                       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_int_equal(check_device(team, none[i]), IC_CODE_UNAUTHENTICATED);
    }
    static const char *const wrong[] = {"Bearer ", "Bearer x", "Bearer  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                        "bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(check_device(team, wrong[i]), IC_CODE_INVALID_TOKEN);
    }
}

static enum ic_code check_session(struct team *team, const char *cookie)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_identity identity;
    const struct ic_http_header header = {IC_STR("Cookie"), ic_str_from(cookie)};
    const struct ic_http_request request = {.headers = &header, .headers_count = 1, .arena = team->arena};
    (void)!ic_authorise_session(&team->service, &request, &identity, &err);
    return err.code;
}

static void test_a_person_is_known_by_one_cookie(void **state)
{
    struct team *team = *state;
    struct ic_secret session;
    char cookies[256];
    (void)team_join(team, &session);
    snprintf(cookies, sizeof cookies, "theme=dark; __Host-sid=%s", session.text);
    assert_int_equal(check_session(team, cookies), IC_CODE_OK);
    snprintf(cookies, sizeof cookies, "sid=%s", session.text);
    assert_int_equal(check_session(team, cookies), IC_CODE_UNAUTHENTICATED);
    snprintf(cookies, sizeof cookies, "__Host-sid=%s; __Host-sid=%s", session.text, session.text);
    assert_int_equal(check_session(team, cookies), IC_CODE_UNAUTHENTICATED);
    assert_int_equal(check_session(team, "__Host-sid="), IC_CODE_UNAUTHENTICATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_of_this_server_may_change_things),
        cmocka_unit_test(test_any_other_page_may_not),
        cmocka_unit_test(test_without_a_host_nothing_is_our_own),
        cmocka_unit_test_setup_teardown(test_a_desktop_is_known_by_its_token_alone, team_set_up, team_tear_down),
        cmocka_unit_test_setup_teardown(test_a_person_is_known_by_one_cookie, team_set_up, team_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
