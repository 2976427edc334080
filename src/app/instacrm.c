/* instacrm: the server and its administration. */
#include "app/commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
};

static int run_version(int argc, char **argv)
{
    (void)argc, (void)argv;
    puts("instacrm " IC_VERSION);
    return EXIT_DONE;
}

static int run_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    puts("instacrm: the Command Center of a team that writes to people on Instagram by hand.\n"
         "\n"
         "  instacrm serve    runs the server until Ctrl-C\n"
         "  instacrm link     prints a link that signs an operator in, once\n"
         "  instacrm demo     fills an empty team with sample data\n"
         "  instacrm rollup   check: compares the roll-ups with the events; rebuild: makes them anew\n"
         "  instacrm audit    verify: finds what was removed from the audit or altered; export: writes it out\n"
         "  instacrm version  prints the version\n"
         "\n"
         "serve, link, demo, rollup, audit:\n"
         "  --listen ADDRESS  where to serve; 127.0.0.1:8080 (INSTACRM_LISTEN)\n"
         "  --data FOLDER     where the data is; ~/.local/share/instacrm (INSTACRM_DATA)\n"
         "  --database WHICH  sqlite:PATH, postgres://USER@HOST/DATABASE or oracle: (INSTACRM_DATABASE);\n"
         "                    oracle: if ORACLE_CONN_STRING is set, else instacrm.db in the data folder\n"
         "  --log LEVEL       serve: what is logged: debug, info, warn or error; info (INSTACRM_LOG)\n"
         "  --config FILE     a file of 'key = value' lines: listen, data, database, log\n"
         "link:\n"
         "  --operator NAME   whose: a name or an e-mail address; the owner's if left out\n"
         "audit verify:\n"
         "  --head HEAD       the head that was printed earlier: nothing up to it may be missing or altered\n"
         "demo:\n"
         "  --seed N --operators N --actors N --targets N --events N --days N\n"
         "  --until TIME      where the data ends: now, 2026-05-31, 2026-05-31T18:00:00Z or milliseconds\n"
         "\n"
         "docs/operating.md tells more.");
    return EXIT_DONE;
}

static const struct command commands[] = {
    {"serve", ic_command_serve},   {"link", ic_command_link},   {"demo", ic_command_demo},
    {"rollup", ic_command_rollup}, {"audit", ic_command_audit}, {"version", run_version},
    {"--version", run_version},    {"help", run_help},          {"--help", run_help},
};

int ic_command_failed(const struct ic_err *err)
{
    bool is_usage = err->code == IC_CODE_UNKNOWN_PARAMETER || err->code == IC_CODE_INVALID_PARAMETER;
    fprintf(stderr, "instacrm: %s\n", err->detail[0] != '\0' ? err->detail : ic_code_title(err->code));
    return is_usage ? EXIT_USAGE : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    /* Whatever is made here is for its owner alone. */
    umask(077);
    if (argc < 2) {
        fputs("instacrm: Say what to do: 'instacrm serve', or 'instacrm help' for the rest.\n", stderr);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            bool asks_for_help = argc > 2 && strcmp(argv[2], "--help") == 0;
            return asks_for_help ? run_help(0, NULL) : commands[i].run(argc - 2, argv + 2);
        }
    }
    fprintf(stderr, "instacrm: There is no command '%s'; 'instacrm help' lists them.\n", argv[1]);
    return EXIT_USAGE;
}
