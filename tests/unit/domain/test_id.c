#include "domain/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    enum ic_id_kind kind;
    const char *prefix;
    const char *alphabet;
    size_t size;
} forms[] = {
    {IC_ID_OPERATOR, "OPR-", "0123456789ABCDEF", 8},
    {IC_ID_ACTOR, "ACT-", "0123456789ABCDEF", 8},
    {IC_ID_GOAL, "GOL-", "0123456789ABCDEF", 8},
    {IC_ID_DEVICE, "DEV-", "0123456789ABCDEF", 8},
    {IC_ID_TOKEN, "TOK-", "0123456789ABCDEF", 8},
    {IC_ID_SESSION, "SES-", "0123456789ABCDEF", 8},
    {IC_ID_INVITATION, "INV-", "0123456789ABCDEF", 8},
    {IC_ID_RULE, "RUL-", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 8},
    {IC_ID_PROPOSAL, "PRO-", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 8},
    {IC_ID_TARGET, "TAR-", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 8},
    {IC_ID_EVENT, "ELG-", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 10},
    {IC_ID_OUTREACH, "OLG-", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 10},
};

enum { FORM_COUNT = sizeof forms / sizeof forms[0], DRAW_COUNT = 2000 };

static void test_an_id_uses_exactly_its_alphabet(void **state)
{
    (void)state;
    struct ic_rand rand = ic_rand_system();
    for (size_t i = 0; i < FORM_COUNT; i++) {
        bool seen[128] = {false};
        for (int draw = 0; draw < DRAW_COUNT; draw++) {
            struct ic_id id = ic_id_create(forms[i].kind, &rand);
            assert_int_equal(strlen(id.text), 4 + forms[i].size);
            assert_memory_equal(id.text, forms[i].prefix, 4);
            for (const char *at = id.text + 4; *at; at++) {
                assert_non_null(strchr(forms[i].alphabet, *at));
                seen[(unsigned char)*at] = true;
            }
        }
        /* 16,000 characters or more: the chance that one of 62 is never drawn is below 1e-100. */
        for (const char *at = forms[i].alphabet; *at; at++) {
            assert_true(seen[(unsigned char)*at]);
        }
    }
}

static void test_every_digit_is_equally_likely(void **state)
{
    (void)state;
    enum { IDS = 62000 };
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 1);
    int counts[128] = {0};
    for (int i = 0; i < IDS; i++) {
        struct ic_id id = ic_id_create(IC_ID_EVENT, &rand);
        for (const char *at = id.text + 4; *at; at++) {
            counts[(unsigned char)*at]++;
        }
    }
    /* 10,000 each, give or take five standard deviations; taking every byte would give the first eight 12,109. */
    for (const char *at = forms[IC_ID_EVENT].alphabet; *at; at++) {
        assert_in_range(counts[(unsigned char)*at], 9500, 10500);
    }
}

static void test_an_id_is_read_by_its_own_kind_only(void **state)
{
    (void)state;
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 11);
    for (size_t i = 0; i < FORM_COUNT; i++) {
        struct ic_id id = ic_id_create(forms[i].kind, &rand);
        for (size_t j = 0; j < FORM_COUNT; j++) {
            struct ic_id read = {"kept"};
            bool is_read = ic_id_parse(forms[j].kind, ic_id_text(&id), &read);
            assert_int_equal(is_read, i == j);
            assert_string_equal(read.text, i == j ? id.text : "kept");
        }
    }
}

static void test_what_is_no_id_is_refused(void **state)
{
    (void)state;
    static const struct ic_str refused[] = {
        {"", 0},
        {"OPR-", 4},
        {"OPR-0123456", 11},
        {"OPR-012345678", 13},
        {"OPR-0123456g", 12},
        {"OPR-0123456a", 12},
        {"opr-01234567", 12},
        {"OPR_01234567", 12},
        {"OPR-0123456\0", 12},
        {"OPR-01234 67", 12},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct ic_id id;
        assert_false(ic_id_parse(IC_ID_OPERATOR, refused[i], &id));
    }
    struct ic_id id;
    assert_true(ic_id_parse(IC_ID_OPERATOR, IC_STR("OPR-0123ABCD"), &id));
}

static void test_ids_compare_by_text_and_an_empty_one_is_none(void **state)
{
    (void)state;
    struct ic_id empty = {0};
    struct ic_id left = {"ACT-00000001"};
    struct ic_id right = {"ACT-00000002"};
    assert_true(ic_id_is_empty(&empty));
    assert_false(ic_id_is_empty(&left));
    assert_true(ic_id_equal(&left, &left));
    assert_false(ic_id_equal(&left, &right));
    assert_int_equal(ic_id_text(&empty).size, 0);
}

static void test_an_op_id_is_a_uuid_of_version_7(void **state)
{
    (void)state;
    struct ic_rand rand = ic_rand_system();
    struct ic_op_id op_id = ic_op_id_create(INT64_C(0x017F22E279B0), &rand);
    assert_memory_equal(op_id.text, "017f22e2-79b0-7", 15); /* The time of RFC 9562's example. */
    assert_non_null(memchr("89ab", op_id.text[19], 4));
    struct ic_op_id read;
    assert_true(ic_op_id_parse(ic_str_from(op_id.text), &read));
    assert_string_equal(read.text, op_id.text);
}

static void test_op_ids_sort_by_time_and_never_repeat(void **state)
{
    (void)state;
    struct ic_rand rand = ic_rand_system();
    struct ic_op_id before = ic_op_id_create(1000, &rand);
    for (int64_t now = 1001; now < 3000; now++) {
        struct ic_op_id op_id = ic_op_id_create(now, &rand);
        assert_true(strcmp(before.text, op_id.text) < 0);
        struct ic_op_id same_time = ic_op_id_create(now, &rand);
        assert_string_not_equal(op_id.text, same_time.text);
        before = op_id;
    }
}

static void test_what_is_no_op_id_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",   /* Too short. */
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff", /* Too long. */
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",  /* Upper case. */
        "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",  /* Version 4. */
        "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",  /* Another variant. */
        "017f22e2079b0-7cc3-98c4-dc0c0c07398f",  /* No hyphen. */
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",  /* No digit. */
        "017f22e-279b0-7cc3-98c4-dc0c0c07398f",  /* A hyphen elsewhere. */
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct ic_op_id op_id;
        assert_false(ic_op_id_parse(ic_str_from(refused[i]), &op_id));
    }
    struct ic_op_id op_id;
    assert_true(ic_op_id_parse(IC_STR("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), &op_id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_id_uses_exactly_its_alphabet),
        cmocka_unit_test(test_every_digit_is_equally_likely),
        cmocka_unit_test(test_an_id_is_read_by_its_own_kind_only),
        cmocka_unit_test(test_what_is_no_id_is_refused),
        cmocka_unit_test(test_ids_compare_by_text_and_an_empty_one_is_none),
        cmocka_unit_test(test_an_op_id_is_a_uuid_of_version_7),
        cmocka_unit_test(test_op_ids_sort_by_time_and_never_repeat),
        cmocka_unit_test(test_what_is_no_op_id_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
