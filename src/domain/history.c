#include "domain/history.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SHAPES_MAX = 64, FIRST_SLOTS = 64 };

/* What a list holds: of which subject, and whose. Names are numbers here; 0 is any. */
struct key {
    uint32_t subject;
    uint32_t metric;
    uint32_t opr, act, tar;
    uint32_t is_latest; /* Not a list of profiles, but when the one profile `tar` of it was written to last. */
    uint64_t text_print;
};

/* Something that happened, and what tells it from others of its list: the target of a profile, the actor of a message
 * to a target. */
struct entry {
    int64_t at_ms;
    uint32_t what;
};

/* Entries in the order of time. */
struct list {
    struct key key;
    struct entry *entries;
    size_t count, room;
};

/* What rules count by: an event goes into a list for each. */
struct shape {
    enum ic_verdict_subject subject;
    enum ic_goal_metric metric;
    bool is_by_opr, is_by_act;
};

struct name {
    char text[IC_LIMIT_HANDLE_CHARACTERS_MAX + 2]; /* With what it is the name of before it. */
    uint32_t number;                               /* 0: the slot is free. */
};

struct ic_history {
    struct shape shapes[SHAPES_MAX];
    size_t shapes_count;
    size_t events_count;
    struct list *lists; /* Open addressing; a list without entries is a free slot. */
    size_t lists_count, lists_room;
    struct name *names; /* As the lists. */
    size_t names_count, names_room;
};

static uint64_t hash_of(const void *bytes, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    }
    return hash ^ hash >> 29;
}

/* ---- Names. ---- */

static size_t name_slot(const struct name *names, size_t room, const char *text)
{
    size_t slot = hash_of(text, strlen(text)) & (room - 1);
    while (names[slot].number != 0 && strcmp(names[slot].text, text) != 0) {
        slot = (slot + 1) & (room - 1);
    }
    return slot;
}

static bool grow_names(struct ic_history *history)
{
    size_t room = history->names_room * 2;
    struct name *names = calloc(room, sizeof *names);
    if (!names) {
        return false;
    }
    for (size_t i = 0; i < history->names_room; i++) {
        if (history->names[i].number != 0) {
            names[name_slot(names, room, history->names[i].text)] = history->names[i];
        }
    }
    free(history->names);
    history->names = names;
    history->names_room = room;
    return true;
}

static void spell(char kind, const char *text, char *ret_text)
{
    size_t size = strlen(text);
    assert(size <= IC_LIMIT_HANDLE_CHARACTERS_MAX);
    ret_text[0] = kind;
    memcpy(ret_text + 1, text, size + 1);
}

/* The number of a name; UINT32_MAX when nobody has told it. 0 of an empty one. */
static uint32_t find_name(const struct ic_history *history, char kind, const char *text)
{
    if (text[0] == '\0') {
        return 0;
    }
    struct name name = {.number = 0};
    spell(kind, text, name.text);
    uint32_t number = history->names[name_slot(history->names, history->names_room, name.text)].number;
    return number != 0 ? number : UINT32_MAX;
}

static bool put_name(struct ic_history *history, char kind, const char *text, uint32_t *ret_number)
{
    if (text[0] == '\0') {
        *ret_number = 0;
        return true;
    }
    if (history->names_count * 2 >= history->names_room && !grow_names(history)) {
        return false;
    }
    struct name name = {.number = 0};
    spell(kind, text, name.text);
    struct name *slot = &history->names[name_slot(history->names, history->names_room, name.text)];
    if (slot->number == 0) {
        memcpy(slot->text, name.text, sizeof slot->text);
        slot->number = (uint32_t)++history->names_count;
    }
    *ret_number = slot->number;
    return true;
}

/* ---- Lists. ---- */

static size_t list_slot(const struct list *lists, size_t room, const struct key *key)
{
    size_t slot = hash_of(key, sizeof *key) & (room - 1);
    while (lists[slot].count > 0 && memcmp(&lists[slot].key, key, sizeof *key) != 0) {
        slot = (slot + 1) & (room - 1);
    }
    return slot;
}

