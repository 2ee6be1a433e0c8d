// Reads the document that a function of a payload is called with, and what its path reaches.
#pragma once

#include <optional>

#include "core/condition/walk.h"
#include "pg/payload/jsonb_source.h"
#include "pg/payload/path_argument.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What a path reaches in a document. Scalar accessors are about the value if the path reaches
/// exactly one.
struct Reached {
  JsonValue value;  // kMissing if the path reaches no value or several
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

/// The body of functions (payload jsonb, path text). Returns the Datum that read(path, document)
/// returns, or SQL's null if that is nothing or if the path is not valid. Frees the document if it
/// was copied.
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

/// Does the same with read(value), where the value is the one that the path reaches, or kMissing.
template <class Read>
Datum read_scalar(FunctionCallInfo fcinfo, Read read) {
  return read_payload(fcinfo, [&](const PayloadPath& path, const Jsonb* document) {
    return read(reach(path, document).value);
  });
}

}  // namespace vecext::pg
