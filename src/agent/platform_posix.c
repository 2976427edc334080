#include "agent/platform.h"

#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PASSWD_BUFFER_SIZE = 16 * 1024, READ_BLOCK_SIZE = 4096, COPY_BLOCK_SIZE = 16 * 1024, BOOT_ID_SIZE = 64 };

static enum ic_rc fail(struct ic_err *err, const char *operation, const char *what, const struct ic_path *path)
{
    int native = errno;
    bool full = native == ENOSPC || native == EDQUOT || native == EFBIG;
    enum ic_code code = native == ENOENT ? IC_CODE_NOT_FOUND : full ? IC_CODE_LEDGER_FULL : IC_CODE_LEDGER_UNWRITABLE;
    return ic_err_set_native(err, code, operation, native, false, "%s %.120s: %.60s.", what, path->text,
                             strerror(native));
}

/* The user's home: what the environment says, or else what the system knows. */
static enum ic_rc home_folder(struct ic_path *ret_path, struct ic_err *err)
{
    const char *home = getenv("HOME");
    if (home && home[0] == '/') {
        return ic_path_parse(home, ret_path, err);
    }
    struct passwd entry, *found = NULL;
    char buffer[PASSWD_BUFFER_SIZE];
    if (getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found) != 0 || !found) {
        return ic_err_set(err, IC_CODE_NOT_FOUND, "agent.platform.home", "This user has no home folder.");
    }
    return ic_path_parse(entry.pw_dir, ret_path, err);
}

/* The folder that `variable` names if it is absolute (as the XDG rules ask), or `fallback` under the home folder. */
static enum ic_rc base_folder(const char *variable, const char *fallback, struct ic_path *ret_path, struct ic_err *err)
{
    const char *named = getenv(variable);
    if (named && named[0] == '/') {
        return ic_path_parse(named, ret_path, err);
    }
    enum ic_rc rc = home_folder(ret_path, err);
    return rc == IC_OK ? ic_path_join(ret_path, fallback, ret_path, err) : rc;
}

enum ic_rc ic_platform_data_folder(struct ic_path *ret_path, struct ic_err *err)
{
    const char *named = getenv("INSTACRM_AGENT_DATA");
    if (named && named[0]) {
        return ic_path_parse(named, ret_path, err);
    }
    enum ic_rc rc = base_folder("XDG_DATA_HOME", ".local/share", ret_path, err);
    return rc == IC_OK ? ic_path_join(ret_path, "instacrm-agent", ret_path, err) : rc;
}

enum ic_rc ic_platform_config_folder(struct ic_path *ret_path, struct ic_err *err)
{
    return base_folder("XDG_CONFIG_HOME", ".config", ret_path, err);
}

enum ic_rc ic_platform_executable(struct ic_path *ret_path, struct ic_err *err)
{
    char *resolved = realpath("/proc/self/exe", NULL);
    if (!resolved) {
        return ic_err_set_native(err, IC_CODE_NOT_FOUND, "agent.platform.executable", errno, false,
                                 "This program cannot find its own file.");
    }
    enum ic_rc rc = ic_path_parse(resolved, ret_path, err);
    free(resolved);
    return rc;
}

void ic_platform_host_name(char *ret_name, size_t size)
{
    if (gethostname(ret_name, size) != 0 || ret_name[0] == '\0') {
        snprintf(ret_name, size, "desktop");
    }
    ret_name[size - 1] = '\0';
}

static char boot_id[BOOT_ID_SIZE];

/* Linux tells it; elsewhere nobody knows, and ages end with the process. */
static void read_boot_id(void)
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (file) {
        if (!fgets(boot_id, sizeof boot_id, file)) {
            boot_id[0] = '\0';
        }
        boot_id[strcspn(boot_id, "\n")] = '\0';
        fclose(file);
    }
}

