// The first value of a vector that is created without a size fixes the size. A column cannot change
// its type while a row is inserted, so the registry keeps the size, and the trigger compares every
// value with it.
#include "pg/registry/registry_tables.h"
#include "pg/registry/vector_trigger.h"
#include "pg/sys/error.h"
#include "pg/sys/owner_scope.h"
#include "pg/type/datum.h"

extern "C" {
#include "access/table.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

/// Executes a statement about a vector, in which $1 is the table, $2 the name and $3 the size.
void execute(const char* statement, Oid relid, const char* vector, int32 size) {
  Oid types[] = {REGCLASSOID, TEXTOID, INT4OID};
  Datum arguments[] = {ObjectIdGetDatum(relid), CStringGetTextDatum(vector), Int32GetDatum(size)};
  execute_on_registry(statement, 3, types, arguments);
}

/// Returns the size that the registry has of a vector, -1 if it has none yet, or 0 if it has no
/// such vector.
int32 read_size(Oid relid, const char* vector) {
  execute(
      "SELECT (v.params OPERATOR(pg_catalog.->>) 'size')::pg_catalog.numeric"
      "::pg_catalog.int4"
      " FROM vecext.collection_vectors v WHERE v.relid OPERATOR(pg_catalog.=) $1"
      " AND v.name OPERATOR(pg_catalog.=) $2 AND $3 OPERATOR(pg_catalog.>=) 0",
      relid, vector, 0);
  if (SPI_processed == 0) {
    return 0;
  }
  bool is_null = false;
  const Datum size = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
  return is_null ? -1 : DatumGetInt32(size);
}

/// Returns the size that the registry has of a vector. If it has none yet, writes `first` as the
/// size. If two transactions write the first vector, one waits for the other.
int32 fix_size(Oid relid, const char* vector, int32 first) {
  SPI_connect();
  int32 size = read_size(relid, vector);
  while (size < 0) {
    const Relation registry = table_open(registry_or_error(), RowExclusiveLock);
    as_owner(registry, [&] {
      execute(
          "UPDATE vecext.collection_vectors v SET params = v.params OPERATOR(pg_catalog.||)"
          " pg_catalog.jsonb_build_object('size', $3) WHERE v.relid OPERATOR(pg_catalog.=) $1"
          " AND v.name OPERATOR(pg_catalog.=) $2"
          " AND (v.params OPERATOR(pg_catalog.->>) 'size') IS NULL",
          relid, vector, first);
    });
    table_close(registry, NoLock);
    size = read_size(relid, vector);
  }
  SPI_finish();
  return size;
}

}  // namespace

int32 size_of_value(Datum value, VectorKind kind) {
  auto* plain = reinterpret_cast<varlena*>(DatumGetPointer(value));
  if (VARATT_IS_EXTERNAL(plain) || VARATT_IS_COMPRESSED(plain)) {
    plain = pg_detoast_datum_slice(plain, 0, sizeof(int32));
  }
  if (kind == VectorKind::kVector || kind == VectorKind::kHalfvec) {
    int16 dims = 0;
    memcpy(&dims, VARDATA_ANY(plain), sizeof(dims));
    return dims;
  }
  int32 dims = 0;
  memcpy(&dims, VARDATA_ANY(plain), sizeof(dims));
  if (kind == VectorKind::kSparsevec) {
    return static_cast<int32>(Min(dim_of_stored(dims), kMaxSparseDims));
  }
  return dims;
}

void check_size(TriggerVector* vector, const char* name, Datum value) {
  const int32 size = size_of_value(value, vector->kind);
  if (size == 0) {
    raise({.code = StatusCode::kNoDimensions, .type = "bit string"});
  }
  if (vector->size < 0) {
    vector->size = fix_size(vector->collection, name, size);
  }
  // It is 0 if the registry has no such vector any more.
  if (vector->size != 0 && vector->size != size) {
    raise({.code = StatusCode::kUnexpectedDimensions, .expected = vector->size, .actual = size},
          name);
  }
}

}  // namespace vecext::pg
