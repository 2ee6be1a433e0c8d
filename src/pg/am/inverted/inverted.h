// The access method inverted.
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

extern const AccessMethod kInvertedMethod;

// --- CREATE INDEX, REINDEX and the INIT fork ----------------------------------------------------

IndexBuildResult* inverted_build(Relation heap, Relation index, IndexInfo* info);
void inverted_build_empty(Relation index);

// --- INSERT -------------------------------------------------------------------------------------

bool inverted_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                     IndexUniqueCheck unique, bool unchanged, IndexInfo* info);

// --- Scans --------------------------------------------------------------------------------------

extern const ScanMethod kInvertedScan;

}  // namespace vecext::pg
