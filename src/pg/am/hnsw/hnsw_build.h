// CREATE INDEX, REINDEX and the INIT fork of hnsw.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
}

namespace vecext::pg {

IndexBuildResult* hnsw_build(Relation heap, Relation index, IndexInfo* info);
void hnsw_build_empty(Relation index);

}  // namespace vecext::pg
