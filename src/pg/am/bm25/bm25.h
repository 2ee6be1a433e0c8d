// The access method bm25.
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "nodes/execnodes.h"
}

namespace vecext::pg {

extern const AccessMethod kBm25Method;

// --- CREATE INDEX, REINDEX and the INIT fork ----------------------------------------------------

IndexBuildResult* bm25_build(Relation heap, Relation index, IndexInfo* info);
void bm25_build_empty(Relation index);

// --- INSERT -------------------------------------------------------------------------------------

/// Implements aminsert.
bool bm25_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                 IndexUniqueCheck unique, bool unchanged, IndexInfo* info);

// --- Scans --------------------------------------------------------------------------------------

extern const ScanMethod kTextScan;

// --- Costs of searches --------------------------------------------------------------------------

/// Implements AccessMethod::estimate.
SearchEffort estimate_texts(const SearchTask& task);

/// Implements AccessMethod::traits.
SearchTraits text_traits(const IndexOptInfo* index);

/// Returns the cost, in units of cpu_operator_cost, of computing a score or a match without a scan,
/// for a value of the index `named`, which a query names. Returns 0 if `named` is not a bm25 index.
double operators_of_score(Oid named);

/// Implements AccessMethod::answers: a query is for the index that it names.
bool answers_query(const IndexPath* path);

extern const FilteredSearchCosts kFilteredTextCosts;

}  // namespace vecext::pg
