/* Holds the tree against the rules of the house.
 *
 *     tidy FOLDER
 *
 * Each breach is a line `file:line: what`; the exit status is 1 when there is one. The rules: includes point down the
 * floors and never sideways; a vendor's header stays in its place; banned functions are not called; a reminder names
 * its issue; a header begins with a comment and is guarded; a file has at most 800 lines; a migration's number exists
 * once and without gaps. Comments and quoted texts are not code. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096, LINES_MAX = 800 };

/* A room of src/ and the rooms that it may include, besides itself. */
static const struct {
    const char *room;
    const char *may; /* Names between spaces. */
} floors[] = {
    {"contract", " "},
    {"base", " contract "},
    {"domain", " base contract "},
    {"http", " base contract "},
    {"oidc", " base contract "},
    {"store", " domain base contract "},
    {"sync", " domain base contract "},
    {"service", " store sync domain base contract "},
    {"api", " service oidc http store sync domain base contract "},
    {"agent", " sync domain base contract "},
    {"app", " api agent service oidc store sync http domain base contract "},
};

/* A vendor's header and where it may be included: beginnings of paths, between spaces. */
static const struct {
    const char *header;
    const char *places;
} vendors[] = {
    {"sqlite3.h", " src/store/sqlite/ src/agent/ledger "},
    {"libpq-fe.h", " src/store/postgres/ "},
    {"sql.h", " src/store/oracle/ "},
    {"sqlext.h", " src/store/oracle/ "},
    {"event2/", " src/http/ src/app/ "},
    {"curl/", " src/agent/http_client src/oidc/ "},
    {"openssl/", " src/oidc/ "},
    {"zlib.h", " src/base/gzip "},
    {"unicode/", " src/service/zones "},
};

static const char *const banned[] = {
    "strcpy",  "strcat",  "sprintf", "vsprintf", "gets",    "strtok",  "atoi",   "atol",
    "atof",    "strncpy", "strncat", "scanf",    "sscanf",  "fscanf",  "system", "popen",
    "alloca",  "rand",    "srand",   "mktemp",   "tmpnam",  "tempnam", "vscanf", "vsscanf",
    "vfscanf", "signal",  "setjmp",  "longjmp",  "asctime", "ctime",   "gmtime", "localtime",
};

static int breaches;
static const char *top;

__attribute__((format(printf, 3, 4))) static void breach(const char *path, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%s:%d: ", path, line);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
    breaches++;
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t size = strlen(text), ending_size = strlen(ending);
    return size >= ending_size && strcmp(text + size - ending_size, ending) == 0;
}

/* ---- Includes. ---- */

/* The room of "src/<room>/..."; false when the path is of no room. */
static bool room_of(const char *path, char *ret_room, size_t size)
{
    if (!starts_with(path, "src/")) {
        return false;
    }
    const char *end = strchr(path + 4, '/');
    if (!end || (size_t)(end - path - 4) >= size) {
        return false;
    }
    snprintf(ret_room, size, "%.*s", (int)(end - path - 4), path + 4);
    return true;
}

static bool is_room(const char *name)
{
    for (size_t i = 0; i < sizeof floors / sizeof floors[0]; i++) {
        if (strcmp(floors[i].room, name) == 0) {
            return true;
        }
    }
    return false;
}

static void check_floor(const char *path, int line, const char *included)
{
    char room[64], target[64], wanted[72];
    const char *slash = strchr(included, '/');
    if (!room_of(path, room, sizeof room)) {
        return;
    }
    if (!slash) {
        breach(path, line, "\"%s\": an include names its room, such as \"base/buf.h\"", included);
        return;
    }
    snprintf(target, sizeof target, "%.*s", (int)(slash - included), included);
    if (strcmp(room, target) == 0) {
        return;
    }
    if (!is_room(target)) {
        breach(path, line, "\"%s\": there is no room %s", included, target);
        return;
    }
    static const char *const engines[] = {"store/sqlite/", "store/postgres/", "store/oracle/"};
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        if (strcmp(room, "app") != 0 && starts_with(included, engines[i])) {
            breach(path, line, "\"%s\": only app/ names a concrete store", included);
            return;
        }
    }
    snprintf(wanted, sizeof wanted, " %s ", target);
    for (size_t i = 0; i < sizeof floors / sizeof floors[0]; i++) {
        if (strcmp(floors[i].room, room) == 0 && !strstr(floors[i].may, wanted)) {
            breach(path, line, "\"%s\": %s/ may not include %s/", included, room, target);
        }
    }
}

