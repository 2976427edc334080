#include "base/arena.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct ic_arena *arena = ic_arena_create(1 << 20);
    char *last = NULL;
    for (size_t size = 0; size < 300; size++) {
        char *bytes = ic_arena_alloc(arena, size);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
        assert_ptr_not_equal(bytes, last);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(bytes[i], 0);
        }
        memset(bytes, 0xAA, size);
        last = bytes;
    }
    ic_arena_destroy(arena);
}

static void test_an_arena_stops_at_its_ceiling(void **state)
{
    (void)state;
    struct ic_arena *arena = ic_arena_create(1000);
    assert_non_null(ic_arena_alloc(arena, 600));
    assert_null(ic_arena_alloc(arena, 600));
    assert_non_null(ic_arena_alloc(arena, 100));
    assert_null(ic_arena_alloc(arena, SIZE_MAX));
    assert_null(ic_arena_alloc_array(arena, SIZE_MAX / 2, 4));
    ic_arena_reset(arena);
    assert_non_null(ic_arena_alloc(arena, 1000));
    assert_null(ic_arena_alloc(arena, 1));
    ic_arena_destroy(arena);
}

static int order[3];
static int order_count;

static void note(void *resource)
{
    order[order_count++] = *(int *)resource;
}

static void test_clean_ups_run_in_reverse_order_once(void **state)
{
    (void)state;
    int one = 1, two = 2, three = 3;
    order_count = 0;
    struct ic_arena *arena = ic_arena_create(1 << 16);
    assert_true(ic_arena_on_end(arena, note, &one));
    assert_true(ic_arena_on_end(arena, note, &two));
    ic_arena_reset(arena);
    assert_int_equal(order_count, 2);
    assert_int_equal(order[0], 2);
    assert_int_equal(order[1], 1);
    assert_true(ic_arena_on_end(arena, note, &three));
    ic_arena_destroy(arena);
    assert_int_equal(order_count, 3);
    assert_int_equal(order[2], 3);
}

static void test_a_copy_ends_with_a_nul_that_is_not_counted(void **state)
{
    (void)state;
    struct ic_arena *arena = ic_arena_create(1 << 16);
    struct ic_str copy;
    assert_true(ic_arena_copy(arena, (struct ic_str){"handle and more", 6}, &copy));
    assert_int_equal(copy.size, 6);
    assert_string_equal(copy.data, "handle");
    assert_true(ic_arena_copy(arena, (struct ic_str){NULL, 0}, &copy));
    assert_string_equal(copy.data, "");
    ic_arena_destroy(arena);
    ic_arena_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(test_an_arena_stops_at_its_ceiling),
        cmocka_unit_test(test_clean_ups_run_in_reverse_order_once),
        cmocka_unit_test(test_a_copy_ends_with_a_nul_that_is_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
