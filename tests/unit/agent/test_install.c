#include "agent/install.h"

#include "scratch.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const manifests[IC_BROWSER_COUNT] = {
    "config/chromium/NativeMessagingHosts/com.instacrm.agent.json",
    "config/google-chrome/NativeMessagingHosts/com.instacrm.agent.json",
    "config/microsoft-edge/NativeMessagingHosts/com.instacrm.agent.json",
    "config/BraveSoftware/Brave-Browser/NativeMessagingHosts/com.instacrm.agent.json",
};

static struct ic_path home;
static FILE *out;
static const struct ic_install_options plain = {.dry_run = false};

static int setup(void **state)
{
    (void)state;
    scratch_create(&home);
    struct ic_path config = scratch_join(&home, "config");
    setenv("HOME", home.text, 1);
    setenv("XDG_CONFIG_HOME", config.text, 1);
    out = tmpfile();
    return out ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    fclose(out);
    scratch_remove(&home);
    return 0;
}

static bool exists(const char *name)
{
    struct ic_path path = scratch_join(&home, name);
    return access(path.text, F_OK) == 0;
}

static void assert_manifest(const char *name)
{
    struct ic_path path = scratch_join(&home, name);
    char self[4096];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(size > 0);
    self[size] = '\0';
    char *text = scratch_read(&path);
    assert_non_null(text);
    json_t *manifest = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_object_size(manifest), 5);
    assert_string_equal(json_string_value(json_object_get(manifest, "name")), "com.instacrm.agent");
    assert_string_equal(json_string_value(json_object_get(manifest, "type")), "stdio");
    assert_string_equal(json_string_value(json_object_get(manifest, "path")), self);
    assert_non_null(json_string_value(json_object_get(manifest, "description")));
    json_t *origins = json_object_get(manifest, "allowed_origins");
    assert_int_equal(json_array_size(origins), 1);
    assert_string_equal(json_string_value(json_array_get(origins, 0)), "chrome-extension://" IC_EXTENSION_ID "/");
    json_decref(manifest);
    free(text);
}

static void test_each_browser_gets_its_manifest_and_missing_folders_are_made(void **state)
{
    (void)state;
    assert_int_equal(ic_install(&plain, out, NULL), IC_OK);
    for (size_t i = 0; i < IC_BROWSER_COUNT; i++) {
        assert_manifest(manifests[i]);
    }
}

static void test_installing_twice_is_installing_once(void **state)
{
    (void)state;
    assert_int_equal(ic_install(&plain, out, NULL), IC_OK);
    rewind(out);
    assert_int_equal(ftruncate(fileno(out), 0), 0);
    assert_int_equal(ic_install(&plain, out, NULL), IC_OK);
    char line[2048];
    rewind(out);
    for (size_t i = 0; i < IC_BROWSER_COUNT; i++) {
        assert_non_null(fgets(line, sizeof line, out));
        assert_non_null(strstr(line, "in place"));
        assert_manifest(manifests[i]);
    }
}

static void test_a_wrong_manifest_is_replaced(void **state)
{
    (void)state;
    assert_int_equal(ic_install(&plain, out, NULL), IC_OK);
    struct ic_path path = scratch_join(&home, manifests[0]);
    scratch_write(&path, "{\"name\":\"com.instacrm.agent\",\"path\":\"/old/instacrm-agent\"}\n");
    enum ic_manifest_state state_found;
    struct ic_path found;
    assert_int_equal(ic_manifest_find(0, &state_found, &found, NULL), IC_OK);
    assert_int_equal(state_found, IC_MANIFEST_WRONG);
    assert_int_equal(ic_install(&plain, out, NULL), IC_OK);
    assert_manifest(manifests[0]);
}

static void test_a_dry_run_changes_nothing(void **state)
{
    (void)state;
    struct ic_install_options dry = {.dry_run = true};
    assert_int_equal(ic_install(&dry, out, NULL), IC_OK);
    assert_false(exists("config"));
    assert_int_equal(ic_install(&plain, out, NULL), IC_OK);
    assert_int_equal(ic_uninstall(&dry, out, NULL), IC_OK);
    assert_manifest(manifests[0]);
}

static void test_uninstalling_removes_our_manifests_and_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(ic_install(&plain, out, NULL), IC_OK);
    struct ic_path other = scratch_join(&home, "config/chromium/NativeMessagingHosts/org.other.json");
    scratch_write(&other, "{}");
    assert_int_equal(ic_uninstall(&plain, out, NULL), IC_OK);
    for (size_t i = 0; i < IC_BROWSER_COUNT; i++) {
        assert_false(exists(manifests[i]));
    }
    assert_true(exists("config/chromium/NativeMessagingHosts/org.other.json"));
    /* The folders that the installation had made for browsers that are not there. */
    assert_false(exists("config/google-chrome"));
    assert_false(exists("config/BraveSoftware"));
    assert_true(exists("config"));
    assert_int_equal(ic_uninstall(&plain, out, NULL), IC_OK);
}

static void test_a_profile_of_its_own_gets_only_its_own_manifest(void **state)
{
    (void)state;
    struct ic_path profile = scratch_join(&home, "profile");
    struct ic_install_options options = {.profile = profile.text};
    assert_int_equal(ic_install(&options, out, NULL), IC_OK);
    assert_manifest("profile/NativeMessagingHosts/com.instacrm.agent.json");
    assert_false(exists("config"));
    assert_int_equal(ic_uninstall(&options, out, NULL), IC_OK);
    assert_false(exists("profile/NativeMessagingHosts/com.instacrm.agent.json"));
}

static void test_without_a_configuration_folder_the_homes_is_taken(void **state)
{
    (void)state;
    unsetenv("XDG_CONFIG_HOME");
    assert_int_equal(ic_install(&plain, out, NULL), IC_OK);
    assert_manifest(".config/chromium/NativeMessagingHosts/com.instacrm.agent.json");
}

static void test_a_browser_that_is_not_there_is_told_from_one_without_a_manifest(void **state)
{
    (void)state;
    enum ic_manifest_state found;
    struct ic_path path;
    assert_int_equal(ic_manifest_find(0, &found, &path, NULL), IC_OK);
    assert_int_equal(found, IC_MANIFEST_NO_BROWSER);
    assert_int_equal(ic_install(&plain, out, NULL), IC_OK);
    struct ic_path manifest = scratch_join(&home, manifests[0]);
    assert_int_equal(remove(manifest.text), 0);
    assert_int_equal(ic_manifest_find(0, &found, &path, NULL), IC_OK);
    assert_int_equal(found, IC_MANIFEST_MISSING);
    assert_int_equal(ic_manifest_write(0, NULL), IC_OK);
    assert_int_equal(ic_manifest_find(0, &found, &path, NULL), IC_OK);
    assert_int_equal(found, IC_MANIFEST_RIGHT);
}

static void test_a_folder_that_cannot_be_made_is_said(void **state)
{
    (void)state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_path config = scratch_join(&home, "config");
    scratch_write(&config, "in the way");
    assert_int_not_equal(ic_install(&plain, out, &err), IC_OK);
    assert_true(err.detail[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_browser_gets_its_manifest_and_missing_folders_are_made, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_installing_twice_is_installing_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_wrong_manifest_is_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_dry_run_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_uninstalling_removes_our_manifests_and_nothing_else, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_profile_of_its_own_gets_only_its_own_manifest, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_a_configuration_folder_the_homes_is_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_browser_that_is_not_there_is_told_from_one_without_a_manifest, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_folder_that_cannot_be_made_is_said, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
