#include "app/config.h"

#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char operation[] = "app.config";

struct setting {
    const char *key; /* Also the flag's name. */
    const char *variable;
    size_t offset;
};

static const struct setting settings[] = {
    {"listen", "INSTACRM_LISTEN", offsetof(struct ic_config, listen)},
    {"data", "INSTACRM_DATA", offsetof(struct ic_config, data)},
    {"database", "INSTACRM_DATABASE", offsetof(struct ic_config, database)},
    {"trust-proxy", "INSTACRM_TRUST_PROXY", offsetof(struct ic_config, trust_proxy)},
    {"connections", "INSTACRM_CONNECTIONS", offsetof(struct ic_config, connections)},
    {"connections-of-address", "INSTACRM_CONNECTIONS_OF_ADDRESS", offsetof(struct ic_config, connections_of_address)},
    {"requests-of-address", "INSTACRM_REQUESTS_OF_ADDRESS", offsetof(struct ic_config, requests_of_address)},
    {"requests-of-one", "INSTACRM_REQUESTS_OF_ONE", offsetof(struct ic_config, requests_of_one)},
    {"head-ms", "INSTACRM_HEAD_MS", offsetof(struct ic_config, head_ms)},
    {"body-ms", "INSTACRM_BODY_MS", offsetof(struct ic_config, body_ms)},
    {"idle-ms", "INSTACRM_IDLE_MS", offsetof(struct ic_config, idle_ms)},
    {"cache", "INSTACRM_CACHE", offsetof(struct ic_config, cache)},
    {"log", "INSTACRM_LOG", offsetof(struct ic_config, log)},
    {"auth-url", "AUTH_URL", offsetof(struct ic_config, auth_url)},
    {"auth-secret", "AUTH_SECRET", offsetof(struct ic_config, auth_secret)},
    {"google-client-id", "GOOGLE_CLIENT_ID", offsetof(struct ic_config, google_client_id)},
    {"google-client-secret", "GOOGLE_CLIENT_SECRET", offsetof(struct ic_config, google_client_secret)},
    {"google-hosted-domain", "GOOGLE_HOSTED_DOMAIN", offsetof(struct ic_config, google_hosted_domain)},
    {"oidc-issuer", "OIDC_ISSUER", offsetof(struct ic_config, oidc_issuer)},
    {"oidc-client-id", "OIDC_CLIENT_ID", offsetof(struct ic_config, oidc_client_id)},
    {"oidc-client-secret", "OIDC_CLIENT_SECRET", offsetof(struct ic_config, oidc_client_secret)},
    {"oidc-name", "OIDC_NAME", offsetof(struct ic_config, oidc_name)},
    {"oidc-hosted-domain", "OIDC_HOSTED_DOMAIN", offsetof(struct ic_config, oidc_hosted_domain)},
};
enum { SETTINGS_COUNT = sizeof settings / sizeof settings[0] };

static char *value_of(struct ic_config *config, const struct setting *setting)
{
    return (char *)config + setting->offset;
}

static enum ic_rc set(struct ic_config *config, const struct setting *setting, const char *value, struct ic_err *err)
{
    if (strlen(value) >= IC_CONFIG_VALUE_SIZE) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "The value of '%s' is longer than %d bytes.",
                          setting->key, IC_CONFIG_VALUE_SIZE - 1);
    }
    snprintf(value_of(config, setting), IC_CONFIG_VALUE_SIZE, "%s", value);
    return IC_OK;
}

/* Cuts white space off both ends, in place. */
static char *trim(char *text)
{
    static const char white[] = " \t\r\n";
    text += strspn(text, white);
    size_t size = strlen(text);
    while (size > 0 && strchr(white, text[size - 1])) {
        size--;
    }
    text[size] = '\0';
    return text;
}

static enum ic_rc read_line(struct ic_config *config, char *line, const char *path, int number, struct ic_err *err)
{
    char *text = trim(line);
    if (text[0] == '\0' || text[0] == '#') {
        return IC_OK;
    }
    char *equals = strchr(text, '=');
    if (!equals) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "%s:%d: expected 'key = value'.", path, number);
    }
    *equals = '\0';
    const char *key = trim(text);
    const char *value = trim(equals + 1);
    for (size_t i = 0; i < SETTINGS_COUNT; i++) {
        if (strcmp(key, settings[i].key) != 0) {
            continue;
        }
        if (value[0] == '\0' || value_of(config, &settings[i])[0] != '\0') {
            return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "%s:%d: '%s' has no value or is given twice.",
                              path, number, key);
        }
        return set(config, &settings[i], value, err);
    }
    return ic_err_set(err, IC_CODE_UNKNOWN_PARAMETER, operation, "%s:%d: '%s' is not a setting.", path, number, key);
}

