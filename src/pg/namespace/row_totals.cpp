#include "pg/namespace/row_totals.h"

#include "pg/namespace/namespace_columns.h"
#include "pg/namespace/prepared_rows.h"
#include "pg/namespace/reservations.h"
#include "pg/registry/registry_rows.h"
#include "pg/sys/list.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "access/detoast.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// What a row takes besides its values: its header, with the null bitmap of few columns.
constexpr int64 kRowHeader = 24;

/// Returns the bytes of a row before compression. A row has as many when it is inserted as when it
/// is read again, however the server stores it.
int64 bytes_of_row(TupleDesc columns, const Datum* values, const bool* is_null) {
  int64 bytes = kRowHeader;
  for (int i = 0; i < columns->natts; ++i) {
    const Form_pg_attribute column = TupleDescAttr(columns, i);
    if (column->attisdropped || is_null[i]) {
      continue;
    }
    bytes += column->attlen > 0     ? column->attlen
             : column->attlen == -1 ? static_cast<int64>(toast_raw_datum_size(values[i]))
                                    : static_cast<int64>(strlen(DatumGetCString(values[i]))) + 1;
  }
  return bytes;
}

/// Returns the sums of a namespace, or null if it does not exist.
NamespaceRows* rows_of(RowSums* sums, std::string_view id) {
  if (sums->last != nullptr && sums->last->owner.id == id) {
    return sums->last;
  }
  const Namespace* owner = find_namespace(id);
  if (owner == nullptr) {
    return nullptr;
  }
  bool is_known = false;
  auto* rows = static_cast<NamespaceRows*>(
      hash_search(sums->by_number, &owner->key.number, HASH_ENTER, &is_known));
  if (!is_known) {
    rows->owner = *owner;
    rows->owner.id = MemoryContextStrdup(sums->context, owner->id);
    rows->before = rows->after = {};
  }
  sums->last = rows;
  return rows;
}

/// Returns a valid index without a predicate whose first column is that column, in the order of the
/// column's collation, or InvalidOid.
Oid index_on(Relation table, AttrNumber column) {
  Oid found = InvalidOid;
  for (const Oid oid : oids_of(RelationGetIndexList(table))) {
    const Relation index = index_open(oid, AccessShareLock);
    const bool serves = index->rd_index->indisvalid &&
                        index->rd_index->indkey.values[0] == column &&
                        index->rd_indcollation[0] ==
                            TupleDescAttr(RelationGetDescr(table), column - 1)->attcollation &&
                        index->rd_rel->relam == BTREE_AM_OID && index->rd_opcintype[0] == TEXTOID &&
                        heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr);
    index_close(index, AccessShareLock);
    if (serves) {
      found = oid;
      break;
    }
  }
  return found;
}

/// Calls visit(relid, column) for each table of namespaces.
template <class Visit>
void each_table(Visit visit) {
  enum { kRelid = 1, kColumn };
  read_rows("namespace_tables", nullptr, nullptr, [&](const Datum* values, const bool*) {
    const Oid relid = DatumGetObjectId(values[kRelid - 1]);
    // A table may have been dropped while event triggers were disabled.
    if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid))) {
      visit(relid, NameStr(*DatumGetName(values[kColumn - 1])));
    }
  });
}

/// Returns a snapshot that shows what other transactions have committed, and nothing of this one.
Snapshot snapshot_of_others() {
  const Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
  snapshot->curcid = FirstCommandId;
  return snapshot;
}

/// Calls visit(table) for a table and for its partitions, as far as they have rows and the column.
/// Meanwhile sums->column is the number of the column in that table.
template <class Visit>
void each_part(RowSums* sums, Oid relid, const char* column_name, Visit visit) {
  for (const Oid part : oids_of(find_all_inheritors(relid, AccessShareLock, nullptr))) {
    const Relation table = table_open(part, AccessShareLock);
    sums->column = number_of_namespace_column(part, column_name);
    if (RELKIND_HAS_TABLE_AM(table->rd_rel->relkind) && sums->column != InvalidAttrNumber) {
      visit(table);
    }
    table_close(table, AccessShareLock);
  }
}

/// Returns the rows of a namespace that other transactions have committed or prepared.
RowTotals rows_of_others(const Namespace& owner) {
  RowSums sums = new_row_sums(InvalidAttrNumber);
  const GrowingArray<TransactionId> prepared = prepared_transactions();
  const Snapshot snapshot = snapshot_of_others();
  each_table([&](Oid relid, const char* column) {
    each_part(&sums, relid, column, [&](Relation table) {
      add_rows_of_part(&sums, table, &owner, snapshot);
      if (prepared.count > 0) {
        add_prepared_rows(&sums, table, prepared, snapshot);
      }
    });
  });
  UnregisterSnapshot(snapshot);
  RowTotals totals{};
  each_namespace(sums, [&](const NamespaceRows& rows) {
    if (rows.number == owner.key.number) {
      totals = rows.before;
    }
  });
  return totals;
}

}  // namespace

AttrNumber number_of_namespace_column(Oid relid, const char* name) {
  const AttrNumber number = get_attnum(relid, name);
  return number > 0 && get_atttype(relid, number) == TEXTOID ? number : InvalidAttrNumber;
}

AttrNumber namespace_column_or_error(Oid relid, const char* name) {
  const AttrNumber number = number_of_namespace_column(relid, name);
  if (number == InvalidAttrNumber) {
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_COLUMN),
             errmsg("column \"%s\" of relation \"%s\" does not exist", name, get_rel_name(relid)),
             errhint("Call vecext.enable_namespaces() with the new name of the column.")));
  }
  return number;
}

