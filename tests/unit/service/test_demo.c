/* Sample data: exact counts, the same for the same options, and a story that holds together. */
#include "base/hash.h"
#include "service/demo.h"
#include "service/demo_words.h"
#include "store/operators.h"
#include "store/sqlite/sqlite_store.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct ic_asker asker = {.credential = IC_CREDENTIAL_COMMAND};

static const int64_t until = 1763474400000;

static struct ic_demo_options options_of(uint32_t operators, uint32_t actors, uint32_t targets, uint32_t events,
                                         uint32_t days)
{
    return (struct ic_demo_options){
        .seed = 7,
        .operators = operators,
        .actors = actors,
        .targets = targets,
        .events = events,
        .days = days,
        .until = until,
    };
}

static struct ic_demo_options usual(void)
{
    return options_of(5, 15, 700, 4200, 90);
}

/* A folder for a test's stores; the state of every test. */
struct folder {
    char path[64];
};

static int set_up(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    *state = folder;
    if (!folder) {
        return 1;
    }
    (void)snprintf(folder->path, sizeof folder->path, "/tmp/instacrm-demo-XXXXXX");
    return mkdtemp(folder->path) ? 0 : 1;
}

static int tear_down(void **state)
{
    struct folder *folder = *state;
    int failure = rmdir(folder->path); /* Every file in it was closed by its test. */
    free(folder);
    return failure;
}

struct file {
    char path[128];
    struct ic_store *store;
};

static struct file open_file(const struct folder *folder, const char *name)
{
    struct file file;
    struct ic_err err = IC_ERR_NONE;
    struct ic_clock clock = ic_clock_system();
    (void)snprintf(file.path, sizeof file.path, "%s/%s", folder->path, name);
    assert_int_equal(ic_store_sqlite_open(file.path, 1, &clock, &file.store, &err), IC_OK);
    return file;
}

static void close_file(struct file *file)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    ic_store_destroy(file->store);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char path[160];
        (void)snprintf(path, sizeof path, "%s%s", file->path, endings[i]);
        (void)unlink(path);
    }
}

static void load(const struct file *file, const struct ic_demo_options *options)
{
    struct ic_err err = IC_ERR_NONE;
    enum ic_rc rc = ic_demo_load(file->store, &asker, options->until, options, NULL, &err);
    if (rc) {
        print_error("%s\n", err.detail);
    }
    assert_int_equal(rc, IC_OK);
}

