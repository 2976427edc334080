#include "sync/place.h"

#include "base/base64url.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* Words, with a space between: what a place was written by, its phase, ... No word is empty. */
static const char version[] = "1";
static const char none[] = "-";

/* Phases. A feed that goals and rules are followed in has a word of its own: a server that knows nothing of them cannot
 * go on from there. */
static const char snapshot[] = "s";
static const char feed[] = "f";
static const char feed_with_goals_and_rules[] = "g";

enum { PLAIN_SIZE = 149, WORDS_COUNT = 11 };

/* More changes, targets or milliseconds than there will ever be; so that what was read can be written again. */
#define COUNT_MAX INT64_C(9999999999999999)

static_assert(IC_BASE64URL_SIZE(PLAIN_SIZE) <= IC_LIMIT_PLACE_CHARACTERS_MAX, "a place fits into its text");

static const char *or_none(const char *text)
{
    return text[0] ? text : none;
}

void ic_place_write(const struct ic_place *place, struct ic_place_text *ret_text)
{
    char plain[PLAIN_SIZE + 1];
    const char *phase = place->phase == IC_PULL_PHASE_SNAPSHOT ? snapshot
                        : place->has_goals_and_rules           ? feed_with_goals_and_rules
                                                               : feed;
    int size =
        snprintf(plain, sizeof plain, "%s %s %" PRId64 " %" PRId64 " %" PRId64 " %s %d %s %s %" PRId64 " %" PRId64,
                 version, phase, place->cursor, place->mark.cursor, place->mark.changed_at,
                 or_none(place->mark.elg_id.text), (int)place->part, or_none(place->behind_handle.text),
                 or_none(place->behind_id.text), place->behind_number, place->done);
    assert(size > 0 && size <= PLAIN_SIZE);
    ic_base64url_write((struct ic_str){plain, (size_t)size}, ret_text->text);
}

bool ic_place_has_form(struct ic_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!known) {
            return false;
        }
    }
    return text.size > 0 && text.size <= IC_LIMIT_PLACE_CHARACTERS_MAX;
}

/* Splits into exactly WORDS_COUNT words. */
static bool split(struct ic_str plain, struct ic_str *words)
{
    size_t count = 0, from = 0;
    for (size_t i = 0; i <= plain.size; i++) {
        if (i < plain.size && plain.data[i] != ' ') {
            continue;
        }
        if (count == WORDS_COUNT || i == from) {
            return false;
        }
        words[count++] = (struct ic_str){plain.data + from, i - from};
        from = i + 1;
    }
    return count == WORDS_COUNT;
}

static bool read_phase(struct ic_str word, struct ic_place *place)
{
    place->has_goals_and_rules = ic_str_is(word, feed_with_goals_and_rules);
    place->phase = ic_str_is(word, snapshot) ? IC_PULL_PHASE_SNAPSHOT : IC_PULL_PHASE_FEED;
    return place->has_goals_and_rules || ic_str_is(word, snapshot) || ic_str_is(word, feed);
}

static bool read_count(struct ic_str word, int64_t *ret_count)
{
    return ic_str_to_int64(word, ret_count) && *ret_count <= COUNT_MAX;
}

static bool read_part(struct ic_str word, enum ic_place_part *ret_part)
{
    int64_t part;
    if (!ic_str_to_int64(word, &part) || part >= IC_PLACE_PARTS_COUNT) {
        return false;
    }
    *ret_part = (enum ic_place_part)part;
    return true;
}

/* The row that a part goes on behind is of that part's kind. */
static bool read_behind_handle(struct ic_str word, enum ic_place_part part, struct ic_handle *ret_handle)
{
    bool is_by_handle = part == IC_PLACE_SUPPRESSIONS || part == IC_PLACE_ALIASES;
    return ic_str_is(word, none) || (is_by_handle && ic_handle_parse(word, ret_handle));
}

static bool read_behind_id(struct ic_str word, enum ic_place_part part, struct ic_id *ret_id)
{
    if (ic_str_is(word, none)) {
        return true;
    }
    return (part == IC_PLACE_OPERATORS && ic_id_parse(IC_ID_OPERATOR, word, ret_id)) ||
           (part == IC_PLACE_ACTORS && ic_id_parse(IC_ID_ACTOR, word, ret_id)) ||
           (part == IC_PLACE_GOALS && ic_id_parse(IC_ID_GOAL, word, ret_id)) ||
           (part == IC_PLACE_RULES && ic_id_parse(IC_ID_RULE, word, ret_id));
}

bool ic_place_read(struct ic_str text, struct ic_place *ret_place)
{
    char plain[PLAIN_SIZE];
    struct ic_str words[WORDS_COUNT];
    struct ic_place place = {0};
    size_t size;
    if (!ic_base64url_read(text, plain, sizeof plain, &size) || !split((struct ic_str){plain, size}, words) ||
        !ic_str_is(words[0], version)) {
        return false;
    }
    bool is_read = read_phase(words[1], &place) && read_count(words[2], &place.cursor) &&
                   read_count(words[3], &place.mark.cursor) && read_count(words[4], &place.mark.changed_at) &&
                   (ic_str_is(words[5], none) || ic_id_parse(IC_ID_EVENT, words[5], &place.mark.elg_id)) &&
                   read_part(words[6], &place.part) && read_behind_handle(words[7], place.part, &place.behind_handle) &&
                   read_behind_id(words[8], place.part, &place.behind_id) &&
                   ic_str_to_int64(words[9], &place.behind_number) && read_count(words[10], &place.done) &&
                   place.cursor <= place.mark.cursor &&
                   (place.phase == IC_PULL_PHASE_SNAPSHOT || place.part == IC_PLACE_SUPPRESSIONS ||
                    place.part == IC_PLACE_ALIASES);
    if (is_read) {
        *ret_place = place;
    }
    return is_read;
}
