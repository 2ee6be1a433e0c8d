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

/// Returns the number of a vector's column in `table`, which is the table of the collection or a
/// partition of it. Returns InvalidAttrNumber if the collection has no such vector.
AttrNumber read_column_number(Oid collection, Oid table, const char* vector) {
  Oid types[] = {REGCLASSOID, TEXTOID};
  Datum arguments[] = {ObjectIdGetDatum(collection), CStringGetTextDatum(vector)};
  SPI_connect();
  execute_on_registry(
      "SELECT v.column_name FROM vecext.collection_vectors v"
      " WHERE v.relid OPERATOR(pg_catalog.=) $1 AND v.name OPERATOR(pg_catalog.=) $2",
      2, types, arguments);
  const AttrNumber column =
      SPI_processed == 0
          ? InvalidAttrNumber
          : get_attnum(table, SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
  SPI_finish();
  return column;
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
    vector.collection = ancestor;
    vector.column = read_column_number(ancestor, table, event.tg_trigger->tgargs[0]);
    if (vector.column > 0) {
      break;
    }
  }
  return vector;
}

}  // namespace vecext::pg
