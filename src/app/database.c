#include "app/database.h"

#include "store/oracle/database.h"
#include "store/postgres/database.h"
#include "store/sqlite/sqlite_store.h"

#include <string.h>

static const char sqlite_prefix[] = "sqlite:";
static const char oracle_setting[] = "oracle:"; /* Nothing stands behind it: a password belongs on no command line. */

static bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_postgres(const char *setting)
{
    return has_prefix(setting, "postgres://") || has_prefix(setting, "postgresql://");
}

static bool is_oracle(const char *setting)
{
    return strcmp(setting, oracle_setting) == 0;
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
    if (is_oracle(config->database)) {
        return "Oracle, which ORACLE_CONN_STRING names";
    }
    return ic_database_is_in_folder(config) ? folder->database : config->database + strlen(sqlite_prefix);
}

/* Opens the store of a server that others use as well. */
static enum ic_rc open_shared(struct ic_database *database, enum ic_database_use use, int readers,
                              const struct ic_clock *clock, struct ic_store **ret_store, struct ic_err *err)
{
    database->is_patient = use == IC_DATABASE_BULK;
    /* One writes, one watches, and the server has a limit. */
    int most = IC_STORE_CONNECTIONS_COUNT_MAX - 2;
    return ic_store_create(database, readers < most ? readers : most, clock, ret_store, err);
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
    if (is_postgres(setting) || is_oracle(setting)) {
        struct ic_database *database;
        enum ic_rc rc = is_oracle(setting) ? ic_oracle_database_create(&database, err)
                                           : ic_postgres_database_create(setting, &database, err);
        return rc ? rc : open_shared(database, use, readers, clock, ret_store, err);
    }
    if (has_prefix(setting, sqlite_prefix) && setting[strlen(sqlite_prefix)] != '\0') {
        return open_sqlite(setting + strlen(sqlite_prefix), use, readers, clock, ret_store, err);
    }
    if (ic_database_is_in_folder(config)) {
        return open_sqlite(folder->database, use, readers, clock, ret_store, err);
    }
    return ic_err_set(
        err, IC_CODE_INVALID_PARAMETER, "app.database",
        "The database is given as sqlite:PATH, postgres://USER@HOST/DATABASE or oracle:, with nothing behind it.");
}
