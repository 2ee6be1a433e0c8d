// Goes from a value along a path to the values that the path reaches.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "core/condition/condition.h"
#include "core/json/json.h"

namespace vecext {

/// Calls `visit` with each value that the steps reach from `value`, in the order of the document,
/// until `visit` returns true. Returns true if it did.
template <class Visit>
bool any_value(std::span<const PathStep> steps, JsonValue value, const JsonSource& source,
               Visit&& visit) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const PathStep& step = steps[i];
    if (step.kind == PathStep::Kind::kKey) {
      if (value.kind != JsonKind::kObject) {
        return false;
      }
      value = source.find(value, step.key);
    } else if (value.kind != JsonKind::kArray) {
      return false;
    } else if (step.kind == PathStep::Kind::kIndex) {
      if (step.index >= source.size(value)) {
        return false;
      }
      value = source.element(value, step.index);
    } else {
      const std::span<const PathStep> rest = steps.subspan(i + 1);
      for (int k = 0, n = source.size(value); k < n; ++k) {
        if (any_value(rest, source.element(value, k), source, visit)) {
          return true;
        }
      }
      return false;
    }
  }
  return value.kind != JsonKind::kMissing && visit(std::as_const(value));
}

/// Calls `visit` with each element of an array, or with `value` itself if it is not an array, until
/// `visit` returns true. Returns true if it did.
template <class Visit>
bool any_part(const JsonValue& value, const JsonSource& source, Visit&& visit) {
  if (value.kind != JsonKind::kArray) {
    return visit(value);
  }
  for (int k = 0, n = source.size(value); k < n; ++k) {
    if (visit(source.element(value, k))) {
      return true;
    }
  }
  return false;
}

/// Does the same as any_value(), except that for an array `visit` is called with each element, and
/// not with the array.
template <class Visit>
bool any_element(std::span<const PathStep> steps, const JsonValue& value, const JsonSource& source,
                 Visit&& visit) {
  return any_value(steps, value, source,
                   [&](const JsonValue& reached) { return any_part(reached, source, visit); });
}

}  // namespace vecext
