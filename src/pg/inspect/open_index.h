// Opening an index that somebody asks about.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Opens an ivfflat, ivfpq or hnsw index and locks it, after its table, which stays locked until
/// the transaction ends; raises what is not one, is not built, or may not be read.
Relation open_index(Oid oid);

}  // namespace vecext::pg
