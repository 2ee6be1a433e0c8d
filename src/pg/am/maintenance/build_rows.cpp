#include "pg/am/maintenance/build_rows.h"

#include <algorithm>
#include <utility>

#include "core/base/copy_sample.h"
#include "pg/am/maintenance/build_work.h"
#include "pg/sys/memory.h"
#include "pg/sys/progress.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/tableam.h"
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr uint64 kSampleSeed = 42;

}  // namespace

BuildRows::BuildRows(const OpclassInfo& opclass, int32 dims, int32 stride, Size budget)
    : reader_(opclass, dims, CurrentMemoryContext), stride_(stride), random_(kSampleSeed) {
  capacity_ = static_cast<int32>(Min(Max(budget / row_bytes(stride_), static_cast<Size>(1024)),
                                     static_cast<Size>(INT_MAX / 2)));
}

void BuildRows::shrink(Size budget) {
  const Size rows = Max(budget / row_bytes(stride_), static_cast<Size>(1024));
  if (rows < static_cast<Size>(room_)) {
    choose_first(static_cast<int32>(rows));
    resize(static_cast<int32>(rows));
    kept_ = Min(kept_, room_);
  }
}

/// Swaps a random choice of n rows to the front (Knuth 3.4.2 P), if there are more than n: the rows
/// that the table has first may be much alike.
void BuildRows::choose_first(int32 n) {
  const auto stride = static_cast<Size>(stride_);
  for (int32 i = 0; i < n && n < kept_; ++i) {
    CHECK_FOR_INTERRUPTS();
    const auto other = i + static_cast<int32>(random_.below(static_cast<uint64>(kept_ - i)));
    if (other != i) {
      float* row = x_ + static_cast<Size>(i) * stride;
      std::swap_ranges(row, row + stride, x_ + static_cast<Size>(other) * stride);
      std::swap(rows_[i], rows_[other]);
    }
  }
}

void BuildRows::clear(Size budget) {
  kept_ = 0;
  shrink(budget);
}

double BuildRows::read_sample(Relation heap, Relation index, IndexInfo* info) {
  return table_index_build_scan(heap, index, info, true, true, keep_sample, this, nullptr);
}

void BuildRows::read_all(Relation heap, Relation index, IndexInfo* info, void (*full)(void*),
                         void* context) {
  full_ = full;
  full_context_ = context;
  table_index_build_scan(heap, index, info, true, true, keep_piece, this, nullptr);
}

const float* BuildRows::indexable(const Datum* values, const bool* isnull) {
  if (isnull[0]) {
    return nullptr;
  }
  const float* x = reader_.widened(values[0]);
  return reader_.is_indexable_widened(x) ? x : nullptr;
}

void BuildRows::keep_sample(Relation, ItemPointer tid, Datum* values, bool* isnull, bool,
                            void* self) {
  auto* rows = static_cast<BuildRows*>(self);
  add_progress(Steps::kRows, 1);
  const float* x = rows->indexable(values, isnull);
  if (x == nullptr) {
    return;
  }
  ++rows->seen_;
  if (rows->kept_ < rows->capacity_) {
    rows->grow();
    rows->keep(rows->kept_++, x, tid);
    return;
  }
  const uint64 place = rows->random_.below(static_cast<uint64>(rows->seen_));
  if (place < static_cast<uint64>(rows->capacity_)) {
    rows->keep(static_cast<int32>(place), x, tid);
  }
}

void BuildRows::keep_piece(Relation, ItemPointer tid, Datum* values, bool* isnull, bool,
                           void* self) {
  auto* rows = static_cast<BuildRows*>(self);
  const float* x = rows->indexable(values, isnull);
  if (x == nullptr) {
    return;
  }
  if (rows->kept_ == rows->room_) {
    rows->full_(rows->full_context_);
  }
  rows->keep(rows->kept_++, x, tid);
}

void BuildRows::keep(int32 place, const float* x, ItemPointer tid) {
  const auto at = static_cast<Size>(place);
  memcpy(x_ + at * static_cast<Size>(stride_), x, static_cast<Size>(reader_.dims) * sizeof(float));
  rows_[place] = row_id(*tid);
}

void BuildRows::grow() {
  if (kept_ < room_) {
    return;
  }
  resize(Min(capacity_, Max(kFirstRoom, room_ * 2)));
}

void BuildRows::resize(int32 room) {
  x_ = resized(x_, static_cast<Size>(room) * static_cast<Size>(stride_), reader_.context);
  rows_ = resized(rows_, room, reader_.context);
  room_ = room;
}

Sample BuildRows::sample(int32 n, bool in_place, MemoryContext memory) {
  if (in_place) {
    choose_first(n);
  }
  if (in_place || n >= kept_) {
    return {x_, Min(n, kept_), stride_, in_place};
  }
  const auto stride = static_cast<Size>(stride_);
  const auto count = static_cast<Size>(n);
  auto* chosen = huge_array<float>(count * stride, memory);
  check_work(copy_sample(x_, static_cast<uint32>(kept_), static_cast<uint32>(n), stride,
                         kSampleSeed, {.threads = build_threads(), .stop = cancel_pending},
                         huge_array<uint32>(count, memory), chosen));
  return {chosen, n, stride_, true};
}

RowBatch BuildRows::batch(int32 from, int32 n) const {
  const auto at = static_cast<Size>(from);
  return {
      .x = x_ + at * static_cast<Size>(stride_), .rows = rows_ + from, .n = n, .stride = stride_};
}

}  // namespace vecext::pg
