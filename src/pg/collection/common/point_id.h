// Ids of points, of whatever type the collection's id column has.
#pragma once

#include "pg/collection/common/request.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "access/stratnum.h"
#include "access/tupdesc.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

/// Returns the id of that type that a JSON number (for bigint, integer), a string (for uuid, text)
/// or either (for vecext.point_id, where a string is a UUID) stands for. Raises an ERROR 22023 if
/// `value` is not such an id.
Datum id_from_json(Oid type, const JsonbValue& value, const JsonPlace& place);

/// Returns the id of that type that a text stands for, as results have ids as texts. Raises an
/// ERROR 22023 if it is not such an id.
Datum id_from_text(Oid type, std::string_view text, const JsonPlace& place);

/// Returns the id in a column of a row. Raises an ERROR if it is null: the id column may have
/// lost its NOT NULL since, and a table that inherits from the collection's may not have it.
Datum id_of_row(const Collection& collection, TupleTableSlot* row, int column);

/// Returns the id as a value of type text.
Datum id_as_text(Oid type, Datum id);

/// Compares ids by value, and texts by their bytes. Returns < 0, 0 or > 0. All functions write
/// points in this order, so that they do not wait for each other in a circle.
int compare_ids(Oid type, Datum a, Datum b);

/// Returns the operator of ids of the type that has this strategy in btree.
Oid id_operator(Oid type, StrategyNumber strategy);

/// Returns an array of the ids in the first column of the rows. No id may be null.
Datum id_array(Oid type, TupleDesc row, Tuplestorestate* rows);
inline Datum id_array(Oid type, const Datum* ids, std::int64_t count) {
  return array_datum(type, {ids, static_cast<Size>(count)});
}

/// Returns the ids of a request, which is an array of ids or one id, as an array of the id's type.
/// Their order is kept.
Datum ids_from_json(Oid type, Jsonb* ids, const JsonPlace& place);

}  // namespace vecext::pg
