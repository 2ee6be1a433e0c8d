// CREATE INDEX, REINDEX and the INIT fork of hnsw.
#pragma once

#include "pg/am/common/index_size.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
}

namespace vecext::pg {

IndexBuildResult* hnsw_build(Relation heap, Relation index, IndexInfo* info);
void hnsw_build_empty(Relation index);

/// AccessMethod::size.
IndexSize hnsw_size(const SizeTask& task);

}  // namespace vecext::pg
