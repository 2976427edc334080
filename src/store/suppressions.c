#include "store/suppressions.h"

#include "store/query.h"

enum { FIND_COUNT = 16, ALIASES_COUNT = 64 };

/* Lies before every handle: an empty text would be NULL, which is before nothing. */
static const char before_handles[] = "-";

enum {
    COLUMN_TAR_USERNAME,
    COLUMN_IS_SUPPRESSED,
    COLUMN_REASON,
    COLUMN_HYBRID_TIME,
    COLUMN_DEVICE_ID,
    COLUMN_OPR_ID,
    COLUMN_ELG_ID,
    COLUMN_CHANGED_AT,
};

static void read_suppression(struct ic_query *query, struct ic_arena *arena, struct ic_suppression *suppression)
{
    suppression->is_there = true;
    suppression->exclusion.is_excluded = ic_query_int64(query, COLUMN_IS_SUPPRESSED) != 0;
    suppression->exclusion.stamp.hybrid_time = ic_query_int64(query, COLUMN_HYBRID_TIME);
    suppression->exclusion.stamp.device_id = ic_query_id(query, COLUMN_DEVICE_ID);
    if (arena) {
        suppression->reason = ic_query_text(query, COLUMN_REASON, arena);
    }
    suppression->opr_id = ic_query_id(query, COLUMN_OPR_ID);
    suppression->elg_id = ic_query_id(query, COLUMN_ELG_ID);
    suppression->changed_at = ic_query_int64(query, COLUMN_CHANGED_AT);
}

static enum ic_rc find_some(struct ic_store_tx *tx, struct ic_suppression *suppressions, size_t count,
                            struct ic_arena *arena, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SUPPRESSIONS_FIND, "store.suppression.find", err);
    for (size_t i = 0; i < count; i++) {
        ic_query_put_text(&query, IC_P_SUPPRESSIONS_FIND_TAR_USERNAME_1 + (int)i,
                          ic_handle_text(&suppressions[i].tar_username));
    }
    while (ic_query_next(&query)) {
        struct ic_str found = ic_query_peek_text(&query, COLUMN_TAR_USERNAME);
        size_t i = 0;
        while (i < count && !ic_str_equal(ic_handle_text(&suppressions[i].tar_username), found)) {
            i++;
        }
        if (i == count) {
            ic_query_corrupt(&query, "a suppression is not the one that was asked for");
            break;
        }
        read_suppression(&query, arena, &suppressions[i]);
    }
    return ic_query_end(&query);
}

enum ic_rc ic_store_suppressions_find(struct ic_store_tx *tx, const struct ic_handle *handles, size_t count,
                                      struct ic_arena *arena, struct ic_suppression *ret_suppressions,
                                      struct ic_err *err)
{
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < count; i++) {
        ret_suppressions[i] = (struct ic_suppression){.tar_username = handles[i]};
    }
    for (size_t i = 0; i < count && !rc; i += FIND_COUNT) {
        rc = find_some(tx, ret_suppressions + i, count - i < FIND_COUNT ? count - i : FIND_COUNT, arena, err);
    }
    return rc;
}

enum ic_rc ic_store_suppression_put(struct ic_store_tx *tx, const struct ic_suppression *suppression,
                                    struct ic_err *err)
{
    const struct ic_exclusion *exclusion = &suppression->exclusion;
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_SUPPRESSION_PUT, "store.suppression.put", err);
    ic_query_put_text(&query, IC_P_SUPPRESSION_PUT_TAR_USERNAME, ic_handle_text(&suppression->tar_username));
    ic_query_put_int64(&query, IC_P_SUPPRESSION_PUT_IS_SUPPRESSED, exclusion->is_excluded);
    ic_query_put_text(&query, IC_P_SUPPRESSION_PUT_REASON, suppression->reason);
    ic_query_put_int64(&query, IC_P_SUPPRESSION_PUT_HYBRID_TIME, exclusion->stamp.hybrid_time);
    ic_query_put_id(&query, IC_P_SUPPRESSION_PUT_DEVICE_ID, &exclusion->stamp.device_id);
    ic_query_put_id(&query, IC_P_SUPPRESSION_PUT_OPR_ID, &suppression->opr_id);
    ic_query_put_id(&query, IC_P_SUPPRESSION_PUT_ELG_ID, &suppression->elg_id);
    ic_query_put_int64(&query, IC_P_SUPPRESSION_PUT_CHANGED_AT, suppression->changed_at);
    return ic_query_run(&query);
}

