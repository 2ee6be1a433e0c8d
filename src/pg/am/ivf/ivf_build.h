// CREATE INDEX, REINDEX and the INIT fork of ivfflat and ivfpq.
#pragma once

#include "pg/am/common/index_size.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
}

namespace vecext::pg {

/// The access method: ivfflat has whole vectors in its lists, ivfpq codes.
enum class IvfKind { kFlat, kPq };

IvfKind ivf_kind(Relation index);

/// Build phases, as pg_stat_progress_create_index shows them (ivf_phase_name).
enum IvfPhase : int64 { kTraining = 2, kAssigning, kLoading, kReading, kAddingKeys };

template <IvfKind kKind>
IndexBuildResult* ivf_build(Relation heap, Relation index, IndexInfo* info);
template <IvfKind kKind>
void ivf_build_empty(Relation index);

/// AccessMethod::size.
template <IvfKind kKind>
IndexSize ivf_size(const SizeTask& task);

}  // namespace vecext::pg
