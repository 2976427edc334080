/* A text of a column with a limit has at most so many characters, whatever bytes they take; the schema itself refuses
 * one more, and keeps nothing of what came with it. */
#include "claims.h"
#include "fixture.h"
#include "store/access.h"
#include "store/targets.h"

#include <stdio.h>
#include <string.h>

/* A limited column, and the function that writes a text into it. */
struct column {
    const char *name;
    size_t characters_max;
    ic_store_run write;
};

struct attempt {
    struct ic_id owner;
    struct ic_str text;
    int number; /* Of the attempt, for what must differ. */
};

static enum ic_rc write_name(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    char email[32];
    (void)snprintf(email, sizeof email, "%d@team.example", attempt->number);
    struct ic_operator operator_ = {
        .opr_name = attempt->text, .opr_email = ic_str_from(email), .time_zone = IC_STR("UTC"), .role = IC_ROLE_VIEWER};
    return ic_store_operator_insert(tx, &operator_, &rand, &id, err);
}

static enum ic_rc write_email(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    char name[32];
    (void)snprintf(name, sizeof name, "Ana %d", attempt->number);
    struct ic_operator operator_ = {
        .opr_name = ic_str_from(name), .opr_email = attempt->text, .time_zone = IC_STR("UTC"), .role = IC_ROLE_VIEWER};
    return ic_store_operator_insert(tx, &operator_, &rand, &id, err);
}

static enum ic_rc write_time_zone(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    char name[32];
    (void)snprintf(name, sizeof name, "Ana %d", attempt->number);
    struct ic_operator operator_ = {.opr_name = ic_str_from(name),
                                    .opr_email = ic_str_from(name),
                                    .time_zone = attempt->text,
                                    .role = IC_ROLE_VIEWER};
    return ic_store_operator_insert(tx, &operator_, &rand, &id, err);
}

static enum ic_rc write_device(struct ic_store_tx *tx, const struct ic_device *device, struct ic_err *err)
{
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    return ic_store_device_insert(tx, device, &rand, &id, err);
}

static enum ic_rc write_device_name(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    struct ic_device device = {
        .opr_id = attempt->owner, .device_name = attempt->text, .agent_version = IC_STR("1"), .created_at = 1};
    return write_device(tx, &device, err);
}

static enum ic_rc write_agent_version(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    struct ic_device device = {
        .opr_id = attempt->owner, .device_name = IC_STR("Desk"), .agent_version = attempt->text, .created_at = 1};
    return write_device(tx, &device, err);
}

static enum ic_rc write_thread_id(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_outreach_ids ids;
    struct ic_outreach outreach = fixture_outreach(&attempt->owner, "bistro.alfama", 5000);
    outreach.thread_id = attempt->text;
    return ic_store_outreach_insert(tx, &outreach, 1, &rand, &ids, err);
}

static enum ic_rc write_pairing_address(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    char code[16];
    (void)snprintf(code, sizeof code, "CODE-%d", attempt->number);
    struct ic_pairing pairing = {
        .pairing_code = ic_str_from(code),
        .device_name = IC_STR("Desk"),
        .agent_version = IC_STR("1"),
        .address = attempt->text,
        .created_at = 1,
        .expires_at = 1000,
    };
    ic_hash_of(ic_str_from(code), &pairing.secret_hash);
    return ic_store_pairing_insert(tx, &pairing, 1, err);
}

static enum ic_rc write_target_email(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    struct ic_target target = {.email = {IC_CONTACT_STATE_FOUND, attempt->text}};
    (void)snprintf(target.tar_username.text, sizeof target.tar_username.text, "target.%d", attempt->number);
    return ic_store_target_insert(tx, &target, &rand, &id, err);
}

static enum ic_rc write_phone_num(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    struct ic_target target = {.phone_num = {IC_CONTACT_STATE_FOUND, attempt->text}};
    (void)snprintf(target.tar_username.text, sizeof target.tar_username.text, "target.%d", attempt->number);
    return ic_store_target_insert(tx, &target, &rand, &id, err);
}

static enum ic_rc write_cont_source(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct attempt *attempt = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_id id;
    struct ic_target target = {.cont_source = {IC_CONTACT_STATE_FOUND, attempt->text}};
    (void)snprintf(target.tar_username.text, sizeof target.tar_username.text, "target.%d", attempt->number);
    return ic_store_target_insert(tx, &target, &rand, &id, err);
}

static const struct column columns[] = {
    {"operators.opr_name", IC_LIMIT_OPERATOR_NAME_CHARACTERS_MAX, write_name},
    {"operators.opr_email", IC_LIMIT_EMAIL_CHARACTERS_MAX, write_email},
    {"operators.time_zone", 64, write_time_zone},
    {"devices.device_name", IC_LIMIT_DEVICE_NAME_CHARACTERS_MAX, write_device_name},
    {"devices.agent_version", IC_LIMIT_VERSION_CHARACTERS_MAX, write_agent_version},
    {"outreach_logs.thread_id", IC_LIMIT_THREAD_ID_CHARACTERS_MAX, write_thread_id},
    {"pairings.address", 64, write_pairing_address},
    {"targets.email", 255, write_target_email},
    {"targets.phone_num", 64, write_phone_num},
    {"targets.cont_source", 255, write_cont_source},
};

enum { COLUMN_COUNT = sizeof columns / sizeof columns[0], CHARACTERS_MAX = 256 };

/* Writes `count` times the character into the column. */
static enum ic_rc try_column(struct fixture *fixture, const struct ic_id *owner, const struct column *column,
                             const char *character, size_t count, int number)
{
    char text[4 * CHARACTERS_MAX];
    size_t size = strlen(character);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * size, character, size);
    }
    struct attempt attempt = {.owner = *owner, .text = {text, count * size}, .number = number};
    struct ic_err err = IC_ERR_NONE;
    return ic_store_write(fixture->store, column->write, &attempt, &err);
}

static void test_a_text_of_the_limit_is_taken_whatever_bytes_its_characters_have(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        static const char *const characters[] = {"x", "\xC3\xA9", "\xF0\x9F\x8D\x95"};
        for (int j = 0; j < 3; j++) {
            enum ic_rc rc =
                try_column(fixture, &owner, &columns[i], characters[j], columns[i].characters_max, (int)(3 * i) + j);
            assert_int_equal(rc, IC_OK);
        }
    }
}

static void test_one_character_more_is_refused_and_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct picture before = fixture_look(fixture->store);
    size_t taken_count = 0;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        static const char *const characters[] = {"x", "\xC3\xA9"};
        for (int j = 0; j < 2; j++) {
            enum ic_rc rc = try_column(fixture, &owner, &columns[i], characters[j], columns[i].characters_max + 1,
                                       (int)(2 * i) + j);
            assert_true(rc == IC_OK || rc == IC_INTERNAL || rc == IC_INVALID);
            if (!rc) {
                print_message("# %s takes more than %zu characters.\n", columns[i].name, columns[i].characters_max);
                taken_count++;
            }
        }
    }
    assert_int_equal(taken_count, 0);
    struct picture after = fixture_look(fixture->store);
    assert_true(picture_equal(&before, &after));
}

int run_limits(void)
{
    const struct CMUnitTest limits[] = {
        claim(test_a_text_of_the_limit_is_taken_whatever_bytes_its_characters_have, fixture_one),
        claim(test_one_character_more_is_refused_and_leaves_nothing, fixture_one),
    };
    return run_claims(limits);
}
