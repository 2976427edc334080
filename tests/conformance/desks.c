#include "desks.h"

#include "store/access.h"
#include "store/leads.h"

#include <string.h>

static struct ic_rand system_rand(void)
{
    return ic_rand_system();
}

/* ---- Who. ---- */

static enum ic_rc insert_devices(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct desks *desks = context;
    struct ic_rand rand = system_rand();
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < 2 && !rc; i++) {
        struct ic_device device = {
            .opr_id = desks->owner, .device_name = IC_STR("desk"), .agent_version = IC_STR("1"), .created_at = 1000};
        ic_hash_of(i ? IC_STR("second") : IC_STR("first"), &device.token_hash);
        rc = ic_store_device_insert(tx, &device, &rand, &desks->devices[i], err);
    }
    return rc;
}

struct desks desks_begin(struct fixture *fixture)
{
    struct desks desks = {.fixture = fixture, .owner = fixture_owner(fixture->store)};
    fixture_write(fixture->store, insert_devices, &desks);
    if (strcmp(desks.devices[0].text, desks.devices[1].text) > 0) {
        struct ic_id larger = desks.devices[0];
        desks.devices[0] = desks.devices[1];
        desks.devices[1] = larger;
    }
    return desks;
}

struct ic_handle desks_handle(const char *text)
{
    struct ic_handle handle;
    assert_true(ic_handle_parse(ic_str_from(text), &handle));
    return handle;
}

/* ---- What they do. ---- */

static struct ic_edit make(const struct desks *desks, enum ic_operation_kind kind, int device, const char *handle,
                           int64_t hybrid_time)
{
    struct ic_edit edit = {
        .kind = kind,
        .opr_id = desks->owner,
        .tar_username = desks_handle(handle),
        .stamp = {.hybrid_time = hybrid_time},
        .created_at = 10000 + hybrid_time,
        .received_at = 20000 + hybrid_time,
    };
    if (device >= 0) {
        edit.stamp.device_id = desks->devices[device];
    }
    return edit;
}

struct ic_edit desks_set(const struct desks *desks, int device, const char *handle, enum ic_target_field field,
                         const char *value, int64_t hybrid_time)
{
    struct ic_edit edit = make(desks, IC_OPERATION_KIND_SET_FIELD, device, handle, hybrid_time);
    edit.field = field;
    edit.value = (struct ic_field_value){.text = ic_str_from(value)};
    if (ic_field_is_contact(field)) {
        edit.value.state = edit.value.text.size > 0 ? IC_CONTACT_STATE_FOUND : IC_CONTACT_STATE_NOT_FOUND;
    }
    return edit;
}

struct ic_edit desks_exclude(const struct desks *desks, int device, const char *handle, int64_t hybrid_time)
{
    return make(desks, IC_OPERATION_KIND_EXCLUDE, device, handle, hybrid_time);
}

struct ic_edit desks_lift(const struct desks *desks, int device, const char *handle, int64_t hybrid_time)
{
    return make(desks, IC_OPERATION_KIND_LIFT, device, handle, hybrid_time);
}

struct doing {
    const struct desks *desks;
    const struct ic_edit *edit;
    struct ic_outreach outreach;
    struct ic_outreach_ids ids;
};

static enum ic_rc write_edit(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct doing *doing = context;
    struct ic_rand rand = system_rand();
    return ic_store_edit_insert(tx, doing->edit, &rand, &doing->ids, err);
}

struct ic_outreach_ids desks_write(const struct desks *desks, const struct ic_edit *edit)
{
    struct doing doing = {.desks = desks, .edit = edit};
    fixture_write(desks->fixture->store, write_edit, &doing);
    return doing.ids;
}

static enum ic_rc write_message(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct doing *doing = context;
    struct ic_rand rand = system_rand();
    return ic_store_outreach_insert(tx, &doing->outreach, 1, &rand, &doing->ids, err);
}

struct ic_outreach_ids desks_message(const struct desks *desks, const char *handle, int64_t at)
{
    struct doing doing = {.desks = desks, .outreach = fixture_outreach(&desks->owner, handle, at)};
    fixture_write(desks->fixture->store, write_message, &doing);
    return doing.ids;
}

/* ---- What came of it. ---- */

struct look {
    const struct desks *desks;
    struct ic_handle handle;
    struct ic_id id;
    struct ic_target target;
    struct ic_suppression suppression;
    struct ic_field_change change;
    struct ic_log_entry entry;
    struct ic_str term;
    size_t count;
};

