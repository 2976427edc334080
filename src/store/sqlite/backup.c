#include "store/sqlite/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char operation[] = "store.sqlite.backup";

static enum ic_rc failed(int native, const char *what, struct ic_err *err)
{
    return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, false, "The backup could not be made: %s.",
                             what);
}

static enum ic_rc copy(const char *path, const char *partial_path, struct ic_err *err)
{
    sqlite3 *from = NULL;
    sqlite3 *to = NULL;
    int native = sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (!native) {
        native =
            sqlite3_open_v2(partial_path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    }
    sqlite3_backup *backup = native ? NULL : sqlite3_backup_init(to, "main", from, "main");
    if (backup) {
        native = sqlite3_backup_step(backup, -1);
        int ended = sqlite3_backup_finish(backup);
        native = native == SQLITE_DONE ? ended : native;
    } else if (!native) {
        native = sqlite3_extended_errcode(to);
    }
    enum ic_rc rc = native ? failed(native, sqlite3_errstr(native), err) : IC_OK;
    sqlite3_close(from);
    if (sqlite3_close(to) && !rc) {
        rc = failed(SQLITE_IOERR, "it could not be closed", err);
    }
    return rc;
}

/* Makes a file's bytes, or a folder's names, durable. */
static int sync_path(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return errno;
    }
    int failure = fsync(file) ? errno : 0;
    (void)close(file);
    return failure;
}

static int sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int size = slash ? (int)(slash - path) + 1 : 1;
    (void)snprintf(folder, sizeof folder, "%.*s", size, slash ? path : ".");
    return sync_path(folder);
}

enum ic_rc ic_sqlite_backup(const char *path, const char *backup_path, struct ic_err *err)
{
    char partial_path[PATH_MAX];
    int size = snprintf(partial_path, sizeof partial_path, "%s.partial", backup_path);
    if (size < 0 || (size_t)size >= sizeof partial_path) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The backup's path is too long.");
    }
    if (access(backup_path, F_OK) == 0) {
        return ic_err_set(err, IC_CODE_CONFLICT, operation, "There is a file at the backup's path already.");
    }
    (void)unlink(partial_path); /* Of a copy that was cut off. */
    enum ic_rc rc = copy(path, partial_path, err);
    if (rc) {
        goto out;
    }
    int failure = sync_path(partial_path);
    if (!failure && rename(partial_path, backup_path)) {
        failure = errno;
    }
    if (!failure) {
        failure = sync_folder_of(backup_path);
    }
    if (failure) {
        rc = failed(failure, strerror(failure), err);
    }
out:
    if (rc) {
        (void)unlink(partial_path);
    }
    return rc;
}
