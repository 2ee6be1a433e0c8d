// Checks what strict mode limits for a collection as a whole: its points, and the bytes of its
// vectors and payloads.
#include "pg/collection/common/statement.h"
#include "pg/collection/strict/strict.h"
#include "pg/registry/registry_tables.h"
#include "pg/sys/error.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// The numbers of pages of the table and all tables that inherit from it, as partitions do.
struct TablePages {
  int64 heap;
  int64 toast;

  int64 bytes() const { return (heap + toast) * BLCKSZ; }
};

int64 pages_of(Oid relid, Oid* toast) {
  const Relation relation = table_open(relid, AccessShareLock);
  if (toast != nullptr) {
    *toast = relation->rd_rel->reltoastrelid;
  }
  const int64 pages = RELKIND_HAS_STORAGE(relation->rd_rel->relkind)
                          ? int64{RelationGetNumberOfBlocks(relation)}
                          : 0;
  table_close(relation, AccessShareLock);
  return pages;
}

TablePages table_pages(Oid relid) {
  TablePages pages{};
  const List* tables = find_all_inheritors(relid, AccessShareLock, nullptr);
  for (const Oid table : oids_of(tables)) {
    Oid toast = InvalidOid;
    pages.heap += pages_of(table, &toast);
    if (OidIsValid(toast)) {
      pages.toast += pages_of(toast, nullptr);
    }
  }
  return pages;
}

/// True if the table is large enough to hold more than `points` points.
bool may_have_more(const Collection& collection, int64 points) {
  return table_pages(collection.relid).heap * MaxHeapTuplesPerPage > points;
}

/// Waits until all transactions that have written points end, as points that are not committed
/// cannot be counted. Other writers then wait until this transaction ends.
void wait_for_writers(const Collection& collection) {
  // Without this, a standby would refuse the lock, by another SQLSTATE than writes.
  PreventCommandIfReadOnly("INSERT");
  LockDatabaseObject(registry_or_error(), collection.relid, kLockOfPoints, ExclusiveLock);
}

/// Executes a plan that returns one number, with the newest snapshot: the snapshot of a REPEATABLE
/// READ transaction would not show what others have written while it waited for them.
int64 number_now(SPIPlanPtr plan, Datum argument) {
  const int result = SPI_execute_snapshot(plan, &argument, nullptr, GetLatestSnapshot(),
                                          InvalidSnapshot, false, false, 0);
  if (result != SPI_OK_SELECT || SPI_processed != 1) {
    elog(ERROR, "SPI_execute_snapshot failed: %s", SPI_result_code_string(result));
  }
  bool is_null;
  const Datum number = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
  const int64 value = is_null ? 0 : DatumGetInt64(number);
  SPI_freetuptable(SPI_tuptable);
  return value;
}

void check_points(const Collection& collection) {
  const int64 most = collection.strict.max_points_count;
  const SPIPlanPtr plan = kept_plan(statement_key(collection.relid, StatementKind::kPointsCount),
                                    [&](StatementDraft& draft) {
                                      draft << "SELECT pg_catalog.count(*) FROM (SELECT FROM ";
                                      draft.table(collection.relid) << " LIMIT ";
                                      draft.parameter(INT8OID) << ") AS t";
                                    });
  const int64 count = number_now(plan, Int64GetDatum(most < PG_INT64_MAX ? most + 1 : most));
  if (count > most) {
    ereport(
        ERROR,
        (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
         errmsg("strict mode of collection \"%s\" allows " INT64_FORMAT " points", collection.name,
                most),
         about({.rule = above("max_points_count", count, most), .collection = collection.name})));
  }
}

/// A table of at most this many pages is read as a whole to measure it. For a larger table, about
/// this many pages are read.
constexpr int64 kMostPages = 512;

enum class StoredPart : std::uint8_t { kVectors, kPayloads };

/// Returns the number of bytes of columns as they are stored, which is an estimate for a large
/// table. each_column(visit) must call visit(AttrNumber) for each column.
template <class EachColumn>
int64 stored_bytes(const Collection& collection, StoredPart part, EachColumn each_column) {
  const SPIPlanPtr plan = kept_plan(
      statement_key(collection.relid, StatementKind::kStoredBytes, part),
      [&](StatementDraft& draft) {
        draft << "SELECT pg_catalog.sum(0";
        each_column([&](AttrNumber column) {
          draft << " OPERATOR(pg_catalog.+) COALESCE(pg_catalog.pg_column_size(t.";
          draft.column(collection.relid, column) << "), 0)";
        });
        (draft << ") FROM ").table(collection.relid) << " AS t TABLESAMPLE pg_catalog.system (";
        draft.parameter(FLOAT4OID) << ")";
      });
  const int64 pages = table_pages(collection.relid).heap;
  const double share = pages <= kMostPages ? 1 : static_cast<double>(kMostPages) / pages;
  const int64 bytes = number_now(plan, Float4GetDatum(static_cast<float4>(share * 100)));
  return static_cast<int64>(static_cast<double>(bytes) / share);
}

template <class EachColumn>
void check_bytes(const Collection& collection, int64 most, StoredPart part,
                 EachColumn each_column) {
  // Columns have no more bytes than the table, so they need not be measured if the table is small
  // enough.
  if (most < 0 || table_pages(collection.relid).bytes() <= most) {
    return;
  }
  const int64 bytes = stored_bytes(collection, part, each_column);
  if (bytes > most) {
    ereport(
        ERROR,
        (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
         errmsg("strict mode of collection \"%s\" allows " INT64_FORMAT " bytes of %s",
                collection.name, most, part == StoredPart::kVectors ? "vectors" : "payloads"),
         errdetail("There would be " INT64_FORMAT ".", bytes),
         about({.rule = above(part == StoredPart::kVectors ? "max_collection_vector_size_bytes"
                                                           : "max_collection_payload_size_bytes",
                              bytes, most),
                .collection = collection.name})));
  }
}

}  // namespace

void lock_totals(const Collection& collection, const Written& written) {
  const int64 most = collection.strict.max_points_count;
  if (most >= 0 && written.points > 0 && may_have_more(collection, Max(most - written.points, 0))) {
    wait_for_writers(collection);
  }
}

void check_totals(const Collection& collection, const Written& written) {
  const StrictMode& strict = collection.strict;
  if (!strict.is_on) {
    return;
  }
  if (strict.max_points_count >= 0 && written.points > 0 &&
      may_have_more(collection, strict.max_points_count)) {
    wait_for_writers(collection);
    check_points(collection);
  }
  if (written.has_vectors) {
    check_bytes(collection, strict.max_vector_bytes, StoredPart::kVectors, [&](auto visit) {
      for (const CollectionVector& vector : collection.all_vectors()) {
        visit(vector.column);
      }
    });
  }
  if (written.has_payloads && collection.payload != InvalidAttrNumber) {
    check_bytes(collection, strict.max_payload_bytes, StoredPart::kPayloads,
                [&](auto visit) { visit(collection.payload); });
  }
}

}  // namespace vecext::pg
