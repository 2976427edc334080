#include "agent/host.h"

#include "agent/bell.h"
#include "agent/channel.h"
#include "agent/device.h"
#include "agent/ledger_backup.h"
#include "agent/message.h"
#include "agent/sync_process.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum {
    MESSAGE_ARENA_SIZE = 64 * 1024,
    RESTORED_TOLD_MS = 7 * 24 * 60 * 60 * 1000, /* How long a person is told that the ledger was restored. */
};

struct host {
    const struct ic_host_config *config;
    struct ic_channel channel;
    struct ic_frame_decoder decoder;
    struct ic_arena *arena; /* Reset after each message. */
    struct ic_buf answer;
    struct ic_bell bell;
    struct ic_ledger *ledger; /* NULL while it cannot be opened. */
    bool is_suspect;          /* Something was wrong with it: it is to be checked when it is opened. */
    bool has_told_restored;   /* The person was told that a backup stands in its place. */
    struct ic_sync_process *sync;
    struct ic_id device_id; /* Of the pairing that the syncing process knows. */
    bool greeted;
    bool status_due; /* Something may have changed that the extension shows. */
    struct ic_message_status shown;
    bool has_shown;
    bool ended;
    int exit_status;
};

static void end(struct host *host, int exit_status)
{
    host->ended = true;
    host->exit_status = exit_status;
}

/* Sends what stands in `answer`. A browser that takes no more has gone. */
static void send_answer(struct host *host)
{
    struct ic_err err = IC_ERR_NONE;
    if (ic_buf_check(&host->answer, "agent.host.send", &err) != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "host.send", &err);
        end(host, 1);
    } else if (!ic_channel_write_frame(&host->channel, ic_buf_view(&host->answer))) {
        end(host, 0);
    }
}

static struct ic_json_writer begin_answer(struct host *host)
{
    struct ic_json_writer writer;
    ic_buf_reset(&host->answer);
    ic_json_writer_init(&writer, &host->answer);
    return writer;
}

static void refuse(struct host *host, const struct ic_err *err, const struct ic_op_id *op_id)
{
    ic_log_err(IC_LOG_WARN, "host.refused", err);
    struct ic_json_writer writer = begin_answer(host);
    ic_message_put_error(err, op_id, &writer);
    send_answer(host);
}

static void hang_bell(struct host *host)
{
    struct ic_err err = IC_ERR_NONE;
    if (ic_bell_init(&host->bell, &host->config->folder.bells, &host->config->rand, &err) != IC_OK) {
        ic_log_err(IC_LOG_WARN, "host.bell", &err);
    }
    host->channel.bell = host->bell.fd;
}

static void start_sync(struct host *host)
{
    const struct ic_host_config *config = host->config;
    struct ic_err err = IC_ERR_NONE;
    if (ic_sync_process_create(&config->clock, &config->rand, &host->sync, &err) != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "host.sync", &err);
    }
}

/* Opens what a full or read-only disk may have kept from being opened before; only the ledger is needed for an
 * acknowledgement. */
static enum ic_rc open_ledger(struct host *host, struct ic_err *err)
{
    const struct ic_folder *folder = &host->config->folder;
    if (!host->ledger) {
        enum ic_rc rc = ic_folder_make(folder, err);
        if (rc == IC_OK) {
            rc = ic_ledger_open(folder, &host->config->clock, host->is_suspect, &host->ledger, err);
        }
        if (rc != IC_OK) {
            return rc;
        }
        host->is_suspect = false;
    }
    if (host->bell.fd < 0) {
        hang_bell(host);
    }
    if (!host->sync) {
        start_sync(host);
    }
    return IC_OK;
}

/* Closes a ledger that is damaged, or that was set aside because it is: the next to be opened is the restored one. */
static bool leave_damaged(struct host *host, const struct ic_err *err)
{
    bool is_damaged = err->code == IC_CODE_CORRUPT;
    bool leaves = host->ledger && (is_damaged || ic_ledger_has_moved(host->ledger));
    if (leaves) {
        ic_ledger_destroy(host->ledger);
        host->ledger = NULL;
        host->is_suspect = is_damaged;
    }
    return leaves;
}

/* Tells the person once that the ledger was damaged and is whole again. */
static void tell_restored(struct host *host, const struct ic_ledger_memory *memory)
{
    int64_t since_ms = ic_clock_now_ms(&host->config->clock) - memory->restored_at;
    if (!host->greeted || host->has_told_restored || memory->restored_at == 0 || since_ms > RESTORED_TOLD_MS) {
        return;
    }
    struct ic_err err = IC_ERR_NONE;
    host->has_told_restored = true;
    ic_err_set(&err, IC_CODE_CORRUPT, "agent.host",
               "The ledger was damaged and has been restored from its backup; the damaged file is kept as %s. "
               "Look whether your last messages are in the Command Center.",
               memory->damaged);
    refuse(host, &err, &(struct ic_op_id){.text = ""});
}

