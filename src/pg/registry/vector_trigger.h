// Triggers on the tables of collections that are about the values of one vector. The one argument
// of such a trigger is the name of the vector.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "access/attnum.h"
#include "commands/trigger.h"
}

namespace vecext::pg {

/// Raises an ERROR unless the function is called by such a trigger, before a row is written.
const TriggerData& vector_trigger_event(FunctionCallInfo fcinfo);

/// Returns the row that is to be written.
HeapTuple new_row(const TriggerData& event);

/// The vector that a trigger is about.
struct TriggerVector {
  Oid collection;  // the table of the collection, of which the trigger's table may be a partition
  AttrNumber column;  // in the trigger's table; InvalidAttrNumber if there is no such vector
  bool is_uint8;      // the registry says so
};

/// Looks the vector up in the registry.
TriggerVector read_trigger_vector(const TriggerData& event);

}  // namespace vecext::pg