static int64_t ask(const struct file *file, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(file->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

/* Every row of every table that the sample fills, in one hash. */
static struct ic_hash digest(const struct file *file)
{
    static const char *const tables[] = {
        "SELECT * FROM operators ORDER BY 1",     "SELECT * FROM actors ORDER BY 1",
        "SELECT * FROM targets ORDER BY 1",       "SELECT * FROM event_logs ORDER BY 1",
        "SELECT * FROM outreach_logs ORDER BY 1", "SELECT * FROM changes ORDER BY 1",
        "SELECT * FROM totals ORDER BY 1",        "SELECT * FROM goals ORDER BY 1",
        "SELECT * FROM rules ORDER BY 1",         "SELECT * FROM proposals ORDER BY 1",
        "SELECT * FROM votes ORDER BY 1, 2",      "SELECT * FROM proposal_history ORDER BY 1, 2",
    };
    sqlite3 *db = NULL;
    struct ic_hash hash = {0};
    assert_int_equal(sqlite3_open_v2(file->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        sqlite3_stmt *statement = NULL;
        assert_int_equal(sqlite3_prepare_v2(db, tables[i], -1, &statement, NULL), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(statement); column++) {
                char text[4096];
                const unsigned char *value = sqlite3_column_text(statement, column);
                int size = snprintf(text, sizeof text, "%s|%s", hash.text, value ? (const char *)value : "NULL");
                ic_hash_of((struct ic_str){text, (size_t)size}, &hash);
            }
        }
        sqlite3_finalize(statement);
    }
    sqlite3_close(db);
    return hash;
}

static void test_counts_are_exact_whatever_is_asked_for(void **state)
{
    const struct ic_demo_options many[] = {
        options_of(1, 1, 1, 1, 1),    options_of(1, 1, 1, 500, 2),       options_of(3, 2, 400, 50, 1),
        options_of(100, 7, 10, 7, 3), options_of(4, 300, 100, 3000, 40), usual(),
    };
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        struct file file = open_file(*state, "counts.db");
        load(&file, &many[i]);
        assert_int_equal(ask(&file, "SELECT COUNT(*) FROM operators"), many[i].operators);
        assert_int_equal(ask(&file, "SELECT COUNT(*) FROM actors"), many[i].actors);
        assert_int_equal(ask(&file, "SELECT COUNT(*) FROM targets"), many[i].targets);
        assert_int_equal(ask(&file, "SELECT COUNT(*) FROM event_logs"), many[i].events);
        assert_int_equal(ask(&file, "SELECT COUNT(*) FROM changes"), many[i].events);
        assert_int_equal(ask(&file, "SELECT total_value FROM totals WHERE total_name = 'targets'"), many[i].targets);
        assert_int_equal(ask(&file, "SELECT total_value FROM totals WHERE total_name = 'logs'"), many[i].events);
        assert_int_equal(ask(&file, "SELECT COUNT(*) FROM outreach_logs"),
                         ask(&file, "SELECT COUNT(*) FROM event_logs WHERE event_type = 'Outreach'"));
        close_file(&file);
    }
}

static void test_the_same_options_give_the_same_rows_and_another_seed_does_not(void **state)
{
    struct ic_demo_options options = options_of(4, 12, 300, 2000, 30);
    struct ic_hash hashes[3];
    for (int i = 0; i < 3; i++) {
        struct file file = open_file(*state, "same.db");
        options.seed = i < 2 ? 7 : 8;
        load(&file, &options);
        hashes[i] = digest(&file);
        close_file(&file);
    }
    assert_string_equal(hashes[0].text, hashes[1].text);
    assert_string_not_equal(hashes[0].text, hashes[2].text);
}

static void test_the_data_lies_in_its_days_and_ends_at_its_end(void **state)
{
    struct file file = open_file(*state, "time.db");
    struct ic_demo_options options = usual();
    load(&file, &options);
    assert_true(ask(&file, "SELECT MAX(created_at) FROM event_logs") < until);
    assert_true(ask(&file, "SELECT MAX(created_at) FROM event_logs") > until - 86400000);
    assert_true(ask(&file, "SELECT MIN(created_at) FROM event_logs") >= until - INT64_C(90) * 86400000);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM event_logs e JOIN actors a USING (act_id) "
                                "WHERE e.created_at < a.created_at OR e.created_at > a.last_activity"),
                     0);
    /* The feed tells it in the order in which it happened. */
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM changes c JOIN changes d ON d.cursor = c.cursor + 1 "
                                "JOIN event_logs e ON e.elg_id = c.elg_id JOIN event_logs f ON f.elg_id = d.elg_id "
                                "WHERE f.created_at < e.created_at"),
                     0);
    close_file(&file);
}