/* Tells the syncing process of a pairing that it may not know. */
static void look_at_pairing(struct host *host, const struct ic_device *device)
{
    if (!ic_id_equal(&host->device_id, &device->device_id)) {
        host->device_id = device->device_id;
        if (host->sync) {
            ic_sync_process_paired(host->sync);
        }
    }
}

/* What the ledger says; one that is damaged, or was set aside, is opened anew and asked once more. */
static void read_summary(struct host *host, struct ic_ledger_summary *ret_summary)
{
    struct ic_err err = IC_ERR_NONE;
    if (!host->ledger) {
        return;
    }
    enum ic_rc rc = ic_ledger_get_summary(host->ledger, ret_summary, &err);
    if (leave_damaged(host, &err)) {
        err = IC_ERR_NONE;
        rc = open_ledger(host, &err);
        if (rc == IC_OK) {
            rc = ic_ledger_get_summary(host->ledger, ret_summary, &err);
        }
    }
    if (rc != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "host.status", &err);
    }
}

static struct ic_message_status read_status(struct host *host)
{
    struct ic_message_status status = {.paired = false};
    struct ic_device device = {.server_url = ""};
    struct ic_ledger_summary summary = {.pending = 0};
    read_summary(host, &summary);
    tell_restored(host, &summary.memory);
    struct ic_err unpaired = IC_ERR_NONE;
    if (ic_device_find(&host->config->folder.path, &device, &unpaired) == IC_OK) {
        bool same = ic_id_equal(&summary.link.device_id, &device.device_id);
        status.paired = !(same && summary.link.state == IC_LINK_REFUSED);
        status.online = same && summary.link.state == IC_LINK_ONLINE;
        snprintf(status.opr_name, sizeof status.opr_name, "%s", device.opr_name);
    }
    look_at_pairing(host, &device);
    ic_device_wipe(&device);
    status.pending = summary.pending;
    status.rejected = summary.rejected;
    bool is_asked = summary.memory.asked > summary.memory.answered;
    if (host->sync && (status.pending > host->shown.pending || is_asked)) {
        ic_sync_process_captured(host->sync);
    }
    return status;
}

static bool is_equal(const struct ic_message_status *left, const struct ic_message_status *right)
{
    return left->paired == right->paired && left->online == right->online && left->pending == right->pending &&
           left->rejected == right->rejected && strcmp(left->opr_name, right->opr_name) == 0;
}

/* Sends the status if it was asked for or is another one than the extension knows. */
static void send_status(struct host *host, bool asked_for)
{
    struct ic_message_status status = read_status(host);
    host->status_due = false;
    if (!host->greeted || (!asked_for && host->has_shown && is_equal(&status, &host->shown))) {
        return;
    }
    host->shown = status;
    host->has_shown = true;
    struct ic_json_writer writer = begin_answer(host);
    ic_message_put_status(&status, &writer);
    send_answer(host);
}

/* Stores the operation; a ledger that turns out to be damaged is restored and tried once more. */
static enum ic_rc put(struct host *host, const struct ic_operation *operation, bool *ret_duplicate, struct ic_err *err)
{
    enum ic_rc rc = IC_OK;
    for (int i = 0; i < 2; i++) {
        *err = IC_ERR_NONE;
        rc = open_ledger(host, err);
        if (rc == IC_OK) {
            rc = ic_ledger_put(host->ledger, operation, ret_duplicate, err);
        }
        if (rc == IC_OK) {
            break;
        }
        if (!leave_damaged(host, err)) {
            break;
        }
    }
    return rc;
}

static void take_capture(struct host *host, const struct ic_operation *operation)
{
    struct ic_err err = IC_ERR_NONE;
    bool duplicate = false;
    if (put(host, operation, &duplicate, &err) != IC_OK) {
        refuse(host, &err, &operation->op_id);
        return;
    }
    struct ic_json_writer writer = begin_answer(host);
    ic_message_put_ack(&operation->op_id, duplicate, &writer);
    send_answer(host);
    if (duplicate) {
        return;
    }
    host->status_due = true;
    if (host->sync) {
        ic_sync_process_captured(host->sync);
    }
    /* Another process may be the one that pushes, and others show the count. */
    ic_bell_ring(&host->config->folder.bells);
}

