#include "app/data_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char operation[] = "app.data_folder";

static enum ic_rc fail(enum ic_code code, const char *path, const char *what, int native, struct ic_err *err)
{
    return ic_err_set_native(err, code, operation, native, false, "The data folder %s %s: %s.", path, what,
                             strerror(native));
}

static enum ic_rc set_paths(struct ic_data_folder *folder, const char *path, struct ic_err *err)
{
    *folder = (struct ic_data_folder){.lock_file = -1};
    int database = snprintf(folder->database, sizeof folder->database, "%s/instacrm.db", path);
    int lock = snprintf(folder->lock, sizeof folder->lock, "%s/instacrm.lock", path);
    if (database < 0 || lock < 0 || (size_t)database >= sizeof folder->database ||
        (size_t)lock >= sizeof folder->lock) {
        return fail(IC_CODE_INVALID_PARAMETER, path, "cannot be used", ENAMETOOLONG, err);
    }
    return IC_OK;
}

/* Makes the folder and those above it, as mkdir -p would, each for its owner alone. */
static int make_folders(const char *path)
{
    char part[IC_DATA_FOLDER_PATH_SIZE];
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            return errno;
        }
        *slash = '/';
    }
    return mkdir(part, 0700) != 0 && errno != EEXIST ? errno : 0;
}

enum ic_rc ic_data_folder_init(struct ic_data_folder *folder, const char *path, struct ic_err *err)
{
    struct stat status;
    enum ic_rc rc = set_paths(folder, path, err);
    if (rc != IC_OK) {
        return rc;
    }
    int native = make_folders(path);
    if (native != 0) {
        return fail(IC_CODE_UNAVAILABLE, path, "cannot be made", native, err);
    }
    if (stat(path, &status) != 0) {
        return fail(IC_CODE_UNAVAILABLE, path, "cannot be used", errno, err);
    }
    if (!S_ISDIR(status.st_mode)) {
        return fail(IC_CODE_UNAVAILABLE, path, "cannot be used", ENOTDIR, err);
    }
    if (faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
        return fail(IC_CODE_UNAVAILABLE, path, "cannot be written", errno, err);
    }
    return IC_OK;
}

enum ic_rc ic_data_folder_init_existing(struct ic_data_folder *folder, const char *path, struct ic_err *err)
{
    enum ic_rc rc = set_paths(folder, path, err);
    if (rc == IC_OK && access(folder->database, F_OK) != 0) {
        rc = ic_err_set_native(err, IC_CODE_NOT_FOUND, operation, errno, false,
                               "There is no team in %s yet: start 'instacrm serve' first.", path);
    }
    return rc;
}

enum ic_rc ic_data_folder_lock(struct ic_data_folder *folder, struct ic_err *err)
{
    int file = open(folder->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, errno, false, "%s cannot be opened: %s.",
                                 folder->lock, strerror(errno));
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        int native = errno;
        close(file);
        if (native == EWOULDBLOCK) {
            return ic_err_set(err, IC_CODE_CONFLICT, operation,
                              "Another instacrm uses this data folder: stop it or take another one with --data.");
        }
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, false, "%s cannot be locked: %s.",
                                 folder->lock, strerror(native));
    }
    folder->lock_file = file;
    /* What a server that died left there is not true any more. */
    if (ftruncate(file, 0) != 0) {
        int native = errno;
        ic_data_folder_release(folder);
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, native, false, "%s cannot be written: %s.",
                                 folder->lock, strerror(native));
    }
    return IC_OK;
}

enum ic_rc ic_data_folder_put_url(struct ic_data_folder *folder, const char *url, struct ic_err *err)
{
    size_t size = strlen(url);
    ssize_t written = pwrite(folder->lock_file, url, size, 0);
    if (written < 0 || (size_t)written != size) {
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, errno, false, "%s cannot be written: %s.",
                                 folder->lock, strerror(errno));
    }
    return IC_OK;
}

bool ic_data_folder_find_url(const struct ic_data_folder *folder, char *ret_url, size_t size)
{
    ssize_t length = 0;
    int file = open(folder->lock, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    bool is_served = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (is_served) {
        length = pread(file, ret_url, size - 1, 0);
    }
    close(file);
    if (length <= 0) {
        return false;
    }
    ret_url[length] = '\0';
    return true;
}

void ic_data_folder_release(struct ic_data_folder *folder)
{
    if (folder->lock_file >= 0) {
        close(folder->lock_file);
        folder->lock_file = -1;
    }
}