/* Whether one of the beginnings in `places` is the path's. */
static bool is_in_place(const char *path, const char *places)
{
    for (const char *at = places + 1; *at; at = strchr(at, ' ') + 1) {
        size_t size = strcspn(at, " ");
        if (strncmp(path, at, size) == 0) {
            return true;
        }
    }
    return false;
}

static void check_vendor(const char *path, int line, const char *included)
{
    for (size_t i = 0; i < sizeof vendors / sizeof vendors[0]; i++) {
        bool is_it = ends_with(vendors[i].header, "/") ? starts_with(included, vendors[i].header)
                                                       : strcmp(included, vendors[i].header) == 0;
        if (is_it && starts_with(path, "src/") && !is_in_place(path, vendors[i].places)) {
            breach(path, line, "<%s> may only be included in%s", included, vendors[i].places);
        }
    }
}

static void check_include(const char *path, int line, const char *text)
{
    const char *at = text + strspn(text, " \t");
    if (*at != '#') {
        return;
    }
    at++;
    at += strspn(at, " \t");
    if (!starts_with(at, "include")) {
        return;
    }
    at += strlen("include");
    at += strspn(at, " \t");
    char included[256];
    char close = *at == '<' ? '>' : '"';
    const char *end = *at == '<' || *at == '"' ? strchr(at + 1, close) : NULL;
    if (!end) {
        breach(path, line, "an include that cannot be read");
        return;
    }
    snprintf(included, sizeof included, "%.*s", (int)(end - at - 1), at + 1);
    check_vendor(path, line, included);
    if (close == '"') {
        check_floor(path, line, included);
    }
}

/* ---- Lines. ---- */

/* Blanks out comments and quoted texts, so that only code is left; `in_comment` carries over lines. */
static void keep_code(char *text, bool *in_comment)
{
    char quote = '\0';
    for (char *at = text; *at; at++) {
        if (*in_comment) {
            if (at[0] == '*' && at[1] == '/') {
                *in_comment = false;
                *at++ = ' ';
            }
            *at = ' ';
        } else if (quote) {
            if (*at == '\\' && at[1]) {
                *at++ = ' ';
            } else if (*at == quote) {
                quote = '\0';
            }
            *at = ' ';
        } else if (*at == '"' || *at == '\'') {
            quote = *at;
            *at = ' ';
        } else if (at[0] == '/' && at[1] == '*') {
            *in_comment = true;
            *at++ = ' ';
            *at = ' ';
        } else if (at[0] == '/' && at[1] == '/') {
            *at = '\0';
            return;
        }
    }
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static void check_banned(const char *path, int line, const char *code)
{
    for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) {
        size_t size = strlen(banned[i]);
        for (const char *at = code; (at = strstr(at, banned[i])); at += size) {
            const char *behind = at + size + strspn(at + size, " \t");
            bool is_member = at > code && (at[-1] == '.' || (at[-1] == '>' && at - 1 > code && at[-2] == '-'));
            if ((at == code || !is_word_char(at[-1])) && !is_member && *behind == '(' && !is_word_char(at[size])) {
                breach(path, line, "%s() is banned", banned[i]);
            }
        }
    }
}

/* A reminder must say which issue it belongs to: the word, then #number in parentheses. */
static void check_reminder(const char *path, int line, const char *text)
{
    static const char *const words[] = {"TO"
                                        "DO",
                                        "FIX"
                                        "ME",
                                        "X"
                                        "XX"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *at = strstr(text, words[i]);
        size_t size = strlen(words[i]);
        bool is_word = at && (at == text || !is_word_char(at[-1])) && !is_word_char(at[size]);
        if (is_word && !(starts_with(at + size, "(#") && isdigit((unsigned char)at[size + 2]))) {
            breach(path, line, "%s without an issue: write %s(#12)", words[i], words[i]);
        }
    }
}

/* ---- Files. ---- */

static FILE *open_below_top(const char *path)
{
    char whole[PATH_SIZE];
    snprintf(whole, sizeof whole, "%s/%s", top, path);
    FILE *file = fopen(whole, "r");
    if (!file) {
        fprintf(stderr, "tidy: %s cannot be read: %s\n", whole, strerror(errno));
        exit(2);
    }
    return file;
}