static int64_t awake_or_asleep_ms(void *context)
{
    (void)context;
    struct timespec now = {.tv_sec = 0};
#ifdef CLOCK_BOOTTIME
    clock_gettime(CLOCK_BOOTTIME, &now);
#else
    clock_gettime(CLOCK_MONOTONIC, &now);
#endif
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct ic_clock ic_platform_clock(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct ic_clock clock = ic_clock_system();
    pthread_once(&once, read_boot_id);
    clock.monotonic_ms = awake_or_asleep_ms;
    clock.boot_id = boot_id[0] ? boot_id : NULL;
    return clock;
}

void ic_platform_memory_trim(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void ic_platform_pause_ms(int64_t pause_ms)
{
    struct timespec left = {.tv_sec = (time_t)(pause_ms / 1000), .tv_nsec = (long)(pause_ms % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

static enum ic_platform_access judge(const struct stat *status)
{
    if (status->st_uid != geteuid()) {
        return IC_ACCESS_FOREIGN;
    }
    return status->st_mode & (S_IRWXG | S_IRWXO) ? IC_ACCESS_OPEN : IC_ACCESS_PRIVATE;
}

enum ic_platform_access ic_platform_access_get(const struct ic_path *path)
{
    struct stat status;
    return lstat(path->text, &status) == 0 ? judge(&status) : IC_ACCESS_MISSING;
}

enum ic_rc ic_platform_access_close(const struct ic_path *path, struct ic_err *err)
{
    struct stat status;
    if (lstat(path->text, &status) != 0 || chmod(path->text, status.st_mode & S_IRWXU) != 0) {
        return fail(err, "agent.platform.access", "The mode cannot be changed of", path);
    }
    return IC_OK;
}

bool ic_platform_exists(const struct ic_path *path)
{
    struct stat status;
    return lstat(path->text, &status) == 0;
}

bool ic_platform_is_program(const struct ic_path *path)
{
    struct stat status;
    return stat(path->text, &status) == 0 && S_ISREG(status.st_mode) && access(path->text, X_OK) == 0;
}

enum ic_rc ic_platform_folder_make(const struct ic_path *path, bool is_private, struct ic_err *err)
{
    struct stat status;
    if (stat(path->text, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            return IC_OK;
        }
        return ic_err_set(err, IC_CODE_LEDGER_UNWRITABLE, "agent.platform.folder", "%.160s is not a folder.",
                          path->text);
    }
    struct ic_path parent;
    if (ic_path_parent(path, &parent)) {
        /* Folders in between are the user's own, made as the user's umask would have them. */
        enum ic_rc rc = ic_platform_folder_make(&parent, false, err);
        if (rc != IC_OK) {
            return rc;
        }
    }
    if (mkdir(path->text, is_private ? 0700 : 0755) != 0 && errno != EEXIST) {
        return fail(err, "agent.platform.folder", "The folder cannot be made:", path);
    }
    return IC_OK;
}

bool ic_platform_folder_remove_empty(const struct ic_path *path)
{
    return rmdir(path->text) == 0;
}

enum ic_rc ic_platform_file_read(const struct ic_path *path, bool is_private, struct ic_buf *buf, struct ic_err *err)
{
    static const char operation[] = "agent.platform.read";
    struct stat status;
    enum ic_rc rc = IC_OK;
    int fd = open(path->text, O_RDONLY | O_CLOEXEC | (is_private ? O_NOFOLLOW : 0));
    if (fd < 0) {
        return fail(err, operation, "It cannot be read:", path);
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        rc = ic_err_set(err, IC_CODE_FORBIDDEN, operation, "%.160s is not a plain file.", path->text);
        goto out;
    }
    if (is_private && judge(&status) != IC_ACCESS_PRIVATE) {
        rc = ic_err_set(err, IC_CODE_FORBIDDEN, operation, "Another user may use %.160s.", path->text);
        goto out;
    }
    for (;;) {
        char block[READ_BLOCK_SIZE];
        ssize_t size = read(fd, block, sizeof block);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            rc = fail(err, operation, "It cannot be read:", path);
            goto out;
        }
        if (size == 0) {
            break;
        }
        ic_buf_put(buf, (struct ic_str){block, (size_t)size});
    }
    rc = ic_buf_check(buf, operation, err);
out:
    close(fd);
    return rc;
}

static bool write_all(int fd, struct ic_str bytes)
{
    while (bytes.size > 0) {
        ssize_t size = write(fd, bytes.data, bytes.size);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            return false;
        }
        bytes.data += size;
        bytes.size -= (size_t)size;
    }
    return true;
}

/* A rename is durable once its folder is. */
static bool sync_folder_of(const struct ic_path *path)
{
    struct ic_path parent;
    if (!ic_path_parent(path, &parent)) {
        return false;
    }
    int fd = open(parent.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return done;
}

enum ic_rc ic_platform_file_write(const struct ic_path *path, struct ic_str bytes, bool is_private, struct ic_err *err)
{
    static const char operation[] = "agent.platform.write";
    struct ic_path draft;
    if (strlen(path->text) + sizeof ".XXXXXX" > sizeof draft.text) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "The path of %.80s is too long.", path->text);
    }
    snprintf(draft.text, sizeof draft.text, "%.*s.XXXXXX", (int)(sizeof draft.text - sizeof ".XXXXXX"), path->text);
    int fd = mkostemp(draft.text, O_CLOEXEC);
    if (fd < 0) {
        return fail(err, operation, "It cannot be written:", path);
    }
    bool written = write_all(fd, bytes) && fchmod(fd, is_private ? 0600 : 0644) == 0 && fsync(fd) == 0;
    enum ic_rc rc = written ? IC_OK : fail(err, operation, "It cannot be written:", path);
    close(fd);
    if (rc == IC_OK && rename(draft.text, path->text) != 0) {
        rc = fail(err, operation, "It cannot be replaced:", path);
    }
    if (rc != IC_OK) {
        unlink(draft.text);
        return rc;
    }
    return sync_folder_of(path) ? IC_OK : fail(err, operation, "The folder cannot be made durable of", path);
}

enum ic_rc ic_platform_file_rename(const struct ic_path *from, const struct ic_path *to, struct ic_err *err)
{
    static const char operation[] = "agent.platform.rename";
    if (rename(from->text, to->text) != 0) {
        return fail(err, operation, "It cannot be renamed:", from);
    }
    return sync_folder_of(to) ? IC_OK : fail(err, operation, "The folder cannot be made durable of", to);
}

static bool copy_all(int from, int to)
{
    char block[COPY_BLOCK_SIZE];
    for (;;) {
        ssize_t size = read(from, block, sizeof block);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return size == 0;
        }
        if (!write_all(to, (struct ic_str){block, (size_t)size})) {
            return false;
        }
    }
}

enum ic_rc ic_platform_file_copy(const struct ic_path *from, const struct ic_path *to, struct ic_err *err)
{
    static const char operation[] = "agent.platform.copy";
    enum ic_rc rc = IC_OK;
    int source = open(from->text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (source < 0) {
        return fail(err, operation, "It cannot be read:", from);
    }
    int copy = open(to->text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (copy < 0 || !copy_all(source, copy) || fsync(copy) != 0) {
        rc = fail(err, operation, "It cannot be written:", to);
    }
    if (copy >= 0) {
        close(copy);
    }
    close(source);
    return rc;
}

enum ic_rc ic_platform_file_remove(const struct ic_path *path, struct ic_err *err)
{
    if (unlink(path->text) != 0) {
        return fail(err, "agent.platform.remove", "It cannot be removed:", path);
    }
    return IC_OK;
}

enum ic_rc ic_platform_lock_open(const struct ic_path *path, struct ic_platform_lock *ret_lock, struct ic_err *err)
{
    int fd = open(path->text, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return fail(err, "agent.platform.lock", "The lock cannot be opened:", path);
    }
    ret_lock->fd = fd;
    return IC_OK;
}

bool ic_platform_lock_try(struct ic_platform_lock *lock)
{
    return flock(lock->fd, LOCK_EX | LOCK_NB) == 0;
}

bool ic_platform_lock_share(struct ic_platform_lock *lock)
{
    return flock(lock->fd, LOCK_SH) == 0;
}

bool ic_platform_lock_take(struct ic_platform_lock *lock)
{
    return flock(lock->fd, LOCK_EX) == 0;
}

void ic_platform_lock_close(struct ic_platform_lock *lock)
{
    close(lock->fd);
    lock->fd = -1;
}

static void on_interrupt(int signal_number)
{
    (void)signal_number; /* That the wait ends is all it is for. */
}

void ic_platform_interrupt_init(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL); /* Without SA_RESTART: the wait must end. */
}

void ic_platform_interrupt(pthread_t thread)
{
    pthread_kill(thread, SIGUSR1);
}
