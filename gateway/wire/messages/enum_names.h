// Names that Qdrant's JSON has for the values of enums.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/failure.h"

namespace vecext::gateway::grpc {

/// Returns the name of a value, which counts from 0. Throws a Failure kBadJson if there is no such
/// value: messages may have any number.
template <std::size_t count>
std::string_view name_among(const std::string_view (&names)[count], int value,
                            std::string_view type) {
  if (value < 0 || static_cast<std::size_t>(value) >= count) {
    throw Failure(FailureKind::kBadJson,
                  "Unknown value of " + std::string(type) + ": " + std::to_string(value));
  }
  return names[value];
}

}  // namespace vecext::gateway::grpc
