/* instacrm-agent: what a browser starts as its native messaging host, and the operator's tool. */
#include "agent/answer_look_up.h"
#include "agent/doctor.h"
#include "agent/export.h"
#include "agent/host.h"
#include "agent/http_client.h"
#include "agent/install.h"
#include "agent/pair.h"
#include "agent/platform.h"
#include "agent/report.h"
#include "agent/sync_now.h"
#include "agent/sync_process.h"
#include "agent/sync_worker.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static const char help[] =
    "instacrm-agent keeps what you send and hands it to your team's Command Center.\n"
    "\n"
    "  instacrm-agent install [--dry-run] [--profile FOLDER]    lets Chromium, Chrome, Edge and Brave find this "
    "program\n"
    "  instacrm-agent uninstall [--dry-run] [--profile FOLDER]  undoes that\n"
    "  instacrm-agent pair URL [--name NAME]                    pairs this desktop with the server at URL\n"
    "  instacrm-agent status [--json] [--dismiss]               says what is pending and what was rejected, and why;\n"
    "                                                           --dismiss then forgets what was rejected\n"
    "  instacrm-agent sync [--retry]                            pushes and pulls now; --retry tries again what was "
    "rejected\n"
    "  instacrm-agent look-up HANDLE [--json]                   says who of the team wrote to it, and whether it is "
    "excluded\n"
    "  instacrm-agent export [--csv]                            writes all that this desktop keeps, as JSON or CSV\n"
    "  instacrm-agent doctor [--fix]                            looks for a broken link between browser and server\n"
    "  instacrm-agent --help | --version\n"
    "\n"
    "--profile FOLDER is for a browser that is run with a profile folder of its own (--user-data-dir).\n"
    "The data is in INSTACRM_AGENT_DATA, or else in ~/.local/share/instacrm-agent.\n"
    "A browser starts it with chrome-extension://ID/ as its argument, and that process starts another one with\n"
    "sync-process, which speaks with the server.\n";

/* What stands behind the command. */
struct arguments {
    const char *positional;
    const char *profile;
    const char *name;
    bool dry_run;
    bool json;
    bool fix;
    bool dismiss;
    bool retry;
    bool csv;
};

/* A command: what it takes, and what it does. */
struct command {
    const char *name;
    const char *flags;      /* Those it takes, between spaces. */
    const char *positional; /* What it needs, in words; NULL: nothing. */
    int (*run)(const struct arguments *arguments);
};

static int failed(const struct ic_err *err)
{
    fprintf(stderr, "instacrm-agent: %s\n", err->detail);
    return err->code == IC_CODE_INVALID_PARAMETER ? EXIT_USAGE : EXIT_FAILED;
}

static int run_install(const struct arguments *arguments)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_install_options options = {.dry_run = arguments->dry_run, .profile = arguments->profile};
    return ic_install(&options, stdout, &err) == IC_OK ? EXIT_DONE : failed(&err);
}

static int run_uninstall(const struct arguments *arguments)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_install_options options = {.dry_run = arguments->dry_run, .profile = arguments->profile};
    return ic_uninstall(&options, stdout, &err) == IC_OK ? EXIT_DONE : failed(&err);
}

static int run_pair(const struct arguments *arguments)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_http_client *client = NULL;
    struct ic_pair_options options = {
        .url = arguments->positional, .name = arguments->name, .clock = ic_platform_clock()};
    enum ic_rc rc = ic_folder_find(&options.folder, &err);
    if (rc == IC_OK) {
        rc = ic_http_client_create(&options.clock, &client, &err);
    }
    if (rc == IC_OK) {
        options.exchange = ic_http_client_exchange(client);
        rc = ic_pair(&options, stdout, &err);
    }
    ic_http_client_destroy(client);
    return rc == IC_OK ? EXIT_DONE : failed(&err);
}

static int run_status(const struct arguments *arguments)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_folder folder;
    struct ic_clock clock = ic_platform_clock();
    enum ic_rc rc = ic_folder_find(&folder, &err);
    if (rc == IC_OK) {
        rc = ic_report(&folder, &clock, arguments->json, arguments->dismiss, stdout, &err);
    }
    return rc == IC_OK ? EXIT_DONE : failed(&err);
}

static int run_sync(const struct arguments *arguments)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_http_client *client = NULL;
    struct ic_sync_now_options options = {
        .retry = arguments->retry, .clock = ic_platform_clock(), .rand = ic_rand_system()};
    enum ic_rc rc = ic_folder_find(&options.folder, &err);
    if (rc == IC_OK) {
        rc = ic_http_client_create(&options.clock, &client, &err);
    }
    if (rc == IC_OK) {
        options.exchange = ic_http_client_exchange(client);
        rc = ic_sync_now(&options, stdout, &err);
    }
    ic_http_client_destroy(client);
    return rc == IC_OK ? EXIT_DONE : failed(&err);
}

static int run_look_up(const struct arguments *arguments)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_folder folder;
    struct ic_clock clock = ic_platform_clock();
    enum ic_rc rc = ic_folder_find(&folder, &err);
    if (rc == IC_OK) {
        rc = ic_answer_look_up(&folder, &clock, arguments->positional, arguments->json, stdout, &err);
    }
    return rc == IC_OK ? EXIT_DONE : failed(&err);
}

