// Slices of all ids: each id is in one of them, which depends on the id alone.
#pragma once

#include <cstdint>
#include <span>

#include "core/condition/condition.h"

namespace vecext {

/// Returns the hash of an id's bytes, which is SipHash-2-4 with a key of zeros, as in Qdrant: an
/// integer is eight bytes, the lowest first, and a UUID is sixteen. The hash never changes, as
/// clients may compute it themselves.
std::uint64_t slice_hash(std::span<const std::uint8_t> id);
std::uint64_t slice_hash(std::uint64_t id);

inline bool is_in(const IdSlice& slice, std::uint64_t hash) {
  return hash % slice.total == slice.index;
}

}  // namespace vecext
