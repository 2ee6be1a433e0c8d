// The trigger on the tables of collections that have vectors which a column's type alone does not
// describe: vectors without a size, and those of uint8. It checks the values of one vector.
#include "pg/registry/vector_trigger.h"

#include "pg/registry/registry_tables.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/partition.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// What a session has looked up for a trigger. It is valid until the registry changes.
struct KnownVector {
  Oid trigger;
  uint64 generation;
  TriggerVector vector;
};

constexpr Size kKnownVectors = 16;
KnownVector known_vectors[kKnownVectors];

/// Returns what the type of the column adds to a vector. A column whose type has a size needs no
/// check of it, and nothing but halfvec can have been made for uint8.
TriggerVector with_type(TriggerVector vector, TupleDesc columns) {
  const Form_pg_attribute column = TupleDescAttr(columns, vector.column - 1);
  vector.array_of = get_element_type(column->atttypid);
  const bool is_array = OidIsValid(vector.array_of);
  const std::optional<VectorKind> kind =
      vector_kind_of(is_array ? vector.array_of : column->atttypid);
  vector.kind = kind.value_or(VectorKind::kBit);
  vector.size = column->atttypmod < 0 && kind.has_value() && !is_array ? -1 : 0;
  vector.is_uint8 = vector.is_uint8 && kind == VectorKind::kHalfvec;
  return vector;
}

/// Looks a vector up whose column is in `table`, which is the table of the collection or a
/// partition of it.
TriggerVector read_vector(Oid collection, Oid table, const char* name) {
  Oid types[] = {REGCLASSOID, TEXTOID};
  Datum arguments[] = {ObjectIdGetDatum(collection), CStringGetTextDatum(name)};
  TriggerVector vector{};
  SPI_connect();
  execute_on_registry(
      "SELECT v.column_name,"
      " (v.params OPERATOR(pg_catalog.->>) 'datatype') OPERATOR(pg_catalog.=) 'uint8'"
      " FROM vecext.collection_vectors v"
      " WHERE v.relid OPERATOR(pg_catalog.=) $1 AND v.name OPERATOR(pg_catalog.=) $2",
      2, types, arguments);
  if (SPI_processed > 0) {
    const HeapTuple row = SPI_tuptable->vals[0];
    bool is_null = false;
    const Datum is_uint8 = SPI_getbinval(row, SPI_tuptable->tupdesc, 2, &is_null);
    vector.collection = collection;
    vector.column = get_attnum(table, SPI_getvalue(row, SPI_tuptable->tupdesc, 1));
    vector.is_uint8 = !is_null && DatumGetBool(is_uint8);
  }
  SPI_finish();
  return vector;
}

/// Looks up the vector that the trigger is about. There is none if the trigger is left from one
/// that SQL has dropped.
TriggerVector read_vector(const TriggerData& event) {
  const Oid table = RelationGetRelid(event.tg_relation);
  List* tables = list_make1_oid(table);
  // A partition has the trigger of the collection that it is a part of.
  if (event.tg_relation->rd_rel->relispartition) {
    tables = list_concat(tables, get_partition_ancestors(table));
  }
  for (const Oid ancestor : oids_of(tables)) {
    const TriggerVector vector = read_vector(ancestor, table, event.tg_trigger->tgargs[0]);
    if (vector.column > 0) {
      return with_type(vector, RelationGetDescr(event.tg_relation));
    }
  }
  return {};
}

TriggerVector& known_vector(const TriggerData& event) {
  const Oid trigger = event.tg_trigger->tgoid;
  KnownVector& known = known_vectors[trigger % kKnownVectors];
  if (known.trigger != trigger || known.generation != registry_generation()) {
    const TriggerVector vector = read_vector(event);
    known = {.trigger = trigger, .generation = registry_generation(), .vector = vector};
  }
  return known.vector;
}

/// True if an UPDATE leaves the value as it is, which is out of line on disk: the new row points to
/// where the old row does. A value that a statement reads from another row is out of line, too.
bool is_kept(const TriggerData& event, AttrNumber column, Datum value) {
  if (!TRIGGER_FIRED_BY_UPDATE(event.tg_event) ||
      !VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(value))) {
    return false;
  }
  bool is_null = true;
  const Datum old =
      heap_getattr(event.tg_trigtuple, column, RelationGetDescr(event.tg_relation), &is_null);
  return !is_null && VARATT_IS_EXTERNAL_ONDISK(DatumGetPointer(old)) &&
         memcmp(DatumGetPointer(value), DatumGetPointer(old),
                VARSIZE_EXTERNAL(DatumGetPointer(old))) == 0;
}

/// Returns the event. Raises an ERROR unless the function is called by a trigger before rows.
const TriggerData& event_of(FunctionCallInfo fcinfo) {
  const auto* event = reinterpret_cast<const TriggerData*>(fcinfo->context);
  if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(event->tg_event) ||
      !TRIGGER_FIRED_FOR_ROW(event->tg_event) || event->tg_trigger->tgnargs != 1) {
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("%s is a trigger before rows with one argument",
                           format_procedure_qualified(fcinfo->flinfo->fn_oid))));
  }
  return *event;
}

}  // namespace

// The trigger of a table. Its one argument is the name of the vector.
VECEXT_FUNCTION(vecext_internal_check_vector)
{
  const TriggerData& event = event_of(fcinfo);
  const HeapTuple row =
      TRIGGER_FIRED_BY_UPDATE(event.tg_event) ? event.tg_newtuple : event.tg_trigtuple;
  TriggerVector& vector = known_vector(event);
  const TupleDesc columns = RelationGetDescr(event.tg_relation);
  bool is_null = true;
  const Datum value = vector.column > 0 ? heap_getattr(row, vector.column, columns, &is_null) : 0;
  if (is_null) {
    return PointerGetDatum(row);
  }
  if (vector.size != 0) {
    check_size(&vector, event.tg_trigger->tgargs[0], value);
  }
  if (!vector.is_uint8 || is_kept(event, vector.column, value)) {
    return PointerGetDatum(row);
  }
  Datum result = uint8_value(value, vector.array_of);
  if (result == value) {
    return PointerGetDatum(row);
  }
  int column = vector.column;
  return PointerGetDatum(heap_modify_tuple_by_cols(row, columns, 1, &column, &result, &is_null));
}

}  // namespace vecext::pg
