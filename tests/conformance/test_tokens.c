/* API tokens and roles: what is found by its hash, what has ended, and that of two who change a role at once one does.
 */
#include "claims.h"
#include "fixture.h"
#include "gate.h"
#include "store/tokens.h"

#include <string.h>

enum { NOW = 1000000, END = 2000000 };

struct work {
    struct ic_store *store;
    struct ic_arena *arena;
    struct ic_rand rand;
    struct ic_token token;
    struct ic_hash token_hash;
    struct ic_token_list list;
    struct ic_id id;
    int64_t now;
    enum ic_role before;
    enum ic_role role;
    enum ic_rc rc;
};

static struct work work_of(struct fixture *fixture, const struct ic_id *opr_id, const char *text)
{
    struct work work = {
        .store = fixture->store,
        .arena = fixture->arena,
        .rand = fixture->rand,
        .token = {.opr_id = *opr_id, .token_name = IC_STR("Sheet"), .created_at = NOW, .expires_at = END},
        .now = NOW,
    };
    work.token.has_scope[IC_TOKEN_SCOPE_READ_LEADS] = true;
    work.token.has_scope[IC_TOKEN_SCOPE_TRANSFER_ACTORS] = true;
    ic_hash_of(ic_str_from(text), &work.token_hash);
    return work;
}

static enum ic_rc insert(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_token_insert(tx, &work->token, &work->token_hash, &work->rand, &work->id, err);
}

static enum ic_rc get_by_hash(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_token_get_by_hash(tx, &work->token_hash, work->now, work->arena, &work->token, err);
}

static enum ic_rc list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_token_list(tx, &work->token.opr_id, work->now, work->arena, &work->list, err);
}

static enum ic_rc touch(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_token_touch(tx, &work->id, work->now, err);
}

static enum ic_rc revoke(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_token_revoke(tx, &work->id, work->now, err);
}

static enum ic_code try_read(struct work *work, ic_store_run run)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_store_read(work->store, run, work, &err);
    return err.code;
}

static enum ic_code try_write(struct work *work, ic_store_run run)
{
    struct ic_err err = IC_ERR_NONE;
    (void)!ic_store_write(work->store, run, work, &err);
    return err.code;
}

static void test_a_token_is_found_by_its_hash_as_it_was_made(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct work work = work_of(fixture, &owner, "one");
    assert_int_equal(try_write(&work, insert), IC_CODE_OK);
    struct ic_id id = work.id;
    work.token = (struct ic_token){.opr_id = owner};
    assert_int_equal(try_read(&work, get_by_hash), IC_CODE_OK);
    assert_true(ic_id_equal(&work.token.token_id, &id) && ic_id_equal(&work.token.opr_id, &owner));
    assert_true(ic_str_is(work.token.token_name, "Sheet"));
    assert_int_equal(work.token.role, IC_ROLE_OWNER);
    assert_true(work.token.has_scope[IC_TOKEN_SCOPE_READ_LEADS] &&
                work.token.has_scope[IC_TOKEN_SCOPE_TRANSFER_ACTORS]);
    assert_false(work.token.has_scope[IC_TOKEN_SCOPE_WRITE_LEADS]);
    assert_int_equal(work.token.last_used_at, 0);
    assert_int_equal(work.token.expires_at, END);
    ic_hash_of(IC_STR("another"), &work.token_hash);
    assert_int_equal(try_read(&work, get_by_hash), IC_CODE_INVALID_TOKEN);
}

static void test_a_token_that_has_ended_or_was_revoked_does_not_exist(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct work work = work_of(fixture, &owner, "one");
    assert_int_equal(try_write(&work, insert), IC_CODE_OK);
    work.now = END - 1;
    assert_int_equal(try_read(&work, list), IC_CODE_OK);
    assert_int_equal(work.list.count, 1);
    work.now = END;
    assert_int_equal(try_read(&work, get_by_hash), IC_CODE_INVALID_TOKEN);
    assert_int_equal(try_read(&work, list), IC_CODE_OK);
    assert_int_equal(work.list.count, 0);
    work.now = NOW;
    assert_int_equal(try_write(&work, revoke), IC_CODE_OK);
    assert_int_equal(try_read(&work, get_by_hash), IC_CODE_INVALID_TOKEN);
    assert_int_equal(try_write(&work, revoke), IC_CODE_NOT_FOUND);
}

