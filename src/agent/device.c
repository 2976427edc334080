#include "agent/device.h"

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
    memcpy(ret_text, text.data, text.size);
    ret_text[text.size] = '\0';
}

static enum ic_rc decode(json_t *object, struct ic_device *ret_device, struct ic_err *err)
{
    struct ic_device device = {.server_url = ""};
    struct ic_json_reader reader;
    struct ic_err fault = IC_ERR_NONE;
    ic_json_reader_init(&reader, object, operation, &fault);
    struct ic_str url = ic_json_get_text(&reader, "server_url", 1, sizeof device.server_url - 1);
    struct ic_str device_id = ic_json_get_text(&reader, "device_id", 1, IC_ID_SIZE);
    struct ic_str token = ic_json_get_text(&reader, "device_token", IC_SECRET_SIZE, IC_SECRET_SIZE);
    struct ic_str name = ic_json_get_text(&reader, "opr_name", 1, sizeof device.opr_name - 1);
    enum ic_rc rc = ic_json_reader_finish(&reader);
    if (rc == IC_OK) {
        copy(url, device.server_url);
        copy(token, device.device_token.text);
        copy(name, device.opr_name);
    }
    /* What a hand has edited is checked again: the token goes only where it may. */
    if (rc != IC_OK || !ic_id_parse(IC_ID_DEVICE, device_id, &device.device_id) || !ic_secret_has_form(token) ||
        !ic_server_url_is_safe(device.server_url)) {
        ic_device_wipe(&device);
        return ic_err_set(err, IC_CODE_CORRUPT, operation, "device.json is damaged; pair this desktop again.");
    }
    *ret_device = device;
    ic_device_wipe(&device);
    return IC_OK;
}

enum ic_rc ic_device_read(const struct ic_path *folder, struct ic_device *ret_device, struct ic_err *err)
{
    struct ic_path path;
    struct ic_buf buf;
    json_t *object;
    struct ic_arena *arena = NULL;
    struct ic_err fault = IC_ERR_NONE;
    ic_buf_init(&buf, FILE_BYTES_MAX);
    enum ic_rc rc = ic_device_path(folder, &path, err);
    if (rc != IC_OK) {
        goto out;
    }
    rc = ic_platform_file_read(&path, true, &buf, &fault);
    if (rc == IC_NOT_FOUND) {
        rc = ic_err_set(err, IC_CODE_NOT_PAIRED, operation, "This desktop is not paired with a server.");
        goto out;
    }
    if (rc != IC_OK) {
        rc = ic_err_set(err, fault.code, operation, "%s", fault.detail);
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
    rc = decode(object, ret_device, err);
out:
    if (buf.data) {
        ic_secret_wipe(buf.data, buf.size);
    }
    ic_arena_destroy(arena);
    ic_buf_release(&buf);
    return rc;
}

enum ic_rc ic_device_write(const struct ic_path *folder, const struct ic_device *device, struct ic_err *err)
{
    struct ic_path path;
    struct ic_buf buf;
    struct ic_json_writer writer;
    ic_buf_init(&buf, FILE_BYTES_MAX);
    ic_json_writer_init(&writer, &buf);
    ic_json_object_begin(&writer);
    ic_json_put_name(&writer, "server_url", device->server_url);
    ic_json_put_name(&writer, "device_id", device->device_id.text);
    ic_json_put_name(&writer, "device_token", device->device_token.text);
    ic_json_put_name(&writer, "opr_name", device->opr_name);
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

void ic_device_wipe(struct ic_device *device)
{
    ic_secret_wipe(&device->device_token, sizeof device->device_token);
}
