// Evaluates conditions on rows. This is the definition of every condition: rows that indexes find
// are rechecked by it.
#pragma once

#include <string_view>

#include "core/condition/condition.h"
#include "core/json/json.h"

namespace vecext {

/// What conditions need besides the payload. The caller implements it.
class RowFacts {
 public:
  /// Evaluates kHasId: true if the row's id is one of the condition's values.
  virtual bool has_id(const Condition& condition) const = 0;
  /// Evaluates kHasVector: true if the row has a vector of that name.
  virtual bool has_vector(std::string_view name) const = 0;
  /// Evaluates kAllTokens, kAnyToken and kPhrase: true if `value` satisfies the condition.
  virtual bool has_tokens(const Condition& condition, std::string_view value) const = 0;
  /// Evaluates kLike: true if `value` matches the pattern.
  virtual bool is_like(const Condition& condition, std::string_view value) const = 0;

 protected:
  ~RowFacts() = default;
};

/// True if a row with this payload satisfies the condition. It never fails, and takes no memory
/// except the stack, at most kMostLevels deep.
bool matches(const Condition& condition, const JsonValue& payload, const JsonSource& source,
             const RowFacts& facts);

/// Compares by the order of Condition::values: by kind, then by value; numbers as numbers, strings
/// by bytes. Integers compare exactly, other numbers as doubles. Returns a number < 0, 0 if they
/// are equal, or a number > 0.
int compare_scalars(const JsonValue& a, const JsonValue& b);

}  // namespace vecext