static bool grow_lists(struct ic_history *history)
{
    size_t room = history->lists_room * 2;
    struct list *lists = calloc(room, sizeof *lists);
    if (!lists) {
        return false;
    }
    for (size_t i = 0; i < history->lists_room; i++) {
        if (history->lists[i].count > 0) {
            lists[list_slot(lists, room, &history->lists[i].key)] = history->lists[i];
        }
    }
    free(history->lists);
    history->lists = lists;
    history->lists_room = room;
    return true;
}

static const struct list *find_list(const struct ic_history *history, const struct key *key)
{
    const struct list *list = &history->lists[list_slot(history->lists, history->lists_room, key)];
    return list->count > 0 ? list : NULL;
}

/* The list's place for an entry; grown by one, which is the caller's to fill. NULL when memory ran out. */
static struct entry *make_room(struct ic_history *history, const struct key *key, int64_t at_ms)
{
    if (history->lists_count * 2 >= history->lists_room && !grow_lists(history)) {
        return NULL;
    }
    struct list *list = &history->lists[list_slot(history->lists, history->lists_room, key)];
    if (list->count == list->room) {
        size_t room = list->room > 0 ? list->room * 2 : 2;
        struct entry *entries = realloc(list->entries, room * sizeof *entries);
        if (!entries) {
            return NULL;
        }
        list->entries = entries;
        list->room = room;
    }
    if (list->count == 0) {
        list->key = *key;
        history->lists_count++;
    }
    size_t place = list->count++;
    while (place > 0 && list->entries[place - 1].at_ms > at_ms) {
        list->entries[place] = list->entries[place - 1];
        place--;
    }
    return &list->entries[place];
}

static bool put_entry(struct ic_history *history, const struct key *key, int64_t at_ms, uint32_t what)
{
    struct entry *entry = make_room(history, key, at_ms);
    if (!entry) {
        return false;
    }
    *entry = (struct entry){.at_ms = at_ms, .what = what};
    return true;
}

/* How many entries are later than an instant. */
static size_t count_after(const struct list *list, int64_t after_ms)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->entries[middle].at_ms > after_ms) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return list->count - low;
}

/* A profile stands in its list once, at its latest message. */
static bool put_profile(struct ic_history *history, const struct key *key, int64_t at_ms, uint32_t tar)
{
    struct key latest_key = *key;
    latest_key.tar = tar;
    latest_key.is_latest = 1;
    size_t slot = list_slot(history->lists, history->lists_room, &latest_key);
    struct list *latest = &history->lists[slot];
    if (latest->count == 0) {
        return put_entry(history, &latest_key, at_ms, tar) && put_entry(history, key, at_ms, tar);
    }
    int64_t before_ms = latest->entries[0].at_ms;
    if (at_ms <= before_ms) {
        return true;
    }
    latest->entries[0].at_ms = at_ms;
    struct list *profiles = &history->lists[list_slot(history->lists, history->lists_room, key)];
    size_t place = profiles->count - count_after(profiles, before_ms - 1);
    while (profiles->entries[place].what != tar) {
        place++;
    }
    for (; place + 1 < profiles->count && profiles->entries[place + 1].at_ms <= at_ms; place++) {
        profiles->entries[place] = profiles->entries[place + 1];
    }
    profiles->entries[place] = (struct entry){.at_ms = at_ms, .what = tar};
    return true;
}

/* ---- The history. ---- */

static void add_shape(struct ic_history *history, const struct shape *shape)
{
    for (size_t i = 0; i < history->shapes_count; i++) {
        const struct shape *known = &history->shapes[i];
        if (known->subject == shape->subject && known->metric == shape->metric &&
            known->is_by_opr == shape->is_by_opr && known->is_by_act == shape->is_by_act) {
            return;
        }
    }
    assert(history->shapes_count < SHAPES_MAX);
    history->shapes[history->shapes_count++] = *shape;
}

