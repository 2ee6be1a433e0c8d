// Queries of sparse vectors that are defined with {"modifier": "idf"}.
#pragma once

#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the query with each weight multiplied by how rare its dimension is in the column's index
/// of access method inverted. Raises an ERROR 55000 if the column has no such index. An SPI
/// connection must be open.
Datum weighted_by_idf(const Collection& collection, const CollectionVector& column, Datum query);

}  // namespace vecext::pg