static void take_hello(struct host *host, const struct ic_message *message)
{
    const struct ic_log_field fields[] = {IC_LOG_TEXT("extension_version", message->extension_version), {.key = NULL}};
    ic_log(IC_LOG_INFO, "host.hello", fields);
    host->greeted = true;
    struct ic_err err = IC_ERR_NONE;
    if (open_ledger(host, &err) != IC_OK) {
        /* Told now, before a message depends on it. */
        refuse(host, &err, &(struct ic_op_id){.text = ""});
    }
    send_status(host, true);
}

static void take_frame(struct host *host, struct ic_str frame)
{
    struct ic_message message;
    struct ic_op_id op_id = {.text = ""};
    struct ic_err err = IC_ERR_NONE;
    if (ic_message_decode(frame, host->arena, &message, &op_id, &err) != IC_OK) {
        refuse(host, &err, &op_id);
    } else if (!host->greeted && message.type != IC_MESSAGE_HELLO) {
        ic_err_set(&err, IC_CODE_MALFORMED_FRAME, "agent.host", "The first message must be a hello.");
        refuse(host, &err, &op_id);
    } else if (message.type == IC_MESSAGE_HELLO) {
        take_hello(host, &message);
    } else if (message.type == IC_MESSAGE_CAPTURE) {
        take_capture(host, &message.operation);
    } else {
        send_status(host, true);
    }
    ic_arena_reset(host->arena);
}

/* The input has ended: well, if between two frames. */
static void take_end(struct host *host)
{
    if (ic_frame_decoder_is_between(&host->decoder)) {
        end(host, 0);
        return;
    }
    struct ic_err err = IC_ERR_NONE;
    ic_err_set(&err, IC_CODE_MALFORMED_FRAME, "agent.host", "The stream ended within a frame.");
    refuse(host, &err, &(struct ic_op_id){.text = ""});
    end(host, 1);
}

/* Reads what the decoder wants, and takes a frame that this made whole. */
static void take_input(struct host *host)
{
    void *at;
    struct ic_str frame;
    struct ic_err err = IC_ERR_NONE;
    size_t wanted = ic_frame_decoder_want(&host->decoder, &at);
    int64_t size = ic_channel_read(&host->channel, at, wanted);
    if (size <= 0) {
        take_end(host);
        return;
    }
    if (ic_frame_decoder_took(&host->decoder, (size_t)size, &err) != IC_OK) {
        /* Where the next frame begins is not known any more. */
        refuse(host, &err, &(struct ic_op_id){.text = ""});
        end(host, 1);
        return;
    }
    if (ic_frame_decoder_get(&host->decoder, &frame)) {
        take_frame(host, frame);
        ic_frame_decoder_next(&host->decoder);
    }
}

static void serve(struct host *host)
{
    while (!host->ended) {
        /* Counts are told when nothing else is waiting: a burst of messages costs one status. */
        unsigned events = ic_channel_wait(&host->channel, !host->status_due);
        if (events & IC_CHANNEL_STOP) {
            end(host, 0);
        } else if (events & IC_CHANNEL_INPUT) {
            take_input(host);
        } else if (events & IC_CHANNEL_BELL) {
            ic_bell_hush(&host->bell);
            host->status_due = true;
        } else if (host->status_due) {
            send_status(host, false);
        }
    }
}

static bool is_our_extension(const char *origin)
{
    return strcmp(origin, "chrome-extension://" IC_EXTENSION_ID "/") == 0;
}

int ic_host_run(const struct ic_host_config *config)
{
    struct host host = {.config = config, .bell = {.fd = -1}};
    struct ic_err err = IC_ERR_NONE;
    ic_frame_decoder_init(&host.decoder);
    ic_buf_init(&host.answer, IC_LIMIT_NATIVE_FRAME_BYTES_MAX);
    if (ic_channel_init(&host.channel, config->in, config->out, &err) != IC_OK) {
        ic_log_err(IC_LOG_ERROR, "host.start", &err);
        return 1;
    }
    host.arena = ic_arena_create(MESSAGE_ARENA_SIZE);
    if (!host.arena) {
        (void)ic_arena_failed("agent.host", &err);
        ic_log_err(IC_LOG_ERROR, "host.start", &err);
        host.exit_status = 1;
    } else if (!is_our_extension(config->origin)) {
        ic_err_set(&err, IC_CODE_FORBIDDEN, "agent.host", "This agent serves chrome-extension://%s/ only.",
                   IC_EXTENSION_ID);
        refuse(&host, &err, &(struct ic_op_id){.text = ""});
        host.exit_status = 1;
    } else {
        serve(&host);
    }
    ic_sync_process_destroy(host.sync);
    ic_bell_release(&host.bell);
    ic_ledger_destroy(host.ledger);
    ic_buf_release(&host.answer);
    ic_frame_decoder_release(&host.decoder);
    ic_arena_destroy(host.arena);
    ic_channel_release(&host.channel);
    return host.exit_status;
}
