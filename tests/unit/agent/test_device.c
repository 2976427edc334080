#include "agent/device.h"

#include "scratch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TOKEN "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

static struct ic_path folder, file;
static const struct ic_device sample = {.server_url = "https://crm.example.org",
                                        .device_id = {.text = "DEV-0123ABCD"},
                                        .device_token = {.text = TOKEN},
                                        .opr_name = "Ada \xF0\x9F\x98\x80"};

static int setup(void **state)
{
    (void)state;
    scratch_create(&folder);
    file = scratch_join(&folder, "device.json");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&folder);
    return 0;
}

static void test_what_is_written_is_read_and_for_this_user_only(void **state)
{
    (void)state;
    struct ic_device device;
    assert_int_equal(ic_device_write(&folder, &sample, NULL), IC_OK);
    assert_int_equal(scratch_mode(&file), 0600);
    assert_int_equal(ic_device_read(&folder, &device, NULL), IC_OK);
    assert_string_equal(device.server_url, sample.server_url);
    assert_string_equal(device.device_id.text, sample.device_id.text);
    assert_string_equal(device.device_token.text, TOKEN);
    assert_string_equal(device.opr_name, sample.opr_name);
}

static void test_without_a_file_the_desktop_is_not_paired(void **state)
{
    (void)state;
    struct ic_device device;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_device_read(&folder, &device, &err), IC_UNAUTHENTICATED);
    assert_int_equal(err.code, IC_CODE_NOT_PAIRED);
}

static void test_a_file_that_others_may_read_is_not_used(void **state)
{
    (void)state;
    struct ic_device device;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_device_write(&folder, &sample, NULL), IC_OK);
    assert_int_equal(chmod(file.text, 0640), 0);
    assert_int_equal(ic_device_read(&folder, &device, &err), IC_FORBIDDEN);
}

static void test_a_link_to_a_file_is_not_used(void **state)
{
    (void)state;
    struct ic_device device;
    struct ic_path elsewhere = scratch_join(&folder, "elsewhere");
    assert_int_equal(ic_device_write(&folder, &sample, NULL), IC_OK);
    assert_int_equal(rename(file.text, elsewhere.text), 0);
    assert_int_equal(symlink(elsewhere.text, file.text), 0);
    assert_int_not_equal(ic_device_read(&folder, &device, NULL), IC_OK);
}

#define WHOLE(server_url, device_id, token, more)                                                  \
    "{\"server_url\":\"" server_url "\",\"device_id\":\"" device_id "\",\"device_token\":\"" token \
    "\",\"opr_name\":\"Ada\"" more "}"

static void test_a_damaged_file_is_not_used(void **state)
{
    (void)state;
    struct ic_device whole;
    scratch_write(&file, WHOLE("https://crm.example.org", "DEV-0123ABCD", TOKEN, ""));
    assert_int_equal(chmod(file.text, 0600), 0);
    assert_int_equal(ic_device_read(&folder, &whole, NULL), IC_OK);
    static const char *const damaged[] = {
        "",
        "{",
        "{}",
        WHOLE("http://evil.example", "DEV-0123ABCD", TOKEN, ""),
        WHOLE("http://127.0.0.1@evil.example", "DEV-0123ABCD", TOKEN, ""),
        WHOLE("https://crm.example.org/path", "DEV-0123ABCD", TOKEN, ""),
        WHOLE("https://crm.example.org", "OPR-0123ABCD", TOKEN, ""),
        WHOLE("https://crm.example.org", "DEV-0123ABCD", "short", ""),
        WHOLE("https://crm.example.org", "DEV-0123ABCD", TOKEN, ",\"more\":1"),
    };
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        struct ic_device device = {.opr_name = "untouched"};
        struct ic_err err = IC_ERR_NONE;
        scratch_write(&file, damaged[i]);
        assert_int_equal(chmod(file.text, 0600), 0);
        assert_int_equal(ic_device_read(&folder, &device, &err), IC_CORRUPT);
        assert_string_equal(device.opr_name, "untouched");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_written_is_read_and_for_this_user_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_a_file_the_desktop_is_not_paired, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_that_others_may_read_is_not_used, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_link_to_a_file_is_not_used, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_file_is_not_used, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
