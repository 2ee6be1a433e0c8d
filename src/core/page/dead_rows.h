// Rows that a VACUUM takes out of an index.
#pragma once

#include <cstdint>

#include "core/base/ids.h"

namespace vecext {

struct RemovedRows {
  bool (*is_dead)(void* context, RowId row);
  void* context;
  std::int64_t removed;  // counts up
  std::int64_t left;
};

/// Removes the row where it lies if it is dead; counts.
inline void remove_if_dead(RowId* row, RemovedRows* rows) {
  if (*row == kNoRow) {
    return;
  }
  if (rows->is_dead(rows->context, *row)) {
    *row = kNoRow;
    ++rows->removed;
  } else {
    ++rows->left;
  }
}

}  // namespace vecext