static int run_export(const struct arguments *arguments)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_folder folder;
    struct ic_clock clock = ic_platform_clock();
    enum ic_rc rc = ic_folder_find(&folder, &err);
    if (rc == IC_OK) {
        rc = ic_export(&folder, &clock, arguments->csv, stdout, &err);
    }
    return rc == IC_OK ? EXIT_DONE : failed(&err);
}

static int run_doctor(const struct arguments *arguments)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_http_client *client = NULL;
    struct ic_doctor_options options = {.mend = arguments->fix, .clock = ic_platform_clock()};
    enum ic_rc rc = ic_folder_find(&options.folder, &err);
    if (rc == IC_OK) {
        rc = ic_http_client_create(&options.clock, &client, &err);
    }
    if (rc != IC_OK) {
        return failed(&err);
    }
    options.exchange = ic_http_client_exchange(client);
    bool healthy = ic_doctor(&options, stdout);
    ic_http_client_destroy(client);
    return healthy ? EXIT_DONE : EXIT_FAILED;
}

static int run_host(const char *origin)
{
    struct ic_err err = IC_ERR_NONE;
    struct ic_host_config config = {
        .origin = origin, .in = STDIN_FILENO, .clock = ic_platform_clock(), .rand = ic_rand_system()};
    /* The pipe to the browser is for frames: whoever else prints to stdout prints to stderr. */
    config.out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (config.out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        fputs("instacrm-agent: There is no output to answer to.\n", stderr);
        return EXIT_FAILED;
    }
    if (ic_folder_find(&config.folder, &err) != IC_OK) {
        return failed(&err);
    }
    int exit_status = ic_host_run(&config);
    close(config.out);
    return exit_status;
}

static int run_sync_process(const struct arguments *arguments)
{
    (void)arguments;
    struct ic_err err = IC_ERR_NONE;
    struct ic_folder folder;
    struct ic_clock clock = ic_platform_clock();
    struct ic_rand rand = ic_rand_system();
    enum ic_rc rc = ic_folder_find(&folder, &err);
    if (rc == IC_OK) {
        rc = ic_sync_worker_run(&folder, &clock, &rand, &err);
    }
    return rc == IC_OK ? EXIT_DONE : failed(&err);
}

static const struct command commands[] = {
    {"install", " --dry-run --profile ", NULL, run_install},
    {"uninstall", " --dry-run --profile ", NULL, run_uninstall},
    {"pair", " --name ", "the server's address, such as https://crm.example.org", run_pair},
    {"status", " --json --dismiss ", NULL, run_status},
    {"sync", " --retry ", NULL, run_sync},
    {"look-up", " --json ", "the handle that is looked up", run_look_up},
    {"export", " --csv ", NULL, run_export},
    {"doctor", " --fix ", NULL, run_doctor},
    {IC_SYNC_PROCESS_ARGUMENT, "", NULL, run_sync_process},
};

static bool takes(const struct command *command, const char *flag)
{
    char wanted[32];
    int size = snprintf(wanted, sizeof wanted, " %s ", flag);
    return size > 0 && (size_t)size < sizeof wanted && strstr(command->flags, wanted);
}

/* Takes argv[*index]; false when the command does not know it or it lacks its value. */
static bool take_argument(const struct command *command, int argc, char **argv, int *index, struct arguments *arguments)
{
    const char *argument = argv[*index];
    if (argument[0] != '-') {
        bool wanted = command->positional && !arguments->positional;
        arguments->positional = argument;
        return wanted;
    }
    if (!takes(command, argument)) {
        return false;
    }
    if (strcmp(argument, "--profile") == 0 || strcmp(argument, "--name") == 0) {
        const char **value = strcmp(argument, "--name") == 0 ? &arguments->name : &arguments->profile;
        if (*value || *index + 1 == argc) {
            return false;
        }
        *value = argv[++*index];
        return true;
    }
    arguments->dry_run |= strcmp(argument, "--dry-run") == 0;
    arguments->json |= strcmp(argument, "--json") == 0;
    arguments->fix |= strcmp(argument, "--fix") == 0;
    arguments->dismiss |= strcmp(argument, "--dismiss") == 0;
    arguments->retry |= strcmp(argument, "--retry") == 0;
    arguments->csv |= strcmp(argument, "--csv") == 0;
    return true;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct arguments arguments = {.positional = NULL};
    for (int i = 2; i < argc; i++) {
        if (!take_argument(command, argc, argv, &i, &arguments)) {
            fprintf(stderr, "instacrm-agent: %s does not take %s like that; see instacrm-agent --help.\n",
                    command->name, argv[i]);
            return EXIT_USAGE;
        }
    }
    if (command->positional && !arguments.positional) {
        fprintf(stderr, "instacrm-agent: %s needs %s.\n", command->name, command->positional);
        return EXIT_USAGE;
    }
    int exit_status = command->run(&arguments);
    /* What could not be printed was not said. */
    return fflush(stdout) == 0 ? exit_status : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    umask(077);
    if (argc < 2 || strcmp(argv[1], "--help") == 0) {
        fputs(help, argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("instacrm-agent " IC_VERSION);
        return EXIT_DONE;
    }
    /* Browsers on some systems name their window behind it. */
    if (strncmp(argv[1], "chrome-extension://", strlen("chrome-extension://")) == 0) {
        return run_host(argv[1]);
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return run_command(&commands[i], argc, argv);
        }
    }
    fprintf(stderr, "instacrm-agent: there is no command %s; see instacrm-agent --help.\n", argv[1]);
    return EXIT_USAGE;
}
