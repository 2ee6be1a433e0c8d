// What the registry and the catalog have of a collection, as the snapshot of the statement shows
// it.
#pragma once

#include "core/json/place.h"
#include "pg/collection/define/sql.h"

extern "C" {
#include "nodes/pg_list.h"
}

namespace vecext::pg {

/// A row of vecext.collections.
struct CollectionRow {
  Oid relid;
  const char* name;
  const char* id_column;
  const char* payload_column;  // null: none
  Jsonb* payload_schema;
  Jsonb* options;
  bool named_by_table;
};

/// A row of vecext.collection_vectors.
struct VectorRow {
  Oid relid;
  const char* name;
  const char* column;
  const char* distance;
  Jsonb* params;
};

/// The collection that a table is. Raises an ERROR 42P01 if it is none.
CollectionRow collection_row(Oid relid);
/// Returns the collection of that name, or that the alias of that name stands for.
CollectionRow collection_row_of_name(const char* name);

/// Returns the name that the registry has of a collection or an alias that is written with its
/// schema. Returns other names, and null, as they are.
const char* registered_name(const char* written);
/// Returns the table of the collection that the registry has by that name, which may be null, or
/// InvalidOid if it has none.
Oid find_table(const char* name);
/// Returns the same. Raises an ERROR 42P01 if there is none.
Oid table_of_name(const char* name);

/// Returns a vector of a collection. Raises an ERROR 42703 if there is none of that name, 22004 if
/// that is null.
VectorRow vector_row(const CollectionRow& collection, const char* name);
bool has_vector(Oid relid, const char* name);

/// Returns the keys of an object in the order of their bytes.
List* sorted_keys(const JsonbValue& object);

/// Sorts a list of texts by their bytes.
void sort_texts(List* texts);

/// Returns a member of options or parameters as text, or null if it is missing or null.
const char* option_text(const Jsonb* options, const char* key);
/// Returns a number as an integer, or `otherwise` if it is missing.
int64 option_integer(const Jsonb* options, const char* key, int64 otherwise);

/// Returns a relation with its schema, as a statement has it. Raises an ERROR 42P01 if another
/// transaction has dropped it since the statement's snapshot.
const char* present_name(Oid relation);

/// Returns a name like `base`, of at most so many bytes and perhaps a number behind them, that no
/// relation of the schema has.
const char* free_relation_name(Oid schema, const char* base, int bytes = 57);
/// Returns the first characters of a text.
const char* first_characters(const char* text, int count);

/// Raises an error unless a collection or an alias may have that name.
void check_collection_name(const char* name);

/// Returns the column's type. Raises an ERROR 42703 with the place if the table has none of that
/// name.
Oid column_type(Oid relid, const char* column, const JsonPlace& place);

}  // namespace vecext::pg
