#include "agent/bell.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A named pipe each: a reader that died is seen (ENXIO), and a full one has rung already. */

static const char suffix[] = ".bell";

static enum ic_rc fail(struct ic_err *err, const struct ic_path *path)
{
    return ic_err_set_native(err, IC_CODE_LEDGER_UNWRITABLE, "agent.bell.init", errno, false,
                             "The bell cannot be made: %.120s: %.60s.", path->text, strerror(errno));
}

enum ic_rc ic_bell_init(struct ic_bell *bell, const struct ic_path *folder, const struct ic_rand *rand,
                        struct ic_err *err)
{
    bell->fd = -1;
    uint64_t random;
    char name[64];
    struct ic_path draft, path;
    ic_rand_fill(rand, &random, sizeof random);
    snprintf(name, sizeof name, "%ld-%016" PRIx64 ".new", (long)getpid(), random);
    if (ic_path_join(folder, name, &draft, err) != IC_OK) {
        return ic_err_rc(err);
    }
    snprintf(name, sizeof name, "%ld-%016" PRIx64 "%s", (long)getpid(), random, suffix);
    if (ic_path_join(folder, name, &path, err) != IC_OK) {
        return ic_err_rc(err);
    }
    if (mkfifo(draft.text, 0600) != 0) {
        return fail(err, &draft);
    }
    /* Opened both ways, so that it never ends for want of a writer; and before it has its name, so that nobody takes it
     * for a dead one's. */
    int fd = open(draft.text, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || rename(draft.text, path.text) != 0) {
        enum ic_rc rc = fail(err, &draft);
        if (fd >= 0) {
            close(fd);
        }
        unlink(draft.text);
        return rc;
    }
    bell->path = path;
    bell->fd = fd;
    return IC_OK;
}

void ic_bell_release(struct ic_bell *bell)
{
    if (bell->fd >= 0) {
        unlink(bell->path.text);
        close(bell->fd);
        bell->fd = -1;
    }
}

void ic_bell_hush(struct ic_bell *bell)
{
    char rings[256];
    while (bell->fd >= 0 && read(bell->fd, rings, sizeof rings) > 0) {
    }
}

static bool is_bell(const char *name)
{
    size_t size = strlen(name);
    return size >= sizeof suffix && strcmp(name + size - (sizeof suffix - 1), suffix) == 0;
}

void ic_bell_ring(const struct ic_path *folder)
{
    DIR *entries = opendir(folder->text);
    if (!entries) {
        return;
    }
    int folder_fd = dirfd(entries);
    struct dirent *entry;
    while ((entry = readdir(entries))) {
        if (!is_bell(entry->d_name)) {
            continue;
        }
        int fd = openat(folder_fd, entry->d_name, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
        if (fd >= 0) {
            ssize_t written = write(fd, "!", 1); /* A full pipe has rung already. */
            (void)written;
            close(fd);
        } else if (errno == ENXIO) {
            unlinkat(folder_fd, entry->d_name, 0);
        }
    }
    closedir(entries);
}