static void test_work_is_skewed_as_work_is(void **state)
{
    struct file file = open_file(*state, "skew.db");
    struct ic_demo_options options = usual();
    load(&file, &options);
    int64_t outreach = ask(&file, "SELECT COUNT(*) FROM outreach_logs");
    assert_in_range(outreach * 1000 / options.events, 860, 880);
    int64_t busiest = ask(&file, "SELECT COUNT(*) FROM event_logs GROUP BY act_id ORDER BY 1 DESC LIMIT 1");
    assert_true(busiest * options.actors > 2 * (int64_t)options.events); /* Twice its even share. */
    const char *sunday = "SELECT COUNT(*) FROM event_logs WHERE (created_at / 86400000 + 4) % 7 = 0";
    const char *tuesday = "SELECT COUNT(*) FROM event_logs WHERE (created_at / 86400000 + 4) % 7 = 2";
    assert_true(ask(&file, tuesday) > 2 * ask(&file, sunday));
    int64_t night = ask(&file, "SELECT COUNT(*) FROM event_logs WHERE created_at / 3600000 % 24 < 6");
    assert_true(night * 20 < options.events);
    /* Stages as in the mock-ups' pipeline, in 1,000. */
    const struct {
        const char *sql;
        int64_t min;
        int64_t max;
    } stages[] = {
        {"SELECT COUNT(*) FROM targets WHERE tar_status = 'Cold No Reply'", 680, 760},
        {"SELECT COUNT(*) FROM targets WHERE tar_status = 'Replied'", 120, 180},
        {"SELECT COUNT(*) FROM targets WHERE tar_status = 'Warm'", 45, 80},
        {"SELECT COUNT(*) FROM targets WHERE tar_status = 'Booked'", 10, 35},
        {"SELECT COUNT(*) FROM targets WHERE tar_status = 'Excluded'", 15, 40},
    };
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        assert_in_range(ask(&file, stages[i].sql) * 1000 / options.targets, stages[i].min, stages[i].max);
    }
    close_file(&file);
}

static void test_what_targets_are_is_what_their_events_say(void **state)
{
    struct file file = open_file(*state, "story.db");
    struct ic_demo_options options = usual();
    load(&file, &options);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM targets LEFT JOIN (SELECT tar_id, MIN(created_at) AS first "
                                "FROM event_logs GROUP BY tar_id) USING (tar_id) WHERE first_contacted IS NOT first"),
                     0);
    /* The last move of each: SQLite takes the other columns from the row of the maximum. */
    assert_int_equal(
        ask(&file, "SELECT COUNT(*) FROM targets LEFT JOIN (SELECT tar_id, MAX(cursor), "
                   "substr(details, instr(details, ' -> ') + 4) AS after FROM event_logs JOIN changes USING (elg_id) "
                   "WHERE details LIKE '% -> %' AND details NOT LIKE '%: %' GROUP BY tar_id) USING (tar_id) "
                   "WHERE tar_status <> COALESCE(after, 'Cold No Reply')"),
        0);
    /* Nobody is written to once they must not be. */
    assert_int_equal(
        ask(&file, "WITH told AS (SELECT tar_id, event_type, cursor FROM event_logs JOIN changes USING (elg_id)) "
                   "SELECT COUNT(*) FROM (SELECT tar_id, MAX(cursor) AS last FROM told WHERE event_type = 'Outreach' "
                   "GROUP BY tar_id) JOIN told USING (tar_id) "
                   "WHERE event_type = 'Tar Exception Toggle' AND cursor < last"),
        0);
    assert_true(ask(&file, "SELECT COUNT(*) FROM event_logs WHERE event_type = 'Tar Exception Toggle'") > 0);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM event_logs e JOIN actors a USING (act_id) "
                                "WHERE a.opr_id <> e.opr_id"),
                     0);
    assert_true(ask(&file, "SELECT COUNT(*) FROM outreach_logs WHERE message_text IS NULL") > 0);
    assert_true(ask(&file, "SELECT COUNT(*) FROM outreach_logs WHERE message_preview IS NOT NULL") > 0);
    assert_true(ask(&file, "SELECT COUNT(DISTINCT act_username) FROM actors") < options.actors);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
    close_file(&file);
}

