#include "api/role.h"

enum { ROLE_BYTES_MAX = 16 };

enum ic_role ic_role_read(struct ic_json_reader *reader)
{
    enum ic_role role = IC_ROLE_VIEWER;
    struct ic_str name = ic_json_get_text(reader, "role", 1, ROLE_BYTES_MAX);
    if (ic_json_reader_ok(reader) && !ic_role_parse(name.data, name.size, &role)) {
        ic_json_refuse(reader, "role", "There is no such role.");
    }
    return role;
}
