// A hash set of rows, such as the rows that a scan has handed out. It has open addressing and grows
// by doubling.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/ids.h"

namespace vecext {

class RowSet {
 public:
  explicit RowSet(Arena arena) : arena_(arena) {}

  bool contains(RowId row) const {
    return capacity_ != 0 && *find(slots_, capacity_, row.packed() + 1) != 0;
  }

  /// Adds a row, which may be in the set already. Returns false if memory runs out.
  bool add(RowId row) {
    if (2 * (count_ + 1) > capacity_ && !grow()) {
      return false;
    }
    std::uint64_t* slot = find(slots_, capacity_, row.packed() + 1);
    count_ += *slot == 0 ? 1 : 0;
    *slot = row.packed() + 1;
    return true;
  }

  /// Calls visit(RowId) for each row, in no order.
  template <class Visit>
  void each(const Visit& visit) const {
    for (std::size_t i = 0; i < capacity_; ++i) {
      if (slots_[i] != 0) {
        visit(RowId::of_packed(slots_[i] - 1));
      }
    }
  }

 private:
  /// Returns the slot that has `key`, or the empty slot where `key` would go. The key of a row is
  /// its packed() + 1, because 0 marks an empty slot.
  static std::uint64_t* find(std::uint64_t* slots, std::size_t capacity, std::uint64_t key) {
    std::size_t at = (key * 0x9E3779B97F4A7C15u) >> 20;
    for (;; ++at) {
      std::uint64_t* slot = slots + (at & (capacity - 1));
      if (*slot == 0 || *slot == key) {
        return slot;
      }
    }
  }

  bool grow() {
    const std::size_t larger = capacity_ == 0 ? 64 : capacity_ * 2;
    auto* slots = arena_.array<std::uint64_t>(larger);
    if (slots == nullptr) {
      return false;
    }
    __builtin_memset(slots, 0, larger * sizeof(std::uint64_t));
    for (std::size_t i = 0; i < capacity_; ++i) {
      if (slots_[i] != 0) {
        *find(slots, larger, slots_[i]) = slots_[i];
      }
    }
    slots_ = slots;
    capacity_ = larger;
    return true;
  }

  Arena arena_;
  std::uint64_t* slots_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t count_ = 0;
};

}  // namespace vecext
