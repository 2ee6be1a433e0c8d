// Statements over collections that a session prepares once: by the server's programming interface
// (SPI), with the plan saved under the table and the shape of the request. A statement's text holds
// identifiers alone, which come from the catalog; values are parameters.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <type_traits>

#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/attnum.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "lib/stringinfo.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

/// What a statement does. Statements of a kind have shapes of one type.
enum class StatementKind : std::uint32_t {
  kUpsert,
  kMissingPoint,
  kGetPoints,
  kLockTarget,
  kDeletePoints,
  kDeleteVectors,
  kSetPayload,
  kOverwritePayload,
  kDeletePayload,
  kCountPoints,
  kPayloadIndexes,
  kUnindexedKey,
  kPointsCount,
  kStoredBytes,
  kScroll,
  kScrollInOrder,
  kFacet,
  kSample,
  kDistanceMatrix,
  kSearchPoints,
  kSearchTable,
  kRescore,
  kListPoints,
  kOrderPoints,
  kFormula,
  kShowPoints,
  kTextIndexOfKey,
};

constexpr Size kMostShapeBytes = 48;

/// A shape has a field for each thing that the text of a statement depends on beside its table.
/// Shapes are compared as bytes, so they have no padding.
template <class Shape>
concept StatementShape = std::is_trivially_copyable_v<Shape> &&
                         std::has_unique_object_representations_v<Shape> &&
                         sizeof(Shape) <= kMostShapeBytes;

/// Names a statement of the session: those with equal keys have the same text.
struct StatementKey {
  Oid relid;
  StatementKind kind;
  std::array<std::byte, kMostShapeBytes> shape;  // zeros beyond it

  bool operator==(const StatementKey&) const = default;
};

inline StatementKey statement_key(Oid relid, StatementKind kind) {
  return {.relid = relid, .kind = kind, .shape = {}};
}

template <StatementShape Shape>
StatementKey statement_key(Oid relid, StatementKind kind, const Shape& shape) {
  StatementKey key = statement_key(relid, kind);
  memcpy(key.shape.data(), &shape, sizeof shape);
  return key;
}

/// Names a plan of the session. The text of a statement, and what the names in it mean, depend on
/// the search path: an index's expression has the schemas of what the path does not find.
struct PlanKey {
  StatementKey statement;
  std::uint64_t path;  // a hash of its schemas

  bool operator==(const PlanKey&) const = default;
};
static_assert(std::has_unique_object_representations_v<PlanKey>, "its bytes are hashed");

/// Returns the plan's name by the present search path.
PlanKey plan_key(const StatementKey& statement);

enum class StatementPlanning : std::uint8_t {
  kEither,   // as the plan cache of the server chooses
  kCustom,   // each time for the values of its parameters, which a filter among them needs: as a
             // constant it becomes conditions that indexes serve
  kGeneric,  // once for all
};

/// A statement that is being written.
struct StatementDraft {
  StringInfoData text;
  GrowingArray<Oid> parameters;  // types of $1, $2, …
  StatementPlanning planning;    // kEither at first
  std::uint64_t changes_seen;    // of catalogs, when the draft was begun

  /// Appends to the text.
  StatementDraft& operator<<(const char* words);
  StatementDraft& operator<<(int number);
  /// Appends the name of the table, with its schema, quoted.
  StatementDraft& table(Oid relid);
  /// Appends the name of the column, quoted.
  StatementDraft& column(Oid relid, AttrNumber column);
  /// Appends OPERATOR(schema.name).
  StatementDraft& op(Oid op);
  /// Appends the name of the type with its schema.
  StatementDraft& type(Oid type);
  /// Adds a parameter of that type. The text names it by its number.
  StatementDraft& declare(Oid type);
  /// Adds the same, and appends its number, $n.
  StatementDraft& parameter(Oid type);
  /// Appends vecext.matches(alias.*, $n). $n is a new parameter of type jsonb, a filter, and the
  /// plan becomes a custom one.
  StatementDraft& matches(const char* alias);
};

/// The WHERE clause of a statement that is being written.
class WhereClause {
 public:
  /// If `has_conditions` is true, the draft has a WHERE clause already, and conditions are added to
  /// it.
  explicit WhereClause(StatementDraft* draft, bool has_conditions = false)
      : draft_(draft), word_(has_conditions ? " AND " : " WHERE ") {}

  StatementDraft& draft() { return *draft_; }

  /// Returns the draft, with the word before the next condition.
  StatementDraft& next() {
    *draft_ << word_;
    word_ = " AND ";
    return *draft_;
  }

 private:
  StatementDraft* draft_;
  const char* word_;
};

/// Returns the plan under that key. Returns null if there is none, or if its table, the registry, a
/// schema, a function or an operator has changed since. An SPI connection must be open, as for all
/// that follows.
SPIPlanPtr find_kept_plan(const StatementKey& key);

/// Begins a draft, with memory of the current context.
StatementDraft new_statement();

/// Prepares the statement.
SPIPlanPtr prepare_statement(const StatementDraft& draft);

/// Prepares the statement, and keeps its plan under the key until one of those changes. The plan is
/// not freed before the transaction ends.
SPIPlanPtr keep_statement(const StatementKey& key, const StatementDraft& draft);

