#include "app/commands.h"
#include "app/config.h"
#include "app/data_folder.h"
#include "app/database.h"
#include "store/rollup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char operation[] = "app.rollup";

static enum ic_rc run_check(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    return ic_rollup_check(tx, context, err);
}

static enum ic_rc run_rebuild(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    (void)context;
    return ic_rollup_rebuild(tx, err);
}

/* Says what the check found; the exit code. */
static int tell(const struct ic_rollup_report *report)
{
    if (report->mismatch_count == 0) {
        printf("The roll-ups equal the events: %" PRId64 " rows.\n", report->row_count);
        return 0;
    }
    printf("The roll-ups differ from the events in %" PRId64 " of %" PRId64 " rows, first here:\n  %s\n"
           "'instacrm rollup rebuild' makes them anew.\n",
           report->mismatch_count, report->row_count, report->first_mismatch);
    return 1;
}

static enum ic_rc open_store(const struct ic_config *config, struct ic_store **ret_store, struct ic_err *err)
{
    struct ic_clock clock = ic_clock_system();
    struct ic_data_folder folder;
    enum ic_rc rc = ic_database_is_in_folder(config) ? ic_data_folder_init_existing(&folder, config->data, err)
                                                     : ic_data_folder_init(&folder, config->data, err);
    return rc ? rc : ic_database_open(config, &folder, IC_DATABASE_BULK, 1, &clock, ret_store, err);
}

int ic_command_rollup(int argc, char **argv)
{
    static const char *const known[] = {"data", "database", "config", NULL};
    struct ic_err err = IC_ERR_NONE;
    struct ic_arguments arguments;
    struct ic_config config;
    struct ic_store *store = NULL;
    struct ic_rollup_report report = {0};
    bool is_check = argc > 0 && strcmp(argv[0], "check") == 0;
    bool is_rebuild = argc > 0 && strcmp(argv[0], "rebuild") == 0;
    enum ic_rc rc = IC_OK;
    if (!is_check && !is_rebuild) {
        rc = ic_err_set(&err, IC_CODE_INVALID_PARAMETER, operation, "Say 'instacrm rollup check' or '... rebuild'.");
    }
    if (!rc) {
        rc = ic_arguments_parse(argc - 1, argv + 1, known, &arguments, &err);
    }
    if (!rc) {
        rc = ic_config_load(&arguments, ic_environment_of_process, &config, &err);
    }
    if (!rc) {
        rc = open_store(&config, &store, &err);
    }
    if (!rc && is_rebuild) {
        rc = ic_store_write(store, run_rebuild, NULL, &err);
    }
    if (!rc) {
        rc = ic_store_read(store, run_check, &report, &err);
    }
    ic_store_destroy(store);
    return rc ? ic_command_failed(&err) : tell(&report);
}
