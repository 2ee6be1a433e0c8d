// The rows of a table in memory, for a build: all of them where they fit, else a random sample
// (Vitter's algorithm R), and afterwards one memoryful after another.
#pragma once

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
  /// Keeps rows, each `stride` floats long (at least dims), within `budget` bytes of the current
  /// memory context.
  BuildRows(const OpclassInfo& opclass, int32 dims, int32 stride, Size budget);

  /// Reads the whole heap and keeps all rows or a sample; returns the heap's rows.
  double read_sample(Relation heap, Relation index, IndexInfo* info);

  /// Reads the whole heap again, calling `full` whenever no more rows fit.
  void read_all(Relation heap, Relation index, IndexInfo* info, void (*full)(void*), void* context);

  /// Rows that the index will have; those kept; whether these are all.
  double seen() const { return static_cast<double>(seen_); }
  int32 kept() const { return kept_; }
  bool has_all() const { return seen_ == kept_; }

  /// Bytes of a row, and of those there is memory for now.
  Size row_bytes() const { return static_cast<Size>(stride_) * sizeof(float) + sizeof(RowId); }
  Size bytes() const { return static_cast<Size>(room_) * row_bytes(); }

  /// Makes do with `budget` bytes: where these are fewer, a part of the sample is left, a random
  /// one as well.
  void shrink(Size budget);

  /// Forgets all rows, and keeps no more than `budget` bytes from now on.
  void clear(Size budget);
  void clear() { kept_ = 0; }

  /// n rows of those kept: if `in_place`, the first, which are to be overwritten; else all, or a
  /// random choice, copied into `memory`.
  Sample sample(int32 n, bool in_place, MemoryContext memory) const;

  /// Rows from .. from + n of those kept.
  RowBatch batch(int32 from, int32 n) const;

 private:
  static void keep_sample(Relation index, ItemPointer tid, Datum* values, bool* isnull, bool alive,
                          void* self);
  static void keep_piece(Relation index, ItemPointer tid, Datum* values, bool* isnull, bool alive,
                         void* self);

  /// The value as floats, or null where the row is not indexed.
  const float* indexable(const Datum* values, const bool* isnull);
  void keep(int32 place, const float* x, ItemPointer tid);
  void grow();

  void resize(int32 room);

  ValueReader reader_;
  int32 stride_;
  int32 capacity_;  // rows that the budget allows
  int32 room_ = 0;  // rows that there is memory for now
  int32 kept_ = 0;
  int64 seen_ = 0;
  float* x_ = nullptr;
  RowId* rows_ = nullptr;
  Random random_;
  void (*full_)(void*) = nullptr;
  void* full_context_ = nullptr;
};

}  // namespace vecext::pg