RowSums new_row_sums(AttrNumber column) {
  HASHCTL control{};
  control.keysize = sizeof(int32);
  control.entrysize = sizeof(NamespaceRows);
  control.hcxt = CurrentMemoryContext;
  return {.column = column,
          .context = CurrentMemoryContext,
          .by_number = hash_create("vecext rows by namespace", 16, &control,
                                   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT),
          .last = nullptr};
}

void add_row(RowSums* sums, TupleDesc columns, const Datum* values, const bool* is_null,
             RowSide side) {
  const int column = sums->column - 1;
  if (is_null[column]) {
    return;  // the column is NOT NULL, but for a table that was changed later
  }
  const std::string_view id = view_of(values[column]);
  NamespaceRows* rows = rows_of(sums, id);
  if (rows == nullptr) {
    if (side == RowSide::kAfter) {
      namespace_of_id(id);  // raises the error
    }
    return;
  }
  RowTotals* totals = side == RowSide::kBefore ? &rows->before : &rows->after;
  ++totals->vectors;
  totals->bytes += bytes_of_row(columns, values, is_null);
}

void add_rows_of_part(RowSums* sums, Relation table, const Namespace* only, Snapshot snapshot) {
  const TupleDesc columns = RelationGetDescr(table);
  ScanKeyData key;
  Oid index = InvalidOid;
  if (only != nullptr) {
    ScanKeyEntryInitialize(&key, 0, sums->column, BTEqualStrategyNumber, InvalidOid,
                           TupleDescAttr(columns, sums->column - 1)->attcollation, F_TEXTEQ,
                           CStringGetTextDatum(only->id));
    index = index_on(table, sums->column);
  }
  const SysScanDesc scan =
      systable_beginscan(table, index, OidIsValid(index), snapshot, only == nullptr ? 0 : 1, &key);
  auto* values = palloc_array<Datum>(columns->natts);
  auto* is_null = palloc_array<bool>(columns->natts);
  for (HeapTuple row; HeapTupleIsValid(row = systable_getnext(scan));) {
    CHECK_FOR_INTERRUPTS();
    heap_deform_tuple(row, columns, values, is_null);
    add_row(sums, columns, values, is_null, RowSide::kBefore);
  }
  systable_endscan(scan);
}

void add_rows_of_table(RowSums* sums, Oid relid, const char* column_name, const Namespace* only,
                       Snapshot snapshot) {
  each_part(sums, relid, column_name,
            [&](Relation table) { add_rows_of_part(sums, table, only, snapshot); });
}

void ensure_counted(const Namespace& counted) {
  const NamespaceKey key = counted.key;
  if (namespace_usage(key).is_counted) {
    return;
  }
  // Copied, as the look-ups below may make the session read it again.
  Namespace only = counted;
  only.id = pstrdup(counted.id);
  LockDatabaseObject(key.registry, static_cast<Oid>(key.number), kLockOfCount, ExclusiveLock);
  if (!namespace_usage(key).is_counted) {
    set_counted_rows(key, rows_of_others(only));
  }
  UnlockDatabaseObject(key.registry, static_cast<Oid>(key.number), kLockOfCount, ExclusiveLock);
}

// vecext.recount_namespaces()
//
// Waits for transactions that have written to the tables, or given tables namespaces, prepared ones
// too, and keeps others from doing so until this one ends. So nothing is reserved while the rows
// are counted.
VECEXT_FUNCTION(vecext_recount_namespaces)
{
  PreventCommandIfReadOnly("vecext.recount_namespaces()");
  if (has_changed_rows()) {
    ereport(ERROR, (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                    errmsg("rows of namespaces cannot be counted in a transaction that has changed "
                           "them")));
  }
  LockDatabaseObject(registry_table("namespaces"), kNoNamespace, kLockOfTables, ShareLock);
  each_table([](Oid relid, const char*) {
    LockRelationOid(relid, ShareRowExclusiveLock);
    find_all_inheritors(relid, ShareRowExclusiveLock, nullptr);
  });
  forget_counted_rows();
  RowSums sums = new_row_sums(InvalidAttrNumber);
  const Snapshot snapshot = snapshot_of_others();
  each_table([&](Oid relid, const char* column) {
    add_rows_of_table(&sums, relid, column, nullptr, snapshot);
  });
  UnregisterSnapshot(snapshot);
  each_namespace(sums,
                 [&](const NamespaceRows& rows) { set_counted_rows(rows.owner.key, rows.before); });
  PG_RETURN_VOID();
}

// vecext_internal.count_namespace(number int4) → void
//
// Counts nothing if the number is not that of a namespace.
VECEXT_FUNCTION(vecext_internal_count_namespace)
{
  const int32 number = PG_GETARG_INT32(0);
  char* id = nullptr;
  read_rows("namespaces", "namespaces_number_key", kNumber, F_INT4EQ, InvalidOid,
            Int32GetDatum(number),
            [&](const Datum* values, const bool*) { id = TextDatumGetCString(values[kId - 1]); });
  const Namespace* found = id == nullptr ? nullptr : find_namespace(id);
  if (found != nullptr && !RecoveryInProgress()) {
    ensure_counted(*found);
  }
  PG_RETURN_VOID();
}

}  // namespace vecext::pg
