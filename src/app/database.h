/* Which database the settings name, and its store.
 *
 * | setting                  | what                                                          |
 * |--------------------------|---------------------------------------------------------------|
 * | none                     | the SQLite file instacrm.db in the data folder                |
 * | sqlite:PATH              | that SQLite file                                              |
 * | postgres://USER@HOST/DB  | a PostgreSQL database, or one that speaks its protocol        |
 * | oracle:                  | Oracle, where ORACLE_CONN_STRING, ORACLE_USER and             |
 * |                          | ORACLE_PASSWORD in the environment say                        |
 *
 * Promises: no password of a setting is ever in a text of ours. Memory: the store is the caller's. Threads: one. */
#ifndef IC_APP_DATABASE_H
#define IC_APP_DATABASE_H

#include "app/config.h"
#include "app/data_folder.h"
#include "store/store.h"

enum ic_database_use {
    IC_DATABASE_SERVE,
    IC_DATABASE_BULK /* Much is read or written at once, and nobody waits for it. */
};

/* Opens the store with up to `readers` connections for reading; fails with a sentence for whoever started the
 * program. */
IC_NODISCARD enum ic_rc ic_database_open(const struct ic_config *config, const struct ic_data_folder *folder,
                                         enum ic_database_use use, int readers, const struct ic_clock *clock,
                                         struct ic_store **ret_store, struct ic_err *err);

/* Whether it is the file in the data folder. */
bool ic_database_is_in_folder(const struct ic_config *config);

/* What to call it: a path, or the engine's name. */
const char *ic_database_name(const struct ic_config *config, const struct ic_data_folder *folder);

#endif
