/* Settings: from flags, else from the environment, else from one file, else a default.
 *
 * | flag       | environment       | key in the file | default                                               |
 * |------------|-------------------|-----------------|-------------------------------------------------------|
 * | --listen   | INSTACRM_LISTEN   | listen          | 127.0.0.1:8080                                        |
 * | --data     | INSTACRM_DATA     | data            | $XDG_DATA_HOME/instacrm, else ~/.local/share/instacrm |
 * | --database | INSTACRM_DATABASE | database        | the SQLite file in the data folder (app/database.h)   |
 * | --log      | INSTACRM_LOG      | log             | info; debug, warn and error are the others            |
 * | --config   |                   |                 | no file                                               |
 *
 * The door (app/door.h); the defaults are the contract's limits:
 *
 * | flag                     | environment                     | key in the file        |
 * |--------------------------|---------------------------------|------------------------|
 * | --trust-proxy            | INSTACRM_TRUST_PROXY            | trust-proxy            |
 * | --connections            | INSTACRM_CONNECTIONS            | connections            |
 * | --connections-of-address | INSTACRM_CONNECTIONS_OF_ADDRESS | connections-of-address |
 * | --requests-of-address    | INSTACRM_REQUESTS_OF_ADDRESS    | requests-of-address    |
 * | --requests-of-one        | INSTACRM_REQUESTS_OF_ONE        | requests-of-one        |
 * | --head-ms                | INSTACRM_HEAD_MS                | head-ms                |
 * | --body-ms                | INSTACRM_BODY_MS                | body-ms                |
 * | --idle-ms                | INSTACRM_IDLE_MS                | idle-ms                |
 * | --cache                  | INSTACRM_CACHE                  | cache                  |
 *
 * Signing in by a provider (docs/sign-in.md); secrets have no flag, because flags are seen by everybody on the machine:
 *
 * | flag                   | environment          | key in the file      |
 * |------------------------|----------------------|----------------------|
 * | --auth-url             | AUTH_URL             | auth-url             |
 * |                        | AUTH_SECRET          | auth-secret          |
 * | --google-client-id     | GOOGLE_CLIENT_ID     | google-client-id     |
 * |                        | GOOGLE_CLIENT_SECRET | google-client-secret |
 * | --google-hosted-domain | GOOGLE_HOSTED_DOMAIN | google-hosted-domain |
 * | --oidc-issuer          | OIDC_ISSUER          | oidc-issuer          |
 * | --oidc-client-id       | OIDC_CLIENT_ID       | oidc-client-id       |
 * |                        | OIDC_CLIENT_SECRET   | oidc-client-secret   |
 * | --oidc-name            | OIDC_NAME            | oidc-name            |
 * | --oidc-hosted-domain   | OIDC_HOSTED_DOMAIN   | oidc-hosted-domain   |
 *
 * Promises: the file holds `key = value` lines, empty ones and those that begin with #; what it holds besides is
 * refused with the file's name and the line. An empty environment variable counts as not set. Where no database is
 * named and ORACLE_CONN_STRING is set, the database is `oracle:`. Memory: fixed size, the
 * caller's. Threads: one. */
#ifndef IC_APP_CONFIG_H
#define IC_APP_CONFIG_H

#include "app/arguments.h"

enum { IC_CONFIG_VALUE_SIZE = 1024, IC_CONFIG_FILE_LINES_MAX = 1000, IC_CONFIG_SECRET_BYTES_MIN = 32 };

struct ic_config {
    char listen[IC_CONFIG_VALUE_SIZE];
    char data[IC_CONFIG_VALUE_SIZE];
    char database[IC_CONFIG_VALUE_SIZE];    /* Empty: the one in the data folder. */
    char trust_proxy[IC_CONFIG_VALUE_SIZE]; /* This one and the seven below are read by app/door. */
    char connections[IC_CONFIG_VALUE_SIZE];
    char connections_of_address[IC_CONFIG_VALUE_SIZE];
    char requests_of_address[IC_CONFIG_VALUE_SIZE];
    char requests_of_one[IC_CONFIG_VALUE_SIZE];
    char head_ms[IC_CONFIG_VALUE_SIZE];
    char body_ms[IC_CONFIG_VALUE_SIZE];
    char idle_ms[IC_CONFIG_VALUE_SIZE];
    char cache[IC_CONFIG_VALUE_SIZE]; /* on or off. */
    char auth_url[IC_CONFIG_VALUE_SIZE];
    char auth_secret[IC_CONFIG_VALUE_SIZE]; /* Shared by servers on one database; empty: each start makes its own. */
    char google_client_id[IC_CONFIG_VALUE_SIZE]; /* Empty: Google is not one of the providers. */
    char google_client_secret[IC_CONFIG_VALUE_SIZE];
    char google_hosted_domain[IC_CONFIG_VALUE_SIZE];
    char oidc_issuer[IC_CONFIG_VALUE_SIZE]; /* Empty: there is no other provider. */
    char oidc_client_id[IC_CONFIG_VALUE_SIZE];
    char oidc_client_secret[IC_CONFIG_VALUE_SIZE];
    char oidc_name[IC_CONFIG_VALUE_SIZE]; /* What the sign-in page calls it. */
    char oidc_hosted_domain[IC_CONFIG_VALUE_SIZE];
    char log[IC_CONFIG_VALUE_SIZE]; /* The name of the lowest level that is logged. */
};

/* Reads an environment variable; NULL when it is not set. */
typedef const char *(*ic_environment)(const char *name);

/* The process's own environment. */
const char *ic_environment_of_process(const char *name);

/* Puts the settings together; fails with a sentence for whoever started the program. */
IC_NODISCARD enum ic_rc ic_config_load(const struct ic_arguments *arguments, ic_environment environment,
                                       struct ic_config *ret_config, struct ic_err *err);

#endif
