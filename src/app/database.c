#include "app/database.h"

#include "store/postgres/database.h"
#include "store/sqlite/sqlite_store.h"

#include <string.h>

static const char sqlite_prefix[] = "sqlite:";

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_postgres(const char *setting)
{
    return has_prefix(setting, "postgres://") || has_prefix(setting, "postgresql://");
}

bool ic_database_is_in_folder(const struct ic_config *config)
{
    return config->database[0] == '\0';
}

const char *ic_database_name(const struct ic_config *config, const struct ic_data_folder *folder)
{
    if (is_postgres(config->database)) {
        return "PostgreSQL";
    }
    return ic_database_is_in_folder(config) ? folder->database : config->database + strlen(sqlite_prefix);
}

static enum ic_rc open_postgres(const char *url, int readers, const struct ic_clock *clock, struct ic_store **ret_store,
                                struct ic_err *err)
{
    /* One writes, one watches, and the server has a limit that others share. */
    int most = IC_STORE_CONNECTIONS_COUNT_MAX - 2;
    struct ic_database *database;
    enum ic_rc rc = ic_postgres_database_create(url, &database, err);
    return rc ? rc : ic_store_create(database, readers < most ? readers : most, clock, ret_store, err);
}

static enum ic_rc open_sqlite(const char *path, enum ic_database_use use, int readers, const struct ic_clock *clock,
                              struct ic_store **ret_store, struct ic_err *err)
{
    return use == IC_DATABASE_BULK ? ic_store_sqlite_open_bulk(path, readers, clock, ret_store, err)
                                   : ic_store_sqlite_open(path, readers, clock, ret_store, err);
}

enum ic_rc ic_database_open(const struct ic_config *config, const struct ic_data_folder *folder,
                            enum ic_database_use use, int readers, const struct ic_clock *clock,
                            struct ic_store **ret_store, struct ic_err *err)
{
    const char *setting = config->database;
    if (is_postgres(setting)) {
        return open_postgres(setting, readers, clock, ret_store, err);
    }
    if (has_prefix(setting, sqlite_prefix) && setting[strlen(sqlite_prefix)] != '\0') {
        return open_sqlite(setting + strlen(sqlite_prefix), use, readers, clock, ret_store, err);
    }
    if (ic_database_is_in_folder(config)) {
        return open_sqlite(folder->database, use, readers, clock, ret_store, err);
    }
    return ic_err_set(err, IC_CODE_INVALID_PARAMETER, "app.database",
                      "The database is given as sqlite:PATH or postgres://USER@HOST/DATABASE.");
}