static void test_the_last_use_only_moves_forward(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct work work = work_of(fixture, &owner, "one");
    assert_int_equal(try_write(&work, insert), IC_CODE_OK);
    work.now = NOW + 2;
    assert_int_equal(try_write(&work, touch), IC_CODE_OK);
    work.now = NOW + 1;
    assert_int_equal(try_write(&work, touch), IC_CODE_OK);
    assert_int_equal(try_read(&work, get_by_hash), IC_CODE_OK);
    assert_int_equal(work.token.last_used_at, NOW + 2);
}

static void test_tokens_are_bounded_and_listed_newest_first(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct work work = work_of(fixture, &owner, "one");
    for (int i = 0; i <= IC_LIMIT_TOKENS_MAX; i++) {
        char text[2] = {(char)('a' + i), '\0'};
        ic_hash_of(ic_str_from(text), &work.token_hash);
        work.token.created_at = NOW + i;
        assert_int_equal(try_write(&work, insert), i < IC_LIMIT_TOKENS_MAX ? IC_CODE_OK : IC_CODE_CONFLICT);
    }
    assert_int_equal(try_read(&work, list), IC_CODE_OK);
    assert_int_equal(work.list.count, IC_LIMIT_TOKENS_MAX);
    for (size_t i = 1; i < work.list.count; i++) {
        assert_true(work.list.items[i].created_at < work.list.items[i - 1].created_at);
    }
}

/* ---- Roles. ---- */

static enum ic_rc set_role(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_operator_set_role(tx, &work->token.opr_id, work->before, work->role, err);
}

static enum ic_rc get_standing(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct work *work = context;
    return ic_store_operator_standing(tx, &work->token.opr_id, &work->role, err);
}

static void *race(void *context)
{
    struct work *work = context;
    struct ic_err err = IC_ERR_NONE;
    work->rc = ic_store_write(work->store, set_role, work, &err);
    return NULL;
}

static void test_of_those_who_change_a_role_at_once_one_does(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct work racers[THREAD_COUNT];
    int won_count = 0;
    for (int i = 0; i < THREAD_COUNT; i++) {
        racers[i] = work_of(fixture, &owner, "");
        racers[i].store = i % 2 ? fixture->other : fixture->store;
        racers[i].before = IC_ROLE_OWNER;
        racers[i].role = IC_ROLE_ADMIN;
    }
    threads_run(race, racers, sizeof racers[0]);
    for (int i = 0; i < THREAD_COUNT; i++) {
        won_count += racers[i].rc == IC_OK;
        assert_true(racers[i].rc == IC_OK || racers[i].rc == IC_CONFLICT);
    }
    assert_int_equal(won_count, 1);
    struct work look = work_of(fixture, &owner, "");
    assert_int_equal(try_read(&look, get_standing), IC_CODE_OK);
    assert_int_equal(look.role, IC_ROLE_ADMIN);
}

static void test_who_is_not_there_has_no_standing(void **state)
{
    struct fixture *fixture = *state;
    const struct ic_id nobody = {"OPR-00000000"};
    struct work work = work_of(fixture, &nobody, "");
    assert_int_equal(try_read(&work, get_standing), IC_CODE_UNAUTHENTICATED);
}

int run_tokens(void)
{
    const struct CMUnitTest tests[] = {
        claim(test_a_token_is_found_by_its_hash_as_it_was_made, fixture_one),
        claim(test_a_token_that_has_ended_or_was_revoked_does_not_exist, fixture_one),
        claim(test_the_last_use_only_moves_forward, fixture_one),
        claim(test_tokens_are_bounded_and_listed_newest_first, fixture_one),
        claim(test_of_those_who_change_a_role_at_once_one_does, fixture_two),
        claim(test_who_is_not_there_has_no_standing, fixture_one),
    };
    return run_claims(tests);
}
