// Tables whose rows are on other servers or in other tables, as Citus has them.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Does Citus's catalog name the table? Its rows are then in shards, tables of their own, and its
/// own indexes are empty. Only for messages: it is looked up by name, and nothing of it is run.
bool is_distributed(Oid table);

}  // namespace vecext::pg
