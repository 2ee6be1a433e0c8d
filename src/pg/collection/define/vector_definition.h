// Columns and indexes of vectors.
#pragma once

#include "pg/collection/define/rows.h"
#include "pg/collection/define/vector_spec.h"

namespace vecext::pg {

/// Raises an ERROR if a vector cannot have that name.
void check_vector_name(const char* name, const JsonPlace& place);

/// Returns the column for a new vector of that name, in a table that has the columns `taken`. It
/// has the name of the vector or, if that is taken, too long or a name of the server's, a name that
/// begins like it.
const char* new_vector_column(const char* name, const JsonPlace& place, const List* taken);

/// True if new_vector_column() may have made the column for a vector of that name.
bool is_vector_column(const char* column, const char* name);

List* columns_of_table(Oid relid);

/// Adds a vector whose column the table has already. `spec` is {"column", "distance", "params"}.
void add_column_as_vector(Oid relid, const char* name, const Json& spec);

/// Adds what a new vector has besides its column: its row in the registry and its index, unless
/// `threshold` is not 0, as the index waits for rows then. A vector without a size gets a trigger
/// in place of the index, by which the first value fixes the size.
void add_new_vector(Oid relid, const char* name, const char* column, const VectorSpec& spec,
                    int64 threshold);

/// Returns the index of the vector's column for its distance, or InvalidOid if there is none.
Oid vector_index(Oid relid, const char* column, const char* distance);

/// Creates the index that the registry says the vector has.
void create_vector_index(const VectorRow& vector);

/// Creates the trigger of a vector that has no size, or is of uint8: it looks at each value.
void create_vector_trigger(Oid relid, const char* vector_name);
/// Drops the trigger of a vector. Returns true if there was one.
bool drop_vector_trigger(Oid relid, const char* vector_name);

}  // namespace vecext::pg
