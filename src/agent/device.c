#include "agent/device.h"

#include "agent/keyring.h"
#include "agent/platform.h"
#include "base/json_read.h"
#include "base/json_write.h"

#include <string.h>

enum { FILE_BYTES_MAX = 4096, ARENA_SIZE = 16 * 1024 };

static const char operation[] = "agent.device";

enum ic_rc ic_device_path(const struct ic_path *folder, struct ic_path *ret_path, struct ic_err *err)
{
    return ic_path_join(folder, "device.json", ret_path, err);
}

static void copy(struct ic_str text, char *ret_text)
{
    if (text.size > 0) {
        memcpy(ret_text, text.data, text.size);
    }
    ret_text[text.size] = '\0';
}

/* What the file holds: either the token, or what it is called in the keyring. */
struct kept {
    struct ic_device device;
    struct ic_keyring_item item; /* Empty: the token is in the file. */
};

static enum ic_rc decode(json_t *object, struct kept *ret_kept, struct ic_err *err)
{
    struct kept kept = {.item = {.text = ""}};
    struct ic_device *device = &kept.device;
    struct ic_json_reader reader;
    struct ic_err fault = IC_ERR_NONE;
    ic_json_reader_init(&reader, object, operation, &fault);
    struct ic_str url = ic_json_get_text(&reader, "server_url", 1, sizeof device->server_url - 1);
    struct ic_str device_id = ic_json_get_text(&reader, "device_id", 1, IC_ID_SIZE);
    struct ic_str token = ic_json_find_text(&reader, "device_token", IC_SECRET_SIZE, IC_SECRET_SIZE);
    struct ic_str item = ic_json_find_text(&reader, "keyring_item", 1, IC_KEYRING_ITEM_SIZE);
    struct ic_str name = ic_json_get_text(&reader, "opr_name", 1, sizeof device->opr_name - 1);
    device->token_created_at = ic_json_find_int64(&reader, "token_created_at", 0, INT64_MAX, 0);
    enum ic_rc rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        copy(url, device->server_url);
        copy(token, device->device_token.text);
        copy(name, device->opr_name);
    }
    /* What a hand has edited is checked again: the token goes only where it may. */
    if (rc != IC_OK || !ic_id_parse(IC_ID_DEVICE, device_id, &device->device_id) ||
        !ic_server_url_is_safe(device->server_url) || (token.size > 0) == (item.size > 0) ||
        (token.size > 0 && !ic_secret_has_form(token)) ||
        (item.size > 0 && !ic_keyring_item_parse(item, &device->device_id, &kept.item))) {
        ic_device_wipe(device);
        return ic_err_set(err, IC_CODE_CORRUPT, operation, "device.json is damaged; pair this desktop again.");
    }
    *ret_kept = kept;
    ic_device_wipe(device);
    return IC_OK;
}

static enum ic_rc read_bytes(const struct ic_path *folder, struct ic_buf *buf, struct ic_err *err)
{
    struct ic_path path;
    struct ic_err fault = IC_ERR_NONE;
    enum ic_rc rc = ic_device_path(folder, &path, err);
    if (rc != IC_OK) {
        return rc;
    }
    rc = ic_platform_file_read(&path, true, buf, &fault);
    if (rc == IC_NOT_FOUND) {
        return ic_err_set(err, IC_CODE_NOT_PAIRED, operation, "This desktop is not paired with a server.");
    }
    if (rc == IC_FORBIDDEN) {
        return ic_err_set(err, fault.code, operation, "%.300s `instacrm-agent doctor --fix` mends that where it can.",
                          fault.detail);
    }
    return rc == IC_OK ? IC_OK : ic_err_set(err, fault.code, operation, "%s", fault.detail);
}

static enum ic_rc read_kept(const struct ic_path *folder, struct kept *ret_kept, struct ic_err *err)
{
    struct ic_buf buf;
    json_t *object;
    struct ic_arena *arena = NULL;
    ic_buf_init(&buf, FILE_BYTES_MAX);
    enum ic_rc rc = read_bytes(folder, &buf, err);
    if (rc != IC_OK) {
        goto out;
    }
    arena = ic_arena_create(ARENA_SIZE);
    if (!arena) {
        rc = ic_arena_failed(operation, err);
        goto out;
    }
    if (ic_json_parse(ic_buf_view(&buf), operation, arena, &object, NULL) != IC_OK) {
        rc = ic_err_set(err, IC_CODE_CORRUPT, operation, "device.json is damaged; pair this desktop again.");
        goto out;
    }
    rc = decode(object, ret_kept, err);
out:
    if (buf.data) {
        ic_secret_wipe(buf.data, buf.size);
    }
    ic_arena_destroy(arena);
    ic_buf_release(&buf);
    return rc;
}

