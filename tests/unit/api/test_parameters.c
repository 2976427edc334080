#include "api/parameters.h"
#include "contract/limits.h"
#include "contract/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *role_name(int index)
{
    return ic_role_name((enum ic_role)index);
}

static const struct ic_parameter_names roles = {role_name, IC_ROLE_COUNT};

/* What was read of a query. */
struct asked {
    char text[32];
    struct ic_id id;
    int64_t time;
    size_t page_size;
    bool has_one;
    int one;
    bool some[IC_ROLE_COUNT];
    struct ic_err err;
};

static struct asked read_query(const char *query)
{
    struct asked asked = {.one = -1, .err = IC_ERR_NONE};
    struct ic_http_request request = {.query = ic_str_from(query), .arena = ic_arena_create(1 << 16)};
    struct ic_parameters parameters;
    struct ic_str text = {0};
    assert_non_null(request.arena);
    ic_parameters_begin(&parameters, &request, &asked.err);
    ic_parameters_text(&parameters, "text", &text);
    ic_parameters_id(&parameters, "id", IC_ID_TARGET, &asked.id);
    ic_parameters_time(&parameters, "time", &asked.time);
    ic_parameters_page_size(&parameters, &asked.page_size);
    ic_parameters_choice(&parameters, "one", &roles, &asked.has_one, &asked.one);
    ic_parameters_choices(&parameters, "some", &roles, asked.some);
    if (ic_parameters_end(&parameters) == IC_OK && text.size) {
        assert_true(text.size < sizeof asked.text);
        memcpy(asked.text, text.data, text.size);
    }
    ic_arena_destroy(request.arena);
    return asked;
}

static void test_what_is_missing_is_left_as_it_is(void **state)
{
    struct asked asked = read_query("");
    (void)state;
    assert_int_equal(asked.err.code, IC_CODE_OK);
    assert_string_equal(asked.text, "");
    assert_true(ic_id_is_empty(&asked.id));
    assert_int_equal(asked.time, 0);
    assert_int_equal(asked.page_size, IC_LIMIT_LIST_PAGE_SIZE_DEFAULT);
    assert_false(asked.has_one);
    assert_int_equal(asked.one, -1);
    for (int i = 0; i < IC_ROLE_COUNT; i++) {
        assert_false(asked.some[i]);
    }
}

static void test_each_is_read_with_its_type(void **state)
{
    struct asked asked =
        read_query("text=a%20b&id=TAR-0aZ9bY8c&time=8796093022207&limit=200&one=admin&some=viewer,owner");
    (void)state;
    assert_int_equal(asked.err.code, IC_CODE_OK);
    assert_string_equal(asked.text, "a b");
    assert_string_equal(asked.id.text, "TAR-0aZ9bY8c");
    assert_int_equal(asked.time, INT64_C(8796093022207));
    assert_int_equal(asked.page_size, 200);
    assert_true(asked.has_one);
    assert_int_equal(asked.one, IC_ROLE_ADMIN);
    assert_true(asked.some[IC_ROLE_OWNER]);
    assert_false(asked.some[IC_ROLE_ADMIN]);
    assert_false(asked.some[IC_ROLE_OPERATOR]);
    assert_true(asked.some[IC_ROLE_VIEWER]);
}

static void test_the_first_that_is_wrong_is_told_with_its_name(void **state)
{
    static const struct {
        const char *query;
        const char *field;
        enum ic_code code;
    } wrong[] = {
        {"text=", "text", IC_CODE_INVALID_PARAMETER},
        {"text", "text", IC_CODE_INVALID_PARAMETER},
        {"id=", "id", IC_CODE_INVALID_PARAMETER},
        {"id=OPR-0123ABCD", "id", IC_CODE_INVALID_PARAMETER},
        {"time=0", "time", IC_CODE_INVALID_PARAMETER},
        {"time=8796093022208", "time", IC_CODE_INVALID_PARAMETER},
        {"time=01", "time", IC_CODE_INVALID_PARAMETER},
        {"limit=0", "limit", IC_CODE_INVALID_PARAMETER},
        {"limit=201", "limit", IC_CODE_INVALID_PARAMETER},
        {"one=", "one", IC_CODE_INVALID_PARAMETER},
        {"one=boss", "one", IC_CODE_INVALID_PARAMETER},
        {"one=owner,admin", "one", IC_CODE_INVALID_PARAMETER},
        {"some=", "some", IC_CODE_INVALID_PARAMETER},
        {"some=,", "some", IC_CODE_INVALID_PARAMETER},
        {"some=owner,", "some", IC_CODE_INVALID_PARAMETER},
        {"some=,owner", "some", IC_CODE_INVALID_PARAMETER},
        {"some=owner,owner", "some", IC_CODE_INVALID_PARAMETER},
        {"some=owner&some=admin", "some", IC_CODE_INVALID_PARAMETER},
        {"other=1", "other", IC_CODE_UNKNOWN_PARAMETER},
        {"time=0&other=1", "time", IC_CODE_INVALID_PARAMETER},
        {"limit=0&time=0", "time", IC_CODE_INVALID_PARAMETER}, /* As they are read, not as they stand. */
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct asked asked = read_query(wrong[i].query);
        assert_int_equal(asked.err.code, wrong[i].code);
        assert_string_equal(asked.err.field, wrong[i].field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_missing_is_left_as_it_is),
        cmocka_unit_test(test_each_is_read_with_its_type),
        cmocka_unit_test(test_the_first_that_is_wrong_is_told_with_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
