#include "desk.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct desk desk_begin(void **state)
{
    struct desk desk = {.team = *state, .hybrid_time = INT64_C(1700000000000) << 10};
    desk.anna = team_join(desk.team, NULL);
    desk.device = team_pair(desk.team, &desk.anna.operator_.opr_id);
    return desk;
}

struct ic_handle desk_handle(const char *text)
{
    struct ic_handle handle;
    assert_true(ic_handle_parse(ic_str_from(text), &handle));
    return handle;
}

struct ic_operation desk_operation(struct desk *desk, enum ic_operation_kind kind, const char *tar_username)
{
    struct ic_operation operation = team_operation(desk->team, "Hello.");
    operation.kind = kind;
    operation.tar_username = desk_handle(tar_username);
    operation.hybrid_time = ++desk->hybrid_time;
    if (kind != IC_OPERATION_KIND_OUTREACH) {
        operation.thread_id = operation.message_text = (struct ic_str){0};
    }
    return operation;
}

struct ic_id desk_push(struct desk *desk, const struct ic_operation *operation)
{
    struct ic_err err = IC_ERR_NONE;
    const struct ic_push_batch batch = {.device = &desk->device, .operations = operation, .count = 1};
    struct ic_push_outcome *outcomes = NULL;
    int64_t server_time;
    ic_arena_reset(desk->team->arena);
    assert_int_equal(ic_push_apply(&desk->team->service, &batch, desk->team->arena, &outcomes, &server_time, &err),
                     IC_OK);
    assert_int_equal(outcomes[0].outcome, IC_OPERATION_OUTCOME_ACCEPTED);
    return outcomes[0].ids.elg_id;
}

struct ic_id desk_send(struct desk *desk, const char *tar_username)
{
    const struct ic_operation operation = desk_operation(desk, IC_OPERATION_KIND_OUTREACH, tar_username);
    return desk_push(desk, &operation);
}

struct ic_pull_page desk_pull(const struct desk *desk, struct copy *copy)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_pull_page page;
    struct ic_pull asked = {.device = &desk->device,
                            .after = ic_str_from(copy->place),
                            .seen = copy->seen,
                            .limit = copy->limit ? copy->limit : IC_LIMIT_PULL_ROWS_MAX};
    if (copy->asks_for_goals_and_rules) {
        ic_features_add(&asked.features, IC_SYNC_FEATURE_GOALS_AND_RULES);
    }
    ic_arena_reset(desk->team->arena);
    assert_int_equal(ic_pull_read(&desk->team->service, &asked, desk->team->arena, &page, &err), IC_OK);
    assert_int_equal(page.has_goals_and_rules, copy->asks_for_goals_and_rules);
    snprintf(copy->place, sizeof copy->place, "%.*s", (int)page.next.size, page.next.data);
    copy->pages++;
    copy->suppressions += page.suppressions_count;
    copy->operators += page.operators_count;
    copy->actors += page.actors_count;
    copy->targets += page.targets_count;
    copy->aliases += page.aliases_count;
    copy->outreach += page.outreach_count;
    copy->goals += page.goals_count;
    copy->rules += page.rules_count;
    copy->was_reset = copy->was_reset || page.is_reset;
    copy->has_lost_past = copy->has_lost_past || page.has_lost_past;
    return page;
}

void desk_catch_up(const struct desk *desk, struct copy *copy)
{
    copy->was_reset = copy->has_lost_past = false;
    copy->suppressions = copy->operators = copy->actors = copy->targets = copy->aliases = copy->outreach = 0;
    copy->goals = copy->rules = 0;
    copy->pages = 0;
    while (desk_pull(desk, copy).has_more) {
        assert_true(copy->pages < DESK_PAGES_MAX);
    }
}
