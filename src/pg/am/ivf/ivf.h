// The access methods ivfflat and ivfpq.
#pragma once

#include "pg/am/common/access_method.h"
#include "pg/am/common/index_description.h"
#include "pg/am/common/index_size.h"
#include "pg/am/common/verify_walk.h"
#include "pg/am/cost/filtered_search_costs.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/am/ivf/model_cache.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
#include "access/genam.h"
#include "nodes/execnodes.h"
#include "utils/rel.h"
}

namespace vecext::pg {

extern const AccessMethod kIvfflatMethod;
extern const AccessMethod kIvfpqMethod;

// --- CREATE INDEX, REINDEX and the INIT fork ----------------------------------------------------

/// The kind of an index. Lists of ivfflat have whole vectors, and lists of ivfpq have codes.
enum class IvfKind { kFlat, kPq };

IvfKind ivf_kind(Relation index);

/// Phases of builds and reorganizations, as pg_stat_progress_create_index shows them
/// (ivf_phase_name).
enum IvfPhase : int64 { kTraining = 2, kAssigning, kLoading, kReading, kAddingKeys, kReorganizing };

template <IvfKind kKind>
IndexBuildResult* ivf_build(Relation heap, Relation index, IndexInfo* info);
template <IvfKind kKind>
void ivf_build_empty(Relation index);

/// Implements AccessMethod::size.
template <IvfKind kKind>
IndexSize ivf_size(const SizeTask& task);

// --- INSERT -------------------------------------------------------------------------------------

/// Implements aminsert. Returns false, as the index is not unique.
bool ivf_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation heap,
                IndexUniqueCheck check_unique, bool index_unchanged, IndexInfo* info);

// --- Scans --------------------------------------------------------------------------------------

extern const ScanMethod kListScan;

// --- VACUUM -------------------------------------------------------------------------------------

IndexBulkDeleteResult* ivf_bulk_delete(IndexVacuumInfo* info, IndexBulkDeleteResult* stats,
                                       IndexBulkDeleteCallback callback, void* callback_state);
IndexBulkDeleteResult* ivf_vacuum_cleanup(IndexVacuumInfo* info, IndexBulkDeleteResult* stats);

/// Frees the pages that an interrupted change of lists has left, if there was one. The caller holds
/// lock_changes().
void free_interrupted_lists(Relation index);

// --- Checks of pages, and counts of their contents ----------------------------------------------

/// Implements AccessMethod::verify.
void verify_lists(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);

/// Implements AccessMethod::describe.
IndexDescription describe_lists(Relation index);

// --- Costs of searches --------------------------------------------------------------------------

/// Returns about how many of `lists` lists a search for `wanted` rows reads for the target recall,
/// if the query is near the rows.
double lists_for_recall(const SearchReach& reach, double lists, double wanted);

/// Implements AccessMethod::estimate.
SearchEffort estimate_lists(const SearchTask& task);

/// Implements AccessMethod::traits. Lists have no properties that a cost depends on.
SearchTraits list_traits(const IndexOptInfo* index);

extern const FilteredSearchCosts kFilteredListCosts;

}  // namespace vecext::pg
