#include "pg/collection/common/statement.h"

#include <algorithm>

#include "pg/collection/common/statement_log.h"
#include "pg/collection/common/time_limit.h"
#include "pg/namespace/admission.h"
#include "pg/registry/registry_tables.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// A statement that the session keeps.
struct KeptStatement {
  PlanKey key;
  SPIPlanPtr plan;
  bool is_stale;
};

HTAB* kept = nullptr;

/// The number of changes of tables, schemas, functions and operators that the session knows of.
std::uint64_t changes = 0;

/// vecext.collections. A change of it means that the columns of any collection may have changed.
Oid registry = InvalidOid;

/// Plans that are no longer kept. They are freed at the end of the transaction, as one may still be
/// running in a query around the present one.
GrowingArray<SPIPlanPtr> dropped;

/// The largest number of plans that are kept. Beyond it all are dropped: a session that uses
/// thousands of tables in turn gains little from plans.
constexpr long kMostKept = 4096;

void note_change(Datum, Oid relid) {
  ++changes;
  HASH_SEQ_STATUS all;
  hash_seq_init(&all, kept);
  while (auto* statement = static_cast<KeptStatement*>(hash_seq_search(&all))) {
    if (relid == InvalidOid || relid == registry || statement->key.statement.relid == relid) {
      statement->is_stale = true;
    }
  }
}

/// Notes that a schema, a function or an operator has changed, whose name a statement may have.
void note_changed_object(Datum, int, uint32) {
  note_change(Datum{0}, InvalidOid);
}

void free_dropped(XactEvent event, void*) {
  if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT) {
    return;
  }
  while (dropped.count > 0) {
    SPI_freeplan(dropped.at[--dropped.count]);
  }
}

void begin_keeping() {
  if (kept != nullptr) {
    return;
  }
  constexpr long kExpected = 64;
  HASHCTL control{};
  control.keysize = sizeof(PlanKey);
  control.entrysize = sizeof(KeptStatement);
  control.hcxt = TopMemoryContext;
  kept =
      hash_create("vecext statements", kExpected, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
  CacheRegisterRelcacheCallback(note_change, Datum{0});
  CacheRegisterSyscacheCallback(NAMESPACEOID, note_changed_object, Datum{0});
  CacheRegisterSyscacheCallback(PROCOID, note_changed_object, Datum{0});
  CacheRegisterSyscacheCallback(OPEROID, note_changed_object, Datum{0});
  RegisterXactCallback(free_dropped, nullptr);
}

void drop(KeptStatement* statement) {
  dropped.push(statement->plan, TopMemoryContext);
  hash_search(kept, &statement->key, HASH_REMOVE, nullptr);
}

/// Drops the statements that a change has made stale, or all of them if they are too many.
void drop_stale() {
  const bool are_too_many = hash_get_num_entries(kept) >= kMostKept;
  HASH_SEQ_STATUS all;
  hash_seq_init(&all, kept);
  while (auto* statement = static_cast<KeptStatement*>(hash_seq_search(&all))) {
    if (statement->is_stale || are_too_many) {
      drop(statement);
    }
  }
}

const char* schema_of(Oid schema) {
  return quote_identifier(get_namespace_name(schema));
}

}  // namespace

StatementDraft& StatementDraft::operator<<(const char* words) {
  appendStringInfoString(&text, words);
  return *this;
}

StatementDraft& StatementDraft::operator<<(int number) {
  appendStringInfo(&text, "%d", number);
  return *this;
}

StatementDraft& StatementDraft::table(Oid relid) {
  const char* name = get_rel_name(relid);
  if (name == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("table of the collection does not exist any more")));
  }
  return *this << quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
}

StatementDraft& StatementDraft::column(Oid relid, AttrNumber column) {
  return *this << quote_identifier(get_attname(relid, column, false));
}

StatementDraft& StatementDraft::op(Oid op) {
  const HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(op));
  if (!HeapTupleIsValid(tuple)) {
    elog(ERROR, "cache lookup failed for operator %u", op);
  }
  const auto* form = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple));
  appendStringInfo(&text, "OPERATOR(%s.%s)", schema_of(form->oprnamespace), NameStr(form->oprname));
  ReleaseSysCache(tuple);
  return *this;
}

