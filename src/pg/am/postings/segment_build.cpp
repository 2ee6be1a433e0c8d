#include "pg/am/postings/segment_build.h"

#include "pg/am/maintenance/key_build.h"

namespace vecext::pg {

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

}  // namespace vecext::pg
