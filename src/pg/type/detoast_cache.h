// Keeps out-of-line values that were just read and will be needed again. An ordered scan of an
// index reads the vectors of its nearest rows, and then the executor computes the distances of the
// same rows once more.
//
// A TOAST pointer means the same value as long as there is a row version that has the pointer. So a
// caller that keeps values here must hold a snapshot that sees their rows until the memory of the
// cache is freed.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/detoast.h"
}

namespace vecext::pg {

/// The values that one owner keeps. A backend has at most one such cache at a time, and
/// find_recent() searches in that one.
struct DetoastCache;

/// Opens an empty cache. It lives until `context` is reset or deleted.
DetoastCache* open_recent(MemoryContext context);

/// Returns memory for a value of `size` bytes, or null if the cache is full.
varlena* room_for_recent(DetoastCache* values, Size size);

/// Adds the value of a TOAST pointer. The value must be in memory that room_for_recent() has
/// returned.
void keep_recent(DetoastCache* values, const varatt_external& pointer, varlena* value);

/// Returns the uncompressed value of a TOAST pointer, or null if the backend's cache does not have
/// it. It is valid as long as the cache.
const varlena* find_recent(const varatt_external& pointer);

}  // namespace vecext::pg
