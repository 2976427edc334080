#include "agent/install.h"

#include "agent/platform.h"
#include "base/json_write.h"

#include <string.h>

enum { MANIFEST_BYTES_MAX = 8 * 1024 };

static const char operation[] = "agent.install";
static const char hosts_folder[] = "NativeMessagingHosts";
static const char manifest_name[] = "com.instacrm.agent.json";

static const struct {
    const char *name;
    const char *folder; /* Of its profiles, under the user's configuration. */
} browsers[IC_BROWSER_COUNT] = {
    {"Chromium", "chromium"},
    {"Google Chrome", "google-chrome"},
    {"Microsoft Edge", "microsoft-edge"},
    {"Brave", "BraveSoftware/Brave-Browser"},
};

const char *ic_browser_name(size_t browser)
{
    return browsers[browser].name;
}

/* A place for a manifest: the manifest in the hosts' folder in the browser's. */
struct place {
    struct ic_path browser;
    struct ic_path hosts;
    struct ic_path manifest;
};

static enum ic_rc find_in_place(struct place *place, struct ic_err *err)
{
    enum ic_rc rc = ic_path_join(&place->browser, hosts_folder, &place->hosts, err);
    return rc == IC_OK ? ic_path_join(&place->hosts, manifest_name, &place->manifest, err) : rc;
}

static enum ic_rc find_place(size_t browser, struct place *ret_place, struct ic_err *err)
{
    enum ic_rc rc = ic_platform_config_folder(&ret_place->browser, err);
    if (rc == IC_OK) {
        rc = ic_path_join(&ret_place->browser, browsers[browser].folder, &ret_place->browser, err);
    }
    return rc == IC_OK ? find_in_place(ret_place, err) : rc;
}

/* What the manifest should say. */
static enum ic_rc compose(struct ic_buf *buf, struct ic_err *err)
{
    struct ic_path executable;
    struct ic_json_writer writer;
    enum ic_rc rc = ic_platform_executable(&executable, err);
    if (rc != IC_OK) {
        return rc;
    }
    ic_json_writer_init(&writer, buf);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "name", "com.instacrm.agent");
    ic_json_put_name(&writer, "description", "InstaCRM desktop agent");
    ic_json_put_name(&writer, "path", executable.text);
    ic_json_put_name(&writer, "type", "stdio");
    ic_json_key(&writer, "allowed_origins");
    ic_json_array_begin(&writer);
    ic_json_text(&writer, IC_STR("chrome-extension://" IC_EXTENSION_ID "/"));
    ic_json_array_end(&writer);
    ic_json_object_end(&writer);
    ic_buf_put_char(buf, '\n');
    return ic_buf_check(buf, operation, err);
}

static enum ic_rc judge(const struct place *place, struct ic_str expected, enum ic_manifest_state *ret_state,
                        struct ic_err *err)
{
    struct ic_buf found;
    struct ic_err fault = IC_ERR_NONE;
    ic_buf_init(&found, MANIFEST_BYTES_MAX);
    enum ic_rc rc = ic_platform_file_read(&place->manifest, false, &found, &fault);
    if (rc == IC_OK) {
        *ret_state = ic_str_equal(ic_buf_view(&found), expected) ? IC_MANIFEST_RIGHT : IC_MANIFEST_WRONG;
    } else if (rc == IC_NOT_FOUND) {
        *ret_state = ic_platform_exists(&place->browser) ? IC_MANIFEST_MISSING : IC_MANIFEST_NO_BROWSER;
        rc = IC_OK;
    } else if (rc == IC_TOO_LARGE) {
        *ret_state = IC_MANIFEST_WRONG;
        rc = IC_OK;
    } else {
        rc = ic_err_set(err, fault.code, operation, "%s", fault.detail);
    }
    ic_buf_release(&found);
    return rc;
}

static enum ic_rc write_manifest(const struct place *place, struct ic_str manifest, struct ic_err *err)
{
    enum ic_rc rc = ic_platform_folder_make(&place->hosts, false, err);
    return rc == IC_OK ? ic_platform_file_write(&place->manifest, manifest, false, err) : rc;
}

