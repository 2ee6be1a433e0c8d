// CREATE INDEX USING bm25.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

IndexBuildResult* bm25_build(Relation heap, Relation index, IndexInfo* info);
void bm25_build_empty(Relation index);

}  // namespace vecext::pg
