#include "store/sqlite/sqlite_store.h"

#include "store/sqlite/connection.h"
#include "store/sqlite/database.h"

static enum ic_rc open_store(const char *path, enum ic_sqlite_use use, int readers, const struct ic_clock *clock,
                             struct ic_store **ret_store, struct ic_err *err)
{
    struct ic_database *database;
    enum ic_rc rc = ic_sqlite_database_create(path, use, &database, err);
    return rc ? rc : ic_store_create(database, readers, clock, ret_store, err);
}

enum ic_rc ic_store_sqlite_open(const char *path, int readers, const struct ic_clock *clock,
                                struct ic_store **ret_store, struct ic_err *err)
{
    return open_store(path, IC_SQLITE_SERVE, readers, clock, ret_store, err);
}

enum ic_rc ic_store_sqlite_open_bulk(const char *path, int readers, const struct ic_clock *clock,
                                     struct ic_store **ret_store, struct ic_err *err)
{
    return open_store(path, IC_SQLITE_BULK, readers, clock, ret_store, err);
}
