#include "store/log_entry.h"

void ic_log_entry_read(struct ic_query *query, struct ic_arena *arena, struct ic_log_entry *entry)
{
    entry->elg_id = ic_query_id(query, IC_LOG_COLUMN_ELG_ID);
    entry->log_position = ic_query_int64(query, IC_LOG_COLUMN_LOG_POSITION);
    entry->created_at = ic_query_int64(query, IC_LOG_COLUMN_CREATED_AT);
    entry->received_at = ic_query_int64(query, IC_LOG_COLUMN_RECEIVED_AT);
    entry->opr_id = ic_query_id(query, IC_LOG_COLUMN_OPR_ID);
    entry->opr_name = ic_query_text(query, IC_LOG_COLUMN_OPR_NAME, arena);
    entry->act_id = ic_query_id(query, IC_LOG_COLUMN_ACT_ID);
    entry->act_username = ic_query_text(query, IC_LOG_COLUMN_ACT_USERNAME, arena);
    entry->tar_id = ic_query_id(query, IC_LOG_COLUMN_TAR_ID);
    entry->tar_username = ic_query_text(query, IC_LOG_COLUMN_TAR_USERNAME, arena);
    entry->details = ic_query_text(query, IC_LOG_COLUMN_DETAILS, arena);
    entry->olg_id = ic_query_id(query, IC_LOG_COLUMN_OLG_ID);
    entry->sent_at = ic_query_int64(query, IC_LOG_COLUMN_SENT_AT);
    entry->message_characters = ic_query_int64(query, IC_LOG_COLUMN_MESSAGE_CHARACTERS);
    entry->message_preview = ic_query_text(query, IC_LOG_COLUMN_MESSAGE_PREVIEW, arena);
    if (entry->message_preview.size == 0) {
        entry->message_preview = ic_query_text(query, IC_LOG_COLUMN_MESSAGE_TEXT, arena);
    }
    struct ic_str type = ic_query_peek_text(query, IC_LOG_COLUMN_EVENT_TYPE);
    if (!ic_event_type_parse(type.data, type.size, &entry->event_type)) {
        ic_query_corrupt(query, "an event's type is none");
    }
    struct ic_str status = ic_query_peek_text(query, IC_LOG_COLUMN_TAR_STATUS);
    if (status.size && !ic_target_status_parse(status.data, status.size, &entry->tar_status)) {
        ic_query_corrupt(query, "a target's status is none");
    }
}

/* The first position of an instant. */
static int64_t position_of(int64_t time)
{
    return time >= IC_STORE_TIME_MAX ? INT64_MAX : time << IC_STORE_POSITION_BITS;
}

void ic_log_interval_cut(struct ic_log_interval *interval, const struct ic_log_query *asked, int64_t position)
{
    if (asked->is_oldest_first && position > interval->above) {
        interval->above = position;
    }
    if (!asked->is_oldest_first && position < interval->below) {
        interval->below = position;
    }
}

struct ic_log_interval ic_log_interval_of(const struct ic_log_query *asked)
{
    struct ic_log_interval interval = {
        .above = asked->from > 0 ? position_of(asked->from) - 1 : -1,
        .below = asked->until > 0 ? position_of(asked->until) : INT64_MAX,
    };
    if (asked->behind) {
        ic_log_interval_cut(&interval, asked, asked->behind);
    }
    return interval;
}

void ic_log_list_finish(struct ic_log_list *list, const struct ic_log_query *asked)
{
    list->next = 0;
    if (list->count > asked->limit) {
        list->count = asked->limit;
        list->next = list->items[asked->limit - 1].log_position;
    }
}
