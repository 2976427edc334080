#include "store/oracle/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BEHIND "APA=T;QTO=T;LOB=T;FEN=F;"

static void test_an_address_is_written_as_odbc_reads_it(void **state)
{
    static const struct {
        const char *place;
        const char *user;
        const char *password;
        const char *text;
        const char *secret;
    } cases[] = {
        {"crm_tp", "ana", "geheim", "DRIVER=Ora;DBQ=crm_tp;" BEHIND "UID=ana;PWD=geheim;", "geheim"},
        {"crm_tp", "", "", "DRIVER=Ora;DBQ=crm_tp;" BEHIND, ""},
        {"tcps://db.example:1522/crm?ssl_server_dn_match=yes", "ana", "x",
         "DRIVER=Ora;DBQ=tcps://db.example:1522/crm?ssl_server_dn_match=yes;" BEHIND "UID=ana;PWD=x;", "x"},
        /* A descriptor is no connection string, whatever it holds. */
        {"(DESCRIPTION=(ADDRESS=(HOST=a;DSN=b)))", "", "",
         "DRIVER=Ora;DBQ={(DESCRIPTION=(ADDRESS=(HOST=a;DSN=b)))};" BEHIND, ""},
        /* Braces, and only where they are needed. */
        {"crm", "ana", "a;b", "DRIVER=Ora;DBQ=crm;" BEHIND "UID=ana;PWD={a;b};", "a;b"},
        {"crm", "ana", "a}b", "DRIVER=Ora;DBQ=crm;" BEHIND "UID=ana;PWD={a}}b};", "a}b"},
        {"crm", "ana", "{a", "DRIVER=Ora;DBQ=crm;" BEHIND "UID=ana;PWD={{a};", "{a"},
        {"crm", "ana", " a ", "DRIVER=Ora;DBQ=crm;" BEHIND "UID=ana;PWD={ a };", " a "},
        {"crm", "ana", "}};PWD=b", "DRIVER=Ora;DBQ=crm;" BEHIND "UID=ana;PWD={}}}};PWD=b};", "}};PWD=b"},
        {"crm", "ana", "a=b\"c'd,e", "DRIVER=Ora;DBQ=crm;" BEHIND "UID=ana;PWD=a=b\"c'd,e;", "a=b\"c'd,e"},
        /* A whole connection string keeps what it says. */
        {"DSN=crm", "ana", "geheim", "DSN=crm;UID=ana;PWD=geheim;", "geheim"},
        {" dsn = crm;", "ana", "geheim", " dsn = crm;UID=ana;PWD=geheim;", "geheim"},
        {"Driver={Oracle 21};DBQ=crm", "", "", "Driver={Oracle 21};DBQ=crm;", ""},
        {"DRIVER={a};uid=bob;pwd={x;}}y}", "ana", "geheim", "DRIVER={a};uid=bob;pwd={x;}}y};", "x;}y"},
        {"DRIVER={a;PWD=b};DBQ=crm", "", "geheim", "DRIVER={a;PWD=b};DBQ=crm;PWD=geheim;", "geheim"},
        /* A service whose name only looks like it. */
        {"mydsn", "", "", "DRIVER=Ora;DBQ=mydsn;" BEHIND, ""},
        {"host/x?DSN=1", "", "", "DRIVER=Ora;DBQ=host/x?DSN=1;" BEHIND, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_oracle_address address;
        struct ic_err err = IC_ERR_NONE;
        assert_int_equal(
            ic_oracle_address_init(&address, cases[i].place, cases[i].user, cases[i].password, "Ora", &err), IC_OK);
        assert_string_equal(address.text, cases[i].text);
        assert_int_equal(address.size, strlen(cases[i].text));
        assert_string_equal(address.password, cases[i].secret);
        ic_oracle_address_release(&address);
        assert_null(address.text);
    }
}

static void test_an_address_that_is_too_long_is_refused_without_a_word_of_it(void **state)
{
    (void)state;
    char *password = calloc(IC_ORACLE_ADDRESS_SIZE_MAX + 1, 1);
    struct ic_oracle_address address;
    struct ic_err err = IC_ERR_NONE;
    memset(password, '}', IC_ORACLE_ADDRESS_SIZE_MAX);
    assert_int_equal(ic_oracle_address_init(&address, "c", "", password, "", &err), IC_INVALID);
    assert_null(strchr(err.detail, '}'));
    password[IC_ORACLE_ADDRESS_SIZE_MAX - 1] = '\0';
    assert_int_equal(ic_oracle_address_init(&address, "c", "", password, "", &err), IC_OK);
    assert_int_equal(strlen(address.password),
                     IC_ORACLE_ADDRESS_SIZE_MAX - 1); /* Every } is doubled, and all are there. */
    ic_oracle_address_release(&address);
    free(password);
}

static void test_a_password_is_taken_out_of_what_a_driver_says(void **state)
{
    static const struct {
        const char *password;
        const char *words;
        const char *left;
    } cases[] = {
        {"geheim", "ORA-01017: logon denied", "ORA-01017: logon denied"},
        {"geheim", "geheim is wrong, geheim", "*** is wrong, ***"},
        {"x", "x is wrong", "* is wrong"},
        {"geheim", "string was UID=a;PWD=gehe", "string was UID=a;PWD=***"},
        {"a}b", "string was pwd={a}}b}; too long", "string was PWD=***"},
        {"", "nothing to hide", "nothing to hide"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ic_oracle_address address;
        struct ic_err err = IC_ERR_NONE;
        char words[64];
        (void)snprintf(words, sizeof words, "%s", cases[i].words);
        assert_int_equal(ic_oracle_address_init(&address, "c", "a", cases[i].password, "", &err), IC_OK);
        ic_oracle_address_redact(&address, words);
        assert_string_equal(words, cases[i].left);
        ic_oracle_address_release(&address);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_address_is_written_as_odbc_reads_it),
        cmocka_unit_test(test_an_address_that_is_too_long_is_refused_without_a_word_of_it),
        cmocka_unit_test(test_a_password_is_taken_out_of_what_a_driver_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
