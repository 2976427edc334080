#include "store/sqlite/sqlite_store.h"

#include "store/sqlite/database.h"

enum ic_rc ic_store_sqlite_open(const char *path, int readers, const struct ic_clock *clock,
                                struct ic_store **ret_store, struct ic_err *err)
{
    struct ic_database *database;
    enum ic_rc rc = ic_sqlite_database_create(path, &database, err);
    return rc ? rc : ic_store_create(database, readers, clock, ret_store, err);
}
