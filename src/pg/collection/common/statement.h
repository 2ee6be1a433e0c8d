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

/// What a statement does. All statements of a kind have shapes of the same type.
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
  kSparseIdf,
};

constexpr Size kMostShapeBytes = 48;

/// The shape of a statement has a field for each thing, beside the table, that the statement's text
/// depends on. Shapes are compared as bytes, so they may have no padding.
template <class Shape>
concept StatementShape = std::is_trivially_copyable_v<Shape> &&
                         std::has_unique_object_representations_v<Shape> &&
                         sizeof(Shape) <= kMostShapeBytes;

/// Names a statement of the session. Statements with equal keys have the same text.
struct StatementKey {
  Oid relid;
  StatementKind kind;
  std::array<std::byte, kMostShapeBytes> shape;  // with zeros behind the fields of the shape

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

/// Names a plan of the session: the statement and the search path. The text of a statement depends
/// on the path, as the expression of an index has schemas before the names that the path does not
/// find, and so does the meaning of names in it.
struct PlanKey {
  StatementKey statement;
  std::uint64_t path;  // a hash of the schemas of the search path

  bool operator==(const PlanKey&) const = default;
};
static_assert(std::has_unique_object_representations_v<PlanKey>, "its bytes are hashed");

/// Returns the key of the statement's plan for the present search path.
PlanKey plan_key(const StatementKey& statement);

enum class StatementPlanning : std::uint8_t {
  kEither,   // generic or custom, as the plan cache of the server chooses
  kCustom,   // planned each time for the values of its parameters: a filter becomes conditions that
             // indexes serve if it is a constant
  kGeneric,  // planned once for all values
};

/// A statement that is being written.
struct StatementDraft {
  StringInfoData text;
  GrowingArray<Oid> parameters;  // types of $1, $2, …
  StatementPlanning planning;    // kEither at first
  std::uint64_t changes_seen;    // changes_of_catalogs() when the draft was begun

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
  /// Adds a parameter of that type. The text is not changed.
  StatementDraft& declare(Oid type);
  /// Adds a parameter of that type, and appends its number, $n.
  StatementDraft& parameter(Oid type);
  /// Appends vecext.matches(alias.*, $n), where $n is a new parameter of type jsonb for a filter.
  /// The statement gets custom plans.
  StatementDraft& matches(const char* alias);
};

/// The WHERE clause of a statement that is being written.
class WhereClause {
 public:
  /// `has_conditions` is true if the draft has a WHERE clause already, to which conditions are
  /// added.
  explicit WhereClause(StatementDraft* draft, bool has_conditions = false)
      : draft_(draft), word_(has_conditions ? " AND " : " WHERE ") {}

  StatementDraft& draft() { return *draft_; }

  /// Appends the word before the next condition, WHERE or AND, and returns the draft.
  StatementDraft& next() {
    *draft_ << word_;
    word_ = " AND ";
    return *draft_;
  }

 private:
  StatementDraft* draft_;
  const char* word_;
};

/// Returns the plan that is kept under the key. Returns null if there is none, or if its table, the
/// registry, a schema, a function or an operator has changed since it was made. An SPI connection
/// must be open, as for all functions below.
SPIPlanPtr find_kept_plan(const StatementKey& key);

/// Returns an empty draft in memory of the current context.
StatementDraft new_statement();

/// Prepares the statement.
SPIPlanPtr prepare_statement(const StatementDraft& draft);

/// Prepares the statement and keeps its plan under the key, for find_kept_plan(). A plan that is
/// out of date is not freed before the transaction ends.
SPIPlanPtr keep_statement(const StatementKey& key, const StatementDraft& draft);

/// Returns the plan that is kept under the key. If there is none, prepares and keeps the statement
/// that write(StatementDraft&) writes.
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

/// Returns the plan of the statement that write(StatementDraft&) writes. It is not kept, and lives
/// until the SPI connection ends.
template <class Write>
SPIPlanPtr plan_once(Write write) {
  StatementDraft draft = new_statement();
  write(draft);
  return prepare_statement(draft);
}

/// Returns how many changes of tables, schemas, functions and operators the session has seen. All
/// plans of filter_plans.h are out of date once this number has changed.
std::uint64_t changes_of_catalogs();

/// Frees a saved plan at the end of the transaction, when nothing can be running it any more.
void drop_plan(SPIPlanPtr plan);

/// The value of a parameter.
struct StatementParameter {
  Oid type;
  Datum value;
  bool is_null = false;
};

/// Returns a list with room for the values of `count` parameters.
ParamListInfo new_parameters(int count);

/// Sets the value of parameter $number; numbers begin at 1.
inline void set_parameter(ParamListInfo parameters, int number, Oid type, Datum value,
                          bool is_null = false) {
  ParamExternData& parameter = parameters->params[number - 1];
  parameter = {.value = value, .isnull = is_null, .pflags = PARAM_FLAG_CONST, .ptype = type};
}

/// Returns a list with the values of $1, $2, …, and with room behind them for `more` parameters.
ParamListInfo parameter_list(std::initializer_list<StatementParameter> values, int more = 0);

/// What a statement may do and see. With kReads it sees the snapshot of its caller, as a statement
/// in a STABLE function does. With kWrites it may write, and it sees what the transaction has
/// written.
enum class StatementAccess : std::uint8_t { kReads, kWrites };

/// Executes the plan within the time limit of the call, and gives its rows to `receiver`, or drops
/// them if that is null. Returns the number of rows that the statement returned or changed.
std::uint64_t execute_statement(SPIPlanPtr plan, ParamListInfo parameters, StatementAccess access,
                                DestReceiver* receiver);

/// Executes the plan and calls read(TupleTableSlot*) for each row as it comes, in the caller's
/// memory context. If read() returns a bool, false ends the execution.
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

/// Executes a plan with kReads, and calls read(TupleTableSlot*) for each row, as above.
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

/// Executes a plan with kReads. Returns the first column of its last row, copied into the current
/// context, or nothing if there is no row or the value is null.
std::optional<Datum> read_value(SPIPlanPtr plan, ParamListInfo parameters);

/// Executes a plan with kWrites, without a result. Returns the number of rows that it changed.
inline std::uint64_t execute_change(SPIPlanPtr plan, ParamListInfo parameters) {
  return execute_statement(plan, parameters, StatementAccess::kWrites,
                           static_cast<DestReceiver*>(nullptr));
}

/// Lets statements read the rows as a table of that name until the current SPI connection ends.
/// Plans are made for `expected` rows; a kept plan goes on with the number of its first use.
void name_rows_as_table(const char* name, TupleDesc row, Tuplestorestate* rows, double expected);

/// Open and close the SPI connection. To be called by with_statements() alone. The first returns
/// true if it has pushed a snapshot, which the second pops.
bool begin_statements();
void end_statements(bool has_snapshot);

/// Calls body() with an SPI connection open, in the caller's memory context, and returns what
/// body() returns.
template <class Body>
auto with_statements(Body body) -> decltype(body()) {
  const bool has_snapshot = begin_statements();
  if constexpr (std::is_void_v<decltype(body())>) {
    body();
    end_statements(has_snapshot);
  } else {
    const auto result = body();
    end_statements(has_snapshot);
    return result;
  }
}

}  // namespace vecext::pg
