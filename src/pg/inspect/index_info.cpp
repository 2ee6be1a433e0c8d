// vecext.index_info(regclass): describes an index. vecext_internal.index_info_now(regclass) does so
// unless it would have to wait for a lock.
#include "pg/am/common/access_method.h"
#include "pg/am/common/index_description.h"
#include "pg/am/common/target_recall.h"
#include "pg/inspect/distributed.h"
#include "pg/inspect/open_index.h"
#include "pg/inspect/result_row.h"
#include "pg/store/truncate.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/index.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// The columns of the result.
enum Column {
  kMetric,
  kDims,
  kBits,
  kCoded,
  kRerank,
  kLists,
  kRows,
  kLargest,
  kOverfull,
  kListPages,
  kPages,
  kDegree,
  kNodes,
  kPending,
  kDead,
  kFree,
  kAdvice,
  kColumns
};

/// The types of these columns, in the same order.
constexpr Oid kTypes[kColumns] = {TEXTOID, INT4OID, INT4OID, INT4OID, TEXTOID, INT8OID,
                                  INT8OID, INT8OID, INT8OID, INT8OID, INT8OID, INT4OID,
                                  INT8OID, INT8OID, INT8OID, INT8OID, TEXTOID};

/// The result row. A column that the index's access method does not have is null. The other members
/// are what IndexDescription has.
struct Info {
  Datum values[kColumns];
  bool nulls[kColumns];
  std::optional<double> expected_recall;
  const char* for_more_recall;
};

void set_count(Info* info, Column column, int64 count) {
  info->values[column] = Int64GetDatum(count);
  info->nulls[column] = false;
}

int64 count_of(const Info& info, Column column) {
  return info.nulls[column] ? 0 : DatumGetInt64(info.values[column]);
}

void set(Info* info, Column column, const std::optional<int32>& number) {
  info->nulls[column] = !number.has_value();
  info->values[column] = number.has_value() ? Int32GetDatum(*number) : Datum{0};
}

void set(Info* info, Column column, const std::optional<int64>& number) {
  info->nulls[column] = !number.has_value();
  info->values[column] = number.has_value() ? Int64GetDatum(*number) : Datum{0};
}

void set(Info* info, Column column, const char* text) {
  info->nulls[column] = text == nullptr;
  info->values[column] = text == nullptr ? Datum{0} : CStringGetTextDatum(text);
}

Info info_of(const IndexDescription& index) {
  Info info{};
  set(&info, kMetric, index.metric);
  set(&info, kDims, index.dims);
  set(&info, kBits, index.bits);
  set(&info, kCoded, index.coded);
  set(&info, kRerank, index.rerank);
  set(&info, kLists, index.lists);
  set(&info, kRows, index.rows);
  set(&info, kLargest, index.largest);
  set(&info, kOverfull, index.overfull);
  set(&info, kListPages, index.list_pages);
  set(&info, kDegree, index.degree);
  set(&info, kNodes, index.nodes);
  set(&info, kPending, index.pending);
  set(&info, kDead, index.dead);
  info.expected_recall = index.expected_recall;
  info.for_more_recall = index.for_more_recall;
  return info;
}

/// Counts all pages, and the free pages among them.
void count_pages(Relation index, Info* info) {
  const int64 pages = RelationGetNumberOfBlocks(index);
  set_count(info, kPages, pages);
  const auto any = [](PageKind) { return true; };
  set_count(info, kFree, Max(pages - static_cast<int64>(pages_in_use(index, any).all()), 0));
}

/// Returns a text that says what would improve the index most, or null if nothing would improve it
/// much.
char* advice_on(const Info& info) {
  constexpr int64 kFewPages = 64;
  constexpr int64 kFewRows = 2000;
  const int64 pending = count_of(info, kPending);
  const int64 nodes = count_of(info, kNodes);
  const int64 dead = count_of(info, kDead);
  if (!info.nulls[kNodes] && dead > kFewRows && dead > nodes / 5) {
    return psprintf("VACUUM: %lld of %lld nodes have no row", static_cast<long long>(dead),
                    static_cast<long long>(nodes));
  }
  if (!info.nulls[kNodes] && pending > kFewRows && pending > nodes / 10) {
    return psprintf("vecext.merge: %lld rows are outside the graph",
                    static_cast<long long>(pending));
  }
  if (info.expected_recall.has_value() && is_far_below_target(*info.expected_recall)) {
    return psprintf("%s: searches are expected to reach a recall of %.2f, not %g",
                    info.for_more_recall, *info.expected_recall, target_recall);
  }
  const int64 unused = count_of(info, kFree);
  const int64 pages = count_of(info, kPages);
  if (unused > kFewPages && unused > pages / 3) {
    return psprintf("REINDEX: %lld of %lld pages are free", static_cast<long long>(unused),
                    static_cast<long long>(pages));
  }
  return nullptr;
}

