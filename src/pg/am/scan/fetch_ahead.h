// Prefetches rows of a batch before the executor fetches them, for a batch whose rows the scan
// itself has not looked up. Also pins the pages of these rows where the pages were last seen in
// shared buffers. Mostly each row lies on another page.
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

  /// Prepares for row i of the batch, which the executor fetches next, by `fetch`.
  void reach(int64 i, IndexFetchTableData* fetch);

 private:
  BufferHints* known_;
  const FoundRow* rows_;
  PrefetchBatches lines_;
  PrefetchBatches tuples_;
};

}  // namespace vecext::pg
