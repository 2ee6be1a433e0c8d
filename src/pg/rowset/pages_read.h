// The pages of ordinary indexes that were read to make a set of rows. As long as none of these
// pages changes, the indexes have the same rows.
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
  Buffer seen;  // the buffer in which it was last seen; any number, since pin_seen() checks it
};

/// The pages that were read. It is trivially destructible. Its memory comes from `context`.
struct PagesRead {
  MemoryContext context;
  GrowingArray<PageRead> pages;
  bool is_incomplete;  // true if an index was read whose pages are not all noted
};

/// Notes that a page of an index was read, and the buffer in which it was, which may be
/// InvalidBuffer. Does nothing if `read` is null.
inline void note_page(PagesRead* read, Relation index, BlockNumber block, Buffer buffer) {
  if (read != nullptr) {
    read->pages.push({RelationGetRelid(index), block, buffer}, read->context);
  }
}

/// Notes that an index was read whose pages are not noted. Does nothing if `read` is null.
inline void note_unknown(PagesRead* read) {
  if (read != nullptr) {
    read->is_incomplete = true;
  }
}

}  // namespace vecext::pg