Info info_of(Oid oid) {
  const Relation index = open_index(oid);
  Info info = info_of(access_method_of(index)->describe(index));
  count_pages(index, &info);
  index_close(index, AccessShareLock);
  return info;
}

/// Adds what is known of a partition's index to the sum. Counts are added up; of lists the largest
/// and of recalls the least is kept; any other value is kept only if all partitions have the same
/// one.
void add_info(Info* sum, const Info& part) {
  for (const Column column :
       {kLists, kRows, kOverfull, kListPages, kPages, kNodes, kPending, kDead, kFree}) {
    if (!part.nulls[column]) {
      set_count(sum, column, count_of(*sum, column) + count_of(part, column));
    }
  }
  if (!part.nulls[kLargest]) {
    set_count(sum, kLargest, Max(count_of(*sum, kLargest), count_of(part, kLargest)));
  }
  if (part.expected_recall.has_value() &&
      !(sum->expected_recall.has_value() && *sum->expected_recall <= *part.expected_recall)) {
    sum->expected_recall = part.expected_recall;
    sum->for_more_recall = part.for_more_recall;
  }
  for (const Column column : {kDims, kBits, kCoded, kDegree}) {
    sum->nulls[column] = sum->nulls[column] || part.nulls[column] ||
                         DatumGetInt32(sum->values[column]) != DatumGetInt32(part.values[column]);
  }
  for (const Column column : {kMetric, kRerank}) {
    sum->nulls[column] = sum->nulls[column] || part.nulls[column] ||
                         strcmp(TextDatumGetCString(sum->values[column]),
                                TextDatumGetCString(part.values[column])) != 0;
  }
}

/// Returns what is known of an index or, if it is partitioned, of all indexes of its partitions
/// together.
Info info_of_all(Oid oid) {
  Info sum{};
  const List* indexes = indexes_of(oid);
  for (const Oid index : oids_of(indexes)) {
    const Info info = info_of(index);
    if (index == linitial_oid(indexes)) {
      sum = info;
    } else {
      add_info(&sum, info);
    }
  }
  if (indexes == NIL) {
    memset(sum.nulls, true, sizeof sum.nulls);
  }
  return sum;
}

Datum index_info(FunctionCallInfo fcinfo, Oid oid) {
  const TupleDesc row = result_row(fcinfo, kTypes, kColumns);
  Info info = info_of_all(oid);
  const char* advice = is_distributed(IndexGetRelation(oid, false))
                           ? "the table is distributed: its rows are in its shards, which have "
                             "indexes of their own"
                           : advice_on(info);
  info.nulls[kAdvice] = advice == nullptr;
  info.values[kAdvice] = advice == nullptr ? Datum{0} : CStringGetTextDatum(advice);
  return HeapTupleGetDatum(heap_form_tuple(row, info.values, info.nulls));
}

/// Locks an index with all its partitions, and their tables, until the transaction ends. Returns
/// false if that would have to wait for another session, or if one of them is dropped meanwhile.
bool lock_without_waiting(Oid oid) {
  for (const Oid index : oids_of(indexes_of(oid))) {
    const Oid heap = IndexGetRelation(index, true);
    if (!OidIsValid(heap) || !ConditionalLockRelationOid(heap, AccessShareLock) ||
        !ConditionalLockRelationOid(index, AccessShareLock) ||
        !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(heap)) ||
        !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(index))) {
      return false;
    }
  }
  return true;
}

}  // namespace

VECEXT_FUNCTION(vecext_index_info)
{ return index_info(fcinfo, PG_GETARG_OID(0)); }

VECEXT_FUNCTION(vecext_internal_index_info_now)
{
  const Oid index = PG_GETARG_OID(0);
  if (!lock_without_waiting(index)) {
    PG_RETURN_NULL();
  }
  return index_info(fcinfo, index);
}

}  // namespace vecext::pg
