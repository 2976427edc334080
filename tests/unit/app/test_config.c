#include "app/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* An environment of the test's own. */
static struct {
    const char *name;
    const char *value;
} variables[4];

static const char *read_variable(const char *name)
{
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (variables[i].name && strcmp(variables[i].name, name) == 0) {
            return variables[i].value;
        }
    }
    return NULL;
}

static void set_variable(size_t index, const char *name, const char *value)
{
    variables[index].name = name;
    variables[index].value = value;
}

static int set_up(void **state)
{
    (void)state;
    memset(variables, 0, sizeof variables);
    set_variable(0, "HOME", "/home/anna");
    return 0;
}

static struct ic_config load(const struct ic_arguments *arguments)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_config config;
    assert_int_equal(ic_config_load(arguments, read_variable, &config, &err), IC_OK);
    return config;
}

static const struct ic_arguments nothing = {.count = 0};

static void test_without_settings_the_defaults_hold(void **state)
{
    (void)state;
    struct ic_config config = load(&nothing);
    assert_string_equal(config.listen, "127.0.0.1:8080");
    assert_string_equal(config.data, "/home/anna/.local/share/instacrm");
}

static void test_the_data_folder_follows_the_base_directories(void **state)
{
    (void)state;
    set_variable(1, "XDG_DATA_HOME", "/srv/share");
    assert_string_equal(load(&nothing).data, "/srv/share/instacrm");
    set_variable(1, "XDG_DATA_HOME", "relative");
    assert_string_equal(load(&nothing).data, "/home/anna/.local/share/instacrm");
    set_variable(1, "XDG_DATA_HOME", "");
    assert_string_equal(load(&nothing).data, "/home/anna/.local/share/instacrm");
}

static void test_a_connection_string_of_oracle_chooses_oracle_unless_another_database_is_named(void **state)
{
    (void)state;
    assert_string_equal(load(&nothing).database, "");
    set_variable(1, "ORACLE_CONN_STRING", "");
    assert_string_equal(load(&nothing).database, "");
    set_variable(1, "ORACLE_CONN_STRING", "crm_tp");
    assert_string_equal(load(&nothing).database, "oracle:");
    set_variable(2, "INSTACRM_DATABASE", "sqlite:/srv/crm.db");
    assert_string_equal(load(&nothing).database, "sqlite:/srv/crm.db");
}

static void test_the_log_has_four_levels(void **state)
{
    (void)state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_config config;
    assert_string_equal(load(&nothing).log, "info");
    set_variable(1, "INSTACRM_LOG", "debug");
    assert_string_equal(load(&nothing).log, "debug");
    set_variable(1, "INSTACRM_LOG", "everything");
    assert_int_equal(ic_config_load(&nothing, read_variable, &config, &err), IC_INVALID);
    assert_string_equal(err.detail, "log is debug, info, warn or error.");
}

static void test_a_provider_is_set_up_whole_and_the_secret_is_long(void **state)
{
    (void)state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_config config;
    set_variable(1, "GOOGLE_CLIENT_ID", "client");
    assert_int_equal(ic_config_load(&nothing, read_variable, &config, &err), IC_INVALID);
    assert_non_null(strstr(err.detail, "GOOGLE_CLIENT_SECRET"));
    set_variable(2, "GOOGLE_CLIENT_SECRET", "secret");
    assert_string_equal(load(&nothing).google_client_secret, "secret");
    set_variable(3, "AUTH_SECRET", "0123456789012345678901234567890");
    err = IC_ERR_NONE;
    assert_int_equal(ic_config_load(&nothing, read_variable, &config, &err), IC_INVALID);
    assert_non_null(strstr(err.detail, "AUTH_SECRET"));
    set_variable(3, "AUTH_SECRET", "01234567890123456789012345678901");
    assert_string_equal(load(&nothing).auth_secret, "01234567890123456789012345678901");
}

