// Where out-of-line values were found, for those who read some of a relation's in no order: a
// backend that searches an index meets the same rows again and again, and a descent of the TOAST
// index costs more than all else of reading one.
//
// A place is a guess: a reader compares the value's id.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/htup.h"
#include "storage/buf.h"
#include "storage/itemptr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Sets *place to that of a value's first chunk, which is on its way then; false where it is not
/// known.
bool find_toast_place(Oid value, ItemPointer place);

/// Asks for the beginning of a value's first chunk, if its place is known.
void prefetch_toast(Oid value);

/// Keeps that of a first chunk, in a relation of so many blocks; another value's may go for it.
void keep_toast_place(Oid value, const HeapTupleData& chunk, BlockNumber blocks);

/// Memory that is kept for all of these.
Size toast_place_bytes();

/// Pins a block, in the buffer where a block of that number was last, if it is that one.
Buffer read_toast_block(Relation relation, BlockNumber block);

}  // namespace vecext::pg
