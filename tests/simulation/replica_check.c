#include "replica_check.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SQL_SIZE = 4096, SOURCE_SIZE = 512 };

/* Of who wrote to whom, a desktop keeps the last 30 days; the day at the edge is left out. */
#define RECENT_MS (INT64_C(29) * 86400000)

#define TARGET_ROW                                                                                                 \
    "tar_id || ' ' || tar_username || ' ' || tar_status || ' ' || ifnull(stage, '') || ' ' || "                    \
    "ifnull(first_contacted, 0) || '|' || ifnull(notes, '') || '|' || email_state || ' ' || ifnull(email, '') || " \
    "'|' || phone_num_state || ' ' || ifnull(phone_num, '') || '|' || cont_source_state || ' ' || "                \
    "ifnull(cont_source, '')"

#define GOAL_ROW                                                                                    \
    "goal_id || ' ' || metric || ' ' || target_value || ' ' || frequency || ' ' || "                \
    "ifnull(assigned_to_opr, '') || ' ' || ifnull(assigned_to_act, '') || ' ' || status || ' ' || " \
    "suggested_by || ' ' || created_at || ' ' || start_date || ' ' || ifnull(end_date, 0)"

#define RULE_ROW                                                                                                \
    "rule_id || ' ' || type || ' ' || metric || ' ' || limit_value || ' ' || time_window_sec || ' ' || "        \
    "severity || ' ' || ifnull(assigned_to_opr, '') || ' ' || ifnull(assigned_to_act, '') || ' ' || status || " \
    "' ' || suggested_by || ' ' || created_at"

/* What is compared: a row's text, and where it is from on either side. */
static const struct {
    const char *what;
    const char *row;
    const char *at_desk;   /* Of the generation in use. */
    const char *at_server; /* With %lld: since when. */
} tables[] = {
    {"suppressions", "tar_username", "replica_suppressions r WHERE 1", "suppressions WHERE is_suppressed = 1"},
    {"operators", "opr_id || ' ' || opr_name || ' ' || opr_status", "replica_operators r WHERE 1", "operators WHERE 1"},
    {"actors", "act_id || ' ' || act_username || ' ' || opr_id || ' ' || act_status", "replica_actors r WHERE 1",
     "actors WHERE 1"},
    {"targets", TARGET_ROW, "replica_targets r WHERE merged_into IS NULL", "targets WHERE merged_into IS NULL"},
    {"aliases", "alias_username || ' ' || tar_id", "replica_aliases r WHERE 1", "aliases WHERE 1"},
    {"goals", GOAL_ROW, "replica_goals r WHERE 1", "goals WHERE 1"},
    {"rules", RULE_ROW, "replica_rules r WHERE 1", "rules WHERE 1"},
    {"outreach", "elg_id || ' ' || opr_id || ' ' || act_id || ' ' || tar_id || ' ' || created_at",
     "replica_outreach r WHERE created_at > %lld", "event_logs WHERE event_type = 'Outreach' AND created_at > %lld"},
};

/* The first line in which two texts differ; empty: they do not. */
static void find_difference(const char *left, const char *right, char *ret_line, size_t size)
{
    ret_line[0] = '\0';
    while (*left || *right) {
        size_t left_size = strcspn(left, "\n"), right_size = strcspn(right, "\n");
        if (left_size != right_size || memcmp(left, right, left_size) != 0) {
            (void)snprintf(ret_line, size, "\"%.*s\", and the server's is \"%.*s\"", (int)left_size, left,
                           (int)right_size, right);
            return;
        }
        left += left_size + (left[left_size] == '\n');
        right += right_size + (right[right_size] == '\n');
    }
}

static char *list_at_server(sqlite3 *server, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    char *text = NULL;
    if (sqlite3_prepare_v2(server, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        text = strdup((const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return text;
}

static void write_sql(char *sql, const char *row, const char *from, const char *also, int64_t since)
{
    char source[SOURCE_SIZE];
    const char *mark = strstr(from, "%lld");
    (void)snprintf(source, sizeof source, "%.*s", mark ? (int)(mark - from) : (int)strlen(from), from);
    if (mark) {
        (void)snprintf(source + strlen(source), sizeof source - strlen(source), "%" PRId64, since);
    }
    (void)snprintf(sql, SQL_SIZE,
                   "SELECT ifnull(group_concat(line, char(10)), '') FROM (SELECT %s AS line FROM %s%s ORDER BY 1)", row,
                   source, also);
}

void replica_check(struct world *world, int desk, sqlite3 *server)
{
    int64_t since = world->trace.now - RECENT_MS;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && !world_has_failed(world); i++) {
        char sql[SQL_SIZE], difference[WORDS_SIZE];
        write_sql(sql, tables[i].row, tables[i].at_desk, " AND generation = (SELECT in_use FROM replica)", since);
        char *ours = desk_text(world->places[desk].desk, sql);
        write_sql(sql, tables[i].row, tables[i].at_server, "", since);
        char *theirs = list_at_server(server, sql);
        if (!ours || !theirs) {
            world_fail(world, "the checker knows the tables", "It does not know %s.", tables[i].what);
        } else {
            find_difference(ours, theirs, difference, sizeof difference);
            if (difference[0]) {
                world_fail(world, "who has caught up sees the same", "Desk %d's %s: %.200s.", desk, tables[i].what,
                           difference);
            }
        }
        free(ours);
        free(theirs);
    }
}