static void test_the_team_agrees_on_goals_and_rules_and_the_log_tells_when(void **state)
{
    struct file file = open_file(*state, "agreed.db");
    struct ic_demo_options options = usual();
    load(&file, &options);
    static const char *const wanted[] = {
        "SELECT COUNT(*) FROM goals WHERE status = 'Active' AND assigned_to_opr IS NULL AND assigned_to_act IS NULL",
        "SELECT COUNT(*) FROM goals WHERE status = 'Active' AND assigned_to_opr IS NOT NULL",
        "SELECT COUNT(*) FROM goals WHERE status = 'Active' AND assigned_to_act IS NOT NULL",
        "SELECT COUNT(*) FROM goals WHERE status = 'Pending Suggestion'",
        "SELECT COUNT(*) FROM goals WHERE status = 'Rejected'",
        "SELECT COUNT(*) FROM goals WHERE status = 'Archived'",
        "SELECT COUNT(*) FROM rules WHERE status = 'Active' AND type = 'Frequency Cap'",
        "SELECT COUNT(*) FROM rules WHERE status = 'Active' AND type = 'Interval Spacing'",
        "SELECT COUNT(*) FROM rules WHERE status = 'Pending Suggestion'",
        "SELECT COUNT(*) FROM rules WHERE status = 'Archived'",
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_true(ask(&file, wanted[i]) > 0);
    }
    /* Each names the event that says what it is now, by a person and about no target. */
    static const char differing[] =
        "SELECT COUNT(*) FROM (SELECT elg_id, status, 'goal' AS what, created_at, suggested_by FROM goals UNION ALL "
        "SELECT elg_id, status, 'rule', created_at, suggested_by FROM rules) p LEFT JOIN event_logs e USING (elg_id) "
        "WHERE e.event_type IS NOT 'User' OR e.tar_id IS NOT NULL OR e.act_id IS NOT NULL "
        "OR e.details NOT LIKE p.what || ' ' || p.status || ': %' OR e.created_at < p.created_at";
    assert_int_equal(ask(&file, differing), 0);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM event_logs WHERE details LIKE 'goal %' OR details LIKE 'rule %'"),
                     28);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM event_logs e JOIN operators o USING (opr_id) "
                                "WHERE e.created_at > o.last_activity"),
                     0);
    close_file(&file);
}

static void test_a_team_with_data_is_refused_and_left_alone(void **state)
{
    struct file file = open_file(*state, "full.db");
    struct ic_demo_options options = options_of(2, 3, 10, 40, 5);
    load(&file, &options);
    struct ic_hash before = digest(&file);
    struct ic_err err = IC_ERR_NONE;
    options.seed++;
    assert_int_equal(ic_demo_load(file.store, &asker, options.until, &options, NULL, &err), IC_CONFLICT);
    assert_int_equal(err.code, IC_CODE_NOT_EMPTY);
    struct ic_hash after = digest(&file);
    assert_string_equal(before.text, after.text);
    close_file(&file);
}

static enum ic_rc insert_namesake(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    char name[IC_DEMO_NAME_SIZE];
    struct ic_operator operator_ = {
        .opr_name = ic_demo_operator_name(0, name),
        .opr_email = IC_STR("me@real.example"),
        .opr_status = IC_OPERATOR_STATUS_ONLINE,
        .role = IC_ROLE_OWNER,
        .time_zone = IC_STR("UTC"),
    };
    struct ic_rand rand = ic_rand_system();
    return ic_store_operator_insert(tx, &operator_, &rand, context, err);
}

static void test_an_owner_stays_the_only_one_also_with_a_name_of_the_sample(void **state)
{
    struct file file = open_file(*state, "owner.db");
    struct ic_err err = IC_ERR_NONE;
    struct ic_id owner;
    assert_int_equal(ic_store_write(file.store, insert_namesake, &owner, &err), IC_OK);
    struct ic_demo_options options = options_of(100, 100, 10, 40, 5);
    load(&file, &options);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM operators"), 101);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM operators WHERE role = 'owner'"), 1);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM operators WHERE opr_email = 'me@real.example'"), 1);
    close_file(&file);
}

