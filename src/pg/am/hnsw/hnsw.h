// The access method hnsw.
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/am/common/index_description.h"
#include "pg/am/common/index_size.h"
#include "pg/am/common/verify_walk.h"
#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
#include "access/genam.h"
#include "nodes/execnodes.h"
#include "utils/rel.h"
}

namespace vecext::pg {

extern const AccessMethod kHnswMethod;

// --- CREATE INDEX, REINDEX and the INIT fork ----------------------------------------------------

IndexBuildResult* hnsw_build(Relation heap, Relation index, IndexInfo* info);
void hnsw_build_empty(Relation index);

/// Implements AccessMethod::size.
IndexSize hnsw_size(const SizeTask& task);

// --- INSERT -------------------------------------------------------------------------------------

/// Implements aminsert. Returns false, as the index is not unique.
bool hnsw_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                 IndexUniqueCheck check_unique, bool index_unchanged, IndexInfo* info);

/// Implements aminsertcleanup, which ends a statement that may have inserted rows.
void hnsw_insert_end(Relation index, IndexInfo* info);

// --- Scans --------------------------------------------------------------------------------------

extern const ScanMethod kGraphScan;

// --- VACUUM -------------------------------------------------------------------------------------

IndexBulkDeleteResult* hnsw_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                        IndexBulkDeleteCallback callback, void* callback_state);
IndexBulkDeleteResult* hnsw_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);

// --- Checks of pages, and counts of their contents ----------------------------------------------

/// Implements AccessMethod::verify.
void verify_graph_index(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);

/// Implements AccessMethod::describe.
IndexDescription describe_graph(Relation index);

// --- Costs of searches --------------------------------------------------------------------------

/// Implements AccessMethod::estimate.
SearchEffort estimate_graph(const SearchTask& task);

/// Implements AccessMethod::traits, for flat graphs too.
SearchTraits graph_traits(const IndexOptInfo* index);

extern const FilteredSearchCosts kFilteredGraphCosts;

}  // namespace vecext::pg
