/* How fast operations are stored, beside the same rows inserted bare into the same tables and indexes.
 *
 *     store_insert [OPERATIONS]
 *
 * Both sides write groups of GROUP_COUNT, each durable before the next, into files of their own, in turns, so that a
 * busy machine slows both. The store looks for the op_id, finds or makes actor and target, draws ids, keeps totals and
 * the feed; the bare side is told all of that and only inserts. */
#include "store/events.h"
#include "store/operators.h"
#include "store/sqlite/sqlite_store.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OPERATIONS_DEFAULT = 40000, GROUP_COUNT = 200, ROUNDS = 8, TARGET_EVERY = 5 };

static const char text[] = "Hello! We help places like yours fill quiet evenings. May I show you what that looks like?";

static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "store_insert: %s\n", what);
        exit(1);
    }
}

static double now_s(void)
{
    struct timespec instant;
    (void)clock_gettime(CLOCK_MONOTONIC, &instant);
    return (double)instant.tv_sec + 1e-9 * (double)instant.tv_nsec;
}

/* ---- The store. ---- */

struct group {
    struct ic_id opr_id;
    struct ic_rand rand;
    int first;
};

static enum ic_rc insert_owner(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct group *group = context;
    struct ic_operator owner = {
        .opr_name = IC_STR("Owner"),
        .opr_email = IC_STR("owner@team.example"),
        .role = IC_ROLE_OWNER,
        .time_zone = IC_STR("UTC"),
    };
    return ic_store_operator_insert(tx, &owner, &group->rand, &group->opr_id, err);
}

static enum ic_rc insert_group(struct ic_store_tx *tx, void *context, struct ic_err *err)
{
    struct group *group = context;
    enum ic_rc rc = IC_OK;
    for (int i = group->first; i < group->first + GROUP_COUNT && !rc; i++) {
        struct ic_outreach outreach = {
            .opr_id = group->opr_id,
            .act_username = {"tableturnerr"},
            .thread_id = IC_STR("340282366841710300949128"),
            .message_text = {text, sizeof text - 1},
            .sent_at = i,
            .created_at = i + 1,
            .received_at = i + 1,
            .op_id = ic_op_id_create(i, &group->rand),
        };
        (void)snprintf(outreach.tar_username.text, sizeof outreach.tar_username.text, "target.%d", i / TARGET_EVERY);
        memset(outreach.op_hash.text, 'a', IC_HASH_SIZE);
        struct ic_hash op_hash;
        struct ic_outreach_ids ids;
        struct ic_err miss = IC_ERR_NONE;
        rc = ic_store_operation_find(tx, &outreach.op_id, &op_hash, &ids, &miss);
        if (rc == IC_NOT_FOUND) {
            rc = ic_store_outreach_insert(tx, &outreach, &group->rand, &ids, err);
        }
    }
    return rc;
}

/* ---- Bare. ---- */

enum { INSERT_TARGET, INSERT_EVENT, INSERT_OUTREACH, INSERT_OPERATION, INSERT_CHANGE, INSERT_COUNT };

static const char *const bare_sql[INSERT_COUNT] = {
    "INSERT INTO targets (tar_id, tar_username, tar_status, first_contacted, last_updated, email_state, "
    "phone_num_state, cont_source_state) VALUES (?1, ?2, 'Cold No Reply', ?3, ?3, 'Not Searched', 'Not Searched', "
    "'Not Searched')",
    "INSERT INTO event_logs (elg_id, event_type, act_id, opr_id, tar_id, created_at, received_at) "
    "VALUES (?1, 'Outreach', 'ACT-00000000', 'OPR-00000000', ?2, ?3, ?3)",
    "INSERT INTO outreach_logs (olg_id, elg_id, thread_id, sent_at, message_characters, message_text) "
    "VALUES (?1, ?2, '340282366841710300949128', ?3, 90, ?4)",
    "INSERT INTO operations (op_id, op_hash, elg_id, received_at) VALUES (?1, ?2, ?3, ?4)",
    "INSERT INTO changes (cursor, elg_id) VALUES (?1, ?2)",
};

struct bare {
    sqlite3 *db;
    sqlite3_stmt *inserts[INSERT_COUNT];
    struct ic_rand rand;
    struct ic_id tar_id;
};

static void execute(sqlite3 *db, const char *sql)
{
    must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db));
}

