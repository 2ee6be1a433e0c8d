// Key columns: the columns of an index after the vector, by whose values rows are found without a
// search (core/key_tree). A row has a key for each that is not null, the hash of its value. Rows
// without a vector have keys too: a caller that asks for a value gets all rows that have it, and
// more, for others may have its hash.
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

/// Has the index key columns?
inline bool has_keys(Relation index) {
  return IndexRelationGetNumberOfKeyAttributes(index) > 1;
}

/// Has a column a class with a hash function, the last of an access method's support functions?
bool is_key_column(Relation index, AttrNumber attribute);

/// Where the tree of keys begins. Raises where there is none.
PageId key_tree_of(Relation index);

/// The key of a value, not null, of column `attribute`, or of one of another type that an operator
/// of its class compares with it. The value's memory, if it is toasted, is that of the current
/// context.
uint32 key_of(Relation index, AttrNumber attribute, Oid type, Datum value);

/// Adds a row's keys, by the values of the index's columns. Does nothing without key columns.
void insert_keys(Relation index, const Datum* values, const bool* isnull, RowId row);

/// Removes the keys of dead rows.
void remove_keys(Relation index, VacuumCallback* callback);

/// Adds to `rows`, and sorts, those that may fulfil all of a scan's conditions on key columns.
void find_rows_of_keys(IndexScanDesc scan, RowList* rows);

/// The access method's amgetbitmap: rows by their keys alone.
int64 get_key_bitmap(IndexScanDesc scan, TIDBitmap* bitmap);

}  // namespace vecext::pg