static enum ic_rc look_for_target(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look *look = context;
    struct ic_named_target named;
    enum ic_rc rc = ic_store_targets_find(tx, &look->handle, 1, &named, err);
    assert_true(rc || named.is_there);
    return rc ? rc : ic_store_target_get(tx, &named.tar_id, look->desks->fixture->arena, &look->target, err);
}

struct ic_target desks_target(const struct desks *desks, const char *handle)
{
    struct look look = {.desks = desks, .handle = desks_handle(handle)};
    fixture_read(desks->fixture->store, look_for_target, &look);
    return look.target;
}

static enum ic_rc look_for_id(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look *look = context;
    return ic_store_target_get(tx, &look->id, look->desks->fixture->arena, &look->target, err);
}

struct ic_target desks_get(const struct desks *desks, const struct ic_id *tar_id)
{
    struct look look = {.desks = desks, .id = *tar_id};
    fixture_read(desks->fixture->store, look_for_id, &look);
    return look.target;
}

static enum ic_rc look_for_suppression(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look *look = context;
    return ic_store_suppressions_find(tx, &look->handle, 1, look->desks->fixture->arena, &look->suppression, err);
}

struct ic_suppression desks_suppression(const struct desks *desks, const char *handle)
{
    struct look look = {.desks = desks, .handle = desks_handle(handle)};
    fixture_read(desks->fixture->store, look_for_suppression, &look);
    return look.suppression;
}

static enum ic_rc look_for_change(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look *look = context;
    struct ic_field_change_list list = {.count = 0};
    enum ic_rc rc = ic_store_field_changes_list(tx, &look->id, 1, look->desks->fixture->arena, &list, err);
    assert_true(rc || list.count > 0);
    look->change = rc ? look->change : list.items[0];
    return rc;
}

struct ic_field_change desks_change(const struct desks *desks, const struct ic_id *elg_id)
{
    struct look look = {.desks = desks, .id = *elg_id};
    fixture_read(desks->fixture->store, look_for_change, &look);
    return look.change;
}

static enum ic_rc look_for_event(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look *look = context;
    struct ic_str text;
    return ic_store_log_get(tx, &look->id, look->desks->fixture->arena, &look->entry, &text, err);
}

struct ic_log_entry desks_event(const struct desks *desks, const struct ic_id *elg_id)
{
    struct look look = {.desks = desks, .id = *elg_id};
    fixture_read(desks->fixture->store, look_for_event, &look);
    return look.entry;
}

static enum ic_rc look_for_leads(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct look *look = context;
    const struct ic_lead_query query = {.limit = 50, .term = look->term};
    struct ic_lead_bounds bounds = ic_lead_bounds;
    bounds.looks_first = 1; /* The trigrams are asked, however few leads there are. */
    struct ic_lead_list list;
    enum ic_rc rc = ic_store_lead_list(tx, &query, &bounds, look->desks->fixture->arena, &list, err);
    look->count = rc ? 0 : list.count;
    return rc;
}

size_t desks_search(const struct desks *desks, const char *term)
{
    struct look look = {.desks = desks, .term = ic_str_from(term)};
    fixture_read(desks->fixture->store, look_for_leads, &look);
    return look.count;
}

/* ---- What people do. ---- */

struct moving {
    const struct desks *desks;
    struct ic_handle from;
    struct ic_handle to;
    const struct ic_id *tar_id;
    const struct ic_id *merged_into;
};

static enum ic_rc run_rename(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct moving *moving = context;
    const struct ic_doer doer = {moving->desks->owner, 30000};
    struct ic_rand rand = system_rand();
    struct ic_named_target named;
    struct ic_id elg_id;
    enum ic_rc rc = ic_store_targets_find(tx, &moving->from, 1, &named, err);
    return rc ? rc : ic_store_target_rename(tx, &named.tar_id, &moving->to, &doer, &rand, &elg_id, err);
}

enum ic_rc desks_rename(const struct desks *desks, const char *from, const char *to)
{
    struct moving moving = {.desks = desks, .from = desks_handle(from), .to = desks_handle(to)};
    return ic_store_write(desks->fixture->store, run_rename, &moving, NULL);
}

static enum ic_rc run_merge(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct moving *moving = context;
    const struct ic_doer doer = {moving->desks->owner, 30000};
    struct ic_rand rand = system_rand();
    struct ic_id elg_id;
    return ic_store_target_merge(tx, moving->tar_id, moving->merged_into, &doer, &rand, &elg_id, err);
}

enum ic_rc desks_merge(const struct desks *desks, const struct ic_id *tar_id, const struct ic_id *merged_into)
{
    struct moving moving = {.desks = desks, .tar_id = tar_id, .merged_into = merged_into};
    return ic_store_write(desks->fixture->store, run_merge, &moving, NULL);
}
