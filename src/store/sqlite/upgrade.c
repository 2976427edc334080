#include "store/sqlite/upgrade.h"

#include "store/migrate.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/connection.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

static const char operation[] = "store.sqlite.upgrade";

struct upgrade {
    const char *path;
    int64_t now;
};

static enum ic_rc back_up(void *context, int schema_version, struct ic_err *err)
{
    const struct upgrade *upgrade = context;
    char backup_path[PATH_MAX];
    int size = snprintf(backup_path, sizeof backup_path, "%s.schema-%04d.%" PRId64 ".backup", upgrade->path,
                        schema_version, upgrade->now);
    if (size < 0 || (size_t)size >= sizeof backup_path) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The database's path is too long.");
    }
    return ic_sqlite_backup(upgrade->path, backup_path, err);
}

enum ic_rc ic_sqlite_upgrade(struct ic_connection *connection, const char *path, const struct ic_migration *migrations,
                             int migration_count, int64_t now, int *ret_schema_version, struct ic_err *err)
{
    bool is_foreign = false;
    enum ic_driver_rc driver_rc = ic_sqlite_is_foreign(connection, &is_foreign);
    if (driver_rc) {
        return ic_driver_failed(connection, driver_rc, operation, err);
    }
    if (is_foreign) {
        return ic_err_set(err, IC_CODE_CONFLICT, operation, "The file holds another program's database.");
    }
    struct upgrade upgrade = {.path = path, .now = now};
    struct ic_migrate migrate = {
        .migrations = migrations,
        .migration_count = migration_count,
        .now = now,
        .back_up = back_up,
        .context = &upgrade,
    };
    return ic_migrate(connection, &migrate, ret_schema_version, err);
}
