// What CREATE INDEX has in common for all indexes of posting lists.
#pragma once

#include <new>

#include "core/postings/segment/segment_writer.h"
#include "core/postings/update/create.h"
#include "pg/am/postings/run_merge.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/error.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/sys/pg.h"

extern "C" {
#include "commands/progress.h"
}

namespace vecext::pg {

/// The number of the chain of the segment that a build writes.
inline constexpr uint32 kFirstChain = 1;

/// Phases of builds and reorganizations, as pg_stat_progress_create_index shows them
/// (posting_phase_name).
enum PostingPhase : int64 {
  kReadingRows = PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE + 1,
  kWritingPostings,
  kMeasuringWeights,
  kAddingKeys,
  kMerging
};

/// Implements AccessMethod::build_phase_name.
char* posting_phase_name(int64 phase);

/// Writes an index without documents, for AccessMethod::build_empty.
void build_empty_postings(Relation index, const postings::IndexOptions& options);

/// Writes a segment of an index that was made with these options. put(SegmentWriter*) adds the
/// segment's documents and terms. `chain` differs from the chain of every other segment. Memory
/// comes from the current context.
template <class Put>
void write_segment(BulkWriter* bulk, const postings::IndexOptions& options, uint32 chain,
                   const Put& put) {
  auto* writer = palloc_object<postings::SegmentWriter>();
  if (options.has_weights) {
    writer->hold_weights();
  }
  check(writer->begin(context_arena(CurrentMemoryContext), postings::sink_of(*bulk), options.bm25,
                      chain));
  put(writer);
  SegmentEntry entry;
  check(writer->finish(&entry));
  check(postings::add_built_segment(*bulk, entry));
}

/// Merges runs into the only segment of a new index, within `memory` bytes, of which the segment's
/// writer takes up to half. `documents` and `postings` are how many all runs together have, for the
/// progress. If there are too many runs to merge at once, first merges some of them to longer runs,
/// which it appends to `runs`. The files of these longer runs are closed at the end.
void write_segment_of_runs(BulkWriter* bulk, const postings::IndexOptions& options, Size memory,
                           double documents, uint64 postings, GrowingArray<RunPlace>* runs);

}  // namespace vecext::pg