/// Returns the plan under that key, if need be prepared from what write(StatementDraft&) writes.
template <class Write>
SPIPlanPtr kept_plan(const StatementKey& key, Write write) {
  SPIPlanPtr plan = find_kept_plan(key);
  if (plan == nullptr) [[unlikely]] {
    StatementDraft draft = new_statement();
    write(draft);
    plan = keep_statement(key, draft);
  }
  return plan;
}

/// Returns the plan of what write(StatementDraft&) writes. It is not kept, and lives until the SPI
/// connection ends.
template <class Write>
SPIPlanPtr plan_once(Write write) {
  StatementDraft draft = new_statement();
  write(draft);
  return prepare_statement(draft);
}

/// Returns how many changes of tables, schemas, functions and operators the session has seen. A
/// plan of filter_plans.h is of use as long as that is the same; plans of statement() go stale one
/// by one.
std::uint64_t changes_of_catalogs();

/// Frees a kept plan when nothing can be running it any more.
void drop_plan(SPIPlanPtr plan);

/// The value of a parameter.
struct StatementParameter {
  Oid type;
  Datum value;
  bool is_null = false;
};

/// Returns room for the values of `count` parameters.
ParamListInfo new_parameters(int count);

/// Sets $number; numbers begin at 1.
inline void set_parameter(ParamListInfo parameters, int number, Oid type, Datum value,
                          bool is_null = false) {
  ParamExternData& parameter = parameters->params[number - 1];
  parameter = {.value = value, .isnull = is_null, .pflags = PARAM_FLAG_CONST, .ptype = type};
}

/// Returns the values of $1, $2, …, with room behind them for `more` parameters.
ParamListInfo parameter_list(std::initializer_list<StatementParameter> values, int more = 0);

/// kReads: the statement sees the snapshot of its caller, as that of a STABLE function does.
/// kWrites: it may write, and sees what the transaction has written.
enum class StatementAccess : std::uint8_t { kReads, kWrites };

/// Executes the plan within the time limit of the call, and gives its rows to `receiver` unless
/// that is null. Returns the number of rows that it returned or changed.
std::uint64_t execute_statement(SPIPlanPtr plan, ParamListInfo parameters, StatementAccess access,
                                DestReceiver* receiver);

/// Executes the plan and calls read(TupleTableSlot*) for each row as it comes. The current context
/// of read() is the caller's. If it returns a bool, false ends the execution.
template <class Read>
std::uint64_t execute_statement(SPIPlanPtr plan, ParamListInfo parameters, StatementAccess access,
                                Read* read) {
  struct Receiver {
    DestReceiver base;
    Read* read;
    MemoryContext context;
  };
  Receiver receiver{.base = {.receiveSlot =
                                 [](TupleTableSlot* row, DestReceiver* self) {
                                   auto* to = reinterpret_cast<Receiver*>(self);
                                   const MemoryContext before = MemoryContextSwitchTo(to->context);
                                   bool goes_on = true;
                                   if constexpr (std::is_same_v<decltype((*read)(row)), bool>) {
                                     goes_on = (*to->read)(row);
                                   } else {
                                     (*to->read)(row);
                                   }
                                   MemoryContextSwitchTo(before);
                                   return goes_on;
                                 },
                             .rStartup = [](DestReceiver*, int, TupleDesc) {},
                             .rShutdown = [](DestReceiver*) {},
                             .rDestroy = [](DestReceiver*) {},
                             .mydest = DestNone},
                    .read = read,
                    .context = CurrentMemoryContext};
  return execute_statement(plan, parameters, access, &receiver.base);
}

/// Executes a plan that reads, and calls read(TupleTableSlot*) for each row, as above.
template <class Read>
std::uint64_t each_row(SPIPlanPtr plan, ParamListInfo parameters, Read read) {
  return execute_statement(plan, parameters, StatementAccess::kReads, &read);
}

/// Returns the value of a column of a row, or nothing if it is null. Columns are numbered from 1.
/// The value may lie in the row.
inline std::optional<Datum> value_at(TupleTableSlot* row, int column) {
  bool is_null;
  const Datum value = slot_getattr(row, column, &is_null);
  return is_null ? std::nullopt : std::optional{value};
}

/// Executes a plan that reads, and returns the first column of its last row, copied into the
/// current context, or nothing if there is no row or the value is null.
std::optional<Datum> read_value(SPIPlanPtr plan, ParamListInfo parameters);

/// Executes a plan that writes.
inline std::uint64_t execute_change(SPIPlanPtr plan, ParamListInfo parameters) {
  return execute_statement(plan, parameters, StatementAccess::kWrites,
                           static_cast<DestReceiver*>(nullptr));
}

/// Lets statements of the current SPI connection read the rows as a table of that name, until it
/// ends. Plans assume `expected` rows; a kept plan goes on with the number of its first use.
void name_rows_as_table(const char* name, TupleDesc row, Tuplestorestate* rows, double expected);

/// with_statements() calls these.
void begin_statements();
void end_statements();

/// Calls body() with an SPI connection open, and returns what it returns. The current context of
/// body() is the caller's.
template <class Body>
auto with_statements(Body body) -> decltype(body()) {
  begin_statements();
  if constexpr (std::is_void_v<decltype(body())>) {
    body();
    end_statements();
  } else {
    const auto result = body();
    end_statements();
    return result;
  }
}

}  // namespace vecext::pg
