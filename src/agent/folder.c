#include "agent/folder.h"

#include "agent/platform.h"

enum ic_rc ic_folder_at(const struct ic_path *path, struct ic_folder *ret_folder, struct ic_err *err)
{
    struct ic_folder folder = {.path = *path};
    const struct {
        const char *name;
        struct ic_path *path;
    } parts[] = {
        {"ledger.db", &folder.ledger},      {"ledger.backup.db", &folder.backup},
        {"ledger.draft.db", &folder.draft}, {"ledger.restoring", &folder.restoring},
        {"uplink.lock", &folder.lock},      {"ledger.lock", &folder.opening},
        {"bells", &folder.bells},
    };
    enum ic_rc rc = IC_OK;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && rc == IC_OK; i++) {
        rc = ic_path_join(path, parts[i].name, parts[i].path, err);
    }
    if (rc == IC_OK) {
        *ret_folder = folder;
    }
    return rc;
}

enum ic_rc ic_folder_find(struct ic_folder *ret_folder, struct ic_err *err)
{
    struct ic_path path;
    enum ic_rc rc = ic_platform_data_folder(&path, err);
    return rc == IC_OK ? ic_folder_at(&path, ret_folder, err) : rc;
}

enum ic_rc ic_folder_make(const struct ic_folder *folder, struct ic_err *err)
{
    enum ic_rc rc = ic_platform_folder_make(&folder->path, true, err);
    if (rc != IC_OK) {
        return rc;
    }
    switch (ic_platform_access_get(&folder->path)) {
    case IC_ACCESS_FOREIGN:
        return ic_err_set(err, IC_CODE_FORBIDDEN, "agent.folder", "%.160s belongs to another user.", folder->path.text);
    case IC_ACCESS_OPEN:
        rc = ic_platform_access_close(&folder->path, err);
        break;
    case IC_ACCESS_PRIVATE:
    case IC_ACCESS_MISSING:
        break;
    }
    return rc == IC_OK ? ic_platform_folder_make(&folder->bells, true, err) : rc;
}
