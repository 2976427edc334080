#include "store/sqlite/database.h"

#include "store/migrations.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/connection.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char operation[] = "store.sqlite.open";

struct sqlite_database {
    struct ic_database base;
    enum ic_sqlite_use use;
    char path[PATH_MAX];
};

static const char *path_of(const struct ic_database *database)
{
    return ((const struct sqlite_database *)database)->path;
}

static enum ic_rc open_writer(const struct sqlite_database *database, struct ic_connection **ret_connection,
                              struct ic_err *err)
{
    struct ic_connection *connection;
    bool is_foreign = false;
    enum ic_rc rc = ic_sqlite_open_writer(database->path, database->use, &connection, err);
    if (rc) {
        return rc;
    }
    enum ic_driver_rc driver_rc = ic_sqlite_is_foreign(connection, &is_foreign);
    if (driver_rc) {
        rc = ic_driver_failed(connection, driver_rc, operation, err);
    } else if (is_foreign) {
        rc = ic_err_set(err, IC_CODE_CONFLICT, operation, "The file holds another program's database.");
    }
    if (rc) {
        connection->driver->close(connection);
        return rc;
    }
    *ret_connection = connection;
    return IC_OK;
}

static enum ic_rc open_connection(struct ic_database *database, bool is_writing, struct ic_connection **ret_connection,
                                  struct ic_err *err)
{
    const struct sqlite_database *self = (const struct sqlite_database *)database;
    return is_writing ? open_writer(self, ret_connection, err) : ic_sqlite_open_reader(self->path, ret_connection, err);
}

static enum ic_rc back_up(struct ic_database *database, int schema_version, int64_t now, struct ic_err *err)
{
    char backup_path[PATH_MAX];
    int size = snprintf(backup_path, sizeof backup_path, "%s.schema-%04d.%" PRId64 ".backup", path_of(database),
                        schema_version, now);
    if (size < 0 || (size_t)size >= sizeof backup_path) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The database's path is too long.");
    }
    return ic_sqlite_backup(path_of(database), backup_path, err);
}

static void destroy(struct ic_database *database)
{
    free(database);
}

enum ic_rc ic_sqlite_database_create(const char *path, enum ic_sqlite_use use, struct ic_database **ret_database,
                                     struct ic_err *err)
{
    size_t size = strlen(path);
    if (size == 0 || size >= PATH_MAX) {
        return ic_err_set(err, IC_CODE_INVALID_FIELD, operation, "The database's path is empty or too long.");
    }
    struct sqlite_database *self = calloc(1, sizeof *self);
    if (!self) {
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for the database.");
    }
    self->base = (struct ic_database){
        .migrations = ic_migrations_sqlite,
        .migration_count = IC_MIGRATION_COUNT,
        .open = open_connection,
        .back_up = back_up,
        .destroy = destroy,
    };
    self->use = use;
    memcpy(self->path, path, size + 1);
    *ret_database = &self->base;
    return IC_OK;
}
