// The segment of a new index, of sorted runs.
#pragma once

#include "core/postings/update/create.h"
#include "pg/am/postings/run_merge.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Merges runs into the only segment of a new index, within `memory` bytes, of which the segment's
/// writer takes up to half. They have so many documents and postings, for the progress. Leaves more
/// runs in `runs` than there were, of which the new ones are closed.
void write_segment_of_runs(BulkWriter* bulk, const postings::IndexOptions& options, Size memory,
                           double documents, uint64 postings, GrowingArray<RunPlace>* runs);

}  // namespace vecext::pg
