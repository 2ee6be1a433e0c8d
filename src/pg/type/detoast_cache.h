// Keeps out-of-line values that were just read and are needed again: an ordered scan of an index
// reads the vectors of its nearest rows, and the executor computes the distances of these rows once
// more.
//
// A TOAST pointer stands for the same value as long as a row version has the pointer. So a caller
// that keeps values here must hold a snapshot that sees their rows, until the cache's memory is
// freed.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/detoast.h"
}

namespace vecext::pg {

/// The values of one owner. A backend has one such cache at a time, in which find_recent()
/// searches.
struct DetoastCache;

/// Opens an empty cache. It lives until `context` is reset or deleted.
DetoastCache* open_recent(MemoryContext context);

/// Returns memory for a value of `size` bytes, or null if the cache is full.
varlena* room_for_recent(DetoastCache* values, Size size);

/// Adds the value of a pointer. The value must lie in memory that room_for_recent() returned.
void keep_recent(DetoastCache* values, const varatt_external& pointer, varlena* value);

/// Returns the uncompressed value of a pointer, or null if no cache has it. It is valid as long as
/// the cache.
const varlena* find_recent(const varatt_external& pointer);

}  // namespace vecext::pg
