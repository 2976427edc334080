#include "agent/doctor.h"

#include "agent/bell.h"
#include "agent/device.h"
#include "agent/install.h"
#include "agent/ledger_backup.h"
#include "agent/ledger_file.h"
#include "agent/platform.h"

#include <inttypes.h>
#include <stdarg.h>

enum { ARENA_SIZE = 256 * 1024 };

struct doctor {
    const struct ic_doctor_options *options;
    FILE *out;
    bool healthy;
    bool can_be_mended; /* A broken link that --fix mends. */
};

__attribute__((format(printf, 3, 4))) static void say(struct doctor *doctor, const char *verdict, const char *format,
                                                      ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(doctor->out, "%-7s ", verdict);
    vfprintf(doctor->out, format, arguments);
    fputc('\n', doctor->out);
    va_end(arguments);
}

static void broken(struct doctor *doctor, const char *detail)
{
    doctor->healthy = false;
    say(doctor, "broken", "%s", detail);
}

static void mendable(struct doctor *doctor, const char *detail)
{
    doctor->can_be_mended = true;
    broken(doctor, detail);
}

/* One file or folder that must be for this user only. */
static void check_access(struct doctor *doctor, const struct ic_path *path)
{
    struct ic_err err = IC_ERR_NONE;
    char detail[IC_PATH_SIZE + 64];
    switch (ic_platform_access_get(path)) {
    case IC_ACCESS_PRIVATE:
        say(doctor, "ok", "%s is for this user only.", path->text);
        return;
    case IC_ACCESS_MISSING:
        return;
    case IC_ACCESS_FOREIGN:
        snprintf(detail, sizeof detail, "%s belongs to another user.", path->text);
        broken(doctor, detail);
        return;
    case IC_ACCESS_OPEN:
        break;
    }
    if (!doctor->options->mend) {
        snprintf(detail, sizeof detail, "Other users may use %s.", path->text);
        mendable(doctor, detail);
    } else if (ic_platform_access_close(path, &err) == IC_OK) {
        say(doctor, "mended", "%s is now for this user only.", path->text);
    } else {
        broken(doctor, err.detail);
    }
}

static void check_manifest(struct doctor *doctor, size_t browser, bool *ret_is_there)
{
    enum ic_manifest_state state;
    struct ic_path path;
    struct ic_err err = IC_ERR_NONE;
    char detail[IC_PATH_SIZE + 128];
    if (ic_manifest_find(browser, &state, &path, &err) != IC_OK) {
        broken(doctor, err.detail);
        return;
    }
    if (state == IC_MANIFEST_NO_BROWSER) {
        return;
    }
    *ret_is_there = true;
    if (state == IC_MANIFEST_RIGHT) {
        say(doctor, "ok", "%s finds this program.", ic_browser_name(browser));
    } else if (!doctor->options->mend) {
        snprintf(detail, sizeof detail, "%s: %s %s.", ic_browser_name(browser), path.text,
                 state == IC_MANIFEST_MISSING ? "is missing" : "names another program or extension");
        mendable(doctor, detail);
    } else if (ic_manifest_write(browser, &err) == IC_OK) {
        say(doctor, "mended", "%s finds this program now: %s.", ic_browser_name(browser), path.text);
    } else {
        broken(doctor, err.detail);
    }
}

static void check_browsers(struct doctor *doctor)
{
    bool is_there = false;
    for (size_t i = 0; i < IC_BROWSER_COUNT; i++) {
        check_manifest(doctor, i, &is_there);
    }
    if (!is_there) {
        broken(doctor, "No browser of this user knows this program: run `instacrm-agent install`.");
    }
}

static void check_ledger(struct doctor *doctor)
{
    const struct ic_doctor_options *options = doctor->options;
    struct ic_ledger *ledger = NULL;
    struct ic_ledger_summary summary;
    struct ic_err err = IC_ERR_NONE;
    if (!options->mend && !ic_platform_exists(&options->folder.ledger)) {
        say(doctor, "ok", "There is no ledger yet; the first message makes it.");
        return;
    }
    int64_t began_at = ic_clock_now_ms(&options->clock);
    enum ic_rc rc = ic_folder_make(&options->folder, &err);
    if (rc == IC_OK && options->mend) {
        rc = ic_ledger_open(&options->folder, &options->clock, true, &ledger, &err);
    } else if (rc == IC_OK) {
        rc = ic_ledger_create(&options->folder.ledger, &options->clock, &ledger, &err);
        if (rc == IC_OK) {
            rc = ic_ledger_check(ledger, &err);
        }
    }
    if (rc == IC_OK) {
        rc = ic_ledger_get_summary(ledger, &summary, &err);
    }
    if (rc == IC_OK && summary.memory.restored_at >= began_at) {
        say(doctor, "mended", "The ledger was damaged and is restored; the damaged file is kept as %s.",
            summary.memory.damaged);
    }
    if (rc == IC_CORRUPT && !options->mend) {
        mendable(doctor, err.detail);
    } else if (rc == IC_OK) {
        say(doctor, "ok", "The ledger is sound: %" PRId64 " pending, %" PRId64 " rejected.", summary.pending,
            summary.rejected);
    } else {
        broken(doctor, err.detail);
    }
    ic_ledger_destroy(ledger);
}

/* What a process that was killed may have left: nobody has use for it. Locks end with whoever held them, and bells of
 * the dead are removed by whoever rings. */
