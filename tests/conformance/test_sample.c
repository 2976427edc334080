/* The sample data of one seed has the same bytes on every engine: what the lists tell of it has one digest, which
 * stands here. Whoever changes the sample changes the digest. */
#include "base/buf.h"
#include "base/hash.h"
#include "claims.h"
#include "fixture.h"
#include "service/demo.h"
#include "store/actor_list.h"
#include "store/leads.h"
#include "store/operator_list.h"
#include "store/replica.h"

#include <string.h>

static const struct ic_asker asker = {.credential = IC_CREDENTIAL_COMMAND};

static const char digest[] = "a5312669471858d53c0df0e225db386c2a7115c727d77cfcaeaebaef693fb05f";

enum { PAGE_SIZE = 200, TELLING_BYTES_MAX = 4 << 20 };

/* All that is told, line by line. */
struct telling {
    struct ic_buf text;
    struct ic_arena *arena;
    int64_t events;
};

static void tell(struct telling *telling, struct ic_str text)
{
    ic_buf_put(&telling->text, text);
    ic_buf_put_char(&telling->text, '|');
}

static void tell_id(struct telling *telling, const struct ic_id *id)
{
    tell(telling, ic_id_text(id));
}

static void tell_number(struct telling *telling, int64_t number)
{
    ic_buf_put_int64(&telling->text, number);
    ic_buf_put_char(&telling->text, '|');
}

static enum ic_rc tell_event(struct ic_store_tx *tx, struct telling *telling, const struct ic_id *elg_id,
                             struct ic_err *err)
{
    struct ic_log_entry entry;
    struct ic_str text;
    enum ic_rc rc = ic_store_log_get(tx, elg_id, telling->arena, &entry, &text, err);
    if (rc) {
        return rc;
    }
    tell_id(telling, &entry.elg_id);
    tell_number(telling, entry.log_position);
    tell_number(telling, entry.event_type);
    tell_number(telling, entry.created_at);
    tell_number(telling, entry.received_at);
    tell_id(telling, &entry.opr_id);
    tell_id(telling, &entry.act_id);
    tell_id(telling, &entry.tar_id);
    tell(telling, entry.details);
    tell_id(telling, &entry.olg_id);
    tell_number(telling, entry.sent_at);
    tell_number(telling, entry.message_characters);
    tell(telling, text);
    telling->events++;
    return IC_OK;
}

static enum ic_rc tell_log(struct ic_store_tx *tx, struct telling *telling, struct ic_err *err)
{
    struct ic_log_query query = {.limit = PAGE_SIZE, .is_oldest_first = true};
    struct ic_log_list list;
    enum ic_rc rc;
    do {
        rc = ic_store_log_list(tx, &query, telling->arena, &list, err);
        for (size_t i = 0; !rc && i < list.count; i++) {
            rc = tell_event(tx, telling, &list.items[i].elg_id, err);
        }
        query.behind = rc ? 0 : list.next;
    } while (!rc && list.next);
    return rc;
}

static void tell_contact(struct telling *telling, const struct ic_contact *contact)
{
    tell_number(telling, contact->state);
    tell(telling, contact->text);
}

static enum ic_rc tell_leads(struct ic_store_tx *tx, struct telling *telling, struct ic_err *err)
{
    struct ic_lead_query query = {.limit = PAGE_SIZE, .order = IC_LEAD_ORDER_HANDLE_ASCENDING};
    struct ic_lead_list list;
    enum ic_rc rc = ic_store_lead_list(tx, &query, &ic_lead_bounds, telling->arena, &list, err);
    assert_true(rc || !list.has_next);
    for (size_t i = 0; !rc && i < list.count; i++) {
        struct ic_lead lead;
        struct ic_str notes;
        rc = ic_store_lead_get(tx, &list.items[i].tar_id, telling->arena, &lead, &notes, err);
        if (!rc) {
            tell_id(telling, &lead.tar_id);
            tell(telling, lead.tar_username);
            tell_number(telling, lead.tar_status);
            tell_number(telling, lead.first_contacted);
            tell_number(telling, lead.last_updated);
            tell_contact(telling, &lead.email);
            tell_contact(telling, &lead.phone_num);
            tell_contact(telling, &lead.cont_source);
            tell_id(telling, &lead.first_opr_id);
            tell_id(telling, &lead.first_act_id);
            tell(telling, notes);
        }
    }
    return rc;
}

