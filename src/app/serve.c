#include "app/serve.h"

#include "api/routes.h"
#include "app/commands.h"
#include "app/database.h"
#include "app/door.h"
#include "base/log.h"
#include "service/identity.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* A worker reads on a connection of its own. */
enum { READERS = IC_SERVE_WORKERS };

static void tell_committed(void *context)
{
    struct ic_serve *serve = context;
    pthread_mutex_lock(&serve->publishing);
    if (serve->listening) {
        ic_http_server_publish(serve->listening);
    }
    pthread_mutex_unlock(&serve->publishing);
}

/* The store tells of a commit after its caller may have gone on: the server must not be told once it is being ended. */
static void set_listening(struct ic_serve *serve, struct ic_http_server *server)
{
    pthread_mutex_lock(&serve->publishing);
    serve->listening = server;
    pthread_mutex_unlock(&serve->publishing);
}

/* The providers that are set up; none is no failure. */
static enum ic_rc begin_providers(struct ic_serve *serve, struct ic_err *err)
{
    const struct ic_config *config = &serve->config;
    struct ic_oidc_options options = {
        .secret = config->auth_secret,
        .clock = serve->service.clock,
        .rand = serve->service.rand,
    };
    if (config->google_client_id[0]) {
        options.providers[options.providers_count++] = (struct ic_oidc_settings){
            .name = "google",
            .title = "Google",
            .issuer = "https://accounts.google.com",
            .client_id = config->google_client_id,
            .client_secret = config->google_client_secret,
            .hosted_domain = config->google_hosted_domain,
        };
    }
    if (config->oidc_issuer[0]) {
        options.providers[options.providers_count++] = (struct ic_oidc_settings){
            .name = "oidc",
            .title = config->oidc_name,
            .issuer = config->oidc_issuer,
            .client_id = config->oidc_client_id,
            .client_secret = config->oidc_client_secret,
            .hosted_domain = config->oidc_hosted_domain,
        };
    }
    if (options.providers_count == 0) {
        return IC_OK;
    }
    enum ic_rc rc = ic_oidc_create(&options, &serve->oidc, err);
    serve->service.oidc = serve->oidc;
    return rc;
}

static enum ic_rc begin_http(struct ic_serve *serve, const struct ic_config *config, const struct ic_door *door,
                             struct ic_err *err)
{
    /* The address ends with the name, and so with its NUL. */
    const char *own_hosts[] = {door->own_address.host.size > 0 ? door->own_address.host.data : NULL, NULL};
    const struct ic_http_server_options options = {
        .listen = config->listen,
        .loops = IC_SERVE_LOOPS,
        .workers = IC_SERVE_WORKERS,
        .hosts = own_hosts,
        .router = ic_api_router(&serve->service),
        .feeds = {[IC_API_FEED_OF_BROWSERS] = ic_api_feed(&serve->service),
                  [IC_API_FEED_OF_DEVICES] = ic_api_feed_of_devices(&serve->service)},
        .assets = ic_assets,
        .assets_count = ic_assets_count,
        .limits = door->limits,
        .proxies = door->proxies,
        .clock = serve->service.clock,
        .rand = serve->service.rand,
    };
    return ic_http_server_create(&options, &serve->server, err);
}

enum ic_rc ic_serve_begin(struct ic_serve *serve, const struct ic_config *config, struct ic_err *err)
{
    struct ic_clock clock = ic_clock_system();
    struct ic_rand rand = ic_rand_system();
    struct ic_door door;
    *serve = (struct ic_serve){.folder = {.lock_file = -1}, .publishing = PTHREAD_MUTEX_INITIALIZER, .config = *config};
    enum ic_rc rc = ic_door_read(&serve->config, &door, err);
    if (rc == IC_OK) {
        rc = ic_data_folder_init(&serve->folder, config->data, err);
    }
    if (rc == IC_OK) {
        rc = ic_data_folder_lock(&serve->folder, err);
    }
    if (rc == IC_OK) {
        rc = ic_database_open(config, &serve->folder, IC_DATABASE_SERVE, READERS, &clock, &serve->store, err);
    }
    if (rc == IC_OK) {
        ic_store_listen(serve->store, tell_committed, serve);
        ic_service_init(&serve->service, serve->store, &clock, &rand);
        serve->has_service = true;
        serve->service.own_address = door.own_address;
        serve->service.cache.is_off = strcmp(config->cache, "off") == 0;
        ic_pace_set(&serve->service.requests, door.requests_of_one);
        rc = begin_providers(serve, err);
    }
    if (rc == IC_OK) {
        rc = begin_http(serve, config, &door, err);
    }
    if (rc == IC_OK) {
        set_listening(serve, serve->server);
        rc = ic_upkeep_start(&serve->upkeep, &serve->service, err);
    }
    if (rc == IC_OK) {
        rc = ic_stream_watch_start(&serve->service.stream_watch, &serve->service, err);
    }
    if (rc == IC_OK) {
        rc = ic_data_folder_put_url(&serve->folder, ic_http_server_url(serve->server), err);
    }
    if (rc != IC_OK) {
        ic_serve_end(serve);
    }
    return rc;
}

