/* Texts of Oracle's are turned where PostgreSQL has other words, and what is none of Oracle's is refused. */
#include "texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct text turn(const char *oracle)
{
    struct text text;
    /* No byte behind the text is looked at. */
    size_t size = strlen(oracle);
    char *copy = malloc(size);
    assert_true(copy || size == 0);
    for (size_t i = 0; i < size; i++) {
        copy[i] = oracle[i];
    }
    assert_true(text_init(&text, copy, size));
    free(copy);
    return text;
}

static void test_words_are_turned(void **state)
{
    static const struct {
        const char *oracle;
        const char *postgres;
    } texts[] = {
        {"SELECT opr_id FROM operators WHERE created_at > ?", "SELECT opr_id FROM operators WHERE created_at > ?"},
        {"CREATE TABLE t (a VARCHAR2(16 CHAR) NOT NULL, b varchar2(4000), c CLOB)",
         "CREATE TABLE t (a VARCHAR (16 ) NOT NULL, b VARCHAR (4000), c CLOB)"},
        {"CREATE TABLE t (a NUMBER(19), b NUMBER(1), c NUMBER)",
         "CREATE TABLE t (a NUMERIC (19), b NUMERIC (1), c NUMERIC )"},
        {"SELECT CAST(? AS NUMBER(19)) FROM dual", "SELECT CAST(? AS NUMERIC (19)) FROM dual"},
        {"SELECT a FROM t FOR UPDATE WAIT 2", "SELECT a FROM t FOR UPDATE "},
        {"SELECT a FROM t FOR UPDATE OF a WAIT 12", "SELECT a FROM t FOR UPDATE OF a "},
        {"SELECT a FROM t FOR UPDATE NOWAIT", "SELECT a FROM t FOR UPDATE NOWAIT"},
        {"SELECT wait FROM t", "SELECT wait FROM t"},
        {"set  transaction\nread only", "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"},
        {"ALTER SESSION SET NLS_SORT = BINARY NLS_COMP = BINARY", "SET application_name = 'oracle'"},
        {"DROP TABLE t CASCADE CONSTRAINTS PURGE", "DROP TABLE t CASCADE "},
        {"SELECT purge FROM t", "SELECT purge FROM t"},
        {"SAVEPOINT part", "SAVEPOINT part"},
        {"SELECT a\n\t  FROM t", "SELECT a FROM t"},
        {"SELECT a-1,a*2 FROM t", "SELECT a-1,a*2 FROM t"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct text text = turn(texts[i].oracle);
        assert_non_null(text.sql);
        assert_string_equal(text.sql, texts[i].postgres);
        text_release(&text);
    }
}

static void test_what_is_quoted_stays_as_it_is_and_comments_go(void **state)
{
    static const struct {
        const char *oracle;
        const char *postgres;
    } texts[] = {
        {"SELECT 'NUMBER(1); LIMIT' FROM dual", "SELECT 'NUMBER(1); LIMIT' FROM dual"},
        {"SELECT 'it''s NUMBER' FROM dual", "SELECT 'it''s NUMBER' FROM dual"},
        {"SELECT \"LIMIT\" FROM t", "SELECT \"LIMIT\" FROM t"},
        {"SELECT '-- no /* comment' FROM dual", "SELECT '-- no /* comment' FROM dual"},
        {"SELECT a -- LIMIT; '\nFROM t", "SELECT a FROM t"},
        {"SELECT a/* LIMIT ; ' */FROM t -- the end", "SELECT a FROM t"},
        {"SELECT a FROM t WHERE b = 'open", "SELECT a FROM t WHERE b = 'open"},
        {"SELECT a FROM t /* open", "SELECT a FROM t"},
        {"SELECT 'p\xC3\xA3o' FROM dual", "SELECT 'p\xC3\xA3o' FROM dual"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct text text = turn(texts[i].oracle);
        assert_non_null(text.sql);
        assert_string_equal(text.sql, texts[i].postgres);
        text_release(&text);
    }
}

static void test_what_is_none_of_oracles_is_refused_as_oracle_would(void **state)
{
    static const struct {
        const char *sql;
        int number;
    } texts[] = {
        {"", 900},
        {"LISTEN changes", 900},
        {"BEGIN", 900},
        {"SET search_path = public", 900},
        {"SELECT a FROM t;", 911},
        {"SELECT a::text FROM t", 911},
        {"SELECT a FROM t WHERE a = $1", 911},
        {"SELECT 1", 923},
        {"SELECT a FROM t LIMIT 1", 933},
        {"INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING", 933},
        {"INSERT INTO t (a) VALUES (1) RETURNING a", 925},
        {"CREATE TABLE IF NOT EXISTS t (a NUMBER(1))", 922},
        {"DROP TABLE IF EXISTS t", 933},
        {"CREATE TABLE t (a BIGINT)", 902},
        {"CREATE TABLE t (a text)", 902},
        {"SELECT a FROM t WHERE b ILIKE 'x'", 920},
        {"UPDATE t SET a = true", 904},
        {"UPDATE t SET a = ''", 600},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct text text = turn(texts[i].sql);
        assert_int_equal(text.refused.number, texts[i].number);
        assert_null(text.sql);
        assert_non_null(strstr(text.refused.words, "ORA-"));
        text_release(&text);
    }
}

static void test_a_definition_commits_and_a_session_that_is_altered_does_not(void **state)
{
    static const struct {
        const char *sql;
        bool commits;
    } texts[] = {
        {"CREATE INDEX i ON t (a)", true},
        {"alter table t add b NUMBER(1)", true},
        {"DROP TABLE t", true},
        {"TRUNCATE TABLE t", true},
        {"SELECT a FROM t", false},
        {"ALTER SESSION SET NLS_SORT = BINARY", false},
        {"INSERT INTO t (a) VALUES (1)", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct text text = turn(texts[i].sql);
        assert_int_equal(text.commits, texts[i].commits);
        text_release(&text);
    }
}

static void test_the_seconds_of_a_wait_are_known(void **state)
{
    static const struct {
        const char *sql;
        int wait_s;
    } texts[] = {
        {"SELECT a FROM t FOR UPDATE WAIT 2", 2},
        {"SELECT a FROM t FOR UPDATE", WAIT_NONE},
        {"SELECT a FROM t FOR UPDATE NOWAIT", WAIT_NONE},
        {"SELECT ' FOR UPDATE WAIT 2' FROM dual", WAIT_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct text text = turn(texts[i].sql);
        assert_int_equal(text.wait_s, texts[i].wait_s);
        text_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_turned),
        cmocka_unit_test(test_what_is_quoted_stays_as_it_is_and_comments_go),
        cmocka_unit_test(test_what_is_none_of_oracles_is_refused_as_oracle_would),
        cmocka_unit_test(test_a_definition_commits_and_a_session_that_is_altered_does_not),
        cmocka_unit_test(test_the_seconds_of_a_wait_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
