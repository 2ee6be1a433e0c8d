// CREATE INDEX, REINDEX and the INIT fork of ivfflat and ivfpq.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/amapi.h"
}

namespace vecext::pg {

/// Which of the two access methods: whole vectors in the lists, or codes.
enum class IvfKind { kFlat, kPq };

IvfKind ivf_kind(Relation index);

/// Phases, as pg_stat_progress_create_index names them (ivf_phase_name).
enum IvfPhase : int64 { kTraining = 2, kAssigning, kLoading, kReading, kAddingKeys };

template <IvfKind kKind>
IndexBuildResult* ivf_build(Relation heap, Relation index, IndexInfo* info);
template <IvfKind kKind>
void ivf_build_empty(Relation index);

}  // namespace vecext::pg
