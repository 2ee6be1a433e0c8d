// The pages of ordinary indexes that were read for a set of rows: as long as none of them changes,
// the set is what the indexes have.
#pragma once

#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "storage/block.h"
#include "storage/buf.h"
#include "utils/rel.h"
}

namespace vecext::pg {

struct PageRead {
  Oid index;
  BlockNumber block;
  Buffer seen;  // where it was in shared buffers; any number
};

/// Trivially destructible. Memory comes from `context`.
struct PagesRead {
  MemoryContext context;
  GrowingArray<PageRead> pages;
  bool is_incomplete;  // an index was read whose pages are not noted
};

/// Notes a page of an index, which is in that buffer if it is a valid one, unless `read` is null.
inline void note_page(PagesRead* read, Relation index, BlockNumber block, Buffer buffer) {
  if (read != nullptr) {
    read->pages.push({RelationGetRelid(index), block, buffer}, read->context);
  }
}

/// Notes that the pages of an index are not noted, unless `read` is null.
inline void note_unknown(PagesRead* read) {
  if (read != nullptr) {
    read->is_incomplete = true;
  }
}

}  // namespace vecext::pg
