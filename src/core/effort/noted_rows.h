// The rows that an observed search finds, with the effort that each row needed.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/arena.h"
#include "core/base/ids.h"

namespace vecext {

class NotedRows {
 public:
  explicit NotedRows(Arena arena) : arena_(arena) {}

  /// Notes a row and its effort. If memory runs out, the row stays unknown.
  void add(RowId row, float effort) {
    constexpr std::int32_t kFewest = 256;
    if (reserve(arena_, count_, count_ + 1, kFewest, &room_, &rows_)) {
      rows_[count_++] = {row, effort};
    }
  }

  /// Returns the effort of a row, or null if the row was not noted.
  const float* find(RowId row) const {
    const NotedRow* const end = rows_ + count_;
    const NotedRow* const found = std::find_if<const NotedRow*>(
        rows_, end, [row](const NotedRow& noted) { return noted.row == row; });
    return found == end ? nullptr : &found->effort;
  }

 private:
  struct NotedRow {
    RowId row;
    float effort;
  };

  const Arena arena_;
  NotedRow* rows_ = nullptr;
  std::int32_t count_ = 0;
  std::int32_t room_ = 0;
};

}  // namespace vecext
