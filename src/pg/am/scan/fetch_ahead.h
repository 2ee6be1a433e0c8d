// The pages of a batch whose rows the scan itself has not looked up: the executor fetches them,
// each from a page of its own. They are prefetched, and pinned where they were seen before.
#pragma once

#include "core/base/prefetch_batch.h"
#include "pg/am/scan/rerank.h"
#include "pg/store/buffer_hints.h"

extern "C" {
#include "access/relscan.h"
}

namespace vecext::pg {

class FetchAhead {
 public:
  /// For the rows of a batch, which must stay where they are. `known` remembers where the pages of
  /// a table of heapam are; if it is null, nothing is done.
  FetchAhead(BufferHints* known, const FoundRow* rows, int64 count)
      : known_(known),
        rows_(rows),
        lines_(static_cast<Size>(count)),
        tuples_(static_cast<Size>(count)) {}

  /// The executor fetches row i next, in `fetch`.
  void reach(int64 i, IndexFetchTableData* fetch);

 private:
  BufferHints* known_;
  const FoundRow* rows_;
  PrefetchBatches lines_;
  PrefetchBatches tuples_;
};

}  // namespace vecext::pg