static void test_options_out_of_range_name_their_field(void **state)
{
    const struct {
        struct ic_demo_options options;
        const char *field;
    } wrong[] = {
        {options_of(0, 1, 1, 1, 1), "operators"},
        {options_of(IC_DEMO_OPERATORS_MAX + 1, 1, 1, 1, 1), "operators"},
        {options_of(1, 0, 1, 1, 1), "actors"},
        {options_of(1, 1, IC_DEMO_TARGETS_MAX + 1, 1, 1), "targets"},
        {options_of(1, 1, 1, 0, 1), "events"},
        {options_of(1, 1, 1, 1, IC_DEMO_DAYS_MAX + 1), "days"},
        {{.operators = 1, .actors = 1, .targets = 1, .events = 1, .days = 1, .until = 86399999}, "until"},
        {{.operators = 1, .actors = 1, .targets = 1, .events = 1, .days = 1, .until = INT64_MAX}, "until"},
    };
    struct file file = open_file(*state, "range.db");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ic_err err = IC_ERR_NONE;
        assert_int_equal(ic_demo_load(file.store, &asker, 0, &wrong[i].options, NULL, &err), IC_INVALID);
        assert_int_equal(err.code, IC_CODE_INVALID_PARAMETER);
        assert_string_equal(err.field, wrong[i].field);
    }
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM operators"), 0);
    close_file(&file);
}

struct reports {
    uint64_t done_count;
    uint64_t total_count;
    bool ran_back;
};

static void take_report(void *context, uint64_t done_count, uint64_t total_count)
{
    struct reports *reports = context;
    reports->ran_back |= done_count <= reports->done_count;
    reports->done_count = done_count;
    reports->total_count = total_count;
}

static void test_progress_runs_to_the_end(void **state)
{
    struct file file = open_file(*state, "progress.db");
    struct ic_demo_options options = usual();
    struct reports reports = {0};
    struct ic_demo_progress progress = {take_report, &reports};
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_demo_load(file.store, &asker, options.until, &options, &progress, &err), IC_OK);
    assert_false(reports.ran_back);
    assert_int_equal(reports.total_count, 5 + 15 + 700 + 4200);
    assert_int_equal(reports.done_count, reports.total_count);
    close_file(&file);
}

static void die_half_way(void *context, uint64_t done_count, uint64_t total_count)
{
    (void)context;
    if (done_count * 2 > total_count) {
        (void)raise(SIGKILL);
    }
}

static void test_a_load_that_is_killed_leaves_nothing(void **state)
{
    struct ic_demo_options options = usual();
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct file file = open_file(*state, "killed.db");
        struct ic_demo_progress progress = {die_half_way, NULL};
        struct ic_err err = IC_ERR_NONE;
        (void)!ic_demo_load(file.store, &asker, options.until, &options, &progress, &err);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    struct file file = open_file(*state, "killed.db");
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM operators"), 0);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM targets"), 0);
    load(&file, &options);
    assert_int_equal(ask(&file, "SELECT COUNT(*) FROM event_logs"), options.events);
    close_file(&file);
}

static int compare(const void *left, const void *right)
{
    return strcmp(left, right);
}

static void check_handles(uint32_t first, uint32_t count)
{
    struct ic_handle *handles = calloc(count, sizeof *handles);
    assert_non_null(handles);
    for (uint32_t i = 0; i < count; i++) {
        handles[i] = ic_demo_target_handle(first + i);
    }
    qsort(handles, count, sizeof *handles, compare);
    for (uint32_t i = 1; i < count; i++) {
        assert_string_not_equal(handles[i - 1].text, handles[i].text);
    }
    free(handles);
}

static void test_every_target_has_a_handle_of_its_own(void **state)
{
    (void)state;
    check_handles(0, 45000);
    check_handles(IC_DEMO_TARGETS_MAX - 45000, 45000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_counts_are_exact_whatever_is_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_same_options_give_the_same_rows_and_another_seed_does_not, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_the_data_lies_in_its_days_and_ends_at_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_work_is_skewed_as_work_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_targets_are_is_what_their_events_say, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_team_agrees_on_goals_and_rules_and_the_log_tells_when, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_team_with_data_is_refused_and_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_owner_stays_the_only_one_also_with_a_name_of_the_sample, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_options_out_of_range_name_their_field, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_progress_runs_to_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_load_that_is_killed_leaves_nothing, set_up, tear_down),
        cmocka_unit_test(test_every_target_has_a_handle_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
