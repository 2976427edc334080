#include "store/postgres/database.h"

#include "base/secret.h"
#include "store/migrations.h"
#include "store/postgres/connection.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

static const char operation[] = "store.postgres.address";

struct postgres_database {
    struct ic_database base;
    char *url;
};

static struct postgres_database *own(struct ic_database *database)
{
    return (struct postgres_database *)database;
}

static enum ic_rc open_connection(struct ic_database *database, bool is_writing, struct ic_connection **ret_connection,
                                  struct ic_err *err)
{
    return ic_postgres_open(own(database)->url, is_writing, ic_driver_call_ms(database), ret_connection, err);
}

static void destroy(struct ic_database *database)
{
    if (database) {
        ic_secret_wipe(own(database)->url, strlen(own(database)->url));
        free(own(database)->url);
        free(database);
    }
}

/* Whether an @ stands where one that belongs to a password would: a second one, or one behind a slash. Taken for a
 * host's or a database's, the rest of such a password would come back in the words of an error. */
static bool has_stray_at(const char *url)
{
    const char *user = strstr(url, "://");
    if (!user) {
        return false;
    }
    user += strlen("://");
    size_t size = strcspn(user, "?");
    const char *first = memchr(user, '@', size);
    if (!first) {
        return false;
    }
    return memchr(user, '/', (size_t)(first - user)) || memchr(first + 1, '@', size - (size_t)(first - user) - 1);
}

/* Whether every port is a number: what is none may be a password behind which the @ is missing. */
static bool has_numeric_ports(const PQconninfoOption *options)
{
    for (; options->keyword; options++) {
        if (strcmp(options->keyword, "port") == 0 && options->val) {
            return options->val[strspn(options->val, "0123456789,")] == '\0';
        }
    }
    return true;
}

static enum ic_rc check(const char *url, struct ic_err *err)
{
    if (has_stray_at(url)) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "The PostgreSQL address has an @ in an odd place; in a password write @ as %%40, / as %%2F.");
    }
    /* libpq's own words quote the address. */
    char *words = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &words);
    PQfreemem(words);
    bool is_readable = options && has_numeric_ports(options);
    PQconninfoFree(options);
    if (!is_readable) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "The PostgreSQL address cannot be read; "
                          "write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %%XX for special characters.");
    }
    return IC_OK;
}

enum ic_rc ic_postgres_database_create(const char *url, struct ic_database **ret_database, struct ic_err *err)
{
    enum ic_rc rc = check(url, err);
    if (rc) {
        return rc;
    }
    struct postgres_database *self = calloc(1, sizeof *self);
    char *copy = strdup(url);
    if (!self || !copy) {
        free(self);
        free(copy);
        return ic_err_set(err, IC_CODE_OUT_OF_MEMORY, operation, "There is no memory for a database.");
    }
    *self = (struct postgres_database){
        .base =
            {
                .migrations = ic_migrations_postgres,
                .migration_count = IC_MIGRATION_COUNT,
                .open = open_connection,
                .destroy = destroy,
            },
        .url = copy,
    };
    *ret_database = &self->base;
    return IC_OK;
}