StatementDraft& StatementDraft::type(Oid type) {
  // With FORMAT_TYPE_TYPEMOD_GIVEN the name means the type without a modifier: bit would mean
  // bit(1), while "bit" is of any length.
  return *this << format_type_extended(type, -1,
                                       FORMAT_TYPE_FORCE_QUALIFY | FORMAT_TYPE_TYPEMOD_GIVEN);
}

StatementDraft& StatementDraft::declare(Oid type) {
  parameters.push(type, CurrentMemoryContext);
  return *this;
}

StatementDraft& StatementDraft::parameter(Oid type) {
  declare(type);
  appendStringInfo(&text, "$%d", static_cast<int>(parameters.count));
  return *this;
}

StatementDraft& StatementDraft::matches(const char* alias) {
  // alias.* is the row even if the table has a column of that name.
  *this << "vecext.matches(" << alias << ".*, ";
  parameter(JSONBOID) << ")";
  planning = StatementPlanning::kCustom;
  return *this;
}

StatementDraft new_statement() {
  StatementDraft draft{};
  draft.changes_seen = changes;
  initStringInfo(&draft.text);
  return draft;
}

PlanKey plan_key(const StatementKey& statement) {
  constexpr int kMost = 64;
  Oid schemas[kMost];
  const int count = Min(fetch_search_path_array(schemas, kMost), kMost);
  const auto* bytes = reinterpret_cast<const unsigned char*>(schemas);
  return {statement, hash_bytes_extended(bytes, count * static_cast<int>(sizeof(Oid)), 0)};
}

SPIPlanPtr find_kept_plan(const StatementKey& statement) {
  begin_keeping();
  const PlanKey key = plan_key(statement);
  const auto* found =
      static_cast<const KeptStatement*>(hash_search(kept, &key, HASH_FIND, nullptr));
  return found == nullptr || found->is_stale ? nullptr : found->plan;
}

SPIPlanPtr prepare_statement(const StatementDraft& draft) {
  const int options_of_plan = draft.planning == StatementPlanning::kCustom ? CURSOR_OPT_CUSTOM_PLAN
                              : draft.planning == StatementPlanning::kGeneric
                                  ? CURSOR_OPT_GENERIC_PLAN
                                  : 0;
  // SPI leaves its own memory context as the current one.
  const MemoryContext before = CurrentMemoryContext;
  const SPIPlanPtr plan =
      SPI_prepare_cursor(draft.text.data, static_cast<int>(draft.parameters.count),
                         draft.parameters.at, options_of_plan);
  MemoryContextSwitchTo(before);
  if (plan == nullptr) {
    elog(ERROR, "SPI_prepare_cursor failed: %s", SPI_result_code_string(SPI_result));
  }
  return plan;
}

SPIPlanPtr keep_statement(const StatementKey& of, const StatementDraft& draft) {
  const PlanKey key = plan_key(of);
  const SPIPlanPtr plan = prepare_statement(draft);
  drop_stale();
  bool is_there;
  dropped.reserve(dropped.count + 1, TopMemoryContext);
  registry = registry_table("collections");
  auto* statement = static_cast<KeptStatement*>(hash_search(kept, &key, HASH_ENTER, &is_there));
  if (is_there) {
    dropped.push(statement->plan, TopMemoryContext);
  }
  statement->plan = plan;
  // If a catalog has changed since the statement was begun, the plan may not know of the change.
  statement->is_stale = draft.changes_seen != changes;
  SPI_keepplan(plan);
  return plan;
}

std::uint64_t changes_of_catalogs() {
  return changes;
}

void drop_plan(SPIPlanPtr plan) {
  dropped.push(plan, TopMemoryContext);
}

ParamListInfo new_parameters(int count) {
  return makeParamList(count);
}

ParamListInfo parameter_list(std::initializer_list<StatementParameter> values, int more) {
  const ParamListInfo parameters = new_parameters(static_cast<int>(values.size()) + more);
  int number = 1;
  for (const StatementParameter& value : values) {
    set_parameter(parameters, number++, value.type, value.value, value.is_null);
  }
  return parameters;
}

