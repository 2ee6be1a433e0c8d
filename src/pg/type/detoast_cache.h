// Out-of-line values that were just read and are needed again: an ordered scan of an index reads
// the vectors of its nearest rows, and the executor computes the distances of these rows once more.
//
// A TOAST pointer stands for the same value as long as a row version has it. So a caller that keeps
// values here must hold a snapshot that sees their rows, until the cache's memory is freed.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/detoast.h"
}

namespace vecext::pg {

/// The values of one owner. A backend has one such cache at a time, which find_recent() reads.
struct DetoastCache;

/// Opens an empty cache. It lives until `context` is reset or deleted.
DetoastCache* open_recent(MemoryContext context);

/// Memory for a value of `size` bytes; null if the cache is full.
varlena* room_for_recent(DetoastCache* values, Size size);

/// Adds the value of a pointer, in memory of room_for_recent().
void keep_recent(DetoastCache* values, const varatt_external& pointer, varlena* value);

/// The uncompressed value of a pointer, or null. Valid as long as the cache.
const varlena* find_recent(const varatt_external& pointer);

}  // namespace vecext::pg
