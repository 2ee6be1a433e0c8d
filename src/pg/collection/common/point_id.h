// Ids of points, of whatever type the collection's id column has.
#pragma once

#include "pg/collection/common/request.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "access/tupdesc.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

/// Returns the id that a JSON number (bigint, integer) or string (uuid, text) is. Refuses others
/// with SQLSTATE 22023.
Datum id_from_json(Oid type, const JsonbValue& value, const JsonPlace& place);

/// Returns the id in a column of a row. Raises an error if it is null, which an id column that has
/// lost NOT NULL since, or a table that inherits, may have.
Datum id_of_row(const Collection& collection, TupleTableSlot* row, int column);

/// Returns the id as a value of type text.
Datum id_as_text(Oid type, Datum id);

/// Compares ids in the order in which all functions write points, so that none waits for another in
/// a circle: by value, texts by their bytes. Returns < 0, 0 or > 0.
int compare_ids(Oid type, Datum a, Datum b);

/// An array of the ids that are the first column of the rows, where none is null.
Datum id_array(Oid type, TupleDesc row, Tuplestorestate* rows);
inline Datum id_array(Oid type, const Datum* ids, std::int64_t count) {
  return array_datum(type, {ids, static_cast<Size>(count)});
}

/// Returns the ids of a request, an array or one alone, as an array of the id's type, in their
/// order.
Datum ids_from_json(Oid type, Jsonb* ids, const JsonPlace& place);

}  // namespace vecext::pg