static void check_leftovers(struct doctor *doctor)
{
    const struct ic_folder *folder = &doctor->options->folder;
    struct ic_platform_lock lock;
    if (!ic_platform_exists(&folder->draft) || ic_platform_lock_open(&folder->opening, &lock, NULL) != IC_OK) {
        return;
    }
    if (!ic_platform_lock_try(&lock)) {
        say(doctor, "ok", "A backup is being made.");
    } else if (doctor->options->mend) {
        ic_ledger_file_remove(&folder->draft);
        say(doctor, "mended", "A backup that was never finished is removed.");
    } else {
        mendable(doctor, "A backup was never finished.");
    }
    ic_platform_lock_close(&lock);
}

/* The files that a looser umask of an earlier day, or a copy, may have left open to others. */
static void check_files(struct doctor *doctor)
{
    const struct ic_folder *folder = &doctor->options->folder;
    const struct ic_path *const files[] = {&folder->ledger, &folder->backup, &folder->lock, &folder->opening,
                                           &folder->bells};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (ic_platform_access_get(files[i]) != IC_ACCESS_PRIVATE) {
            check_access(doctor, files[i]);
        }
    }
}

/* The parsed problem of an answer, if it is one. */
static bool read_problem(const struct ic_exchange_answer *answer, struct ic_arena *arena,
                         struct ic_problem *ret_problem)
{
    json_t *object;
    struct ic_err err = IC_ERR_NONE;
    return answer->is_problem &&
           ic_json_parse(ic_buf_view(&answer->body), "agent.doctor", arena, &object, &err) == IC_OK &&
           ic_problem_decode(object, ret_problem, &err) == IC_OK;
}

/* A push of nothing is refused, but by whom tells whether the token is known: authentication comes first. */
static void check_token(struct doctor *doctor, const struct ic_device *device)
{
    const struct ic_exchange *exchange = &doctor->options->exchange;
    struct ic_exchange_request request = {.server_url = device->server_url,
                                          .path = "/api/v1/sync/push",
                                          .token = device->device_token.text,
                                          .body = IC_STR("{\"protocol\":1,\"operations\":[]}")};
    struct ic_exchange_answer answer;
    struct ic_problem problem;
    struct ic_err err = IC_ERR_NONE;
    struct ic_arena *arena = ic_arena_create(ARENA_SIZE);
    ic_exchange_answer_init(&answer);
    if (exchange->run(exchange->context, &request, &answer, &err) != IC_OK) {
        broken(doctor, err.detail);
    } else if (!arena || !read_problem(&answer, arena, &problem)) {
        broken(doctor, "The server's answer to a push is not one of the contract's.");
    } else if (answer.status == 401) {
        broken(doctor, "The server does not know this desktop: run `instacrm-agent pair` again.");
    } else if (answer.status == 400) {
        say(doctor, "ok", "The server knows this desktop, as %s.", device->opr_name);
    } else {
        char detail[IC_ERR_DETAIL_SIZE];
        snprintf(detail, sizeof detail, "The server answered with status %d: %.*s", answer.status,
                 (int)(problem.detail.size < 160 ? problem.detail.size : 160), problem.detail.data);
        broken(doctor, detail);
    }
    ic_exchange_answer_release(&answer);
    ic_arena_destroy(arena);
}

static bool check_server(struct doctor *doctor, const struct ic_device *device)
{
    const struct ic_exchange *exchange = &doctor->options->exchange;
    struct ic_exchange_request request = {.server_url = device->server_url, .path = "/healthz"};
    struct ic_exchange_answer answer;
    struct ic_err err = IC_ERR_NONE;
    bool alive = false;
    ic_exchange_answer_init(&answer);
    if (exchange->run(exchange->context, &request, &answer, &err) != IC_OK) {
        broken(doctor, err.detail);
    } else if (answer.status != 200) {
        broken(doctor, "The server is there, but it is not well.");
    } else {
        say(doctor, "ok", "%s answers.", device->server_url);
        alive = true;
    }
    ic_exchange_answer_release(&answer);
    return alive;
}

static void check_pairing(struct doctor *doctor)
{
    struct ic_device device;
    struct ic_err err = IC_ERR_NONE;
    if (ic_device_read(&doctor->options->folder.path, &device, &err) != IC_OK) {
        broken(doctor, err.code == IC_CODE_NOT_PAIRED ? "This desktop is not paired: run `instacrm-agent pair URL`."
                                                      : err.detail);
        return;
    }
    if (check_server(doctor, &device)) {
        check_token(doctor, &device);
    }
    ic_device_wipe(&device);
}

bool ic_doctor(const struct ic_doctor_options *options, FILE *out)
{
    struct doctor doctor = {.options = options, .out = out, .healthy = true};
    struct ic_path device_path;
    check_browsers(&doctor);
    check_access(&doctor, &options->folder.path);
    check_ledger(&doctor);
    check_leftovers(&doctor);
    check_files(&doctor);
    if (ic_device_path(&options->folder.path, &device_path, NULL) == IC_OK) {
        check_access(&doctor, &device_path);
    }
    check_pairing(&doctor);
    if (options->mend) {
        /* Running hosts look again at what they could not use before. */
        ic_bell_ring(&options->folder.bells);
    }
    if (doctor.can_be_mended) {
        fprintf(out, "Run `instacrm-agent doctor --fix` to mend what can be mended.\n");
    }
    return doctor.healthy;
}
