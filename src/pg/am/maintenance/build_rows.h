// The rows of a table in memory, for a build: all of them if they fit, otherwise a random sample
// (Vitter's algorithm R) and then one batch after another.
#pragma once

#include <bit>

#include "core/base/random.h"
#include "core/base/row_batch.h"
#include "pg/am/common/indexed_value.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

class BuildRows {
 public:
  /// Keeps rows of `stride` floats each (at least `dims`), in at most `budget` bytes of the current
  /// memory context. There is always room for 1024 rows.
  BuildRows(const OpclassInfo& opclass, int32 dims, int32 stride, Size budget);

  /// Reads the whole table and keeps all rows or a sample. Returns the number of rows of the table.
  double read_sample(Relation heap, Relation index, IndexInfo* info);

  /// Reads the whole table once more. Calls full(context) whenever the memory is full; `full` must
  /// clear() the rows. The rows that are kept at the end are left to the caller.
  void read_all(Relation heap, Relation index, IndexInfo* info, void (*full)(void*), void* context);

  /// Return the number of rows that the index will have, and the number of rows kept. has_all() is
  /// true if all rows are kept.
  double seen() const { return static_cast<double>(seen_); }
  int32 kept() const { return kept_; }
  bool has_all() const { return seen_ == kept_; }

  /// Returns the bytes of all rows for which there is memory now.
  Size bytes() const { return static_cast<Size>(room_) * row_bytes(stride_); }
  /// Returns the most that bytes() becomes for `rows` rows if the budget allows it: memory grows by
  /// doubling.
  static Size bytes_of(double rows, int32 stride) {
    return std::bit_ceil(static_cast<Size>(Max(rows, kFirstRoom))) * row_bytes(stride);
  }

  /// Reduces the memory to `budget` bytes. Rows that do not fit are dropped; what is left of a
  /// sample is still random.
  void shrink(Size budget);

  /// Forgets all rows, and reduces the memory to `budget` bytes.
  void clear(Size budget);
  void clear() { kept_ = 0; }

  /// Returns a random choice of n of the rows that are kept, or all rows if there are fewer. If
  /// `in_place` is true, the chosen rows become the first rows, which the caller may overwrite.
  /// Otherwise they are copied into `memory`, unless all rows are chosen.
  Sample sample(int32 n, bool in_place, MemoryContext memory);

  /// Returns n of the kept rows, from number `from` on.
  RowBatch batch(int32 from, int32 n) const;

 private:
  static constexpr int32 kFirstRoom = 4096;

  static Size row_bytes(int32 stride) {
    return static_cast<Size>(stride) * sizeof(float) + sizeof(RowId);
  }
  static void keep_sample(Relation index, ItemPointer tid, Datum* values, bool* isnull, bool alive,
                          void* self);
  static void keep_piece(Relation index, ItemPointer tid, Datum* values, bool* isnull, bool alive,
                         void* self);

  /// Returns the value as floats, or null if the row is not indexed.
  const float* indexable(const Datum* values, const bool* isnull);
  void keep(int32 place, const float* x, ItemPointer tid);
  void choose_first(int32 n);
  void grow();

  void resize(int32 room);

  ValueReader reader_;
  int32 stride_;
  int32 capacity_;  // how many rows the budget allows
  int32 room_ = 0;  // how many rows there is memory for now
  int32 kept_ = 0;
  int64 seen_ = 0;
  float* x_ = nullptr;
  RowId* rows_ = nullptr;
  Random random_;
  void (*full_)(void*) = nullptr;
  void* full_context_ = nullptr;
};

}  // namespace vecext::pg