/* The list that other subjects are read from: all that is about one target is one list of messages to it. */
static enum ic_verdict_subject listed_as(enum ic_verdict_subject subject)
{
    bool is_of_target = subject == IC_VERDICT_SUBJECT_UNANSWERED || subject == IC_VERDICT_SUBJECT_OTHER_ACTORS;
    return is_of_target ? IC_VERDICT_SUBJECT_TARGET : subject;
}

static void add_shapes_of(struct ic_history *history, const struct ic_rule_terms *rule)
{
    /* An act that the rule applies to, of a target and with a text. */
    struct ic_verdict_act act = {.opr_id = rule->assigned_to_opr, .act_username = rule->act_username, .text_print = 1};
    act.tar_id.text[0] = '-';
    struct ic_verdict_question question;
    if (!ic_verdict_ask(rule, &act, &question) || question.subject == IC_VERDICT_SUBJECT_NOTHING) {
        return;
    }
    bool is_of_others = question.subject == IC_VERDICT_SUBJECT_OTHER_ACTORS;
    struct shape shape = {.subject = listed_as(question.subject),
                          .metric = question.subject == IC_VERDICT_SUBJECT_EVENTS ? question.metric
                                                                                  : IC_GOAL_METRIC_TOTAL_MESSAGES_SENT,
                          .is_by_opr = !ic_id_is_empty(&question.opr_id),
                          .is_by_act = !is_of_others && question.act_username.text[0] != '\0'};
    add_shape(history, &shape);
    if (question.subject == IC_VERDICT_SUBJECT_UNANSWERED) {
        add_shape(history,
                  &(struct shape){.subject = IC_VERDICT_SUBJECT_UNANSWERED, .metric = IC_GOAL_METRIC_REPLIES_RECEIVED});
    }
}

struct ic_history *ic_history_create(const struct ic_rule_terms *rules, size_t rules_count)
{
    struct ic_history *history = calloc(1, sizeof *history);
    if (!history) {
        return NULL;
    }
    history->lists = calloc(FIRST_SLOTS, sizeof *history->lists);
    history->names = calloc(FIRST_SLOTS, sizeof *history->names);
    if (!history->lists || !history->names) {
        free(history->lists);
        free(history->names);
        free(history);
        return NULL;
    }
    history->lists_room = FIRST_SLOTS;
    history->names_room = FIRST_SLOTS;
    for (size_t i = 0; i < rules_count; i++) {
        add_shapes_of(history, &rules[i]);
    }
    return history;
}

void ic_history_destroy(struct ic_history *history)
{
    if (!history) {
        return;
    }
    for (size_t i = 0; i < history->lists_room; i++) {
        free(history->lists[i].entries);
    }
    free(history->lists);
    free(history->names);
    free(history);
}

static bool put_shape(struct ic_history *history, const struct shape *shape, const struct ic_history_event *event,
                      uint32_t opr, uint32_t act, uint32_t tar)
{
    struct key key = {.subject = (uint32_t)shape->subject,
                      .metric = (uint32_t)shape->metric,
                      .opr = shape->is_by_opr ? opr : 0,
                      .act = shape->is_by_act ? act : 0};
    switch (shape->subject) {
    case IC_VERDICT_SUBJECT_EVENTS:
        return put_entry(history, &key, event->at_ms, 0);
    case IC_VERDICT_SUBJECT_PROFILES:
        return put_profile(history, &key, event->at_ms, tar);
    case IC_VERDICT_SUBJECT_TEXT:
        key.text_print = event->text_print;
        return event->text_print == 0 || put_entry(history, &key, event->at_ms, 0);
    default:
        key.tar = tar;
        return put_entry(history, &key, event->at_ms, act);
    }
}

