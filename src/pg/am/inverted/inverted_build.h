// CREATE INDEX of the access method inverted.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

IndexBuildResult* inverted_build(Relation heap, Relation index, IndexInfo* info);
void inverted_build_empty(Relation index);

}  // namespace vecext::pg