enum ic_rc ic_manifest_find(size_t browser, enum ic_manifest_state *ret_state, struct ic_path *ret_path,
                            struct ic_err *err)
{
    struct place place;
    struct ic_buf expected;
    ic_buf_init(&expected, MANIFEST_BYTES_MAX);
    enum ic_rc rc = find_place(browser, &place, err);
    if (rc == IC_OK) {
        rc = compose(&expected, err);
    }
    if (rc == IC_OK) {
        rc = judge(&place, ic_buf_view(&expected), ret_state, err);
    }
    if (rc == IC_OK) {
        *ret_path = place.manifest;
    }
    ic_buf_release(&expected);
    return rc;
}

enum ic_rc ic_manifest_write(size_t browser, struct ic_err *err)
{
    struct place place;
    struct ic_buf manifest;
    ic_buf_init(&manifest, MANIFEST_BYTES_MAX);
    enum ic_rc rc = find_place(browser, &place, err);
    if (rc == IC_OK) {
        rc = compose(&manifest, err);
    }
    if (rc == IC_OK) {
        rc = write_manifest(&place, ic_buf_view(&manifest), err);
    }
    ic_buf_release(&manifest);
    return rc;
}

/* What install and uninstall do at one place. */
typedef enum ic_rc act_fn(const struct place *place, const char *name, const struct ic_install_options *options,
                          FILE *out, struct ic_err *err);

static enum ic_rc install_at(const struct place *place, const char *name, const struct ic_install_options *options,
                             FILE *out, struct ic_err *err)
{
    struct ic_buf manifest;
    enum ic_manifest_state state = IC_MANIFEST_MISSING;
    ic_buf_init(&manifest, MANIFEST_BYTES_MAX);
    enum ic_rc rc = compose(&manifest, err);
    if (rc == IC_OK) {
        rc = judge(place, ic_buf_view(&manifest), &state, err);
    }
    if (rc == IC_OK && state == IC_MANIFEST_RIGHT) {
        fprintf(out, "%s: in place: %s\n", name, place->manifest.text);
    } else if (rc == IC_OK && options->dry_run) {
        fprintf(out, "%s: would write %s\n", name, place->manifest.text);
    } else if (rc == IC_OK) {
        rc = write_manifest(place, ic_buf_view(&manifest), err);
        if (rc == IC_OK) {
            fprintf(out, "%s: written: %s\n", name, place->manifest.text);
        }
    }
    ic_buf_release(&manifest);
    return rc;
}

/* Removes the hosts' folder and those above it up to the user's configuration, as long as they are empty: what an
 * installation for a browser that is not there had made. */
static void remove_empty_folders(const struct place *place)
{
    struct ic_path config, folder = place->hosts;
    if (ic_platform_config_folder(&config, NULL) != IC_OK) {
        return;
    }
    while (strcmp(folder.text, config.text) != 0 && ic_platform_folder_remove_empty(&folder) &&
           ic_path_parent(&folder, &folder)) {
    }
}

static enum ic_rc uninstall_at(const struct place *place, const char *name, const struct ic_install_options *options,
                               FILE *out, struct ic_err *err)
{
    if (!ic_platform_exists(&place->manifest)) {
        return IC_OK;
    }
    if (options->dry_run) {
        fprintf(out, "%s: would remove %s\n", name, place->manifest.text);
        return IC_OK;
    }
    enum ic_rc rc = ic_platform_file_remove(&place->manifest, err);
    if (rc == IC_OK) {
        fprintf(out, "%s: removed: %s\n", name, place->manifest.text);
        remove_empty_folders(place);
    }
    return rc;
}

static enum ic_rc for_each_place(act_fn *act, const struct ic_install_options *options, FILE *out, struct ic_err *err)
{
    struct place place;
    enum ic_rc rc = IC_OK;
    if (options->profile) {
        rc = ic_path_parse(options->profile, &place.browser, err);
        if (rc == IC_OK) {
            rc = find_in_place(&place, err);
        }
        return rc == IC_OK ? act(&place, "Profile", options, out, err) : rc;
    }
    for (size_t i = 0; i < IC_BROWSER_COUNT && rc == IC_OK; i++) {
        rc = find_place(i, &place, err);
        if (rc == IC_OK) {
            rc = act(&place, browsers[i].name, options, out, err);
        }
    }
    return rc;
}

enum ic_rc ic_install(const struct ic_install_options *options, FILE *out, struct ic_err *err)
{
    return for_each_place(install_at, options, out, err);
}

enum ic_rc ic_uninstall(const struct ic_install_options *options, FILE *out, struct ic_err *err)
{
    return for_each_place(uninstall_at, options, out, err);
}
