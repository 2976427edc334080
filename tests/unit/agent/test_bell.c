#include "agent/bell.h"

#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct ic_path folder;

static int setup(void **state)
{
    (void)state;
    scratch_create(&folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&folder);
    return 0;
}

static bool has_rung(const struct ic_bell *bell)
{
    struct pollfd fd = {.fd = bell->fd, .events = POLLIN};
    return poll(&fd, 1, 0) == 1;
}

static int count_entries(void)
{
    int count = 0;
    DIR *entries = opendir(folder.text);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries));) {
        count += entry->d_name[0] != '.';
    }
    closedir(entries);
    return count;
}

static void test_a_ring_is_heard_by_all_and_hushed_by_each(void **state)
{
    (void)state;
    struct ic_rand rand = ic_rand_system();
    struct ic_bell one, other;
    assert_int_equal(ic_bell_init(&one, &folder, &rand, NULL), IC_OK);
    assert_int_equal(ic_bell_init(&other, &folder, &rand, NULL), IC_OK);
    assert_false(has_rung(&one));
    ic_bell_ring(&folder);
    assert_true(has_rung(&one));
    assert_true(has_rung(&other));
    ic_bell_hush(&one);
    assert_false(has_rung(&one));
    assert_true(has_rung(&other));
    ic_bell_release(&one);
    ic_bell_release(&other);
    assert_int_equal(count_entries(), 0);
}

static void test_ringing_more_than_a_pipe_holds_neither_blocks_nor_is_lost(void **state)
{
    (void)state;
    struct ic_rand rand = ic_rand_system();
    struct ic_bell bell;
    assert_int_equal(ic_bell_init(&bell, &folder, &rand, NULL), IC_OK);
    int capacity = fcntl(bell.fd, F_SETPIPE_SZ, 4096);
    assert_true(capacity >= 4096);
    for (int i = 0; i < capacity + 10; i++) {
        ic_bell_ring(&folder);
    }
    assert_true(has_rung(&bell));
    ic_bell_hush(&bell);
    assert_false(has_rung(&bell));
    ic_bell_release(&bell);
}

static void test_the_bell_of_a_killed_process_is_removed_by_the_next_who_rings(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct ic_rand rand = ic_rand_system();
        struct ic_bell bell;
        if (ic_bell_init(&bell, &folder, &rand, NULL) == IC_OK) {
            raise(SIGKILL);
        }
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(count_entries(), 1);
    ic_bell_ring(&folder);
    assert_int_equal(count_entries(), 0);
}

static void test_without_a_folder_a_bell_is_silent_and_harmless(void **state)
{
    (void)state;
    struct ic_rand rand = ic_rand_system();
    struct ic_path nowhere = scratch_join(&folder, "nowhere");
    struct ic_bell bell;
    struct ic_err err = IC_ERR_NONE;
    assert_int_not_equal(ic_bell_init(&bell, &nowhere, &rand, &err), IC_OK);
    assert_int_equal(bell.fd, -1);
    ic_bell_ring(&nowhere);
    ic_bell_hush(&bell);
    ic_bell_release(&bell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_ring_is_heard_by_all_and_hushed_by_each, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ringing_more_than_a_pipe_holds_neither_blocks_nor_is_lost, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_bell_of_a_killed_process_is_removed_by_the_next_who_rings, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_without_a_folder_a_bell_is_silent_and_harmless, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
