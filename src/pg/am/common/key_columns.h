// Key columns: the columns of an index after the first, by whose values rows are found without a
// search (core/key_tree). A row has a key for each such column that is not null: the hash of the
// value. Rows without a vector or a text have keys too. A lookup returns all rows with a value, and
// perhaps rows with another value of the same hash, so the caller must recheck them.
#pragma once

#include "core/filter/row_list.h"
#include "core/page/page.h"
#include "pg/am/common/vacuum_callback.h"
#include "pg/sys/pg.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "access/genam.h"
#include "access/relscan.h"
#include "access/skey.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

/// True if the index has key columns.
inline bool has_keys(Relation index) {
  return IndexRelationGetNumberOfKeyAttributes(index) > 1;
}

/// True if the operator class of column `attribute` has the hash function of key columns, which is
/// the last support function of each access method.
bool is_key_column(Relation index, AttrNumber attribute);

/// Returns the first page of the index's key tree. Raises the error that the index is damaged if
/// the page is missing.
PageId key_tree_of(Relation index);

/// Returns the key of a value for column `attribute` (from 1 on). The value is not null. `type` is
/// the value's type: a type that an operator of the column's class compares with the column, or
/// InvalidOid for the column's own type. A toasted value is unpacked in the current context.
uint32 key_of(Relation index, AttrNumber attribute, Oid type, Datum value);

/// Adds a row's keys, given the values of all columns of the index. Does nothing if the index has
/// no key columns.
void insert_keys(Relation index, const Datum* values, const bool* isnull, RowId row);

/// Removes the keys of dead rows.
void remove_keys(const IndexVacuumInfo* info, VacuumCallback* callback);

/// Calls visit(Datum) for each element of the array in a condition `column op ANY (array)`, except
/// for null elements.
template <class Visit>
void each_element(const ScanKeyData& condition, const Visit& visit) {
  const ArrayElements elements = elements_of(DatumGetArrayTypeP(condition.sk_argument));
  for (int i = 0; i < elements.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    if (!elements.is_null[i]) {
      visit(elements.at[i]);
    }
  }
}

/// True if one of the conditions is on the first column, which is not a key column.
bool has_first_condition(const ScanKeyData* conditions, int count);

/// True if the scan has a condition on a key column.
bool has_key_condition(IndexScanDesc scan);

/// Adds to the list the rows that may fulfil all conditions of a scan on key columns, and sorts the
/// list. The scan has at least one such condition. Conditions on the first column are ignored.
void find_rows_of_keys(IndexScanDesc scan, RowList* rows);

}  // namespace vecext::pg
