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

/// aminsert.
bool bm25_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                 IndexUniqueCheck unique, bool unchanged, IndexInfo* info);

// --- Scans --------------------------------------------------------------------------------------

extern const ScanMethod kTextScan;

// --- Costs of searches --------------------------------------------------------------------------

/// AccessMethod::estimate.
SearchEffort estimate_texts(const SearchTask& task);

/// AccessMethod::traits.
SearchTraits text_traits(const IndexOptInfo* index);

/// What computing a score or a match without a scan takes for a value of the index that a query
/// names, in units of cpu_operator_cost; 0 if it names none.
double operators_of_score(Oid named);

/// AccessMethod::answers: a query is for the index that it names.
bool answers_query(const IndexPath* path);

extern const FilteredSearchCosts kFilteredTextCosts;

}  // namespace vecext::pg
