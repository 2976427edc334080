#include "base/rand.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_one_seed_gives_one_stream_however_it_is_read(void **state)
{
    (void)state;
    struct ic_rand_seed whole_state, pieces_state;
    struct ic_rand whole = ic_rand_seeded(&whole_state, 42);
    struct ic_rand pieces = ic_rand_seeded(&pieces_state, 42);
    unsigned char left[3000], right[3000];
    ic_rand_fill(&whole, left, sizeof left);
    size_t at = 0;
    for (size_t size = 1; at < sizeof right; size = size % 700 + 37) {
        size_t piece = size < sizeof right - at ? size : sizeof right - at;
        ic_rand_fill(&pieces, right + at, piece);
        at += piece;
    }
    assert_memory_equal(left, right, sizeof left);
}

static void test_the_stream_of_a_seed_is_for_ever(void **state)
{
    (void)state;
    /* Sample data must stay the same from release to release. */
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 1);
    unsigned char bytes[8];
    ic_rand_fill(&rand, bytes, sizeof bytes);
    static const unsigned char expected[8] = {0x04, 0x06, 0x9B, 0x5F, 0x37, 0xE8, 0x2F, 0x91};
    assert_memory_equal(bytes, expected, sizeof expected);
}

static void test_seeds_and_blocks_differ(void **state)
{
    (void)state;
    struct ic_rand_seed one, two;
    struct ic_rand first = ic_rand_seeded(&one, 1);
    struct ic_rand second = ic_rand_seeded(&two, 2);
    unsigned char left[IC_RAND_BLOCK_SIZE * 2], right[IC_RAND_BLOCK_SIZE * 2];
    ic_rand_fill(&first, left, sizeof left);
    ic_rand_fill(&second, right, sizeof right);
    assert_memory_not_equal(left, right, sizeof left);
    assert_memory_not_equal(left, left + IC_RAND_BLOCK_SIZE, IC_RAND_BLOCK_SIZE);
}

static void test_numbers_below_a_bound_are_even(void **state)
{
    (void)state;
    struct ic_rand_seed seed;
    struct ic_rand rand = ic_rand_seeded(&seed, 7);
    int counts[6] = {0};
    for (int i = 0; i < 60000; i++) {
        counts[ic_rand_below(&rand, 6)]++;
    }
    for (int i = 0; i < 6; i++) {
        assert_in_range(counts[i], 9600, 10400);
    }
    assert_int_equal(ic_rand_below(&rand, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_seed_gives_one_stream_however_it_is_read),
        cmocka_unit_test(test_the_stream_of_a_seed_is_for_ever),
        cmocka_unit_test(test_seeds_and_blocks_differ),
        cmocka_unit_test(test_numbers_below_a_bound_are_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
