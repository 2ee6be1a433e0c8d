// Columns and indexes of vectors.
#pragma once

#include "pg/collection/define/rows.h"
#include "pg/collection/define/vector_spec.h"

namespace vecext::pg {

/// Returns the column of a new vector of that name.
const char* new_vector_column(const char* name, const JsonPlace& place);

/// Adds a vector whose column the table has: {"column", "distance", "params"}.
void add_column_as_vector(Oid relid, const char* name, const Json& spec);

/// What a new vector has besides its column: its row, the trigger by which the first vector fixes
/// its size, or its index unless that waits for rows.
void add_new_vector(Oid relid, const char* name, const char* column, const VectorSpec& spec,
                    int64 threshold);

/// Returns the index that a vector uses, which is of its distance, or InvalidOid if there is none.
Oid vector_index(Oid relid, const char* column, const char* distance);

/// Creates the index of a vector that the registry describes.
void create_vector_index(const VectorRow& vector);

void create_size_trigger(Oid relid, const char* vector_name);
/// Drops the triggers that fix the size of a vector. Returns true if there was one.
bool drop_size_triggers(Oid relid, const char* vector_name);

}  // namespace vecext::pg
