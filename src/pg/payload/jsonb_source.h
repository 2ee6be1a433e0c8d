// jsonb as conditions see JSON: its bytes are read in place, without memory and without errors.
#pragma once

#include "core/json/json.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/jsonb.h"
}

namespace vecext::pg {

/// The source of all jsonb documents: JsonValue::container is a JsonbContainer, of a number its
/// value of type numeric.
class JsonbSource final : public JsonSource {
 public:
  int size(const JsonValue& container) const override;
  JsonValue element(const JsonValue& array, int i) const override;
  JsonMember member(const JsonValue& object, int i) const override;
  JsonValue find(const JsonValue& object, std::string_view key) const override;
};

inline constexpr JsonbSource kJsonb;

/// The value that a document is. It refers to the document's bytes.
JsonValue root_value(const Jsonb* document);

/// Returns a value that the server's functions have read, jbvBinary if it is an array or an object.
JsonValue json_value(const JsonbValue& value);

}  // namespace vecext::pg
