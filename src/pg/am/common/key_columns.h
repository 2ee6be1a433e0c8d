// Key columns: the columns of an index after the vector, by whose values rows are found without a
// search (core/key_tree). A row has a key for each such column that is not null: the hash of the
// value. Rows without a vector have keys too. A lookup returns all rows with a value, and perhaps
// rows with another value of the same hash, so the caller must recheck them.
#pragma once

#include "core/filter/row_list.h"
#include "core/page/page.h"
#include "pg/am/common/vacuum_callback.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/genam.h"
#include "access/relscan.h"
#include "nodes/execnodes.h"
#include "nodes/tidbitmap.h"
}

namespace vecext::pg {

/// True if the index has key columns.
inline bool has_keys(Relation index) {
  return IndexRelationGetNumberOfKeyAttributes(index) > 1;
}

/// True if the column's operator class has a hash function, which is the last support function of
/// an access method.
bool is_key_column(Relation index, AttrNumber attribute);

/// The first page of the key tree. Raises that the index is damaged if there is none.
PageId key_tree_of(Relation index);

/// The key of a value, not null, for column `attribute` (from 1 on). `type` is the value's type:
/// the column's, if invalid, or one that an operator of the column's class compares with it. A
/// toasted value is unpacked in the current context.
uint32 key_of(Relation index, AttrNumber attribute, Oid type, Datum value);

/// Adds a row's keys, given the values of all columns of the index. Does nothing without key
/// columns.
void insert_keys(Relation index, const Datum* values, const bool* isnull, RowId row);

/// Removes the keys of dead rows.
void remove_keys(Relation index, VacuumCallback* callback);

/// Adds the rows to the list that may fulfil all conditions of a scan on key columns, and sorts it.
void find_rows_of_keys(IndexScanDesc scan, RowList* rows);

/// amgetbitmap: the rows that may fulfil all conditions on key columns. Returns their number.
int64 get_key_bitmap(IndexScanDesc scan, TIDBitmap* bitmap);

}  // namespace vecext::pg
