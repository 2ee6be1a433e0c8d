// Builds a jsonb document part by part.
#pragma once

#include <string_view>

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Writes a document from its beginning to its end. Texts and numbers are not copied when they are
/// added, so they must stay valid until jsonb() is called.
class JsonbWriter {
 public:
  void begin_object() { push(WJB_BEGIN_OBJECT, nullptr); }
  void end_object() { push(WJB_END_OBJECT, nullptr); }
  void begin_array() { push(WJB_BEGIN_ARRAY, nullptr); }
  void end_array() { push(WJB_END_ARRAY, nullptr); }

  /// Adds a value, which may be a whole document. `token` says what it becomes: an element
  /// (WJB_ELEM), or the value of the key that was added last (WJB_VALUE).
  void add(JsonbIteratorToken token, JsonbValue value) { push(token, &value); }
  void add(JsonbIteratorToken token, std::string_view text) {
    JsonbValue value;
    value.type = jbvString;
    value.val.string.val = const_cast<char*>(text.data());
    value.val.string.len = static_cast<int>(text.size());
    push(token, &value);
  }
  void key(std::string_view name) { add(WJB_KEY, name); }

  /// True if an object or array has begun and not ended.
  bool is_open() const { return is_in_container(state_); }

  /// jsonb() and datum() return the document. They may be called once the outermost object or array
  /// has ended. has_jsonb() is true if there is such a document.
  bool has_jsonb() const { return whole_ != nullptr; }
  Jsonb* jsonb() const { return JsonbValueToJsonb(whole_); }
  Datum datum() const { return JsonbPGetDatum(jsonb()); }

 private:
  void push(JsonbIteratorToken token, JsonbValue* value) {
    whole_ = push_jsonb(&state_, token, value);
  }

  JsonbBuildState state_{};
  JsonbValue* whole_ = nullptr;
};

}  // namespace vecext::pg
