// The pages of ordinary indexes that were read for a set of rows. As long as none of them changes,
// the indexes still have the rows of the set.
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
  Buffer seen;  // the buffer in which it was seen; it may be any number
};

/// It is trivially destructible. Memory comes from `context`.
struct PagesRead {
  MemoryContext context;
  GrowingArray<PageRead> pages;
  bool is_incomplete;  // true if an index was read whose pages are not noted
};

/// If `read` is not null, notes a page of an index, which is in `buffer` if that is valid.
inline void note_page(PagesRead* read, Relation index, BlockNumber block, Buffer buffer) {
  if (read != nullptr) {
    read->pages.push({RelationGetRelid(index), block, buffer}, read->context);
  }
}

/// If `read` is not null, notes that the pages of an index are missing there.
inline void note_unknown(PagesRead* read) {
  if (read != nullptr) {
    read->is_incomplete = true;
  }
}

}  // namespace vecext::pg