enum ic_rc ic_device_find(const struct ic_path *folder, struct ic_device *ret_device, struct ic_err *err)
{
    struct kept kept;
    enum ic_rc rc = read_kept(folder, &kept, err);
    if (rc == IC_OK) {
        *ret_device = kept.device;
        ic_device_wipe(&kept.device);
    }
    return rc;
}

enum ic_rc ic_device_read(const struct ic_path *folder, struct ic_device *ret_device, struct ic_err *err)
{
    struct kept kept;
    enum ic_rc rc = read_kept(folder, &kept, err);
    if (rc == IC_OK && kept.item.text[0] != '\0') {
        struct ic_err fault = IC_ERR_NONE;
        rc = ic_keyring_get(&kept.item, &kept.device.device_token, &fault);
        if (rc == IC_NOT_FOUND) {
            rc = ic_err_set(err, IC_CODE_NOT_PAIRED, operation,
                            "This desktop's token is not in the keyring any more; pair this desktop again.");
        } else if (rc != IC_OK) {
            rc = ic_err_set_native(err, fault.code, operation, fault.native, fault.retry, "%s", fault.detail);
        }
    }
    if (rc == IC_OK) {
        *ret_device = kept.device;
        ic_device_wipe(&kept.device);
    }
    return rc;
}

/* With the token, or with what it is called in the keyring. */
static enum ic_rc write(const struct ic_path *folder, const struct ic_device *device,
                        const struct ic_keyring_item *item, struct ic_err *err)
{
    struct ic_path path;
    struct ic_buf buf;
    struct ic_json_writer writer;
    ic_buf_init(&buf, FILE_BYTES_MAX);
    ic_json_writer_init(&writer, &buf);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "server_url", device->server_url);
    ic_json_put_name(&writer, "device_id", device->device_id.text);
    if (item) {
        ic_json_put_name(&writer, "keyring_item", item->text);
    } else {
        ic_json_put_name(&writer, "device_token", device->device_token.text);
    }
    ic_json_put_name(&writer, "opr_name", device->opr_name);
    if (device->token_created_at > 0) {
        ic_json_put_int64(&writer, "token_created_at", device->token_created_at);
    }
    ic_json_object_end(&writer);
    ic_buf_put_char(&buf, '\n');
    enum ic_rc rc = ic_buf_check(&buf, operation, err);
    if (rc == IC_OK) {
        rc = ic_device_path(folder, &path, err);
    }
    if (rc == IC_OK) {
        rc = ic_platform_file_write(&path, ic_buf_view(&buf), true, err);
    }
    if (buf.data) {
        ic_secret_wipe(buf.data, buf.size);
    }
    ic_buf_release(&buf);
    return rc;
}

enum ic_rc ic_device_write(const struct ic_path *folder, const struct ic_device *device, struct ic_err *err)
{
    return write(folder, device, NULL, err);
}

/* The file changes over from one item to the next when the next one is there, so that there is a token at any moment.
 */
enum ic_rc ic_device_keep(const struct ic_path *folder, const struct ic_device *device, bool *ret_in_keyring,
                          struct ic_err *err)
{
    const struct ic_keyring_item item = ic_keyring_item_of(&device->device_id, &device->device_token);
    struct ic_err unkept = IC_ERR_NONE;
    struct kept before = {.item = {.text = ""}};
    bool had_one = read_kept(folder, &before, &unkept) == IC_OK && before.item.text[0] != '\0';
    bool is_in_keyring = ic_keyring_is_there() && ic_keyring_put(&item, &device->device_token, &unkept) == IC_OK;
    ic_device_wipe(&before.device);
    enum ic_rc rc = write(folder, device, is_in_keyring ? &item : NULL, err);
    if (rc == IC_OK && had_one && strcmp(before.item.text, item.text) != 0) {
        ic_keyring_remove(&before.item);
    }
    if (rc == IC_OK) {
        *ret_in_keyring = is_in_keyring;
    }
    return rc;
}

void ic_device_wipe(struct ic_device *device)
{
    ic_secret_wipe(&device->device_token, sizeof device->device_token);
}
