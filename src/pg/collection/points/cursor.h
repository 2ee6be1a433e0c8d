// Cursors of scroll() say where the next page begins, as a text that means nothing to clients.
#pragma once

#include <cstdint>
#include <string_view>

#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A place in the order of points.
struct ScrollCursor {
  std::uint64_t fingerprint;  // a hash of what all requests with this cursor must have in common
                              // with the first one
  Datum value;                // the value that points are ordered by; 0 if the order is that of ids
  Datum id;
};

/// Returns the cursor as a value of type text.
Datum cursor_as_text(Oid id_type, const ScrollCursor& cursor);

/// Reads a cursor. Raises an ERROR 22023 if the text is not a cursor, or if it has another
/// fingerprint than `fingerprint`.
ScrollCursor cursor_from_text(Oid id_type, std::string_view text, std::uint64_t fingerprint);

}  // namespace vecext::pg
