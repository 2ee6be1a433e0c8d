// Out-of-line values read a moment ago that will be asked for again: an ordered scan of an index
// reads the vectors of its nearest rows, and the executor, handed these rows, computes their
// distances once more.
//
// A TOAST pointer stands for the same value as long as a row version that has it is there. So
// a caller that keeps values here holds a snapshot that sees their rows, until the memory they are
// kept in ends.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/detoast.h"
}

namespace vecext::pg {

/// Values of one owner, the last ones of the backend's that find_recent() looks through.
struct DetoastCache;

/// Begins with none, until `context` is reset or deleted, whatever ends it.
DetoastCache* open_recent(MemoryContext context);

/// Memory for a value of `size` bytes, or null where there are many.
varlena* room_for_recent(DetoastCache* values, Size size);

/// The value of the pointer is there now.
void keep_recent(DetoastCache* values, const varatt_external& pointer, varlena* value);

/// The value of the pointer, uncompressed, or null. Valid until its owner's memory ends.
const varlena* find_recent(const varatt_external& pointer);

}  // namespace vecext::pg