/* The guard that a header's path asks for: IC_BASE_BUF_H of src/base/buf.h. */
static void guard_of(const char *path, char *ret_guard, size_t size)
{
    size_t at = (size_t)snprintf(ret_guard, size, "IC_");
    for (const char *from = path + strlen("src/"); *from && at + 1 < size; from++) {
        ret_guard[at++] = isalnum((unsigned char)*from) ? (char)toupper((unsigned char)*from) : '_';
    }
    ret_guard[at] = '\0';
}

static void check_c_file(const char *path)
{
    FILE *file = open_below_top(path);
    bool is_header = ends_with(path, ".h");
    bool in_comment = false, is_guarded = false;
    char guard[PATH_SIZE], guard_line[PATH_SIZE + 16];
    guard_of(path, guard, sizeof guard);
    snprintf(guard_line, sizeof guard_line, "#ifndef %s\n", guard);
    char *text = NULL;
    size_t room = 0;
    int line = 0;
    while (getline(&text, &room, file) >= 0) {
        line++;
        if (line == 1 && is_header && !starts_with(text, "/*")) {
            breach(path, 1,
                   "a header begins with a comment: what it is, what it promises, who owns memory, which threads");
        }
        is_guarded = is_guarded || strcmp(text, guard_line) == 0;
        check_reminder(path, line, text);
        if (!in_comment) {
            check_include(path, line, text);
        }
        keep_code(text, &in_comment);
        check_banned(path, line, text);
    }
    if (is_header && starts_with(path, "src/") && !is_guarded) {
        breach(path, 1, "the guard %s is missing", guard);
    }
    if (line > LINES_MAX) {
        breach(path, line, "%d lines; a file of more than %d usually holds two things", line, LINES_MAX);
    }
    free(text);
    fclose(file);
}

static void check_other_file(const char *path)
{
    FILE *file = open_below_top(path);
    char *text = NULL;
    size_t room = 0;
    int line = 0;
    while (getline(&text, &room, file) >= 0) {
        check_reminder(path, ++line, text);
    }
    if (line > LINES_MAX) {
        breach(path, line, "%d lines; a file of more than %d usually holds two things", line, LINES_MAX);
    }
    free(text);
    fclose(file);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "node_modules") != 0;
}

static bool is_other_source(const char *path)
{
    return ends_with(path, ".ts") || ends_with(path, ".tsx") || ends_with(path, ".css") || ends_with(path, ".sql");
}

static void walk(const char *folder)
{
    char path[PATH_SIZE];
    struct dirent **entries;
    snprintf(path, sizeof path, "%s/%s", top, folder);
    int count = scandir(path, &entries, is_shown, alphasort);
    for (int i = 0; i < count; i++) {
        struct stat status;
        char child[PATH_SIZE], whole[3 * PATH_SIZE];
        snprintf(child, sizeof child, "%s/%s", folder, entries[i]->d_name);
        snprintf(whole, sizeof whole, "%s/%s", top, child);
        if (stat(whole, &status) != 0) {
            breach(child, 0, "cannot be looked at: %s", strerror(errno));
        } else if (S_ISDIR(status.st_mode)) {
            walk(child);
        } else if (ends_with(child, ".c") || ends_with(child, ".h")) {
            check_c_file(child);
        } else if (is_other_source(child)) {
            check_other_file(child);
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
}

static int is_migration(const struct dirent *entry)
{
    return ends_with(entry->d_name, ".sql");
}

static void check_migrations(const char *folder)
{
    char path[PATH_SIZE];
    struct dirent **entries;
    snprintf(path, sizeof path, "%s/%s", top, folder);
    int count = scandir(path, &entries, is_migration, alphasort);
    for (int i = 0; i < count; i++) {
        char wanted[16];
        snprintf(wanted, sizeof wanted, "%04d_", i + 1);
        if (!starts_with(entries[i]->d_name, wanted)) {
            breach(folder, 0, "%s stands where migration %04d belongs", entries[i]->d_name, i + 1);
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
}

int main(int count, char **arguments)
{
    static const char *const folders[] = {"src", "tools", "tests", "bench", "web", "extension"};
    if (count != 2) {
        fputs("usage: tidy FOLDER\n", stderr);
        return 2;
    }
    top = arguments[1];
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        walk(folders[i]);
    }
    check_migrations("src/store/migrations");
    return breaches > 0;
}
