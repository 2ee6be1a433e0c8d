// Creates the indexes of vectors that have waited for rows, or for the size that the first row
// fixes.
#include "pg/collection/define/alias_view.h"
#include "pg/collection/define/arguments.h"
#include "pg/collection/define/collection_options.h"
#include "pg/collection/define/vector_definition.h"
#include "pg/registry/registry_write.h"
#include "pg/sys/error_scope.h"

extern "C" {
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
}

namespace vecext::pg {

namespace {

/// Returns the first value of a query on a table. It runs as the owner of the table, as it
/// evaluates what the owner has written. It leaves no lock on the table: two sessions that both
/// keep the lock of a reader and then want a stronger one would wait for each other.
const char* glance(Oid relid, const char* query) {
  const MemoryContext memory = CurrentMemoryContext;
  const char* value = nullptr;
  roll_back_after([&] {
    MemoryContextSwitchTo(memory);
    value = execute_as_owner(relid, query);
  });
  return value;
}

/// Returns the number of dimensions of any one vector in a column, or null if the column has no
/// vector.
const char* first_size(const VectorRow& vector, Oid type) {
  const char* column = quoted_name(vector.column);
  const std::optional<VectorKind> kind = vector_kind_of(type);
  const char* measure = psprintf("pg_catalog.split_part(%s::pg_catalog.text, '/', 2)", column);
  if (type == BITOID) {
    measure = psprintf("pg_catalog.length(%s)", column);
  } else if (kind.has_value() && kind != VectorKind::kSparsevec) {
    const char* dims = sql_value(
        "SELECT p.oid::regproc FROM pg_proc p"
        " WHERE p.proname = 'vector_dims' AND p.proargtypes[0] = $1 AND p.pronargs = 1"
        " AND p.prolang = (SELECT l.oid FROM pg_language l WHERE l.lanname = 'c')",
        {sql_oid(type)});
    measure = psprintf("%s(%s)", dims, column);
  }
  return glance(vector.relid, psprintf("SELECT %s FROM %s WHERE %s IS NOT NULL LIMIT 1", measure,
                                       present_name(vector.relid), column));
}

/// Returns the size of a vector whose column has none. It is the size in any row or, without rows,
/// the size in the registry. Returns null if there is neither.
const char* size_of_vector(const VectorRow& vector, Oid type) {
  const char* size = first_size(vector, type);
  if (size != nullptr) {
    return size;
  }
  const int64 kept = option_integer(vector.params, "size", -1);
  return kept < 0 ? nullptr : psprintf(INT64_FORMAT, kept);
}

/// True if the column has no size.
bool is_unsized(Oid relid, const char* column) {
  Oid type;
  int32 typmod;
  Oid collation;
  get_atttypetypmodcoll(relid, get_attnum(relid, column), &type, &typmod, &collation);
  return typmod < 0;
}

/// Changes the column of a vector without a size to `type`, which has the size, and makes the views
/// of aliases again. The caller has locked names, views and the table.
void change_type(const VectorRow& vector, const char* type) {
  const List* views = plain_views(
      vector.relid, "Call vecext.create_vector_indexes() in a transaction that is read committed.");
  drop_views(views);
  // The column checks the size from now on.
  if (!is_uint8(*request_of(JsonbPGetDatum(vector.params), "params"))) {
    drop_vector_trigger(vector.relid, vector.name);
  }
  // Another session may have changed the type meanwhile.
  if (is_unsized(vector.relid, vector.column)) {
    execute_as_owner(vector.relid,
                     psprintf("ALTER TABLE %s ALTER COLUMN %s TYPE %s", present_name(vector.relid),
                              quoted_name(vector.column), type));
  }
  make_views_again(vector.relid, views);
}

/// Fixes the size of a vector. Returns false if neither a row nor the registry has one.
bool fix_size(const VectorRow& vector, Oid type) {
  // The table is not locked if there is no size.
  if (size_of_vector(vector, type) == nullptr) {
    return false;
  }
  lock_views_and_table(vector.relid);
  // Another session may have changed the rows meanwhile.
  const char* size = size_of_vector(vector, type);
  if (size == nullptr) {
    return false;
  }
  const char* name = type == BITOID ? "bit" : format_type_be_qualified(type);
  change_type(vector, psprintf("%s(%s)", name, size));
  write_registry(vector.relid, RegistryChange::kSetVector,
                 {{"name", vector.name},
                  {"params", nullptr, jsonb_of_text(psprintf("{\"size\": %s}", size))}});
  return true;
}

/// The condition that a vector v (a row of the registry) is to have an index and does not have it
/// yet.
#define VECEXT_WAITS                                                            \
  " v.params ->> 'index' <> 'none' AND NOT EXISTS ("                            \
  "SELECT FROM vecext_internal.vector_indexes(v.relid, ARRAY[v.column_name]) x" \
  " WHERE x.distance = v.distance)"

bool lacks_size(Oid relid) {
  return sql_exists(
      "SELECT FROM vecext.collection_vectors v"
      " JOIN pg_attribute a ON a.attrelid = v.relid AND a.attname = v.column_name"
      " WHERE v.relid = $1 AND v.params ->> 'index' <> 'none' AND a.atttypmod < 0",
      {sql_oid(relid)});
}

/// Creates the index that a vector waits for, if its column has a size or not as `has_size` says.
/// Returns false if it has created none: the vector may have an index, or be dropped, by now.
bool create_waiting_index(const VectorRow& vector, bool has_size) {
  const AttrNumber column = get_attnum(vector.relid, vector.column);
  if (column <= 0 || is_unsized(vector.relid, vector.column) == has_size) {
    return false;
  }
  // An index needs the size, which the first vector has fixed. The rows may have other sizes by
  // now, by ALTER TABLE.
  if (has_size) {
    lock_own_relation(vector.relid, ShareRowExclusiveLock);
  } else if (!fix_size(vector, get_atttype(vector.relid, column))) {
    return false;
  }
  // Another session may have created the index, or changed the collection, meanwhile.
  if (OidIsValid(vector_index(vector.relid, vector.column, vector.distance))) {
    return false;
  }
  create_vector_index(vector_row(collection_row(vector.relid), vector.name));
  return true;
}

/// Creates the indexes that a collection waits for, and returns their number.
int64 create_indexes(Oid relid) {
  if (lacks_size(relid)) {
    lock_names(relid);
  }
  const SqlRows waiting = sql_rows(
      "SELECT v.name, v.column_name, v.distance, v.params"
      " FROM vecext.collection_vectors v WHERE v.relid = $1 AND" VECEXT_WAITS,
      {sql_oid(relid)});
  int64 made = 0;
  // Vectors without a size come first, as to fix one needs a stronger lock, and locks the views: a
  // writer that waits for a weaker lock of the table would be in the way.
  for (const bool has_size : {false, true}) {
    for (const SqlRow row : waiting) {
      const VectorRow vector{.relid = relid,
                             .name = row.at(0),
                             .column = row.at(1),
                             .distance = row.at(2),
                             .params = row.jsonb(3)};
      made += create_waiting_index(vector, has_size) ? 1 : 0;
    }
  }
  return made;
}

/// Calls run() in a subtransaction, commits that, and returns null. If run() raises an error, rolls
/// the subtransaction back and returns the error, in the current memory context. A cancel by the
/// user is not caught.
template <class Run>
ErrorData* try_in_subtransaction(Run run) {
  const MemoryContext memory = CurrentMemoryContext;
  const ResourceOwner owner = CurrentResourceOwner;
  ErrorData* volatile error = nullptr;
  BeginInternalSubTransaction(nullptr);
  MemoryContextSwitchTo(memory);
  PG_TRY();
  {
    run();
    ReleaseCurrentSubTransaction();
  }
  PG_CATCH();
  {
    MemoryContextSwitchTo(memory);
    error = CopyErrorData();
    FlushErrorState();
    RollbackAndReleaseCurrentSubTransaction();
  }
  PG_END_TRY();
  MemoryContextSwitchTo(memory);
  CurrentResourceOwner = owner;
  if (error != nullptr && error->sqlerrcode == ERRCODE_QUERY_CANCELED) {
    ReThrowError(error);
  }
  return error;
}

/// Calls create_indexes() if the collection has at least `threshold` rows. Returns the number of
/// indexes created.
int64 create_due_indexes(Oid relid, const char* name, int64 threshold) {
  if (lacks_size(relid)) {
    // The first row fixes the size. An empty table is not locked, as locks are kept until the end
    // of the transaction.
    if (sql_exists("SELECT FROM pg_class t WHERE t.oid = $1 AND t.relkind = 'r'"
                   " AND NOT t.relhassubclass AND pg_relation_size(t.oid) = 0",
                   {sql_oid(relid)})) {
      return 0;
    }
    lock_names(relid);
  }
  // The query does not run as the caller: the owner may have given the table's name to a view
  // meanwhile.
  const bool is_due =
      threshold == 0 ||
      strcmp(glance(relid, psprintf("SELECT count(*) >= " INT64_FORMAT
                                    " FROM (SELECT FROM %s LIMIT " INT64_FORMAT ") t",
                                    threshold, present_name(relid), threshold)),
             "t") == 0;
  return is_due ? create_indexes(collection_row_of_name(name).relid) : 0;
}

}  // namespace

// vecext.create_vector_indexes(c text) → bigint
VECEXT_FUNCTION(vecext_create_vector_indexes)
{ PG_RETURN_INT64(create_indexes(collection_row_of_name(text_or_null(fcinfo, 0)).relid)); }

// vecext.create_vector_indexes() → bigint
//
// While the function waits for a collection, it keeps the locks on the collections before it.
VECEXT_FUNCTION(vecext_create_all_vector_indexes)
{
  const SqlRows collections = sql_rows(
      "SELECT c.relid::oid, c.name, c.options"
      " FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid"
      " WHERE pg_has_role(t.relowner, 'USAGE') AND EXISTS (SELECT FROM vecext.collection_vectors v"
      "   WHERE v.relid = c.relid AND" VECEXT_WAITS
      ")"
      " ORDER BY c.name");
  int64 made = 0;
  for (const SqlRow collection : collections) {
    int64 more = 0;
    // An error with one collection does not keep the others from getting their indexes.
    const ErrorData* error = try_in_subtransaction([&] {
      more = create_due_indexes(collection.oid(), collection.at(1),
                                index_threshold(collection.jsonb(2)));
    });
    if (error == nullptr) {
      made += more;
    } else {
      ereport(WARNING, (errcode(error->sqlerrcode), errmsg("collection \"%s\" gets no index: %s",
                                                           collection.at(1), error->message)));
    }
  }
  PG_RETURN_INT64(made);
}

}  // namespace vecext::pg