enum ic_rc ic_history_add(struct ic_history *history, const struct ic_history_event *event, struct ic_err *err)
{
    static const char operation[] = "history.add";
    if (history->events_count == IC_HISTORY_EVENTS_MAX) {
        return ic_err_set(err, IC_CODE_TOO_MUCH_HISTORY, operation, "More than %d events are looked back at.",
                          IC_HISTORY_EVENTS_MAX);
    }
    uint32_t opr, act, tar;
    bool is_done = put_name(history, 'o', event->opr_id.text, &opr) &&
                   put_name(history, 'a', event->act_username.text, &act) &&
                   put_name(history, 't', event->tar_id.text, &tar);
    for (size_t i = 0; is_done && i < history->shapes_count; i++) {
        const struct shape *shape = &history->shapes[i];
        bool is_whose = (!shape->is_by_opr || opr != 0) && (!shape->is_by_act || act != 0);
        bool is_counted = !event->is_repeated || shape->subject == IC_VERDICT_SUBJECT_UNANSWERED;
        if (shape->metric == event->metric && is_whose && is_counted) {
            is_done = put_shape(history, shape, event, opr, act, tar);
        }
    }
    if (!is_done) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "No memory for the history.");
    }
    history->events_count++;
    return IC_OK;
}

static int64_t latest_reply(const struct ic_history *history, uint32_t tar)
{
    struct key key = {.subject = IC_VERDICT_SUBJECT_UNANSWERED, .metric = IC_GOAL_METRIC_REPLIES_RECEIVED, .tar = tar};
    const struct list *replies = find_list(history, &key);
    return replies ? replies->entries[replies->count - 1].at_ms : INT64_MIN;
}

static struct ic_verdict_answer count_others(const struct list *list, const struct ic_verdict_question *question,
                                             uint32_t act)
{
    struct ic_verdict_answer answer = {0};
    for (size_t i = list->count; i > 0 && answer.count < question->count_max; i--) {
        const struct entry *entry = &list->entries[i - 1];
        if (entry->at_ms <= question->after_ms) {
            break;
        }
        if (entry->what != act) {
            answer.count++;
            answer.oldest_ms = entry->at_ms;
        }
    }
    return answer;
}

struct ic_verdict_answer ic_history_answer(const struct ic_history *history, const struct ic_verdict_question *question)
{
    struct ic_verdict_answer answer = {0};
    if (question->subject == IC_VERDICT_SUBJECT_NOTHING) {
        return answer;
    }
    enum ic_verdict_subject subject = listed_as(question->subject);
    bool is_of_others = question->subject == IC_VERDICT_SUBJECT_OTHER_ACTORS;
    uint32_t act = find_name(history, 'a', question->act_username.text);
    uint32_t tar = find_name(history, 't', question->tar_id.text);
    struct key key = {.subject = (uint32_t)subject,
                      .metric = (uint32_t)(subject == IC_VERDICT_SUBJECT_EVENTS ? question->metric
                                                                                : IC_GOAL_METRIC_TOTAL_MESSAGES_SENT),
                      .opr = find_name(history, 'o', question->opr_id.text),
                      .act = is_of_others ? 0 : act,
                      .tar = subject == IC_VERDICT_SUBJECT_TARGET ? tar : 0,
                      .text_print = subject == IC_VERDICT_SUBJECT_TEXT ? question->text_print : 0};
    const struct list *list = find_list(history, &key);
    if (!list) {
        return answer;
    }
    if (is_of_others) {
        return count_others(list, question, act);
    }
    int64_t after_ms = question->after_ms;
    if (question->subject == IC_VERDICT_SUBJECT_UNANSWERED) {
        int64_t reply_ms = latest_reply(history, tar);
        after_ms = reply_ms > after_ms ? reply_ms : after_ms;
    }
    int64_t count = (int64_t)count_after(list, after_ms);
    answer.count = count < question->count_max ? count : question->count_max;
    if (answer.count > 0) {
        answer.oldest_ms = list->entries[list->count - (size_t)answer.count].at_ms;
    }
    if (subject == IC_VERDICT_SUBJECT_PROFILES && tar != 0) {
        key.tar = tar;
        key.is_latest = 1;
        const struct list *latest = find_list(history, &key);
        answer.counts_target = latest && latest->entries[0].at_ms > after_ms;
    }
    return answer;
}
