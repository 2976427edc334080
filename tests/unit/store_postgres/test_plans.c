/* How PostgreSQL runs what pulls ask for: down indexes, in the order that is wanted, by one process; as it is planned
 * when a server starts, before there is anything, and when there is much. */
#include "fixture.h"

#include "store/migrate.h"
#include "store/postgres/database.h"

#include <stdio.h>
#include <string.h>

enum { EXPLAIN_SIZE = 512 };

static const enum ic_statement pulled[] = {IC_STATEMENT_FEED_END,
                                           IC_STATEMENT_FEED_BEGIN,
                                           IC_STATEMENT_FEED_GET,
                                           IC_STATEMENT_FEED_BEHIND,
                                           IC_STATEMENT_FEED_OLDEST,
                                           IC_STATEMENT_EVENT_FIND,
                                           IC_STATEMENT_SUPPRESSIONS_BEHIND,
                                           IC_STATEMENT_SUPPRESSIONS_OF,
                                           IC_STATEMENT_SUPPRESSIONS_OF_ONE,
                                           IC_STATEMENT_OPERATORS_BEHIND,
                                           IC_STATEMENT_OPERATORS_OF,
                                           IC_STATEMENT_ACTORS_BEHIND,
                                           IC_STATEMENT_ACTORS_OF,
                                           IC_STATEMENT_TARGETS_BEHIND,
                                           IC_STATEMENT_TARGETS_OF,
                                           IC_STATEMENT_ALIASES_BEHIND,
                                           IC_STATEMENT_ALIASES_OF,
                                           IC_STATEMENT_ALIASES_OF_ONE,
                                           IC_STATEMENT_OUTREACH_BEHIND,
                                           IC_STATEMENT_GOALS_BEHIND,
                                           IC_STATEMENT_GOALS_OF,
                                           IC_STATEMENT_RULES_BEHIND,
                                           IC_STATEMENT_RULES_OF};

static const struct ic_statement_text *text_of(const struct fixture *fixture, enum ic_statement statement)
{
    return &fixture->writer->driver->statements[statement];
}

/* Lines of the plan that are amiss: something is sorted or gathered, or more scans than descents. */
static int count_faults(struct fixture *fixture, const char *explain)
{
    const struct ic_driver *driver = fixture->writer->driver;
    struct ic_prepared *plan = fixture_prepare(fixture, fixture->writer, explain, 0);
    int faults = 0;
    int scans = 0;
    while (driver->step(plan) == IC_DRIVER_ROW) {
        const char *line = driver->column_text(plan, 0).data;
        faults += strstr(line, "Sort") || strstr(line, "Gather") || strstr(line, "Seq Scan");
        scans += strstr(line, " Scan") && !strstr(line, "Bitmap Heap Scan");
        scans -= strstr(line, "Index Cond") != NULL;
    }
    driver->reset(plan);
    return faults + (scans != 0);
}

static void check_plan(struct fixture *fixture, enum ic_statement statement)
{
    const struct ic_statement_text *text = text_of(fixture, statement);
    char explain[EXPLAIN_SIZE];
    int size = snprintf(explain, sizeof explain, "EXPLAIN EXECUTE %s", text->name);
    for (int i = 0; i < text->parameter_count; i++) {
        size += snprintf(explain + size, sizeof explain - (size_t)size, "%sNULL", i == 0 ? " (" : ", ");
    }
    (void)snprintf(explain + size, sizeof explain - (size_t)size, "%s", text->parameter_count > 0 ? ")" : "");
    int faults = count_faults(fixture, explain);
    if (faults) {
        print_error("%s goes through more than it gives\n", text->name);
    }
    assert_int_equal(faults, 0);
}

static void check_all(struct fixture *fixture)
{
    for (size_t i = 0; i < sizeof pulled / sizeof pulled[0]; i++) {
        struct ic_prepared *prepared = NULL;
        assert_int_equal(fixture->writer->driver->prepare(fixture->writer, pulled[i], &prepared), IC_DRIVER_OK);
        check_plan(fixture, pulled[i]);
    }
}

static void migrate(struct fixture *fixture)
{
    struct ic_database *database = NULL;
    struct ic_err err = IC_ERR_NONE;
    int version = 0;
    assert_int_equal(ic_postgres_database_create(fixture->url, &database, &err), IC_OK);
    assert_int_equal(ic_migrate(database, 0, &version, &err), IC_OK);
    database->destroy(database);
}

static void test_a_pull_goes_down_indexes_although_there_was_nothing_when_it_was_prepared(void **state)
{
    struct fixture *fixture = *state;
    migrate(fixture);
    check_all(fixture);
}

/* Several processes that read a part each have to be started first, and read all that lies behind a place. */
static void test_a_pull_behind_a_long_feed_goes_down_indexes_by_one_process(void **state)
{
    struct fixture *fixture = *state;
    migrate(fixture);
    /* Whom the events are of does not matter here. */
    fixture_execute(fixture->writer,
                    "SET session_replication_role = replica; "
                    "INSERT INTO event_logs (elg_id, log_position, event_number, event_type, opr_id, "
                    "created_at, received_at) "
                    "SELECT 'ELG-' || lpad(n::text, 10, '0'), n, n, 'Outreach', 'OPR-00000001', n, n "
                    "FROM generate_series(1, 20000) n; "
                    "INSERT INTO changes (cursor, elg_id) SELECT event_number, elg_id FROM event_logs; "
                    "ANALYZE");
    /* So cheap that whatever may be done by several processes is. */
    fixture_execute(fixture->writer, "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; "
                                     "SET min_parallel_table_scan_size = 0; SET min_parallel_index_scan_size = 0");
    check_all(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_a_pull_goes_down_indexes_although_there_was_nothing_when_it_was_prepared),
        fixture_test(test_a_pull_behind_a_long_feed_goes_down_indexes_by_one_process),
    };
    return fixture_main("store_postgres.plans", tests, sizeof tests / sizeof tests[0]);
}
