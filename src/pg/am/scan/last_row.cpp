#include "pg/am/scan/last_row.h"

#include "pg/am/scan/running_scan.h"

extern "C" {
#include "access/heapam.h"
#include "access/htup_details.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// Returns the distance of the row that was returned last, if the distance is kept.
std::optional<double> last_distance(const RunningScan& scan) {
  if (scan.next > 0) {
    return scan.rest == nullptr ? std::optional(scan.rows[scan.next - 1].distance) : std::nullopt;
  }
  return scan.level_rest != nullptr || scan.level_rows != nullptr ? std::optional(0.0)
                                                                  : std::nullopt;
}

/// Returns the page of the row that the executor has fetched last by this scan, or null if it has
/// fetched no row, or the table is not one of heapam.
const char* fetched_page(IndexScanDesc scan) {
  if (scan->xs_heapfetch == nullptr ||
      scan->heapRelation->rd_tableam != GetHeapamTableAmRoutine()) {
    return nullptr;
  }
  const Buffer buffer = reinterpret_cast<IndexFetchHeapData*>(scan->xs_heapfetch)->xs_cbuf;
  const bool is_of_row = BufferIsValid(buffer) && BufferGetBlockNumber(buffer) ==
                                                      ItemPointerGetBlockNumber(&scan->xs_heaptid);
  return is_of_row ? BufferGetPage(buffer) : nullptr;
}

/// Does what distance_of_last() does, for the row that the owner of the filter returned last.
std::optional<double> distance_of_rest(const RunningScan& scan, AttrNumber column, Datum value) {
  if (TTS_EMPTY(scan.rest_slot)) {
    return std::nullopt;
  }
  bool is_null;
  const Datum indexed = slot_getattr(scan.rest_slot, column, &is_null);
  const bool is_same = !is_null && DatumGetPointer(indexed) == DatumGetPointer(value);
  return is_same ? std::optional(scan.rest_distance) : std::nullopt;
}

}  // namespace

std::optional<double> distance_of_last(const OrderedScan& scan, Datum value) {
  const auto& running = static_cast<const RunningScan&>(scan);
  const IndexScanDesc server = running.server;
  const AttrNumber column = server->indexRelation->rd_index->indkey.values[0];
  if (running.rest_slot != nullptr && column != 0) {
    return distance_of_rest(running, column, value);
  }
  const std::optional<double> distance = last_distance(running);
  if (running.total == 0 || column == 0 || !distance.has_value()) {
    return std::nullopt;
  }
  const char* page = fetched_page(server);
  const auto* at = reinterpret_cast<const char*>(DatumGetPointer(value));
  if (page == nullptr || at < page || at >= page + BLCKSZ) {
    return std::nullopt;
  }
  // Once the executor has fetched the row, the scan's row id is the id of the version that the
  // executor sees. The page is pinned, so this version stays where it is.
  const OffsetNumber line = ItemPointerGetOffsetNumber(&server->xs_heaptid);
  auto* content = const_cast<char*>(page);
  if (line > PageGetMaxOffsetNumber(content)) {
    return std::nullopt;
  }
  const ItemId item = PageGetItemId(content, line);
  if (!ItemIdIsNormal(item)) {
    return std::nullopt;
  }
  HeapTupleData tuple{};
  tuple.t_len = ItemIdGetLength(item);
  tuple.t_data = reinterpret_cast<HeapTupleHeader>(PageGetItem(content, item));
  tuple.t_self = server->xs_heaptid;
  bool is_null;
  const Datum indexed =
      heap_getattr(&tuple, column, RelationGetDescr(server->heapRelation), &is_null);
  return !is_null && DatumGetPointer(indexed) == at ? distance : std::nullopt;
}

}  // namespace vecext::pg
