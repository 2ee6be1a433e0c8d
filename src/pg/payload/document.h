// The document that a function of a payload is called with, and what its path reaches.
#pragma once

#include <optional>

#include "core/condition/walk.h"
#include "pg/payload/jsonb_source.h"
#include "pg/payload/path_argument.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What a path reaches, of which scalar accessors are about: a value if it reaches exactly one.
struct Reached {
  JsonValue value;  // kMissing: none or several
  bool is_several = false;
};

inline Reached reach(const PayloadPath& path, const Jsonb* document) {
  Reached reached;
  reached.is_several =
      any_value(path.steps, root_value(document), kJsonb, [&](const JsonValue& value) {
        const bool is_second = reached.value.kind != JsonKind::kMissing;
        reached.value = is_second ? JsonValue{} : value;
        return is_second;
      });
  return reached;
}

/// For functions (payload jsonb, path text): returns what read(path, document) returns, a
/// std::optional<Datum>, or null if that is nothing or the path is not valid. Memory of the
/// document, if it was copied, is freed.
template <class Read>
Datum read_payload(FunctionCallInfo fcinfo, Read read) {
  const PayloadPath* path = path_argument(fcinfo, 1);
  if (path == nullptr) {
    PG_RETURN_NULL();
  }
  const Jsonb* document = PG_GETARG_JSONB_P(0);
  const std::optional<Datum> result = read(*path, document);
  PG_FREE_IF_COPY(const_cast<Jsonb*>(document), 0);
  if (!result.has_value()) {
    PG_RETURN_NULL();
  }
  return *result;
}

/// Returns the same of read(value), for the one value that the path reaches.
template <class Read>
Datum read_scalar(FunctionCallInfo fcinfo, Read read) {
  return read_payload(fcinfo, [&](const PayloadPath& path, const Jsonb* document) {
    return read(reach(path, document).value);
  });
}

}  // namespace vecext::pg
