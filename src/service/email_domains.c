#include "service/email_domains.h"

#include "service/asker.h"
#include "service/audit.h"
#include "service/people_event.h"

#include <string.h>

static const char operation[] = "service.email_domains";

enum { DOMAIN_BYTES_MAX = 253 }; /* RFC 1035. */

/* A domain in lower case. */
struct folded_domain {
    char text[DOMAIN_BYTES_MAX];
    size_t size;
};

/* Labels of letters, digits and hyphens between dots, two at least: what stands behind the @ of an address on the
 * Internet. A name in another script is given as it is sent, in its ASCII form. */
static bool fold_domain(struct ic_str domain, struct folded_domain *folded)
{
    bool has_form = domain.size > 0 && domain.size <= sizeof folded->text;
    size_t dots = 0;
    char before = '.';
    for (size_t i = 0; has_form && i < domain.size; i++) {
        char c = domain.data[i];
        c = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        has_form = is_letter || (c == '-' && before != '.') || (c == '.' && before != '.' && before != '-');
        dots += c == '.';
        folded->text[i] = c;
        before = c;
    }
    folded->size = domain.size;
    return has_form && dots > 0 && before != '.' && before != '-';
}

struct domain_work {
    struct ic_service *service;
    const struct ic_asker *asker;
    struct ic_email_domain email_domain;
    struct ic_arena *arena;
    struct ic_email_domain_list list;
};

static enum ic_rc run_list(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct domain_work *work = context;
    return ic_store_email_domain_list(tx, work->arena, &work->list, err);
}

enum ic_rc ic_email_domains_list(struct ic_service *service, const struct ic_asker *asker, struct ic_arena *arena,
                                 struct ic_email_domain_list *ret_list, struct ic_err *err)
{
    struct domain_work work = {.arena = arena};
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_SEE_EMAIL_DOMAINS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_read(service->store, run_list, &work, err);
    }
    if (rc == IC_OK) {
        *ret_list = work.list;
    }
    return rc;
}

static enum ic_rc log_change(struct ic_store_tx *tx, const struct domain_work *work, enum ic_audit_action action,
                             const char *deed_text, struct ic_err *err)
{
    const struct ic_email_domain *changed = &work->email_domain;
    enum ic_rc rc = ic_people_event_log(tx, work->service, &work->asker->opr_id, deed_text, changed->email_domain,
                                        changed->created_at, err);
    if (rc != IC_OK) {
        return rc;
    }
    bool is_allowed = action == IC_AUDIT_ACTION_EMAIL_DOMAIN_ALLOWED;
    const struct ic_id nothing = {0};
    return ic_audit_record_change(tx, work->asker, action, &nothing, "email_domain",
                                  is_allowed ? (struct ic_str){0} : changed->email_domain,
                                  is_allowed ? changed->email_domain : (struct ic_str){0}, changed->created_at, err);
}

static enum ic_rc run_allow(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct domain_work *work = context;
    enum ic_rc rc = ic_asker_can(tx, work->asker, IC_ACTION_CHANGE_EMAIL_DOMAINS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_email_domain_insert(tx, &work->email_domain, err);
    }
    return rc == IC_OK ? log_change(tx, work, IC_AUDIT_ACTION_EMAIL_DOMAIN_ALLOWED, "let in everybody of", err) : rc;
}

enum ic_rc ic_email_domains_allow(struct ic_service *service, const struct ic_asker *asker, struct ic_str email_domain,
                                  enum ic_role role, struct ic_err *err)
{
    struct folded_domain folded;
    struct domain_work work = {
        .service = service,
        .asker = asker,
        .email_domain = {.role = role, .opr_id = asker->opr_id, .created_at = ic_clock_now_ms(&service->clock)},
    };
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_CHANGE_EMAIL_DOMAINS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK && !fold_domain(email_domain, &folded)) {
        rc = ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/email_domain",
                              "This is not the domain of an e-mail address, such as example.com.");
    }
    if (rc == IC_OK && role != IC_ROLE_OPERATOR && role != IC_ROLE_VIEWER) {
        rc = ic_err_set_field(err, IC_CODE_INVALID_FIELD, operation, "/role",
                              "Whoever joins by their domain is an operator or a viewer.");
    }
    if (rc != IC_OK) {
        return rc;
    }
    work.email_domain.email_domain = (struct ic_str){folded.text, folded.size};
    return ic_store_write(service->store, run_allow, &work, err);
}

static enum ic_rc run_disallow(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    const struct domain_work *work = context;
    enum ic_rc rc = ic_asker_can(tx, work->asker, IC_ACTION_CHANGE_EMAIL_DOMAINS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK) {
        rc = ic_store_email_domain_delete(tx, work->email_domain.email_domain, err);
    }
    return rc == IC_OK
               ? log_change(tx, work, IC_AUDIT_ACTION_EMAIL_DOMAIN_DISALLOWED, "no longer lets in everybody of", err)
               : rc;
}

enum ic_rc ic_email_domains_disallow(struct ic_service *service, const struct ic_asker *asker,
                                     struct ic_str email_domain, struct ic_err *err)
{
    struct folded_domain folded;
    struct domain_work work = {
        .service = service,
        .asker = asker,
        .email_domain = {.created_at = ic_clock_now_ms(&service->clock)},
    };
    enum ic_rc rc = ic_can_check(asker, IC_ACTION_CHANGE_EMAIL_DOMAINS, IC_WHOSE_THEIRS, err);
    if (rc == IC_OK && !fold_domain(email_domain, &folded)) {
        rc = ic_err_set(err, IC_CODE_NOT_FOUND, operation, "This e-mail domain is not allowed.");
    }
    if (rc != IC_OK) {
        return rc;
    }
    work.email_domain.email_domain = (struct ic_str){folded.text, folded.size};
    return ic_store_write(service->store, run_disallow, &work, err);
}

enum ic_rc ic_email_domain_role(struct ic_store_tx *tx, struct ic_str verified_email, struct ic_arena *arena,
                                enum ic_role *ret_role, struct ic_err *err)
{
    struct folded_domain folded;
    struct ic_email_domain found;
    struct ic_err missing = IC_ERR_NONE;
    enum ic_rc rc = IC_NOT_FOUND;
    const char *at = verified_email.size > 0 ? memrchr(verified_email.data, '@', verified_email.size) : NULL;
    struct ic_str domain = {0};
    if (at) {
        domain = (struct ic_str){at + 1, (size_t)(verified_email.data + verified_email.size - at - 1)};
    }
    if (at && fold_domain(domain, &folded)) {
        rc = ic_store_email_domain_find(tx, (struct ic_str){folded.text, folded.size}, arena, &found, &missing);
    }
    if (rc == IC_NOT_FOUND) {
        return ic_err_set(err, IC_CODE_NOT_INVITED, operation, "Ask the team's owner for an invitation.");
    }
    if (rc != IC_OK) {
        *err = missing;
        return rc;
    }
    *ret_role = found.role;
    return IC_OK;
}
