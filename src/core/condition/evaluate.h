// Evaluates conditions of rows. This is the definition of every condition: what indexes find
// is rechecked by it.
#pragma once

#include <string_view>

#include "core/condition/condition.h"
#include "core/json/json.h"

namespace vecext {

/// What conditions need beside the payload. The caller implements it.
class RowFacts {
 public:
  /// kHasId: whether the row's id is one of the condition's values.
  virtual bool has_id(const Condition& condition) const = 0;
  /// kHasVector: whether the row has a vector of that name.
  virtual bool has_vector(std::string_view name) const = 0;
  /// kAllTokens, kAnyToken, kPhrase: whether `value` satisfies the condition.
  virtual bool has_tokens(const Condition& condition, std::string_view value) const = 0;
  /// kLike: whether `value` matches the pattern.
  virtual bool is_like(const Condition& condition, std::string_view value) const = 0;

 protected:
  ~RowFacts() = default;
};

/// True if a row with this payload satisfies the condition. Never fails; takes no memory beyond the
/// stack, at most kMostLevels deep.
bool matches(const Condition& condition, const JsonValue& payload, const JsonSource& source,
             const RowFacts& facts);

/// The order of Condition::values: by kind, then by value; numbers as numbers, strings by bytes.
/// Integers compare exactly; other numbers as doubles. Returns < 0, 0 or > 0; 0: equal.
int compare_scalars(const JsonValue& a, const JsonValue& b);

}  // namespace vecext
