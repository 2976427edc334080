/* Values come back as they went in: texts byte for byte, an empty text as an absent one, numbers of 64 bits, instants
 * to the millisecond. */
#include "claims.h"
#include "fixture.h"
#include "store/access.h"
#include "store/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEBIBYTE = 1 << 20 };

/* One message with its event, there and back. */
struct echo {
    struct ic_arena *arena;
    struct ic_id owner;
    struct ic_outreach outreach;
    struct ic_str details; /* Of a second event. */
    struct ic_id elg_id;
    struct ic_id details_elg_id;
    struct ic_log_entry entry;
    struct ic_str text;
    struct ic_log_entry details_entry;
};

static enum ic_rc write_echo(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct echo *echo = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_outreach_ids ids;
    struct ic_log_entry entry = {
        .event_type = IC_EVENT_TYPE_SYSTEM, .opr_id = echo->owner, .created_at = 1, .details = echo->details};
    enum ic_rc rc = ic_store_outreach_insert(tx, &echo->outreach, 1, &rand, &ids, err);
    if (!rc) {
        echo->elg_id = ids.elg_id;
        rc = ic_store_event_insert(tx, &entry, &rand, &echo->details_elg_id, err);
    }
    return rc;
}

static enum ic_rc read_echo(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct echo *echo = context;
    struct ic_str none;
    enum ic_rc rc = ic_store_log_get(tx, &echo->elg_id, echo->arena, &echo->entry, &echo->text, err);
    return rc ? rc : ic_store_log_get(tx, &echo->details_elg_id, echo->arena, &echo->details_entry, &none, err);
}

/* Writes both texts and reads them in a transaction of its own. */
static struct echo echo_texts(struct fixture *fixture, const struct ic_id *owner, struct ic_str message,
                              struct ic_str details)
{
    struct echo echo = {.arena = fixture->arena, .owner = *owner, .details = details};
    echo.outreach = fixture_outreach(owner, "bistro.alfama", 1763474400000);
    echo.outreach.message_text = message;
    fixture_write(fixture->store, write_echo, &echo);
    fixture_read(fixture->store, read_echo, &echo);
    return echo;
}

static void assert_text(struct ic_str found, struct ic_str expected)
{
    assert_int_equal(found.size, expected.size);
    assert_memory_equal(found.data, expected.data, expected.size);
}

/* ---- Texts. ---- */

static void test_texts_of_every_kind_come_back_byte_for_byte(void **state)
{
    static const char *const texts[] = {
        "a",
        " ",
        " spaces at both ends ",
        "0",
        "NULL",
        "null",
        "Obrigad\xC3\xA3o, \xC3\xA0 tout \xC3\xA0 l\xE2\x80\x99heure",
        "\xF0\x9F\x8D\x95\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", /* 4 bytes, joined.
                                                                                                     */
        "\xF4\x8F\xBF\xBF",                                 /* The last code point. */
        "\xEF\xBF\xBD\xEF\xBF\xBE",                         /* The replacement character, and a noncharacter. */
        "e\xCC\x81 and \xC3\xA9",                           /* Composed in two ways; both stay. */
        "a\xCC\xB5\xCC\xB6\xCD\x96\xCD\x88\xCC\xAF",        /* Marks upon marks. */
        "\xD8\xA7\xD9\x84\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85", /* From right to left ... */
        "abc \xE2\x80\xAE\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D\xE2\x80\xAC def", /* ... within left to right. */
        "'",
        "''; DROP TABLE targets; --",
        "\"quoted\" and `quoted`",
        "\\",
        "\\n \\' \\\\ \\x41 E'\\047'",
        "$1 $$ :name ? ?? {d '2026-01-01'} &amp; @id",
        "100% _under_ %s %n !",
        "one\ntwo\r\nthree\r",
        "\ttabs\tand\vothers\f\x01\x1F\x7F",
        "\xEF\xBB\xBF with a byte order mark",
        "\xE2\x80\xA8\xE2\x80\xA9 separators of lines and paragraphs",
    };
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct ic_str text = ic_str_from(texts[i]);
        struct echo echo = echo_texts(fixture, &owner, text, text);
        assert_text(echo.text, text);
        assert_text(echo.entry.message_preview, text);
        assert_text(echo.details_entry.details, text);
    }
}

