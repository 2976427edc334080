#include "scratch.h"

#include "base/clock.h"

#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LOOK_AGAIN_MS = 2, FOLDERS_OPEN_MAX = 16 };

static void must(bool holds, const char *what)
{
    if (!holds) {
        perror(what);
        abort();
    }
}

void scratch_create(struct ic_path *ret_path)
{
    const char *base = getenv("TMPDIR");
    snprintf(ret_path->text, sizeof ret_path->text, "%s/instacrm-test-XXXXXX", base ? base : "/tmp");
    must(mkdtemp(ret_path->text) != NULL, "mkdtemp");
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

void scratch_remove(const struct ic_path *path)
{
    nftw(path->text, remove_entry, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS);
}

struct ic_path scratch_join(const struct ic_path *path, const char *name)
{
    struct ic_path joined;
    must(ic_path_join(path, name, &joined, NULL) == IC_OK, "join");
    return joined;
}

void scratch_folder(const struct ic_path *path, struct ic_folder *ret_folder)
{
    must(ic_folder_at(path, ret_folder, NULL) == IC_OK, "folder");
    must(ic_folder_make(ret_folder, NULL) == IC_OK, "folder");
}

void scratch_write(const struct ic_path *path, const char *text)
{
    FILE *file = fopen(path->text, "w");
    must(file != NULL, path->text);
    must(fputs(text, file) >= 0 && fclose(file) == 0, path->text);
}

char *scratch_read(const struct ic_path *path)
{
    FILE *file = fopen(path->text, "r");
    if (!file) {
        return NULL;
    }
    char *text = NULL;
    size_t capacity = 0;
    if (getdelim(&text, &capacity, '\0', file) < 0) {
        free(text);
        text = calloc(1, 1);
    }
    fclose(file);
    return text;
}

unsigned scratch_mode(const struct ic_path *path)
{
    struct stat status;
    return lstat(path->text, &status) == 0 ? status.st_mode & 07777u : 0;
}

bool scratch_wait(bool (*holds)(void *context), void *context)
{
    struct ic_clock clock = ic_clock_system();
    int64_t until_ms = ic_clock_monotonic_ms(&clock) + DEADLINE_MS;
    while (!holds(context)) {
        if (ic_clock_monotonic_ms(&clock) > until_ms) {
            return false;
        }
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
    return true;
}

struct ic_operation scratch_operation(unsigned number, const char *text)
{
    struct ic_operation operation = {.kind = IC_OPERATION_KIND_OUTREACH,
                                     .thread_id = IC_STR("thread-1"),
                                     .message_text = ic_str_from(text),
                                     .sent_at = INT64_C(1700000000000) + number};
    snprintf(operation.op_id.text, sizeof operation.op_id.text, "0190a5e0-7c00-7abc-8def-%012u", number);
    must(ic_handle_parse(IC_STR("our.account"), &operation.act_username), "handle");
    must(ic_handle_parse(IC_STR("a_prospect"), &operation.tar_username), "handle");
    return operation;
}
