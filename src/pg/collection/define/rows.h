// What the registry and the catalog say of a collection, as the snapshot of the statement shows it.
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
  const char* payload_column;  // null if the collection has no payload
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

/// Returns the row of the collection that the table is. Raises an ERROR 42P01 if the table is not a
/// collection.
CollectionRow collection_row(Oid relid);
/// Returns the row of the collection of that name, which may be an alias. Raises an ERROR 42P01 if
/// there is none, 22004 if the name is null.
CollectionRow collection_row_of_name(const char* name);

/// If `written` is the name of a collection or of an alias with its schema, returns the name that
/// the registry has for it. Otherwise returns `written` itself, which may be null.
const char* registered_name(const char* written);
/// Returns the table of the collection that the registry has under that name. Returns InvalidOid if
/// there is none, or if the name is null.
Oid find_table(const char* name);
/// Returns the same table. Raises an ERROR 42P01 if there is none.
Oid table_of_name(const char* name);

/// Returns the row of the collection's vector of that name. Raises an ERROR 42703 if there is none,
/// 22004 if the name is null.
VectorRow vector_row(const CollectionRow& collection, const char* name);
bool has_vector(Oid relid, const char* name);

/// Returns the keys of an object in the order of their bytes.
List* sorted_keys(const JsonbValue& object);

/// Sorts a list of texts by their bytes.
void sort_texts(List* texts);

/// Returns a member of options or parameters as text, or null if it is missing or null.
const char* option_text(const Jsonb* options, const char* key);
/// Returns a member of options as an integer, or `otherwise` if it is missing.
int64 option_integer(const Jsonb* options, const char* key, int64 otherwise);

/// Returns the name of a relation with its schema, quoted for a statement. Raises an ERROR 42P01 if
/// another transaction has dropped the relation since the statement's snapshot.
const char* present_name(Oid relation);

/// Returns a name that no relation of the schema has: the first `bytes` bytes of `base`, with a
/// number behind them if that name is taken.
const char* free_relation_name(Oid schema, const char* base, int bytes = 57);
/// Returns a name of 57 bytes at most that begins like `name` and ends with a hash of it.
const char* hashed_name(const char* name);
/// Returns the name of the table or view that gets a name of the registry: the name itself if it
/// has at most 63 bytes, otherwise a name that no relation of the schema has.
const char* relation_name(Oid schema, const char* name);
/// True if relation_name() returns `relation` for `name`, or would have returned it before other
/// relations were there.
bool is_relation_name(const char* relation, const char* name);
/// Returns the first `count` characters of a text.
const char* first_characters(const char* text, int count);

/// Raises an ERROR unless a collection or an alias may have that name.
void check_collection_name(const char* name);
/// Raises an ERROR if a collection or an alias has that name, which the session has locked.
void check_name_is_free(const char* name);

/// Returns the column's type. Raises an ERROR 42703 with the place in the request if the table has
/// no such column.
Oid column_type(Oid relid, const char* column, const JsonPlace& place);

}  // namespace vecext::pg