static void test_an_empty_text_is_an_absent_one(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct echo empty = echo_texts(fixture, &owner, IC_STR(""), IC_STR(""));
    struct echo absent = echo_texts(fixture, &owner, (struct ic_str){0}, (struct ic_str){0});
    assert_int_equal(empty.text.size, 0);
    assert_int_equal(empty.entry.message_preview.size, 0);
    assert_int_equal(empty.entry.message_characters, 0);
    assert_false(ic_id_is_empty(&empty.entry.olg_id));
    assert_int_equal(empty.details_entry.details.size, 0);
    assert_true(ic_id_is_empty(&empty.details_entry.act_id));
    assert_true(ic_id_is_empty(&empty.details_entry.tar_id));
    assert_true(ic_id_is_empty(&empty.details_entry.olg_id));
    assert_int_equal(empty.details_entry.sent_at, 0);
    assert_int_equal(absent.text.size, 0);
    assert_int_equal(absent.details_entry.details.size, 0);
}

static enum ic_rc insert_nameless(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct ic_rand rand = ic_rand_system();
    struct ic_operator operator_ = {.opr_name = IC_STR(""),
                                    .opr_email = IC_STR("a@team.example"),
                                    .time_zone = IC_STR("UTC"),
                                    .role = IC_ROLE_VIEWER};
    return ic_store_operator_insert(tx, &operator_, &rand, context, err);
}

static void test_an_empty_text_is_refused_where_there_must_be_one(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id id;
    struct ic_err err = IC_ERR_NONE;
    assert_int_equal(ic_store_write(fixture->store, insert_nameless, &id, &err), IC_INTERNAL);
    assert_int_equal(fixture_look(fixture->store).totals.operators, 0);
}

struct desktop {
    struct ic_arena *arena;
    struct ic_id owner;
    struct ic_id device_id;
    struct ic_device_list list;
};

static enum ic_rc insert_device(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct desktop *desktop = context;
    struct ic_rand rand = ic_rand_system();
    struct ic_device device = {
        .opr_id = desktop->owner, .device_name = IC_STR("Desk"), .agent_version = IC_STR("0.1.0"), .created_at = 1};
    enum ic_rc rc = ic_store_device_insert(tx, &device, &rand, &desktop->device_id, err);
    return rc ? rc : ic_store_device_touch(tx, &desktop->device_id, IC_STR(""), 77, err);
}

static enum ic_rc list_devices(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct desktop *desktop = context;
    return ic_store_device_list(tx, &desktop->owner, desktop->arena, &desktop->list, err);
}

static void test_an_empty_parameter_is_null_to_the_statement(void **state)
{
    struct fixture *fixture = *state;
    struct desktop desktop = {.arena = fixture->arena, .owner = fixture_owner(fixture->store)};
    fixture_write(fixture->store, insert_device, &desktop);
    fixture_read(fixture->store, list_devices, &desktop);
    assert_int_equal(desktop.list.count, 1);
    assert_text(desktop.list.items[0].agent_version, IC_STR("0.1.0")); /* COALESCE kept it. */
    assert_int_equal(desktop.list.items[0].last_seen_at, 77);
    /* Two that have no token yet have not the same token. */
    fixture_write(fixture->store, insert_device, &desktop);
}

/* A mebibyte of `unit`, again and again. */
static struct ic_str fill_mebibyte(struct fixture *fixture, const char *unit)
{
    char *data = ic_arena_alloc(fixture->arena, MEBIBYTE);
    size_t size = strlen(unit);
    must(data && MEBIBYTE % size == 0, "a mebibyte");
    for (size_t at = 0; at < MEBIBYTE; at += size) {
        memcpy(data + at, unit, size);
    }
    return (struct ic_str){data, MEBIBYTE};
}

static void test_a_text_of_a_mebibyte_comes_back(void **state)
{
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    struct ic_str plain = fill_mebibyte(fixture, "It's 100% of \\ \n");
    struct ic_str pizza = fill_mebibyte(fixture, "\xF0\x9F\x8D\x95");
    struct echo echo = echo_texts(fixture, &owner, pizza, plain);
    assert_text(echo.text, pizza);
    assert_int_equal(echo.entry.message_characters, MEBIBYTE / 4);
    assert_int_equal(echo.entry.message_preview.size, 4 * IC_LIMIT_MESSAGE_PREVIEW_CHARACTERS);
    assert_text(echo.details_entry.details, plain);
}

/* ---- Numbers. ---- */

struct moments {
    struct ic_arena *arena;
    struct ic_id opr_id;
    int64_t created_at;
    int64_t last_activity;
    struct ic_operator found;
};

static enum ic_rc insert_moments(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct moments *moments = context;
    struct ic_rand rand = ic_rand_system();
    char name[32];
    (void)snprintf(name, sizeof name, "%lld", (long long)moments->created_at);
    struct ic_operator operator_ = {
        .opr_name = ic_str_from(name),
        .opr_email = ic_str_from(name),
        .time_zone = IC_STR("UTC"),
        .role = IC_ROLE_VIEWER,
        .created_at = moments->created_at,
        .last_activity = moments->last_activity,
    };
    return ic_store_operator_insert(tx, &operator_, &rand, &moments->opr_id, err);
}

