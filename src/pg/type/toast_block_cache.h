// Where a backend found out-of-line values, for readers of single values in no order. A backend
// that searches an index reads the same rows again and again, and the descent of the TOAST index is
// the most expensive part of reading a value.
//
// A place is a hint: the reader compares the value's id.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/htup.h"
#include "storage/buf.h"
#include "storage/itemptr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Sets *place to the place of a value's first chunk, and prefetches the chunk; false if it is not
/// known.
bool find_toast_place(Oid value, ItemPointer place);

/// Prefetches the beginning of a value's first chunk, if its place is known.
void prefetch_toast(Oid value);

/// Remembers the place of a value's first chunk, in a relation of `blocks` blocks. It may replace
/// the place of another value.
void keep_toast_place(Oid value, const HeapTupleData& chunk, BlockNumber blocks);

/// The bytes of memory that this cache takes.
Size toast_place_bytes();

/// Pins a block of a TOAST relation, without a lookup if it is still in the buffer where it was
/// last.
Buffer read_toast_block(Relation relation, BlockNumber block);

}  // namespace vecext::pg
