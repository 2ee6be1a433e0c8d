// Prefetches the pages of a batch whose rows the scan itself has not looked up, and pins pages
// where they were seen before: the executor fetches these rows, each from a page of its own.
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
  /// The rows of the batch must stay where they are. `known` remembers where the pages of a table
  /// of heapam are; if it is null, nothing is done.
  FetchAhead(BufferHints* known, const FoundRow* rows, int64 count)
      : known_(known),
        rows_(rows),
        lines_(static_cast<Size>(count)),
        tuples_(static_cast<Size>(count)) {}

  /// Prepares for row i, which the executor fetches next, in `fetch`.
  void reach(int64 i, IndexFetchTableData* fetch);

 private:
  BufferHints* known_;
  const FoundRow* rows_;
  PrefetchBatches lines_;
  PrefetchBatches tuples_;
};

}  // namespace vecext::pg