std::uint64_t execute_statement(SPIPlanPtr plan, ParamListInfo parameters, StatementAccess access,
                                DestReceiver* receiver) {
  SPIExecuteOptions options{};
  options.params = parameters;
  options.read_only = access == StatementAccess::kReads;
  options.dest = receiver == nullptr ? None_Receiver : receiver;
  const MemoryContext before = CurrentMemoryContext;
  StatementLog* const log = statement_log;
  statement_log = nullptr;
  const int result = with_time_limit([&] { return SPI_execute_plan_extended(plan, &options); });
  statement_log = log;
  MemoryContextSwitchTo(before);
  if (result < 0) {
    elog(ERROR, "SPI_execute_plan_extended failed: %s", SPI_result_code_string(result));
  }
  const std::uint64_t rows = SPI_processed;
  if (log != nullptr) [[unlikely]] {
    note_statement(log, plan, parameters, rows);
  }
  return rows;
}

std::optional<Datum> read_value(SPIPlanPtr plan, ParamListInfo parameters) {
  std::optional<Datum> value;
  each_row(plan, parameters, [&](TupleTableSlot* row) {
    const FormData_pg_attribute* column = TupleDescAttr(row->tts_tupleDescriptor, 0);
    value = value_at(row, 1);
    if (value.has_value()) {
      value = datumCopy(*value, column->attbyval, column->attlen);
    }
  });
  return value;
}

void name_rows_as_table(const char* name, TupleDesc row, Tuplestorestate* rows, double expected) {
  auto* relation = palloc0_object<EphemeralNamedRelationData>();
  relation->md.name = pstrdup(name);
  relation->md.reliddesc = InvalidOid;
  relation->md.tupdesc = row;
  relation->md.enrtype = ENR_NAMED_TUPLESTORE;
  relation->md.enrtuples = expected;
  relation->reldata = rows;
  const int result = SPI_register_relation(relation);
  if (result != SPI_OK_REL_REGISTER) {
    elog(ERROR, "SPI_register_relation failed: %s", SPI_result_code_string(result));
  }
}

namespace {

/// True if the snapshot sees the relation with the file that it has now.
bool sees_file(Oid relid, Oid file, Snapshot snapshot) {
  const Relation relations = table_open(RelationRelationId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
  const SysScanDesc scan = systable_beginscan(relations, ClassOidIndexId, true, snapshot, 1, &key);
  const HeapTuple row = systable_getnext(scan);
  const bool is_seen =
      HeapTupleIsValid(row) && reinterpret_cast<Form_pg_class>(GETSTRUCT(row))->relfilenode == file;
  systable_endscan(scan);
  table_close(relations, AccessShareLock);
  return is_seen;
}

/// True if the table was made or rewritten by a transaction that the active snapshot does not see.
bool is_newer_than_snapshot(Oid relid) {
  const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
  if (!HeapTupleIsValid(tuple)) {
    return false;
  }
  const TransactionId writer = HeapTupleHeaderGetXmin(tuple->t_data);
  const Oid file = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relfilenode;
  ReleaseSysCache(tuple);
  // A right that was granted, or a trigger that was added, writes the row of pg_class, too.
  return TransactionIdIsNormal(writer) && !TransactionIdIsCurrentTransactionId(writer) &&
         XidInMVCCSnapshot(writer, GetActiveSnapshot()) &&
         !sees_file(relid, file, GetActiveSnapshot());
}

/// True if the snapshot of the call's query does not see the tables of the call's collections.
/// Collections are looked up as they are now, so the rows of one that has just taken the place of
/// another one would be missing. A query with a snapshot of its whole transaction keeps that.
bool needs_newer_snapshot() {
  if (IsolationUsesXactSnapshot() || IsInParallelMode() || !ActiveSnapshotSet()) {
    return false;
  }
  const std::span<const Oid> tables = collections_of_call();
  return std::any_of(tables.begin(), tables.end(), is_newer_than_snapshot);
}

}  // namespace

bool begin_statements() {
  // SPI_connect() makes SPI's own memory context the current one, which is undone.
  const MemoryContext before = CurrentMemoryContext;
  if (SPI_connect() != SPI_OK_CONNECT) {
    elog(ERROR, "SPI_connect failed");
  }
  MemoryContextSwitchTo(before);
  admit_call();
  const bool is_late = needs_newer_snapshot();
  if (is_late) {
    PushActiveSnapshot(GetLatestSnapshot());
  }
  return is_late;
}

void end_statements(bool has_snapshot) {
  if (has_snapshot) {
    PopActiveSnapshot();
  }
  // This makes the context of begin_statements() the current one again.
  if (SPI_finish() != SPI_OK_FINISH) {
    elog(ERROR, "SPI_finish failed");
  }
}

}  // namespace vecext::pg