/* ---- Aliases. ---- */

/* Lists the next aliases of a target, at most ALIASES_COUNT, sorted; an empty `behind` lies before all. */
static enum ic_rc list_aliases(struct ic_store_tx *tx, const struct ic_id *tar_id, const struct ic_handle *behind,
                               struct ic_handle *ret_aliases, size_t *ret_count, struct ic_err *err)
{
    size_t count = 0;
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ALIASES_LIST, "store.alias.list", err);
    ic_query_put_id(&query, IC_P_ALIASES_LIST_TAR_ID, tar_id);
    ic_query_put_text(&query, IC_P_ALIASES_LIST_ALIAS_USERNAME,
                      behind->text[0] ? ic_handle_text(behind) : ic_str_from(before_handles));
    ic_query_put_int64(&query, IC_P_ALIASES_LIST_LIMIT, ALIASES_COUNT);
    while (count < ALIASES_COUNT && ic_query_next(&query)) {
        if (!ic_handle_parse(ic_query_peek_text(&query, 0), &ret_aliases[count++])) {
            ic_query_corrupt(&query, "an alias is no handle");
        }
    }
    *ret_count = count;
    return ic_query_end(&query);
}

enum ic_rc ic_store_suppression_spread(struct ic_store_tx *tx, const struct ic_suppression *suppression,
                                       const struct ic_id *tar_id, struct ic_err *err)
{
    struct ic_suppression one = *suppression;
    struct ic_handle behind = {{0}};
    struct ic_handle aliases[ALIASES_COUNT];
    size_t count = ALIASES_COUNT;
    enum ic_rc rc = ic_store_suppression_put(tx, &one, err);
    while (!rc && count == ALIASES_COUNT) {
        rc = list_aliases(tx, tar_id, &behind, aliases, &count, err);
        for (size_t i = 0; i < count && !rc; i++) {
            one.tar_username = behind = aliases[i];
            rc = ic_store_suppression_put(tx, &one, err);
        }
    }
    return rc;
}

enum ic_rc ic_store_alias_put(struct ic_store_tx *tx, const struct ic_handle *alias_username,
                              const struct ic_id *tar_id, const struct ic_id *elg_id, int64_t now, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ALIAS_PUT, "store.alias.put", err);
    ic_query_put_text(&query, IC_P_ALIAS_PUT_ALIAS_USERNAME, ic_handle_text(alias_username));
    ic_query_put_id(&query, IC_P_ALIAS_PUT_TAR_ID, tar_id);
    ic_query_put_id(&query, IC_P_ALIAS_PUT_ELG_ID, elg_id);
    ic_query_put_int64(&query, IC_P_ALIAS_PUT_CREATED_AT, now);
    return ic_query_run(&query);
}

enum ic_rc ic_store_aliases_move(struct ic_store_tx *tx, const struct ic_id *tar_id, const struct ic_id *merged_into,
                                 const struct ic_id *elg_id, struct ic_err *err)
{
    struct ic_query query;
    ic_query_begin(&query, tx, IC_STATEMENT_ALIASES_MOVE, "store.alias.move", err);
    ic_query_put_id(&query, IC_P_ALIASES_MOVE_TAR_ID, tar_id);
    ic_query_put_id(&query, IC_P_ALIASES_MOVE_MERGED_INTO, merged_into);
    ic_query_put_id(&query, IC_P_ALIASES_MOVE_ELG_ID, elg_id);
    return ic_query_run(&query);
}
