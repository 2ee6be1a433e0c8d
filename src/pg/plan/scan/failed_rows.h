// Remembers the rows that fail the conditions of a scan, if the conditions take long to check. The
// next search finds most of these rows again, and does not check them again.
#pragma once

#include "core/base/row_set.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "executor/tuptable.h"
#include "miscadmin.h"
}

namespace vecext::pg {

/// It is trivially destructible.
class FailedRows {
 public:
  /// Makes an empty object, in memory of the context.
  static FailedRows* make(MemoryContext context) {
    return object_in<FailedRows>(context, FailedRows(context_arena(context)));
  }

  bool contains(const TupleTableSlot* slot) const {
    return count_ > 0 && rows_.contains(row_id(slot->tts_tid));
  }

  /// Notes a row that has failed, if it is worthwhile because a check takes long, and work_mem
  /// suffices. `check` is the time of a check, in microseconds.
  void add(const TupleTableSlot* slot, double check) {
    constexpr double kExpensive = 1;
    constexpr int64 kBytesOfRow = 32;  // at most
    if (check > kExpensive && count_ * kBytesOfRow < work_mem * int64{1024}) {
      check_memory(rows_.add(row_id(slot->tts_tid)));
      ++count_;
    }
  }

  int64 count() const { return count_; }

 private:
  explicit FailedRows(Arena arena) : rows_(arena) {}

  RowSet rows_;
  int64 count_ = 0;
};

}  // namespace vecext::pg
