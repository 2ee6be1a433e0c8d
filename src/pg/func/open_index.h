// Opening an index that somebody asks about.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Opens an ivfflat, ivfpq or hnsw index and locks it; raises what is not one, or may not be read.
Relation open_index(Oid oid);

/// The same for ivfflat or ivfpq alone.
Relation open_ivf_index(Oid oid);

}  // namespace vecext::pg
