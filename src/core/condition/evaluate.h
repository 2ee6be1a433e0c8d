// Evaluates conditions on rows. This evaluation is the definition of every condition: rows that
// indexes find for a condition are rechecked by it.
#pragma once

#include <string_view>

#include "core/condition/condition.h"
#include "core/json/json.h"

namespace vecext {

/// What conditions test besides the payload. The caller implements it.
class RowFacts {
 public:
  /// Evaluates kHasId: true if the row's id is one of the condition's values.
  virtual bool has_id(const Condition& condition) const = 0;
  /// Evaluates kSlice: true if the row's id is in the slice, by slice_hash() of its bytes.
  virtual bool is_in_slice(const IdSlice& slice) const = 0;
  /// Evaluates kHasVector: true if the row has a vector of that name.
  virtual bool has_vector(std::string_view name) const = 0;
  /// Evaluates kAllTokens, kAnyToken and kPhrase: true if `value` satisfies the condition.
  virtual bool has_tokens(const Condition& condition, std::string_view value) const = 0;
  /// Evaluates kLike: true if `value` matches the pattern.
  virtual bool is_like(const Condition& condition, std::string_view value) const = 0;

 protected:
  ~RowFacts() = default;
};

/// True if a row with this payload satisfies the condition. It never fails. It takes no memory
/// except the stack, on which it is at most kMostLevels calls deep.
bool matches(const Condition& condition, const JsonValue& payload, const JsonSource& source,
             const RowFacts& facts);

/// Compares two scalars by the order of Condition::values: first by kind, then by value. Integers
/// compare exactly, and other numbers as doubles; strings compare by their bytes. Returns a
/// negative number, 0 or a positive number.
int compare_scalars(const JsonValue& a, const JsonValue& b);

}  // namespace vecext
