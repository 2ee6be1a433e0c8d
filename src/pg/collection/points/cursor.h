// Cursors of scroll(): where to go on, as a text that means nothing to clients.
#pragma once

#include <cstdint>
#include <string_view>

#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A place in the order of points.
struct ScrollCursor {
  std::uint64_t fingerprint;  // of what the request must have in common with the first one
  Datum value;                // in the order by a key; 0 without one
  Datum id;
};

/// Returns the cursor as a value of type text.
Datum cursor_as_text(Oid id_type, const ScrollCursor& cursor);

/// Reads a cursor. Raises an ERROR 22023 if the text is none, or of another request than that of
/// `fingerprint`.
ScrollCursor cursor_from_text(Oid id_type, std::string_view text, std::uint64_t fingerprint);

}  // namespace vecext::pg