static enum ic_rc tell_people(struct ic_store_tx *tx, struct telling *telling, struct ic_err *err)
{
    struct ic_actor_query actors_query = {.limit = PAGE_SIZE, .looks_max = IC_STORE_ACTOR_LOOKS_MAX};
    struct ic_operator_query operators_query = {.limit = PAGE_SIZE, .looks_max = IC_STORE_OPERATOR_LOOKS_MAX};
    struct ic_actor_list actors;
    struct ic_operator_list operators;
    enum ic_rc rc = ic_store_actor_list(tx, &actors_query, telling->arena, &actors, err);
    for (size_t i = 0; !rc && i < actors.count; i++) {
        tell_id(telling, &actors.items[i].act_id);
        tell(telling, actors.items[i].act_username);
        tell_id(telling, &actors.items[i].opr_id);
        tell_number(telling, actors.items[i].act_status);
        tell_number(telling, actors.items[i].created_at);
        tell_number(telling, actors.items[i].last_activity);
    }
    if (!rc) {
        rc = ic_store_operator_list(tx, &operators_query, telling->arena, &operators, err);
    }
    for (size_t i = 0; !rc && i < operators.count; i++) {
        tell_id(telling, &operators.items[i].opr_id);
        tell(telling, operators.items[i].opr_name);
        tell_number(telling, operators.items[i].created_at);
        tell_number(telling, operators.items[i].last_activity);
    }
    return rc;
}

static enum ic_rc tell_goals_and_rules(struct ic_store_tx *tx, struct telling *telling, struct ic_err *err)
{
    static const struct ic_id none = {0};
    struct ic_replica replica;
    enum ic_rc rc = ic_replica_init(&replica, telling->arena, err);
    rc = rc ? rc : ic_store_goals_behind(tx, &none, PAGE_SIZE, &replica, err);
    rc = rc ? rc : ic_store_rules_behind(tx, &none, PAGE_SIZE, &replica, err);
    for (size_t i = 0; !rc && i < replica.goals_count; i++) {
        tell_id(telling, &replica.goals[i].goal_id);
        tell(telling, replica.goals[i].metric);
        tell_number(telling, replica.goals[i].target_value);
        tell_id(telling, &replica.goals[i].assigned_to_opr);
        tell(telling, replica.goals[i].status);
        tell_number(telling, replica.goals[i].created_at);
    }
    for (size_t i = 0; !rc && i < replica.rules_count; i++) {
        tell_id(telling, &replica.rules[i].rule_id);
        tell(telling, replica.rules[i].type);
        tell_number(telling, replica.rules[i].limit_value);
        tell_number(telling, replica.rules[i].time_window_sec);
        tell_id(telling, &replica.rules[i].assigned_to_act);
        tell(telling, replica.rules[i].status);
    }
    return rc;
}

static enum ic_rc tell_all(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    enum ic_rc rc = tell_log(tx, context, err);
    if (!rc) {
        rc = tell_leads(tx, context, err);
    }
    rc = rc ? rc : tell_people(tx, context, err);
    return rc ? rc : tell_goals_and_rules(tx, context, err);
}

static void test_the_sample_of_a_seed_has_the_same_bytes_on_every_engine(void **state)
{
    const struct ic_demo_options options = {.seed = 7,
                                            .operators = 3,
                                            .actors = 8,
                                            .targets = 150,
                                            .events = 900,
                                            .days = 40,
                                            .until = INT64_C(1763474400000)};
    struct fixture *fixture = *state;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_demo_load(fixture->store, &asker, options.until, &options, NULL, &err), IC_OK);
    struct telling telling = {.arena = fixture->arena};
    ic_buf_init(&telling.text, TELLING_BYTES_MAX);
    fixture_read(fixture->store, tell_all, &telling);
    assert_int_equal(telling.events, options.events);
    assert_int_equal(telling.text.failed, IC_CODE_OK);
    struct ic_hash hash;
    ic_hash_of(ic_buf_view(&telling.text), &hash);
    ic_buf_release(&telling.text);
    assert_string_equal(hash.text, digest);
    assert_int_equal(fixture_look(fixture->store).mismatch_count, 0);
}

int run_sample(void)
{
    const struct CMUnitTest sample[] = {
        claim(test_the_sample_of_a_seed_has_the_same_bytes_on_every_engine, fixture_one),
    };
    return run_claims(sample);
}
