// Sums of rows and of their bytes, by namespace.
#pragma once

#include "pg/namespace/namespace_cache.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/htup.h"
#include "access/tupdesc.h"
#include "executor/tuptable.h"
#include "utils/hsearch.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"
}

namespace vecext::pg {

/// The rows of one namespace among those that were added to the sums.
struct NamespaceRows {
  int32 number;     // key
  Namespace owner;  // whose id is a copy
  RowTotals before;
  RowTotals after;
};

/// Sums of rows before and after a change.
struct RowSums {
  AttrNumber column;  // the column of namespaces
  MemoryContext context;
  HTAB* by_number;      // of NamespaceRows
  NamespaceRows* last;  // of the row that was added last
};

/// Returns the number of a column that can have ids of namespaces, which is one of type text, or
/// InvalidAttrNumber.
AttrNumber number_of_namespace_column(Oid relid, const char* name);

/// Returns that number of a registered column. Raises an ERROR if the column has another name now.
AttrNumber namespace_column_or_error(Oid relid, const char* name);

RowSums new_row_sums(AttrNumber column);

enum class RowSide : uint8 { kBefore, kAfter };

/// Adds a row, given as its values. A row of a namespace that does not exist is left out if it is
/// one before the change. If it is one after the change, this raises an ERROR 42704.
void add_row(RowSums* sums, TupleDesc columns, const Datum* values, const bool* is_null,
             RowSide side);

/// Adds the rows of a table, without its partitions, that the snapshot shows: those of one
/// namespace, or all if `only` is null. sums->column is the table's column of namespaces.
void add_rows_of_part(RowSums* sums, Relation table, const Namespace* only, Snapshot snapshot);

/// Adds the rows of a table and of its partitions that the snapshot shows: those of one namespace,
/// or all if `only` is null. `column_name` is the column of namespaces.
void add_rows_of_table(RowSums* sums, Oid relid, const char* column_name, const Namespace* only,
                       Snapshot snapshot);

/// Calls visit(const NamespaceRows&) for each namespace.
template <class Visit>
void each_namespace(const RowSums& sums, Visit visit) {
  HASH_SEQ_STATUS all;
  hash_seq_init(&all, sums.by_number);
  while (const auto* rows = static_cast<NamespaceRows*>(hash_seq_search(&all))) {
    visit(*rows);
  }
}

/// Counts the rows of a namespace in its tables, unless this was done since the server started.
/// Rows of open transactions, this one among them, are not counted: their triggers add them.
void ensure_counted(const Namespace& counted);

}  // namespace vecext::pg
