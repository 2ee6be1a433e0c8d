#include "pg/am/scan/exact_rows.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/base/prefetch_batch.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/tableam.h"
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr int64 kFewest = 1024;

}  // namespace

ExactRows::ExactRows(const Source& source, MemoryContext context)
    : source_(source),
      context_(context),
      rows_(nullptr),
      count_(0),
      room_(0),
      most_(Max(kFewest, static_cast<int64>(work_mem) * 512 / static_cast<int64>(sizeof(Row)))),
      is_collected_(false),
      has_last_(false),
      last_(),
      is_cut_(false),
      cut_(),
      is_dropped_(false),
      sorted_{SortedRows(context), SortedRows(context), SortedRows(context)},
      compared_(0) {}

void ExactRows::put_aside(const Row& row) {
  if (!is_dropped_) {
    sorted_[static_cast<int>(row.turn)].add(row.distance, row.row);
  }
}

/// Keeps a row in memory. If memory is full, puts the farther half of the rows aside first.
void ExactRows::keep(const Row& row) {
  if (count_ == room_ && room_ < most_) {
    room_ = Min(most_, Max(kFewest, room_ * 2));
    rows_ = resized(rows_, room_, context_);
  }
  if (count_ < room_) {
    rows_[count_++] = row;
    return;
  }
  const int64 half = room_ / 2;
  std::nth_element(rows_, rows_ + half, rows_ + count_);
  cut_ = rows_[half];
  is_cut_ = true;
  is_dropped_ = drops();
  std::for_each(rows_ + half, rows_ + count_, [this](const Row& far) { put_aside(far); });
  count_ = half;
  add(row);
}

/// Adds a row, unless it was returned before.
void ExactRows::add(const Row& row) {
  if (has_last_ && !(last_ < row)) {
    return;
  }
  if (is_cut_ && !(row < cut_)) {
    put_aside(row);
  } else {
    keep(row);
  }
}

/// Compares the row that was looked up, if it matches and was not handed out. The row is kept by
/// the id of its visible version.
void ExactRows::look_at() {
  const RowId row = row_id(source_.heap->slot()->tts_tid);
  ScanFilter* filter = source_.filter;
  if (!source_.handed_out->contains(row) && filter->matches(filter, source_.heap->slot())) {
    compare(row);
  }
}

/// Computes the distance of the row that was looked up, and keeps the row by the given id.
void ExactRows::compare(RowId row) {
  Row found{0, row, Turn::kInOrder};
  ++compared_;
  if (!source_.heap->distance(source_.query, &found.distance)) {
    found.turn = Turn::kNoDistance;
  } else if (found.distance < source_.nearest) {
    if (source_.leaves_nearer) {
      return;
    }
    found.turn = Turn::kNearer;
  } else if (found.distance > source_.most_distance && !std::isinf(found.distance)) {
    // Rows beyond the limit are left out. A distance that is not a number is infinite here, but may
    // match a limit of 1 - d, so such a row is kept.
    return;
  }
  add(found);
}

/// Looks up each of the rows, and calls look(row) for those that the snapshot sees.
template <class Rows, class Look>
void ExactRows::look_up_each(const Rows& rows, const Look& look) {
  // Rows go through a ring, several at a time (core/base/prefetch_batch.h). The first step
  // prefetches the line pointers, the second the tuples, the third looks the rows up.
  constexpr auto kAtOnce = static_cast<int64>(kPrefetchBatch);
  RowId ring[3 * kAtOnce];
  int64 seen = 0;
  const auto each_from = [&](int64 first, const auto& visit) {
    for (int64 i = Max(first, 0); i < Min(first + kAtOnce, seen); ++i) {
      visit(ring[i % (3 * kAtOnce)]);
    }
  };
  const auto look_up = [&](RowId row) {
    CHECK_FOR_INTERRUPTS();
    if (source_.heap->look_up(row)) {
      look(row);
    }
  };
  const auto go_on = [&](int64 end) {
    each_from(end - kAtOnce, [&](RowId row) { source_.heap->prefetch_line(row); });
    each_from(end - 2 * kAtOnce, [&](RowId row) { source_.heap->prefetch(row); });
    each_from(end - 3 * kAtOnce, look_up);
  };
  rows.each([&](RowId row) {
    ring[seen++ % (3 * kAtOnce)] = row;
    if (seen % kAtOnce == 0) {
      go_on(seen);
    }
  });
  for (int64 end = (seen / kAtOnce + 1) * kAtOnce; end < seen + 3 * kAtOnce; end += kAtOnce) {
    go_on(end);
  }
}

void ExactRows::collect_set() {
  look_up_each(*source_.set, [this](RowId) { look_at(); });
}

void ExactRows::collect_indexed() {
  look_up_each(*source_.indexed, [this](RowId row) { compare(row); });
}

void ExactRows::collect_table() {
  const TableScanDesc scan =
      table_beginscan_strat(source_.table, source_.snapshot, 0, nullptr, true, true);
  while (table_scan_getnextslot(scan, ForwardScanDirection, source_.heap->slot())) {
    CHECK_FOR_INTERRUPTS();
    look_at();
  }
  table_endscan(scan);
}

void ExactRows::collect() {
  count_ = 0;
  is_cut_ = false;
  if (source_.indexed != nullptr) {
    collect_indexed();
  } else if (source_.set != nullptr) {
    collect_set();
  } else {
    collect_table();
  }
  source_.heap->release();
  is_collected_ = true;
  if (wants_all()) {
    std::sort(rows_, rows_ + count_, std::greater<>());
  } else {
    std::make_heap(rows_, rows_ + count_, std::greater<>());
  }
}

/// Makes the next of the rows in memory the last row. Returns false if there is none.
bool ExactRows::next_kept() {
  if (count_ == 0) {
    return false;
  }
  if (!wants_all()) {
    std::pop_heap(rows_, rows_ + count_, std::greater<>());
  }
  last_ = rows_[--count_];
  return true;
}

/// Makes the next of the sorted rows the last row. Returns false if there is none.
bool ExactRows::next_sorted() {
  for (int turn = 0; turn < kTurns; ++turn) {
    if (sorted_[turn].next(&last_.distance, &last_.row)) {
      last_.turn = static_cast<Turn>(turn);
      return true;
    }
  }
  return false;
}

bool ExactRows::next(ItemPointer row) {
  if (!is_collected_ || (count_ == 0 && is_cut_ && is_dropped_)) {
    collect();
  }
  if (!next_kept() && !next_sorted()) {
    return false;
  }
  has_last_ = true;
  if (source_.indexed != nullptr) {
    source_.indexed->remove(last_.row);
  }
  *row = item_pointer(last_.row);
  return true;
}

void ExactRows::close() {
  for (SortedRows& sorted : sorted_) {
    sorted.close();
  }
}

}  // namespace vecext::pg
