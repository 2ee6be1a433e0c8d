// Answers what filters ask of rows of collections, which is the payload, the id and the vectors.
#pragma once

#include "pg/condition/filter.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/htup_details.h"
}

namespace vecext::pg {

/// Where rows of a type have the id, the payload and the vectors of their collection.
struct RowLayout;

/// Returns the layout of rows of that type, in the current memory context. Raises an ERROR 22023
/// unless they are rows of a collection's table, or of a view that has the name of an alias.
RowLayout* row_layout(Oid type, int32 typmod);

/// True if rows of that type have this layout.
bool is_layout_of(const RowLayout* layout, Oid type, int32 typmod);

/// Raises an ERROR 42703 if the filter names a vector that the collection does not have, and 22023
/// if it names an id that no vecext.point_id can be, where the collection has such ids.
void check_row_conditions(const Filter& filter, const RowLayout* layout);

/// Makes the filter read texts by the configurations of the collection's text indexes, where it
/// names none. What it takes for this lives in `context`.
void use_indexed_configs(Filter* filter, const RowLayout* layout, MemoryContext context);

/// True if the row satisfies the filter. Resets `scratch`.
bool satisfies(const Filter& filter, HeapTupleHeader row, const RowLayout* layout,
               MemoryContext scratch);

}  // namespace vecext::pg
