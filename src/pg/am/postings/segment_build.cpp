#include "pg/am/postings/segment_build.h"

#include "pg/am/maintenance/key_build.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Merges the first `count` runs into one run.
RunPlace merge_to_run(const RunPlace* runs, int64 count) {
  RunFile file{BufFileCreateTemp(false), 0};
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext run merge", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  RunMerge merge(runs, count);
  RunWriter writer(&file);
  merge.write(&writer);
  writer.finish();
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  return {file.file, 0};
}

}  // namespace

char* posting_phase_name(int64 phase) {
  switch (phase) {
    case PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE:
      return pstrdup("initializing");
    case kReadingRows:
      return pstrdup("reading tuples");
    case kWritingPostings:
      return pstrdup("writing posting lists");
    case kMeasuringWeights:
      return pstrdup("measuring weights");
    case kAddingKeys:
      return pstrdup("adding key columns");
    case kMerging:
      return pstrdup("merging segments");
    default:
      return nullptr;
  }
}

void build_empty_postings(Relation index, const postings::IndexOptions& options) {
  BulkWriter bulk(index, INIT_FORKNUM);
  check(create_index(bulk, options));
  build_no_keys(index, &bulk);
  bulk.log();
}

void write_segment_of_runs(BulkWriter* bulk, const postings::IndexOptions& options, Size memory,
                           double documents, uint64 postings, GrowingArray<RunPlace>* runs) {
  // The runs take half of the memory. The other half is for what the segment's writer keeps for
  // each document.
  const int64 most = Max(static_cast<int64>(memory / 2 / RunMerge::kRunBytes), int64{16});
  const bool is_once = runs->count <= most;
  begin_phase(kWritingPostings, documents, Steps::kWork,
              static_cast<double>(postings) * (is_once ? 1 : 2));
  const int64 read = runs->count;
  int64 from = 0;
  for (; runs->count - from > most; from += most) {
    runs->push(merge_to_run(runs->at + from, most), CurrentMemoryContext);
  }
  write_segment(bulk, options, kFirstChain, [&](postings::SegmentWriter* writer) {
    RunMerge(runs->at + from, runs->count - from).write(writer);
  });
  for (int64 i = read; i < runs->count; ++i) {
    BufFileClose(runs->at[i].file);
  }
}

}  // namespace vecext::pg
