// Tables that Citus distributes. Their rows are in other tables, perhaps on other servers.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// True if Citus's catalog names the table. The rows of such a table are in shards, which are
/// tables of their own, and the table's own indexes are empty. It is used only for messages. The
/// catalog is found by its name, and no function of Citus is called.
bool is_distributed(Oid table);

}  // namespace vecext::pg
