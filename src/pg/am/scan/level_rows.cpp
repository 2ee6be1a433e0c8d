#include "pg/am/scan/level_rows.h"

#include <bit>

#include "pg/sys/row_id.h"

extern "C" {
#include "access/heapam.h"
#include "access/tableam.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
}

namespace vecext::pg {

/// Gets the next row that the snapshot sees into the slot of `heap`. Returns false if there is
/// none.
bool LevelRows::next_in_slot() {
  if (source_.set == nullptr) {
    if (scan_ == nullptr) {
      scan_ = table_beginscan_strat(source_.table, source_.snapshot, 0, nullptr, true, false);
    }
    return table_scan_getnextslot(scan_, ForwardScanDirection, source_.heap->slot());
  }
  for (;;) {
    CHECK_FOR_INTERRUPTS();
    if (lines_.lines == 0) {
      if (!source_.set->next_lines(&place_, &lines_)) {
        return false;
      }
      continue;
    }
    const auto line = lines_.first + static_cast<uint32>(std::countr_zero(lines_.lines));
    lines_.lines &= lines_.lines - 1;
    if (source_.heap->look_up({lines_.page, static_cast<uint16>(line)})) {
      return true;
    }
  }
}

/// Returns the row id that an index has of the row in the slot. If the visible version has no index
/// entry of its own (HOT), that is the id of the row's first version on the page.
RowId LevelRows::id_in_slot() {
  TupleTableSlot* slot = source_.heap->slot();
  RowId row = row_id(slot->tts_tid);
  const auto* stored = reinterpret_cast<BufferHeapTupleTableSlot*>(slot);
  if (source_.filter != nullptr || !HeapTupleIsHeapOnly(stored->base.tuple)) {
    return row;
  }
  if (roots_of_ != row.page) {
    LockBuffer(stored->buffer, BUFFER_LOCK_SHARE);
    heap_get_root_tuples(BufferGetPage(stored->buffer), roots_);
    LockBuffer(stored->buffer, BUFFER_LOCK_UNLOCK);
    roots_of_ = row.page;
  }
  if (roots_[row.line - 1] != InvalidOffsetNumber) {
    row.line = roots_[row.line - 1];
  }
  return row;
}

bool LevelRows::is_wanted(RowId row) {
  if (source_.handed_out->contains(row) ||
      (source_.filter != nullptr &&
       !source_.filter->matches(source_.filter, source_.heap->slot()))) {
    return false;
  }
  double distance;
  const bool has_value = source_.heap->distance(nullptr, &distance);
  has_others_ = has_others_ || !has_value;
  return has_value == has_value_;
}

bool LevelRows::next(ItemPointer row) {
  for (;;) {
    CHECK_FOR_INTERRUPTS();
    if (next_in_slot()) {
      ++compared_;
      const RowId id = id_in_slot();
      if (is_wanted(id)) {
        *row = item_pointer(id);
        return true;
      }
      continue;
    }
    if (!has_value_ || !has_others_) {
      return false;
    }
    close();
    has_value_ = false;
  }
}

void LevelRows::close() {
  source_.heap->release();
  if (scan_ != nullptr) {
    table_endscan(scan_);
    scan_ = nullptr;
  }
  place_ = {};
  lines_ = {};
  roots_of_ = InvalidBlockNumber;
}

}  // namespace vecext::pg
