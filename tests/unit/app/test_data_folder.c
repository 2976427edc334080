#include "app/data_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct place {
    char top[32];
    char path[64]; /* Two folders below the top, not made yet. */
};

static int set_up(void **state)
{
    static struct place place;
    snprintf(place.top, sizeof place.top, "/tmp/instacrm-folder-XXXXXX");
    if (!mkdtemp(place.top)) {
        return -1;
    }
    snprintf(place.path, sizeof place.path, "%s/share/instacrm", place.top);
    *state = &place;
    return 0;
}

static int tear_down(void **state)
{
    const struct place *place = *state;
    char name[128];
    snprintf(name, sizeof name, "%s/instacrm.lock", place->path);
    unlink(name);
    rmdir(place->path);
    snprintf(name, sizeof name, "%s/share", place->top);
    rmdir(name);
    return rmdir(place->top);
}

static void test_a_missing_folder_is_made_for_its_owner_alone(void **state)
{
    const struct place *place = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_data_folder folder;
    struct stat status;
    assert_int_equal(ic_data_folder_init(&folder, place->path, &err), IC_OK);
    assert_int_equal(stat(place->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(ic_data_folder_init(&folder, place->path, &err), IC_OK); /* And it may be there. */
}

static void test_asking_for_an_existing_team_makes_nothing(void **state)
{
    const struct place *place = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_data_folder folder;
    struct stat status;
    assert_int_equal(ic_data_folder_init_existing(&folder, place->path, &err), IC_NOT_FOUND);
    assert_int_not_equal(stat(place->path, &status), 0);
}

static void test_the_lock_is_one_process_s_and_falls_with_it(void **state)
{
    const struct place *place = *state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_data_folder mine, other;
    char url[64];
    assert_int_equal(ic_data_folder_init(&mine, place->path, &err), IC_OK);
    assert_int_equal(ic_data_folder_init(&other, place->path, &err), IC_OK);
    assert_false(ic_data_folder_find_url(&other, url, sizeof url));

    assert_int_equal(ic_data_folder_lock(&mine, &err), IC_OK);
    assert_int_equal(ic_data_folder_put_url(&mine, "http://127.0.0.1:8080", &err), IC_OK);
    assert_int_equal(ic_data_folder_lock(&other, &err), IC_CONFLICT);
    assert_true(ic_data_folder_find_url(&other, url, sizeof url));
    assert_string_equal(url, "http://127.0.0.1:8080");

    ic_data_folder_release(&mine);
    assert_false(ic_data_folder_find_url(&other, url, sizeof url));
    err = IC_ERR_NONE;
    assert_int_equal(ic_data_folder_lock(&other, &err), IC_OK);
    ic_data_folder_release(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_missing_folder_is_made_for_its_owner_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_asking_for_an_existing_team_makes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_lock_is_one_process_s_and_falls_with_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
