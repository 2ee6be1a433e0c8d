#include "pg/registry/vector_trigger.h"

#include "pg/registry/registry_tables.h"
#include "pg/sys/list.h"

extern "C" {
#include "catalog/partition.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

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
    vector = {.collection = collection,
              .column = get_attnum(table, SPI_getvalue(row, SPI_tuptable->tupdesc, 1)),
              .is_uint8 = !is_null && DatumGetBool(is_uint8)};
  }
  SPI_finish();
  return vector;
}

}  // namespace

const TriggerData& vector_trigger_event(FunctionCallInfo fcinfo) {
  const auto* event = reinterpret_cast<const TriggerData*>(fcinfo->context);
  if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(event->tg_event) ||
      !TRIGGER_FIRED_FOR_ROW(event->tg_event) || event->tg_trigger->tgnargs != 1) {
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("%s is a trigger before rows with one argument",
                           format_procedure_qualified(fcinfo->flinfo->fn_oid))));
  }
  return *event;
}

HeapTuple new_row(const TriggerData& event) {
  return TRIGGER_FIRED_BY_UPDATE(event.tg_event) ? event.tg_newtuple : event.tg_trigtuple;
}

TriggerVector read_trigger_vector(const TriggerData& event) {
  const Oid table = RelationGetRelid(event.tg_relation);
  List* tables = list_make1_oid(table);
  // A partition has the trigger of the collection that it is a part of.
  if (event.tg_relation->rd_rel->relispartition) {
    tables = list_concat(tables, get_partition_ancestors(table));
  }
  TriggerVector vector{};
  for (const Oid ancestor : oids_of(tables)) {
    vector = read_vector(ancestor, table, event.tg_trigger->tgargs[0]);
    if (vector.column > 0) {
      break;
    }
  }
  return vector;
}

}  // namespace vecext::pg
