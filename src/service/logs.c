#include "service/logs.h"

#include "base/utf8.h"
#include "contract/limits.h"
#include "store/search.h"

static const char operation[] = "service.logs.list";

static enum ic_rc check(const struct ic_log_query *asked, struct ic_err *err)
{
    if (asked->term.size > 0 && (ic_search_count(asked->term) < IC_LIMIT_SEARCH_CHARACTERS_MIN ||
                                 ic_utf8_count(asked->term) > IC_LIMIT_SEARCH_CHARACTERS_MAX)) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "search", "It has %d to %d characters.",
                                IC_LIMIT_SEARCH_CHARACTERS_MIN, IC_LIMIT_SEARCH_CHARACTERS_MAX);
    }
    if (asked->until && asked->until <= asked->from) {
        return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, "until", "It is not after 'from'.");
    }
    return IC_OK;
}

static enum ic_rc hash_question(const struct ic_log_query *asked, struct ic_hash *ret_hash, struct ic_err *err)
{
    struct ic_list_question question;
    ic_list_question_init(&question, "logs");
    ic_list_question_put_text(&question, ic_str_from(asked->opr_id.text));
    ic_list_question_put_text(&question, ic_str_from(asked->act_id.text));
    ic_list_question_put_text(&question, ic_str_from(asked->tar_id.text));
    ic_list_question_put_int64(&question, asked->has_event_type ? (int64_t)asked->event_type : -1);
    ic_list_question_put_int64(&question, asked->from);
    ic_list_question_put_int64(&question, asked->until);
    ic_list_question_put_text(&question, asked->term);
    ic_list_question_put_int64(&question, asked->is_oldest_first);
    return ic_list_question_end(&question, ret_hash, err);
}

struct list_read {
    struct ic_log_query query;
    struct ic_arena *arena;
    struct ic_log_list list;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct list_read *read = context;
    return ic_store_log_list(tx, &read->query, read->arena, &read->list, err);
}

enum ic_rc ic_logs_list(struct ic_service *service, const struct ic_asker *asker, const struct ic_log_query *asked,
                        struct ic_str after, struct ic_arena *arena, struct ic_log_page *ret_page, struct ic_err *err)
{
    struct list_read read = {.query = *asked, .arena = arena};
    struct ic_list_place place = {0};
    struct ic_hash question;
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_LOGS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = check(asked, err);
    }
    if (rc == IC_OK) {
        rc = hash_question(asked, &question, err);
    }
    if (rc == IC_OK && after.size > 0) {
        rc = ic_list_cursor_read(after, &question, &place, err);
        read.query.behind = place.number;
    }
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_list, &read, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    *ret_page = (struct ic_log_page){.list = read.list};
    if (read.list.next) {
        place.number = read.list.next;
        ic_list_cursor_write(&question, &place, &ret_page->next);
    }
    return IC_OK;
}

struct entry_read {
    const struct ic_id *elg_id;
    struct ic_arena *arena;
    struct ic_log_entry entry;
    struct ic_str message_text;
};

static enum ic_rc run_get(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct entry_read *read = context;
    return ic_store_log_get(tx, read->elg_id, read->arena, &read->entry, &read->message_text, err);
}

enum ic_rc ic_logs_get(struct ic_service *service, const struct ic_asker *asker, const struct ic_id *elg_id,
                       struct ic_arena *arena, struct ic_log_entry *ret_entry, struct ic_str *ret_message_text,
                       struct ic_err *err)
{
    struct entry_read read = {.elg_id = elg_id, .arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_LOGS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_get, &read, err);
    }
    if (rc == IC_OK) {
        *ret_entry = read.entry;
        *ret_message_text = read.message_text;
    }
    return rc;
}
