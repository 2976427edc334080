#include "agent/answer_look_up.h"

#include "agent/ledger_backup.h"
#include "agent/look_up.h"

#include <time.h>

enum { ARENA_SIZE = 4 * 1024 * 1024, JSON_BYTES_MAX = 256 * 1024 };

static const char operation[] = "agent.answer_look_up";

static const char *state_name(enum ic_look_up_state state)
{
    static const char *const names[] = {"unknown", "free", "contacted", "excluded"};
    return names[state];
}

static void put_contacts(const struct ic_look_up *found, struct ic_json_writer *writer)
{
    ic_json_key(writer, "contacts");
    ic_json_array_begin(writer);
    for (size_t i = 0; i < found->contacts_count; i++) {
        const struct ic_look_up_contact *contact = &found->contacts[i];
        ic_json_object_begin(writer);
        ic_json_put_int64(writer, "created_at", contact->created_at);
        ic_json_put_optional_text(writer, "opr_name", contact->opr_name);
        ic_json_put_optional_text(writer, "act_username", ic_handle_text(&contact->act_username));
        ic_json_put_bool(writer, "is_pending", contact->is_pending);
        ic_json_object_end(writer);
    }
    ic_json_array_end(writer);
}

static enum ic_rc print_json(const struct ic_look_up *found, const struct ic_handle *asked, FILE *out,
                             struct ic_err *err)
{
    struct ic_buf buf;
    struct ic_json_writer writer;
    ic_buf_init(&buf, JSON_BYTES_MAX);
    ic_json_writer_init(&writer, &buf);
    ic_json_object_begin(&writer);
    ic_json_put_text(&writer, "tar_username", ic_handle_text(asked));
    ic_json_put_name(&writer, "state", state_name(found->state));
    if (found->pulled_at > 0) {
        ic_json_put_int64(&writer, "pulled_at", found->pulled_at);
    }
    ic_json_put_optional_text(&writer, "reason", found->reason);
    if (found->is_target) {
        ic_json_put_name(&writer, "tar_id", found->target.tar_id.text);
        ic_json_put_text(&writer, "known_as", ic_handle_text(&found->target.tar_username));
        ic_json_put_name(&writer, "tar_status", ic_target_status_name(found->target.tar_status));
        ic_json_put_optional_text(&writer, "notes", found->target.notes);
    }
    put_contacts(found, &writer);
    ic_json_object_end(&writer);
    ic_buf_put_char(&buf, '\n');
    enum ic_rc rc = ic_buf_check(&buf, operation, err);
    if (rc == IC_OK) {
        fwrite(buf.data, 1, buf.size, out);
    }
    ic_buf_release(&buf);
    return rc;
}

struct minute {
    char text[40];
};

static struct minute local_minute(int64_t at_ms)
{
    struct minute minute;
    struct tm local;
    time_t at = (time_t)(at_ms / 1000);
    if (!localtime_r(&at, &local) || strftime(minute.text, sizeof minute.text, "%Y-%m-%d %H:%M", &local) == 0) {
        minute.text[0] = '\0';
    }
    return minute;
}

static void print_contact(const struct ic_look_up_contact *contact, FILE *out)
{
    struct minute minute = local_minute(contact->created_at);
    fprintf(out, "  %s  %.*s as %s%s\n", minute.text, contact->opr_name.size ? (int)contact->opr_name.size : 3,
            contact->opr_name.size ? contact->opr_name.data : "you", contact->act_username.text,
            contact->is_pending ? " (not yet with the team)" : "");
}

static void print_text(const struct ic_look_up *found, const struct ic_handle *asked, FILE *out)
{
    fprintf(out, "%s is %s", asked->text, state_name(found->state));
    if (found->is_target) {
        fprintf(out, "; status %s", ic_target_status_name(found->target.tar_status));
    }
    fprintf(out, "\n");
    if (found->reason.size > 0) {
        fprintf(out, "  %.*s\n", (int)found->reason.size, found->reason.data);
    }
    for (size_t i = 0; i < found->contacts_count; i++) {
        print_contact(&found->contacts[i], out);
    }
    if (found->pulled_at > 0) {
        struct minute minute = local_minute(found->pulled_at);
        fprintf(out, "  The team's history is that of %s.\n", minute.text);
    } else {
        fprintf(out, "  The team's history is not on this desktop yet: run `instacrm-agent sync`.\n");
    }
}

enum ic_rc ic_answer_look_up(const struct ic_folder *folder, const struct ic_clock *clock, const char *typed,
                             bool as_json, FILE *out, struct ic_err *err)
{
    struct ic_handle asked;
    struct ic_look_up found;
    struct ic_ledger *ledger = NULL;
    if (!ic_handle_parse(ic_str_from(typed), &asked)) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "A handle has letters, digits, dots and underscores, without the @.");
    }
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    enum ic_rc rc = arena ? ic_folder_make(folder, err) : ic_arena_failed(operation, err);
    if (rc == IC_OK) {
        rc = ic_ledger_open(folder, clock, false, &ledger, err);
    }
    if (rc == IC_OK) {
        rc = ic_look_up(ledger, &asked, arena, &found, err);
    }
    if (rc == IC_OK && as_json) {
        rc = print_json(&found, &asked, out, err);
    } else if (rc == IC_OK) {
        print_text(&found, &asked, out);
    }
    ic_ledger_destroy(ledger);
    ic_arena_destroy(arena);
    return rc;
}
