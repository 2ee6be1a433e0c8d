// Shows jsonb to conditions as JSON. The bytes are read in place; no memory is taken and no error
// raised.
#pragma once

#include "core/json/json.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/jsonb.h"
}

namespace vecext::pg {

/// The source of all jsonb documents. JsonValue::container is a JsonbContainer or, for a number,
/// its value of type numeric.
class JsonbSource final : public JsonSource {
 public:
  int size(const JsonValue& container) const override;
  JsonValue element(const JsonValue& array, int i) const override;
  JsonMember member(const JsonValue& object, int i) const override;
  JsonValue find(const JsonValue& object, std::string_view key) const override;
};

inline constexpr JsonbSource kJsonb;

/// Returns the value that a document is, which refers to the document's bytes.
JsonValue root_value(const Jsonb* document);

/// Converts a value that functions of the server have read. An array or an object must be a
/// jbvBinary.
JsonValue json_value(const JsonbValue& value);

}  // namespace vecext::pg
