#include "api/handlers.h"

#include "api/authorise.h"
#include "api/body.h"
#include "api/entry.h"
#include "api/parameters.h"
#include "service/targets.h"

static const char operation[] = "api.targets";

enum { FIELD_BYTES_MAX = 32 };

/* ---- What happened to one. ---- */

static const char *order_name(int index)
{
    return ic_log_order_name((enum ic_log_order)index);
}

static const struct ic_parameter_names orders = {order_name, IC_LOG_ORDER_COUNT};

static enum ic_rc read_tar_id(const struct ic_http_request *request, struct ic_id *ret_tar_id, struct ic_err *err)
{
    return ic_id_parse(IC_ID_TARGET, request->parameters[0], ret_tar_id)
               ? IC_OK
               : ic_err_set(err, IC_CODE_NOT_FOUND, operation, "There is no such target.");
}

static void write_value(struct ic_json_writer *writer, const char *value_key, const char *state_key,
                        enum ic_target_field field, const struct ic_field_value *value)
{
    ic_json_put_optional_text(writer, value_key, value->text);
    if (ic_field_is_contact(field)) {
        ic_json_put_name(writer, state_key, ic_contact_state_name(value->state));
    }
}

static void write_change(struct ic_json_writer *writer, const struct ic_field_change *change)
{
    ic_json_object_begin(writer);
    ic_json_put_name(writer, "field", ic_target_field_name(change->field));
    ic_json_put_int64(writer, "hybrid_time", change->stamp.hybrid_time);
    ic_json_put_optional_text(writer, "device_id", ic_id_text(&change->stamp.device_id));
    write_value(writer, "value_before", "state_before", change->field, &change->before);
    write_value(writer, "value_after", "state_after", change->field, &change->after);
    ic_json_put_bool(writer, "has_won", change->has_won);
    ic_json_object_end(writer);
}

static void write_item(struct ic_json_writer *writer, const struct ic_log_entry *entry,
                       const struct ic_field_change_list *changes)
{
    ic_json_object_begin(writer);
    ic_json_key(writer, "entry");
    ic_entry_write(writer, entry);
    ic_json_key(writer, "changes");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < changes->count; i++) {
        if (ic_id_equal(&changes->items[i].elg_id, &entry->elg_id)) {
            write_change(writer, &changes->items[i]);
        }
    }
    ic_json_array_end(writer);
    ic_json_object_end(writer);
}

static void write_history(struct ic_http_response *response, const struct ic_history_page *history)
{
    const struct ic_log_page *page = &history->page;
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_key(&writer, "items");
    ic_json_array_begin(&writer);
    for (size_t i = 0; i < page->list.count; i++) {
        write_item(&writer, &page->list.items[i], &history->changes);
    }
    ic_json_array_end(&writer);
    ic_json_key(&writer, "next");
    if (page->next.text[0] != '\0') {
        ic_json_text(&writer, ic_str_from(page->next.text));
    } else {
        ic_json_null(&writer);
    }
    ic_json_object_end(&writer);
}

enum ic_rc ic_api_list_target_history(void *context, const struct ic_http_request *request,
                                      struct ic_http_response *response, struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_parameters parameters;
    struct ic_history_page history;
    struct ic_str after = {0};
    struct ic_id tar_id;
    size_t limit = 0;
    bool has_order;
    int order = IC_LOG_ORDER_NEWEST;
    enum ic_rc rc = ic_authorise(context, request, &asker, err);
    if (rc == IC_OK) {
        rc = read_tar_id(request, &tar_id, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    ic_parameters_begin(&parameters, request, err);
    ic_parameters_choice(&parameters, "order", &orders, &has_order, &order);
    ic_parameters_page_size(&parameters, &limit);
    ic_parameters_text(&parameters, "after", &after);
    rc = ic_parameters_end(&parameters);
    if (rc == IC_OK) {
        rc = ic_targets_history(context, &asker, &tar_id, order == IC_LOG_ORDER_OLDEST, limit, after, request->arena,
                                &history, err);
    }
    if (rc == IC_OK) {
        write_history(response, &history);
    }
    return rc;
}

/* ---- What people do. ---- */

/* Who asks, which target, and the body: what every deed begins with. */
static enum ic_rc begin(void *context, const struct ic_http_request *request, struct ic_asker *ret_asker,
                        struct ic_id *ret_tar_id, struct ic_json_reader *ret_reader, struct ic_err *err)
{
    enum ic_rc rc = ic_authorise(context, request, ret_asker, err);
    if (rc == IC_OK) {
        rc = read_tar_id(request, ret_tar_id, err);
    }
    return rc == IC_OK ? ic_body_read(request, operation, ret_reader, err) : rc;
}

static void write_changed(struct ic_http_response *response, const struct ic_target_changed *changed)
{
    struct ic_json_writer writer;
    ic_json_writer_init(&writer, &response->body);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "tar_id", changed->tar_id.text);
    ic_json_put_name(&writer, "elg_id", changed->elg_id.text);
    ic_json_object_end(&writer);
}

enum ic_rc ic_api_rename_target(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id tar_id;
    struct ic_json_reader reader;
    struct ic_handle tar_username;
    struct ic_target_changed changed;
    enum ic_rc rc = begin(context, request, &asker, &tar_id, &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_str text = ic_body_get_text(&reader, "tar_username", IC_LIMIT_HANDLE_CHARACTERS_MAX);
    if (ic_json_reader_ok(&reader) && !ic_handle_parse(text, &tar_username)) {
        ic_json_refuse(&reader, "tar_username", "This is not a handle: a-z, 0-9, dot and underscore.");
    }
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_targets_rename(context, &asker, &tar_id, &tar_username, &changed, err);
    }
    if (rc == IC_OK) {
        write_changed(response, &changed);
    }
    return rc;
}

enum ic_rc ic_api_merge_target(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                               struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id tar_id;
    struct ic_id merged_into;
    struct ic_json_reader reader;
    struct ic_target_changed changed;
    enum ic_rc rc = begin(context, request, &asker, &tar_id, &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    ic_body_get_id(&reader, "merged_into", IC_ID_TARGET, &merged_into);
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_targets_merge(context, &asker, &tar_id, &merged_into, &changed, err);
    }
    if (rc == IC_OK) {
        write_changed(response, &changed);
    }
    return rc;
}

enum ic_rc ic_api_restore_field(void *context, const struct ic_http_request *request, struct ic_http_response *response,
                                struct ic_err *err)
{
    struct ic_asker asker;
    struct ic_id tar_id;
    struct ic_id elg_id;
    enum ic_target_field field = IC_TARGET_FIELD_TAR_STATUS;
    struct ic_json_reader reader;
    struct ic_target_changed changed;
    enum ic_rc rc = begin(context, request, &asker, &tar_id, &reader, err);
    if (rc != IC_OK) {
        return rc;
    }
    ic_body_get_id(&reader, "elg_id", IC_ID_EVENT, &elg_id);
    struct ic_str name = ic_json_get_text(&reader, "field", 1, FIELD_BYTES_MAX);
    if (ic_json_reader_ok(&reader) && !ic_target_field_parse(name.data, name.size, &field)) {
        ic_json_refuse(&reader, "field", "This field of a target is not known here.");
    }
    rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        rc = ic_targets_restore(context, &asker, &tar_id, &elg_id, field, &changed, err);
    }
    if (rc == IC_OK) {
        write_changed(response, &changed);
    }
    return rc;
}