void ic_serve_end(struct ic_serve *serve)
{
    set_listening(serve, NULL);
    ic_upkeep_stop(&serve->upkeep);
    if (serve->has_service) {
        ic_stream_watch_stop(&serve->service.stream_watch);
    }
    ic_oidc_stop(serve->oidc); /* Its workers wait for nobody any more. */
    ic_http_server_destroy(serve->server);
    ic_oidc_destroy(serve->oidc);
    ic_store_destroy(serve->store);
    if (serve->has_service) {
        ic_service_release(&serve->service);
    }
    ic_data_folder_release(&serve->folder);
}

/* The signals that end the server. They are blocked before any thread starts, so that every thread leaves them to the
 * main one, which waits for them. */
static sigset_t block_ending_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    int failed = pthread_sigmask(SIG_BLOCK, &signals, NULL);
    assert(failed == 0);
    /* A client that goes away while it is written to is the HTTP server's matter, not a reason to die. */
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    failed = sigaction(SIGPIPE, &ignore, NULL);
    assert(failed == 0);
    (void)failed;
    return signals;
}

/* Says where the team is; while it has no owner, with the link that makes the first visitor one. */
static enum ic_rc greet(struct ic_serve *serve, const struct ic_config *config, struct ic_err *err)
{
    const char *url = ic_http_server_url(serve->server);
    struct ic_secret link;
    bool has_owner = false;
    enum ic_rc rc = ic_identity_has_owner(&serve->service, &has_owner, err);
    if (rc == IC_OK && !has_owner) {
        rc = ic_identity_create_owner_link(&serve->service, &link, err);
    }
    if (rc != IC_OK) {
        return rc;
    }
    struct ic_str own = serve->service.own_address.url;
    printf("InstaCRM Command Center %s\n  address   %s\n", IC_VERSION, own.size > 0 ? own.data : url);
    if (own.size > 0) {
        printf("  listening %s\n", url);
    }
    printf("  database  %s\n\n", ic_database_name(config, &serve->folder));
    if (has_owner) {
        printf("To sign in: 'instacrm link' prints a link.\n");
    } else {
        printf(
            "Nobody owns this team yet. Whoever opens this link first does; it works once, for a day:\n  %s/join#%s\n",
            own.size > 0 ? own.data : url, link.text);
        ic_secret_wipe(&link, sizeof link);
    }
    printf("Ctrl-C ends the server.\n");
    fflush(stdout);
    return IC_OK;
}

int ic_command_serve(int argc, char **argv)
{
    static const char *const known[] = {"listen",
                                        "data",
                                        "database",
                                        "log",
                                        "config",
                                        "auth-url",
                                        "google-client-id",
                                        "google-hosted-domain",
                                        "oidc-issuer",
                                        "oidc-client-id",
                                        "oidc-name",
                                        "oidc-hosted-domain",
                                        "trust-proxy",
                                        "connections",
                                        "connections-of-address",
                                        "requests-of-address",
                                        "requests-of-one",
                                        "head-ms",
                                        "body-ms",
                                        "idle-ms",
                                        "cache",
                                        NULL};
    struct ic_err err = IC_ERR_NONE;
    struct ic_arguments arguments;
    struct ic_config config;
    struct ic_serve serve;
    enum ic_rc rc = ic_arguments_parse(argc, argv, known, &arguments, &err);
    if (rc == IC_OK) {
        rc = ic_config_load(&arguments, ic_environment_of_process, &config, &err);
    }
    if (rc != IC_OK) {
        return ic_command_failed(&err);
    }
    enum ic_log_level level = IC_LOG_INFO;
    (void)ic_log_level_parse(config.log, &level); /* The settings hold one that there is. */
    ic_log_set_level(level);
    sigset_t signals = block_ending_signals();
    rc = ic_serve_begin(&serve, &config, &err);
    if (rc != IC_OK) {
        return ic_command_failed(&err);
    }
    rc = greet(&serve, &config, &err);
    if (rc == IC_OK) {
        int signal_number;
        sigwait(&signals, &signal_number);
    }
    ic_serve_end(&serve);
    return rc == IC_OK ? 0 : ic_command_failed(&err);
}