static enum ic_rc get_moments(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct moments *moments = context;
    return ic_store_operator_get(tx, &moments->opr_id, moments->arena, &moments->found, err);
}

static void test_the_extremes_of_64_bits_come_back(void **state)
{
    static const int64_t numbers[] = {
        INT64_MIN, INT64_MIN + 1,          -((int64_t)1 << 53) - 1, INT32_MIN - (int64_t)1, -1,       0,
        1,         INT32_MAX + (int64_t)1, ((int64_t)1 << 53) + 1,  INT64_MAX - 1,          INT64_MAX};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct moments moments = {
            .arena = fixture->arena, .created_at = numbers[i], .last_activity = -(numbers[i] + 1)};
        fixture_write(fixture->store, insert_moments, &moments);
        fixture_read(fixture->store, get_moments, &moments);
        assert_true(moments.found.created_at == moments.created_at);
        assert_true(moments.found.last_activity == moments.last_activity);
    }
}

static enum ic_rc add_to_totals(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)err;
    tx->added.logs += *(const int64_t *)context;
    return IC_OK;
}

static void test_totals_count_to_the_end_of_64_bits(void **state)
{
    struct fixture *fixture = *state;
    int64_t most = INT64_MAX - 1;
    int64_t one = 1;
    fixture_write(fixture->store, add_to_totals, &most);
    assert_true(fixture_look(fixture->store).totals.logs == INT64_MAX - 1);
    fixture_write(fixture->store, add_to_totals, &one);
    assert_true(fixture_look(fixture->store).totals.logs == INT64_MAX);
}

/* ---- Instants. ---- */

static void test_instants_come_back_to_the_millisecond_at_every_seam_of_the_calendar(void **state)
{
    static const int64_t seams[] = {
        INT64_C(1711846799999), /* The last before Europe's summer time of 2024 ... */
        INT64_C(1711846800000), /* ... the first of it, ... */
        INT64_C(1711846800001),
        INT64_C(1729989000001), /* ... an instant whose local time comes ... */
        INT64_C(1729992600001), /* ... twice ... */
        INT64_C(1729990799999), /* ... and the end of summer time. */
        INT64_C(1709164799999), /* The leap day of 2024: its begin ... */
        INT64_C(1709251200000), /* ... and its end. */
        INT64_C(1703980799999), /* Year ends, in UTC. */
        INT64_C(1704067199999),
        INT64_C(1704067200000),
        INT64_C(946684799999),
        INT64_C(951782399999),
        INT64_C(1483228799999), /* A leap second. */
        INT64_C(1483228800000),
        INT64_C(2147483647999), /* 32 bits of seconds. */
        INT64_C(2147483648000),
        INT64_C(4102444799999),
        0,
        1,
        999,
    };
    struct fixture *fixture = *state;
    struct ic_id owner = fixture_owner(fixture->store);
    for (size_t i = 0; i < sizeof seams / sizeof seams[0]; i++) {
        struct echo echo = {.arena = fixture->arena, .owner = owner};
        echo.outreach = fixture_outreach(&owner, "bistro.alfama", seams[i]);
        echo.outreach.sent_at = -seams[i];
        echo.outreach.received_at = seams[i] + 1;
        fixture_write(fixture->store, write_echo, &echo);
        fixture_read(fixture->store, read_echo, &echo);
        assert_true(echo.entry.created_at == seams[i]);
        assert_true(echo.entry.sent_at == -seams[i]);
        assert_true(echo.entry.received_at == seams[i] + 1);
    }
    assert_int_equal(fixture_look(fixture->store).mismatch_count, 0); /* The quarter hours, too. */
}

int run_values(void)
{
    const struct CMUnitTest values[] = {
        claim(test_texts_of_every_kind_come_back_byte_for_byte, fixture_one),
        claim(test_an_empty_text_is_an_absent_one, fixture_one),
        claim(test_an_empty_text_is_refused_where_there_must_be_one, fixture_one),
        claim(test_an_empty_parameter_is_null_to_the_statement, fixture_one),
        claim(test_a_text_of_a_mebibyte_comes_back, fixture_one),
        claim(test_the_extremes_of_64_bits_come_back, fixture_one),
        claim(test_totals_count_to_the_end_of_64_bits, fixture_one),
        claim(test_instants_come_back_to_the_millisecond_at_every_seam_of_the_calendar, fixture_one),
    };
    return run_claims(values);
}
