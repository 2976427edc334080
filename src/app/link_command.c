#include "app/commands.h"
#include "app/config.h"
#include "app/data_folder.h"
#include "app/database.h"
#include "service/identity.h"

#include <stdio.h>

enum { LINK_ARENA_BYTES_MAX = 65536, URL_SIZE = 256 };

static void print_link(const struct ic_config *config, const struct ic_data_folder *folder,
                       const struct ic_operator *operator_, const struct ic_secret *link)
{
    char served[URL_SIZE];
    printf("This link signs %.*s in, once, within a day:\n", (int)operator_->opr_name.size, operator_->opr_name.data);
    if (config->auth_url[0]) {
        printf("  %s/sign-in#%s\n", config->auth_url, link->text);
    } else if (ic_data_folder_find_url(folder, served, sizeof served)) {
        printf("  %s/sign-in#%s\n", served, link->text);
    } else {
        printf("  http://%s/sign-in#%s\n", config->listen, link->text);
    }
}

/* Asks the store for the link; the server may be running, for the database takes several processes. */
static enum ic_rc make_link(const struct ic_config *config, const char *operator_text, struct ic_err *err)
{
    struct ic_clock clock = ic_clock_system();
    struct ic_rand rand = ic_rand_system();
    struct ic_data_folder folder;
    struct ic_service service;
    struct ic_store *store = NULL;
    struct ic_operator operator_;
    struct ic_secret link;
    struct ic_arena *arena = ic_arena_create(LINK_ARENA_BYTES_MAX);
    if (!arena) {
        return ic_arena_failed("app.link", err);
    }
    enum ic_rc rc = ic_database_is_in_folder(config) ? ic_data_folder_init_existing(&folder, config->data, err)
                                                     : ic_data_folder_init(&folder, config->data, err);
    if (rc == IC_OK) {
        rc = ic_database_open(config, &folder, IC_DATABASE_SERVE, 1, &clock, &store, err);
    }
    if (rc == IC_OK) {
        ic_service_init(&service, store, &clock, &rand);
        rc = ic_identity_create_link(&service, ic_str_from(operator_text), arena, &link, &operator_, err);
        ic_service_release(&service);
    }
    if (rc == IC_OK) {
        print_link(config, &folder, &operator_, &link);
        ic_secret_wipe(&link, sizeof link);
    }
    ic_store_destroy(store);
    ic_arena_destroy(arena);
    return rc;
}

int ic_command_link(int argc, char **argv)
{
    static const char *const known[] = {"listen", "data", "database", "config", "operator", NULL};
    struct ic_err err = IC_ERR_NONE;
    struct ic_arguments arguments;
    struct ic_config config;
    enum ic_rc rc = ic_arguments_parse(argc, argv, known, &arguments, &err);
    if (rc == IC_OK) {
        rc = ic_config_load(&arguments, ic_environment_of_process, &config, &err);
    }
    if (rc == IC_OK) {
        rc = make_link(&config, ic_arguments_find(&arguments, "operator"), &err);
    }
    return rc == IC_OK ? 0 : ic_command_failed(&err);
}