static void open_bare(struct bare *bare, const char *path)
{
    must(sqlite3_open_v2(path, &bare->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK, path);
    execute(bare->db, "PRAGMA synchronous = FULL");
    execute(bare->db, "PRAGMA foreign_keys = ON");
    execute(bare->db, "PRAGMA cache_size = -16384");
    execute(bare->db,
            "INSERT INTO operators VALUES ('OPR-00000000', 'a', 'a', 'a', 'a', 'online', 'owner', 'UTC', 1, 1)");
    execute(bare->db, "INSERT INTO actors VALUES ('ACT-00000000', 'tableturnerr', 'OPR-00000000', 'Active', 1, 1)");
    for (int i = 0; i < INSERT_COUNT; i++) {
        must(sqlite3_prepare_v2(bare->db, bare_sql[i], -1, &bare->inserts[i], NULL) == SQLITE_OK,
             sqlite3_errmsg(bare->db));
    }
}

static void close_bare(struct bare *bare)
{
    for (int i = 0; i < INSERT_COUNT; i++) {
        sqlite3_finalize(bare->inserts[i]);
    }
    sqlite3_close(bare->db);
}

static void put(struct bare *bare, int insert, int position, const char *value)
{
    sqlite3_bind_text(bare->inserts[insert], position, value, -1, SQLITE_STATIC);
}

static void put_number(struct bare *bare, int insert, int position, int64_t value)
{
    sqlite3_bind_int64(bare->inserts[insert], position, value);
}

static void run(struct bare *bare, int insert)
{
    must(sqlite3_step(bare->inserts[insert]) == SQLITE_DONE, sqlite3_errmsg(bare->db));
    sqlite3_reset(bare->inserts[insert]);
}

static void bare_insert(struct bare *bare, int i)
{
    struct ic_id elg_id = ic_id_create(IC_ID_EVENT, &bare->rand);
    struct ic_id olg_id = ic_id_create(IC_ID_OUTREACH, &bare->rand);
    struct ic_op_id op_id = ic_op_id_create(i, &bare->rand);
    char handle[32];
    char hash[IC_HASH_SIZE + 1] = "";
    memset(hash, 'a', IC_HASH_SIZE);
    (void)snprintf(handle, sizeof handle, "target.%d", i / TARGET_EVERY);
    if (i % TARGET_EVERY == 0) {
        bare->tar_id = ic_id_create(IC_ID_TARGET, &bare->rand);
        put(bare, INSERT_TARGET, 1, bare->tar_id.text);
        put(bare, INSERT_TARGET, 2, handle);
        put_number(bare, INSERT_TARGET, 3, i);
        run(bare, INSERT_TARGET);
    }
    put(bare, INSERT_EVENT, 1, elg_id.text);
    put(bare, INSERT_EVENT, 2, bare->tar_id.text);
    put_number(bare, INSERT_EVENT, 3, i);
    run(bare, INSERT_EVENT);
    put(bare, INSERT_OUTREACH, 1, olg_id.text);
    put(bare, INSERT_OUTREACH, 2, elg_id.text);
    put_number(bare, INSERT_OUTREACH, 3, i);
    put(bare, INSERT_OUTREACH, 4, text);
    run(bare, INSERT_OUTREACH);
    put(bare, INSERT_OPERATION, 1, op_id.text);
    put(bare, INSERT_OPERATION, 2, hash);
    put(bare, INSERT_OPERATION, 3, elg_id.text);
    put_number(bare, INSERT_OPERATION, 4, i);
    run(bare, INSERT_OPERATION);
    put_number(bare, INSERT_CHANGE, 1, i + 1);
    put(bare, INSERT_CHANGE, 2, elg_id.text);
    run(bare, INSERT_CHANGE);
}

/* ---- Side by side. ---- */

static double time_store(struct ic_store *store, struct group *group, int first, int count)
{
    double begin = now_s();
    for (group->first = first; group->first < first + count; group->first += GROUP_COUNT) {
        struct ic_err err = IC_ERR_NONE;
        must(ic_store_write(store, insert_group, group, &err) == IC_OK, err.detail);
    }
    return now_s() - begin;
}

static double time_bare(struct bare *bare, int first, int count)
{
    double begin = now_s();
    for (int i = first; i < first + count; i += GROUP_COUNT) {
        execute(bare->db, "BEGIN IMMEDIATE");
        for (int j = i; j < i + GROUP_COUNT; j++) {
            bare_insert(bare, j);
        }
        execute(bare->db, "COMMIT");
    }
    return now_s() - begin;
}

static struct ic_store *open_store(const char *path)
{
    struct ic_clock clock = ic_clock_system();
    struct ic_store *store = NULL;
    struct ic_err err = IC_ERR_NONE;
    must(ic_store_sqlite_open(path, 1, &clock, &store, &err) == IC_OK, err.detail);
    return store;
}

static void remove_file(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char name[128];
        (void)snprintf(name, sizeof name, "%s%s", path, endings[i]);
        (void)unlink(name);
    }
}

int main(int argc, char **argv)
{
    int64_t count = OPERATIONS_DEFAULT;
    must(argc < 2 || (ic_str_to_int64(ic_str_from(argv[1]), &count) && count <= 10000000),
         "usage: store_insert [OPERATIONS]");
    int per_round = (int)(count / ROUNDS) / GROUP_COUNT * GROUP_COUNT;
    per_round = per_round > 0 ? per_round : GROUP_COUNT;

    char folder[] = "/tmp/instacrm-bench-XXXXXX";
    char store_path[64];
    char bare_path[64];
    must(mkdtemp(folder), "no folder for the files");
    (void)snprintf(store_path, sizeof store_path, "%s/store.db", folder);
    (void)snprintf(bare_path, sizeof bare_path, "%s/bare.db", folder);

    ic_store_destroy(open_store(bare_path)); /* The same schema. */
    struct ic_rand_seed seeds[2];
    struct bare bare = {.rand = ic_rand_seeded(&seeds[0], 1)};
    open_bare(&bare, bare_path);
    struct ic_store *store = open_store(store_path);
    struct group group = {.rand = ic_rand_seeded(&seeds[1], 1)};
    must(ic_store_write(store, insert_owner, &group, NULL) == IC_OK, "no owner");

    double store_s = 0;
    double bare_s = 0;
    for (int i = 0; i < ROUNDS; i++) {
        store_s += time_store(store, &group, i * per_round, per_round);
        bare_s += time_bare(&bare, i * per_round, per_round);
    }
    double operations = (double)per_round * ROUNDS;
    printf("operations stored, groups of %d: %.0f/s; bare inserts of the same rows: %.0f/s; ratio %.2f\n", GROUP_COUNT,
           operations / store_s, operations / bare_s, bare_s / store_s);

    ic_store_destroy(store);
    close_bare(&bare);
    remove_file(store_path);
    remove_file(bare_path);
    (void)rmdir(folder);
    return 0;
}
