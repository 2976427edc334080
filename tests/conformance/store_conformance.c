/* The conformance suite of the store: one set of claims for every engine.
 *
 *     store_conformance ENGINE:WHERE [FILE ...]
 *
 * WHERE is what the engine takes: a folder for sqlite, a server's address for postgres and oracle, nothing for
 * oracle-smoke. With the names of files ("values", "loss") only those are run. */
#include "claims.h"
#include "engine.h"
#include "fixture.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS_MAX = 1200, USAGE = 2 };

static const struct engine *const engines[] = {&engine_sqlite, &engine_postgres, &engine_oracle, &engine_oracle_smoke};

static const struct {
    const char *name;
    int (*run)(void);
} files[] = {
    {"values", run_values},
    {"limits", run_limits},
    {"order", run_order},
    {"lists", run_lists},
    {"people", run_people},
    {"replica", run_replica},
    {"proposals", run_proposals},
    {"voting", run_voting},
    {"verdicts", run_verdicts},
    {"metrics", run_metrics},
    {"edits", run_edits},
    {"lineage", run_lineage},
    {"sample", run_sample},
    {"audit", run_audit},
    {"tokens", run_tokens},
    {"accounts", run_accounts},
    {"search", run_search},
    {"uniqueness", run_uniqueness},
    {"transactions", run_transactions},
    {"conflicts", run_conflicts},
    {"loss", run_loss},
    {"vanishing", run_vanishing},
    {"feed", run_feed},
    {"concurrency", run_concurrency},
    {"migrations", run_migrations},
};

static const struct engine *find_engine(const char *argument)
{
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        size_t size = strlen(engines[i]->name);
        if (strncmp(argument, engines[i]->name, size) == 0 && argument[size] == ':') {
            engines[i]->use(argument + size + 1);
            return engines[i];
        }
    }
    return NULL;
}

static bool is_wanted(const char *name, int count, char **wanted)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(wanted[i], name) == 0) {
            return true;
        }
    }
    return count == 0;
}

int main(int count, char **arguments)
{
    const struct engine *engine = count > 1 ? find_engine(arguments[1]) : NULL;
    if (!engine) {
        (void)fprintf(stderr, "Usage: store_conformance ENGINE:WHERE [FILE ...]\n");
        return USAGE;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    (void)alarm(engine->seconds_max ? (unsigned)engine->seconds_max : SECONDS_MAX);
    fixture_use(engine);
    int failed_count = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (is_wanted(files[i].name, count - 2, arguments + 2)) {
            failed_count += files[i].run();
        }
    }
    return failed_count > 0;
}