static void test_without_a_home_the_folder_must_be_named(void **state)
{
    (void)state;
    struct ic_err err = IC_ERR_NONE;
    struct ic_config config;
    set_variable(0, NULL, NULL);
    assert_int_equal(ic_config_load(&nothing, read_variable, &config, &err), IC_INVALID);
    assert_non_null(strstr(err.detail, "--data"));
    set_variable(0, "INSTACRM_DATA", "/srv/data");
    assert_string_equal(load(&nothing).data, "/srv/data");
}

/* Writes a file of settings; the arguments name it. */
static struct ic_arguments write_file(char *path, const char *text)
{
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    close(descriptor);
    return (struct ic_arguments){.items = {{"config", path}}, .count = 1};
}

static void test_flags_win_over_the_environment_and_that_over_the_file(void **state)
{
    (void)state;
    char path[] = "/tmp/instacrm-config-XXXXXX";
    struct ic_arguments arguments = write_file(path, "# Comment\n\n  listen = file:1  \r\ndata=/from/file");
    struct ic_config config = load(&arguments);
    assert_string_equal(config.listen, "file:1");
    assert_string_equal(config.data, "/from/file");
    set_variable(1, "INSTACRM_LISTEN", "environment:1");
    set_variable(2, "INSTACRM_DATA", "");
    config = load(&arguments);
    assert_string_equal(config.listen, "environment:1");
    assert_string_equal(config.data, "/from/file");
    arguments.items[1].name = "listen";
    arguments.items[1].value = "flag:1";
    arguments.count = 2;
    assert_string_equal(load(&arguments).listen, "flag:1");
    unlink(path);
}

static void test_a_file_that_is_wrong_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *place;
    } wrong[] = {
        {"listen = a:1\nport = 80\n", ":2: 'port' is not a setting"},
        {"listen\n", ":1: expected 'key = value'"},
        {"listen =\n", ":1: 'listen' has no value"},
        {"listen = a:1\n\nlisten = b:2\n", ":3: 'listen' has no value or is given twice"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ic_err err = IC_ERR_NONE;
        struct ic_config config;
        char path[] = "/tmp/instacrm-config-XXXXXX";
        struct ic_arguments arguments = write_file(path, wrong[i].text);
        assert_int_equal(ic_config_load(&arguments, read_variable, &config, &err), IC_INVALID);
        assert_non_null(strstr(err.detail, wrong[i].place));
        unlink(path);
    }
}

static void test_a_value_or_a_line_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char text[4 * IC_CONFIG_VALUE_SIZE];
    struct ic_err err = IC_ERR_NONE;
    struct ic_config config;
    char path[] = "/tmp/instacrm-config-XXXXXX";
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    struct ic_arguments arguments = write_file(path, text);
    assert_int_equal(ic_config_load(&arguments, read_variable, &config, &err), IC_INVALID);
    unlink(path);
    err = IC_ERR_NONE;
    text[IC_CONFIG_VALUE_SIZE] = '\0';
    set_variable(1, "INSTACRM_DATA", text);
    assert_int_equal(ic_config_load(&nothing, read_variable, &config, &err), IC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_without_settings_the_defaults_hold, set_up),
        cmocka_unit_test_setup(test_the_data_folder_follows_the_base_directories, set_up),
        cmocka_unit_test_setup(test_a_connection_string_of_oracle_chooses_oracle_unless_another_database_is_named,
                               set_up),
        cmocka_unit_test_setup(test_a_provider_is_set_up_whole_and_the_secret_is_long, set_up),
        cmocka_unit_test_setup(test_without_a_home_the_folder_must_be_named, set_up),
        cmocka_unit_test_setup(test_the_log_has_four_levels, set_up),
        cmocka_unit_test_setup(test_flags_win_over_the_environment_and_that_over_the_file, set_up),
        cmocka_unit_test_setup(test_a_file_that_is_wrong_is_refused_with_its_line, set_up),
        cmocka_unit_test_setup(test_a_value_or_a_line_that_is_too_long_is_refused, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
