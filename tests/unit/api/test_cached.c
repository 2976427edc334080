#include "api/cached.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE_BYTES_MAX = 64 << 10, QUARTER_MS = 900000 };

static void test_the_page_about_caching_shows_the_table_as_it_is(void **state)
{
    static char text[PAGE_BYTES_MAX];
    struct ic_buf table;
    (void)state;
    FILE *page = fopen(IC_CACHING_PAGE, "re");
    assert_non_null(page);
    size_t size = fread(text, 1, sizeof text - 1, page);
    fclose(page);
    text[size] = '\0';
    ic_buf_init(&table, PAGE_BYTES_MAX);
    ic_buf_put_char(&table, '\n');
    ic_cached_write_table(&table);
    ic_buf_put_char(&table, '\n'); /* It ends where the page's does. */
    ic_buf_put_char(&table, '\0');
    assert_int_equal(table.failed, IC_CODE_OK);
    if (!strstr(text, table.data)) {
        print_error("docs/caching.md should have this table:%s", table.data);
        fail();
    }
    ic_buf_release(&table);
}

static void test_lifetimes_end_where_clocks_have_their_edges(void **state)
{
    (void)state;
    for (int page = 0; page < IC_CACHED_COUNT; page++) {
        const struct ic_cached *cached = ic_cached_get((enum ic_cached_page)page);
        assert_true(cached->tags != 0);
        assert_true(cached->lifetime_ms == 0 || QUARTER_MS % cached->lifetime_ms == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_page_about_caching_shows_the_table_as_it_is),
        cmocka_unit_test(test_lifetimes_end_where_clocks_have_their_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
