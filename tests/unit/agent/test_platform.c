#include "agent/platform.h"

#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
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

static void assert_data_folder(const char *expected)
{
    struct ic_path path;
    assert_int_equal(ic_platform_data_folder(&path, NULL), IC_OK);
    assert_string_equal(path.text, expected);
}

static void test_the_data_folder_is_the_named_one_or_the_systems_or_the_homes(void **state)
{
    (void)state;
    struct ic_path path;
    setenv("HOME", "/home/ada", 1);
    setenv("XDG_DATA_HOME", "/data", 1);
    setenv("INSTACRM_AGENT_DATA", "/own/", 1);
    assert_data_folder("/own");
    setenv("INSTACRM_AGENT_DATA", "relative", 1);
    assert_int_equal(ic_platform_data_folder(&path, NULL), IC_INVALID);
    setenv("INSTACRM_AGENT_DATA", "", 1);
    assert_data_folder("/data/instacrm-agent");
    /* The rules of these variables say that a relative one is to be ignored. */
    setenv("XDG_DATA_HOME", "data", 1);
    assert_data_folder("/home/ada/.local/share/instacrm-agent");
    unsetenv("XDG_DATA_HOME");
    unsetenv("INSTACRM_AGENT_DATA");
    assert_data_folder("/home/ada/.local/share/instacrm-agent");
    unsetenv("HOME");
    assert_int_equal(ic_platform_data_folder(&path, NULL), IC_OK);
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

static void test_a_file_is_replaced_whole_and_leaves_no_draft(void **state)
{
    (void)state;
    struct ic_path path = scratch_join(&folder, "file");
    struct ic_buf buf;
    scratch_write(&path, "before, and longer than what comes");
    assert_int_equal(ic_platform_file_write(&path, IC_STR("after"), true, NULL), IC_OK);
    ic_buf_init(&buf, 100);
    assert_int_equal(ic_platform_file_read(&path, true, &buf, NULL), IC_OK);
    assert_true(ic_str_is(ic_buf_view(&buf), "after"));
    assert_int_equal(scratch_mode(&path), 0600);
    assert_int_equal(ic_platform_file_write(&path, IC_STR("public"), false, NULL), IC_OK);
    assert_int_equal(scratch_mode(&path), 0644);
    assert_int_equal(count_entries(), 1);
    ic_buf_release(&buf);
}

static void test_a_file_that_cannot_be_replaced_stays_and_leaves_no_draft(void **state)
{
    (void)state;
    struct ic_path path = scratch_join(&folder, "in-the-way"), inner = scratch_join(&folder, "in-the-way/inner");
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(mkdir(path.text, 0700), 0);
    scratch_write(&inner, "x");
    assert_int_not_equal(ic_platform_file_write(&path, IC_STR("after"), true, &err), IC_OK);
    assert_non_null(strstr(err.detail, "in-the-way"));
    assert_int_equal(count_entries(), 1);
}

static void test_a_file_over_the_limit_is_refused(void **state)
{
    (void)state;
    struct ic_path path = scratch_join(&folder, "file");
    struct ic_buf buf;
    scratch_write(&path, "12345");
    ic_buf_init(&buf, 4);
    assert_int_equal(ic_platform_file_read(&path, false, &buf, NULL), IC_TOO_LARGE);
    ic_buf_release(&buf);
    ic_buf_init(&buf, 5);
    assert_int_equal(ic_platform_file_read(&path, false, &buf, NULL), IC_OK);
    ic_buf_release(&buf);
}

static void test_folders_are_made_with_those_above_and_only_the_last_is_private(void **state)
{
    (void)state;
    struct ic_path above = scratch_join(&folder, "a"), path = scratch_join(&folder, "a/b/c");
    mode_t mask = umask(022);
    assert_int_equal(ic_platform_folder_make(&path, true, NULL), IC_OK);
    assert_int_equal(ic_platform_folder_make(&path, true, NULL), IC_OK);
    umask(mask);
    assert_int_equal(scratch_mode(&path), 0700);
    assert_int_equal(scratch_mode(&above), 0755);
    assert_int_equal(ic_platform_access_get(&path), IC_ACCESS_PRIVATE);
    assert_int_equal(ic_platform_access_get(&above), IC_ACCESS_OPEN);
    assert_int_equal(ic_platform_access_close(&above, NULL), IC_OK);
    assert_int_equal(scratch_mode(&above), 0700);
    assert_int_equal(ic_platform_access_get(&(struct ic_path){.text = "/nowhere/at/all"}), IC_ACCESS_MISSING);
}

/* Whether somebody else holds the lock. */
static bool is_taken(const struct ic_path *path)
{
    int fd = open(path->text, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    bool taken = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    return taken;
}

static bool is_taken_now(void *path)
{
    return is_taken(path);
}

static void test_a_lock_is_one_processes_and_falls_with_it(void **state)
{
    (void)state;
    struct ic_path path = scratch_join(&folder, "lock");
    struct ic_platform_lock lock;
    assert_int_equal(ic_platform_lock_open(&path, &lock, NULL), IC_OK);
    assert_false(is_taken(&path));
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct ic_platform_lock own;
        if (ic_platform_lock_open(&path, &own, NULL) == IC_OK && ic_platform_lock_take(&own)) {
            for (;;) {
                pause();
            }
        }
        _exit(1);
    }
    assert_true(scratch_wait(is_taken_now, &path));
    kill(pid, SIGKILL);
    /* This waits until the other is gone. */
    assert_true(ic_platform_lock_take(&lock));
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_true(is_taken(&path));
    ic_platform_lock_close(&lock);
    assert_false(is_taken(&path));
}

struct waiter {
    struct ic_platform_lock lock;
    bool got;
    atomic_bool ended;
};

static void *wait_for_lock(void *context)
{
    struct waiter *waiter = context;
    waiter->got = ic_platform_lock_take(&waiter->lock);
    atomic_store(&waiter->ended, true);
    return NULL;
}

struct interruption {
    pthread_t thread;
    struct waiter *waiter;
};

static bool interrupt_it(void *context)
{
    struct interruption *interruption = context;
    if (!atomic_load(&interruption->waiter->ended)) {
        ic_platform_interrupt(interruption->thread);
        return false;
    }
    return true;
}

static void test_waiting_for_a_lock_can_be_ended(void **state)
{
    (void)state;
    struct ic_path path = scratch_join(&folder, "lock");
    struct ic_platform_lock held;
    struct waiter waiter = {.got = true};
    struct interruption interruption = {.waiter = &waiter};
    ic_platform_interrupt_init();
    assert_int_equal(ic_platform_lock_open(&path, &held, NULL), IC_OK);
    assert_true(ic_platform_lock_take(&held));
    assert_int_equal(ic_platform_lock_open(&path, &waiter.lock, NULL), IC_OK);
    assert_int_equal(pthread_create(&interruption.thread, NULL, wait_for_lock, &waiter), 0);
    assert_true(scratch_wait(interrupt_it, &interruption));
    pthread_join(interruption.thread, NULL);
    assert_false(waiter.got);
    ic_platform_lock_close(&held);
    ic_platform_lock_close(&waiter.lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_data_folder_is_the_named_one_or_the_systems_or_the_homes),
        cmocka_unit_test_setup_teardown(test_a_file_is_replaced_whole_and_leaves_no_draft, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_that_cannot_be_replaced_stays_and_leaves_no_draft, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_over_the_limit_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_folders_are_made_with_those_above_and_only_the_last_is_private, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_lock_is_one_processes_and_falls_with_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_waiting_for_a_lock_can_be_ended, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