static enum ic_rc read_file(struct ic_config *config, const char *path, struct ic_err *err)
{
    char line[2 * IC_CONFIG_VALUE_SIZE];
    enum ic_rc rc = IC_OK;
    FILE *file = fopen(path, "re");
    if (!file) {
        return ic_err_set_native(err, IC_CODE_UNAVAILABLE, operation, errno, false, "%s cannot be read: %s.", path,
                                 strerror(errno));
    }
    for (int number = 1; rc == IC_OK && fgets(line, sizeof line, file); number++) {
        bool is_whole = strchr(line, '\n') || feof(file);
        if (!is_whole || number > IC_CONFIG_FILE_LINES_MAX) {
            rc = ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "%s:%d: the line or the file is too long.", path,
                            number);
        } else {
            rc = read_line(config, line, path, number, err);
        }
    }
    if (rc == IC_OK && ferror(file)) {
        rc = ic_err_set(err, IC_CODE_UNAVAILABLE, operation, "%s cannot be read.", path);
    }
    fclose(file);
    return rc;
}

const char *ic_environment_of_process(const char *name)
{
    return getenv(name);
}

static const char *find_variable(ic_environment environment, const char *name)
{
    const char *value = environment(name);
    return value && value[0] != '\0' ? value : NULL;
}

/* The folder of the XDG base directory specification; it asks that relative paths there be passed over. */
static enum ic_rc set_default_data(struct ic_config *config, ic_environment environment, struct ic_err *err)
{
    const char *share = find_variable(environment, "XDG_DATA_HOME");
    const char *home = find_variable(environment, "HOME");
    int written;
    if (share && share[0] == '/') {
        written = snprintf(config->data, sizeof config->data, "%s/instacrm", share);
    } else if (home) {
        written = snprintf(config->data, sizeof config->data, "%s/.local/share/instacrm", home);
    } else {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "HOME is not set: say where the data belongs with --data.");
    }
    return written > 0 && (size_t)written < sizeof config->data
               ? IC_OK
               : ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "The path of the data folder is too long.");
}

static enum ic_rc check_log(struct ic_config *config, struct ic_err *err)
{
    enum ic_log_level level;
    if (config->log[0] == '\0') {
        snprintf(config->log, sizeof config->log, "info");
    }
    return ic_log_level_parse(config->log, &level)
               ? IC_OK
               : ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "log is debug, info, warn or error.");
}

static enum ic_rc check_cache(struct ic_config *config, struct ic_err *err)
{
    if (config->cache[0] == '\0') {
        snprintf(config->cache, sizeof config->cache, "on");
    }
    return strcmp(config->cache, "on") == 0 || strcmp(config->cache, "off") == 0
               ? IC_OK
               : ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation, "cache is on or off.");
}

/* A provider is set up whole, or not at all; nobody guesses the secret. */
static enum ic_rc check_providers(struct ic_config *config, struct ic_err *err)
{
    bool has_google = config->google_client_id[0] != '\0';
    bool has_other = config->oidc_issuer[0] != '\0';
    size_t secret_size = strlen(config->auth_secret);
    if (secret_size > 0 && secret_size < IC_CONFIG_SECRET_BYTES_MIN) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "AUTH_SECRET has fewer than %d characters: 'openssl rand -base64 33' makes a good one.",
                          IC_CONFIG_SECRET_BYTES_MIN);
    }
    if (has_google != (config->google_client_secret[0] != '\0')) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET belong together.");
    }
    if (has_other != (config->oidc_client_id[0] != '\0') || has_other != (config->oidc_client_secret[0] != '\0')) {
        return ic_err_set(err, IC_CODE_INVALID_PARAMETER, operation,
                          "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together.");
    }
    if (has_other && config->oidc_name[0] == '\0') {
        snprintf(config->oidc_name, sizeof config->oidc_name, "OpenID Connect");
    }
    return IC_OK;
}

enum ic_rc ic_config_load(const struct ic_arguments *arguments, ic_environment environment,
                          struct ic_config *ret_config, struct ic_err *err)
{
    struct ic_config config = {.listen = ""};
    const char *path = ic_arguments_find(arguments, "config");
    enum ic_rc rc = path ? read_file(&config, path, err) : IC_OK;
    for (size_t i = 0; rc == IC_OK && i < SETTINGS_COUNT; i++) {
        const char *flag = ic_arguments_find(arguments, settings[i].key);
        const char *value = flag ? flag : find_variable(environment, settings[i].variable);
        rc = value ? set(&config, &settings[i], value, err) : IC_OK;
    }
    if (rc == IC_OK && config.database[0] == '\0' && find_variable(environment, "ORACLE_CONN_STRING")) {
        snprintf(config.database, sizeof config.database, "oracle:"); /* Where the original looked for its data. */
    }
    if (rc == IC_OK && config.listen[0] == '\0') {
        snprintf(config.listen, sizeof config.listen, "127.0.0.1:8080");
    }
    if (rc == IC_OK && config.data[0] == '\0') {
        rc = set_default_data(&config, environment, err);
    }
    if (rc == IC_OK) {
        rc = check_log(&config, err);
    }
    if (rc == IC_OK) {
        rc = check_cache(&config, err);
    }
    if (rc == IC_OK) {
        rc = check_providers(&config, err);
    }
    if (rc == IC_OK) {
        *ret_config = config;
    }
    return rc;
}
