// The trigger of tables whose rows belong to namespaces. It runs once for each statement, checks
// quotas, and counts what the statement has changed.
#include "pg/namespace/counted_tables.h"
#include "pg/namespace/quota_error.h"
#include "pg/namespace/reservations.h"
#include "pg/namespace/row_totals.h"
#include "pg/namespace/usage_table.h"
#include "pg/namespace/vector_dimensions.h"

extern "C" {
#include "access/table.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

namespace {

/// Returns the event. Raises an ERROR unless the function is called as vecext.enable_namespaces()
/// makes the triggers.
const TriggerData& event_of(FunctionCallInfo fcinfo) {
  const auto* event = reinterpret_cast<const TriggerData*>(fcinfo->context);
  if (!CALLED_AS_TRIGGER(fcinfo) || TRIGGER_FIRED_FOR_ROW(event->tg_event)) {
    ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                    errmsg("%s is a trigger of statements",
                           format_procedure_qualified(fcinfo->flinfo->fn_oid))));
  }
  return *event;
}

/// Adds the rows of a transition table. Checks their dimensions if they are those after the change.
void add_transition_table(RowSums* sums, Relation table, Tuplestorestate* rows, RowSide side) {
  if (rows == nullptr) {
    return;
  }
  DimensionCheck check{};  // without columns unless these are the rows after the change
  if (side == RowSide::kAfter) {
    check = new_dimension_check(RelationGetDescr(table));
  }
  TupleTableSlot* slot = MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsMinimalTuple);
  tuplestore_rescan(rows);
  while (tuplestore_gettupleslot(rows, true, false, slot)) {
    CHECK_FOR_INTERRUPTS();
    slot_getallattrs(slot);
    add_row(sums, slot->tts_tupleDescriptor, slot->tts_values, slot->tts_isnull, side);
    if (check.columns.count > 0 && sums->last != nullptr) {
      check_dimensions(check, sums->last->owner, slot->tts_values, slot->tts_isnull);
    }
  }
  ExecDropSingleTupleTableSlot(slot);
}

/// Adds the rows that TRUNCATE is about to remove from a table. It calls the triggers of each
/// partition, besides those of the partitioned table, which has no rows of its own.
void add_truncated(RowSums* sums, Relation table) {
  if (!RELKIND_HAS_TABLE_AM(table->rd_rel->relkind)) {
    return;
  }
  const Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
  add_rows_of_part(sums, table, nullptr, snapshot);
  UnregisterSnapshot(snapshot);
}

/// Returns the number of the caller's namespace, after its status was checked, or 0. The removal of
/// a namespace deletes rows as the owner of their table, whatever the status of that one's
/// namespace.
int32 writing_namespace() {
  if (InNoForceRLSOperation()) {
    return 0;
  }
  const Namespace* caller = namespace_of_caller();
  if (caller == nullptr) {
    return 0;
  }
  check_may_write(*caller);
  return caller->key.number;
}

/// Checks the quotas of a namespace for what a statement has changed, and counts it.
void count_change(const NamespaceRows& rows) {
  const Namespace& owner = rows.owner;
  if (rows.after.vectors > 0) {
    keep_from_removal(owner);
  }
  check_batch_quota(owner, rows.after.vectors);
  ensure_counted(owner);
  const RowTotals more{.vectors = rows.after.vectors - rows.before.vectors,
                       .bytes = rows.after.bytes - rows.before.bytes};
  const RowTotals added{.vectors = Max(more.vectors, 0), .bytes = Max(more.bytes, 0)};
  RowTotals total{};
  const RowQuota exceeded = reserve_for_transaction(owner.key, added, owner.quotas.rows, &total);
  if (exceeded != RowQuota::kNone) {
    raise_row_quota(owner, exceeded, total);
  }
  release_at_commit(owner.key, {.vectors = Max(-more.vectors, 0), .bytes = Max(-more.bytes, 0)});
  write_usage_sometimes(owner);
}

}  // namespace

VECEXT_FUNCTION(vecext_internal_count_namespace_rows)
{
  const TriggerData& event = event_of(fcinfo);
  const int32 caller = writing_namespace();
  const Relation table = event.tg_relation;
  const char* column_name = namespace_column_of_part(RelationGetRelid(table));
  if (column_name == nullptr) {
    return PointerGetDatum(nullptr);  // any role can make such a trigger, as on a temporary table
  }
  const AttrNumber column = namespace_column_or_error(RelationGetRelid(table), column_name);
  RowSums sums = new_row_sums(column);
  const bool truncates = TRIGGER_FIRED_BY_TRUNCATE(event.tg_event);
  if (truncates) {
    add_truncated(&sums, table);
  } else {
    add_transition_table(&sums, table, event.tg_oldtable, RowSide::kBefore);
    add_transition_table(&sums, table, event.tg_newtable, RowSide::kAfter);
  }
  each_namespace(sums, [&](const NamespaceRows& rows) {
    // A foreign key changes rows that refer to a key as the owner of their table. Policies do not
    // hold for TRUNCATE, so a role that does not own the table may not remove rows of others by it.
    if (rows.after.vectors > rows.before.vectors ||
        (truncates && !owns_relation(RelationGetRelid(table)))) {
      check_may_use(rows.owner, caller);
    }
    count_change(rows);
    if (truncates || TRIGGER_FIRED_BY_DELETE(event.tg_event)) {
      count_deleted_at_commit(rows.owner.key, rows.before.vectors);
    }
  });
  return PointerGetDatum(nullptr);
}

}  // namespace vecext::pg
