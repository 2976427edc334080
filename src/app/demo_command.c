#include "app/commands.h"
#include "app/config.h"
#include "app/data_folder.h"
#include "app/database.h"
#include "app/instant.h"
#include "service/demo.h"

#include <stdio.h>
#include <unistd.h>

static const char operation[] = "app.demo";

struct count_flag {
    const char *name;
    size_t offset; /* Of a uint32_t in struct ic_demo_options. */
};

static const struct count_flag count_flags[] = {
    {"operators", offsetof(struct ic_demo_options, operators)}, {"actors", offsetof(struct ic_demo_options, actors)},
    {"targets", offsetof(struct ic_demo_options, targets)},     {"events", offsetof(struct ic_demo_options, events)},
    {"days", offsetof(struct ic_demo_options, days)},
};

static enum ic_rc refuse(const char *name, const char *form, struct ic_err *err)
{
    return ic_err_set_field(err, IC_CODE_INVALID_PARAMETER, operation, name, "--%s: %s.", name, form);
}

static enum ic_rc read_options(const struct ic_arguments *arguments, int64_t now, struct ic_demo_options *ret_options,
                               struct ic_err *err)
{
    int64_t until = now, seed, count;
    const char *text = ic_arguments_find(arguments, "until");
    if (text && !ic_instant_parse(ic_str_from(text), &until)) {
        return refuse("until", "give 2026-05-31, 2026-05-31T18:00:00Z or milliseconds since 1970", err);
    }
    struct ic_demo_options options = ic_demo_reference(until);
    text = ic_arguments_find(arguments, "seed");
    if (text) {
        if (!ic_str_to_int64(ic_str_from(text), &seed)) {
            return refuse("seed", "give a whole number", err);
        }
        options.seed = (uint64_t)seed;
    }
    for (size_t i = 0; i < sizeof count_flags / sizeof count_flags[0]; i++) {
        text = ic_arguments_find(arguments, count_flags[i].name);
        if (!text) {
            continue;
        }
        if (!ic_str_to_int64(ic_str_from(text), &count) || count > UINT32_MAX) {
            return refuse(count_flags[i].name, "give a whole number", err);
        }
        *(uint32_t *)((char *)&options + count_flags[i].offset) = (uint32_t)count;
    }
    /* Before anything is made: a wrong number leaves no empty data folder behind. */
    enum ic_rc rc = ic_demo_check(&options, err);
    if (rc == IC_OK) {
        *ret_options = options;
    }
    return rc;
}

/* A bar that is drawn again only when it changes; called on a thread of the store's. */
static void draw_progress(void *context, uint64_t done_count, uint64_t total_count)
{
    enum { WIDTH = 40 };
    static const char full[] = "########################################";
    int *drawn = context;
    int percent = total_count == 0 ? 100 : (int)(done_count * 100 / total_count);
    if (percent == *drawn) {
        return;
    }
    *drawn = percent;
    fprintf(stderr, "\r[%-*.*s] %3d %%%s", WIDTH, percent * WIDTH / 100, full, percent, percent == 100 ? "\n" : "");
    fflush(stderr);
}

static enum ic_rc load(const struct ic_config *config, const struct ic_demo_options *options,
                       const struct ic_clock *clock, struct ic_err *err)
{
    int drawn = -1;
    const struct ic_demo_progress progress = {.report = draw_progress, .context = &drawn};
    const struct ic_asker asker = {.credential = IC_CREDENTIAL_COMMAND};
    struct ic_data_folder folder;
    struct ic_store *store = NULL;
    enum ic_rc rc = ic_data_folder_init(&folder, config->data, err);
    if (rc != IC_OK) {
        return rc;
    }
    /* The load is one transaction: a server on the same file could not write meanwhile. */
    if (ic_database_is_in_folder(config)) {
        rc = ic_data_folder_lock(&folder, err);
    }
    if (rc == IC_OK) {
        rc = ic_database_open(config, &folder, IC_DATABASE_BULK, 1, clock, &store, err);
    }
    if (rc == IC_OK) {
        rc =
            ic_demo_load(store, &asker, ic_clock_now_ms(clock), options, isatty(STDERR_FILENO) ? &progress : NULL, err);
    }
    ic_store_destroy(store);
    ic_data_folder_release(&folder);
    return rc;
}

int ic_command_demo(int argc, char **argv)
{
    static const char *const known[] = {"listen", "data",    "database", "config", "seed",  "operators",
                                        "actors", "targets", "events",   "days",   "until", NULL};
    struct ic_err err = IC_ERR_NONE;
    struct ic_clock clock = ic_clock_system();
    struct ic_arguments arguments;
    struct ic_config config;
    struct ic_demo_options options;
    enum ic_rc rc = ic_arguments_parse(argc, argv, known, &arguments, &err);
    if (rc == IC_OK) {
        rc = ic_config_load(&arguments, ic_environment_of_process, &config, &err);
    }
    if (rc == IC_OK) {
        rc = read_options(&arguments, ic_clock_now_ms(&clock), &options, &err);
    }
    if (rc == IC_OK) {
        rc = load(&config, &options, &clock, &err);
    }
    if (rc != IC_OK) {
        return ic_command_failed(&err);
    }
    printf("Sample data: %u operators, %u actors, %u targets, %u events in %u days.\n", options.operators,
           options.actors, options.targets, options.events, options.days);
    return 0;
}
