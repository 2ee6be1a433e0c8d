#include "pg/collection/source/column_filter.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "pg/collection/source/column_json.h"
#include "pg/collection/source/document_part.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

namespace {

/// Returns the column that the first step of a path names. Raises an ERROR if there is none.
AttrNumber column_of(Oid table, const PayloadPath& path) {
  const bool is_key = !path.steps.empty() && path.steps[0].kind == PathStep::Kind::kKey;
  const std::string_view key = is_key ? path.steps[0].key : std::string_view{};
  const char* name = cstring_of(key);
  const AttrNumber column = is_key ? get_attnum(table, name) : InvalidAttrNumber;
  if (column <= 0) {
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_COLUMN),
             errmsg("column \"%s\" of relation \"%s\" does not exist", name, get_rel_name(table)),
             errhint("Keys of a filter begin with a column where the table is not a collection.")));
  }
  check_json_of_column(table, column);
  return column;
}

/// Adds the columns that the condition, and all within it, are about.
void add_columns(Oid table, const Condition& condition, GrowingArray<AttrNumber>* columns) {
  switch (condition.kind) {
    case ConditionKind::kAnd:
    case ConditionKind::kOr:
    case ConditionKind::kNot:
    case ConditionKind::kAtLeast:
      for (const Condition* child : condition.children) {
        add_columns(table, *child, columns);
      }
      return;
    default:
      break;  // paths within kNested begin at an element of its own path
  }
  const AttrNumber column = column_of(table, condition.path);
  if (std::find(columns->begin(), columns->end(), column) != columns->end()) {
    return;
  }
  columns->push(column, CurrentMemoryContext);
}

// --- Bounds --------------------------------------------------------------------------------------

bool is_integer_type(Oid type) {
  return type == INT2OID || type == INT4OID || type == INT8OID;
}

/// Adds column = ANY (values) if all values are of a kind that the column's type has. Returns true
/// if this bound is equal to the condition.
bool add_values(const Condition& condition, AttrNumber column, Oid type, Oid collation,
                GrowingArray<ColumnBound>* bounds) {
  constexpr std::size_t kMostValues = 1000;
  const bool is_text = type == TEXTOID || type == VARCHAROID;
  if ((!is_text && !is_integer_type(type)) || condition.values.empty() ||
      condition.values.size() > kMostValues) {
    return false;
  }
  GrowingArray<Datum> values{};
  for (const JsonValue& value : condition.values) {
    if (is_text && value.kind == JsonKind::kString) {
      values.push(text_datum(value.text), CurrentMemoryContext);
    } else if (!is_text && value.kind == JsonKind::kNumber && value.is_integer) {
      values.push(Int64GetDatum(value.integer), CurrentMemoryContext);
    } else {
      return false;
    }
  }
  const Oid element = is_text ? TEXTOID : INT8OID;
  bounds->push({.column = column,
                .op = "=",
                .is_any = true,
                .type = get_array_type(element),
                .value = array_datum(element, values.span())},
               CurrentMemoryContext);
  return !is_text || get_collation_isdeterministic(collation);
}

/// True if the text is a UUID as the server writes it, and so as the JSON of a column has it.
bool is_uuid_of_server(std::string_view text) {
  constexpr std::size_t kLength = 36;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < Min(text.size(), kLength); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : kDigits.find(text[i]) == std::string_view::npos) {
      return false;
    }
  }
  return text.size() == kLength;
}

/// Adds column = ANY (uuids). Values of other kinds and spellings are left out, as they equal no
/// value of the column. Returns true if this bound is equal to the condition.
bool add_uuids(const Condition& condition, AttrNumber column, Oid type,
               GrowingArray<ColumnBound>* bounds) {
  if (type != UUIDOID) {
    return false;
  }
  GrowingArray<Datum> values{};
  for (const JsonValue& value : condition.values) {
    if (value.kind == JsonKind::kString && is_uuid_of_server(value.text)) {
      values.push(DirectFunctionCall1(uuid_in, CStringGetDatum(cstring_of(value.text))),
                  CurrentMemoryContext);
    }
  }
  bounds->push({.column = column,
                .op = "=",
                .is_any = true,
                .type = UUIDARRAYOID,
                .value = array_datum(UUIDOID, values.span())},
               CurrentMemoryContext);
  return true;
}

bool add_value(const Condition& condition, AttrNumber column, Oid type,
               GrowingArray<ColumnBound>* bounds) {
  if (type != BOOLOID || condition.values.size() != 1 ||
      condition.values[0].kind != JsonKind::kBool) {
    return false;
  }
  bounds->push({.column = column,
                .op = "=",
                .is_any = false,
                .type = BOOLOID,
                .value = BoolGetDatum(condition.values[0].boolean)},
               CurrentMemoryContext);
  return true;
}

/// Returns the bound of integers that is equal to a bound of numbers: the least integer in the
/// range if `is_low`, otherwise the greatest. Returns nothing if a double is not exact enough to
/// tell.
std::optional<int64> integer_bound(double number, bool is_low, bool is_inside) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (!(std::fabs(number) < kExact)) {
    return std::nullopt;
  }
  const double inner = is_low ? std::ceil(number) : std::floor(number);
  const bool is_next = inner == number && !is_inside;
  return static_cast<int64>(inner) + (!is_next ? 0 : is_low ? 1 : -1);
}

/// Adds the bounds of a range of numbers. For a column of integers the bounds are integers, as its
/// indexes serve only these. Returns true if the bounds are equal to the condition. For a column of
/// doubles they are not, as it may have values that JSON does not have as numbers.
bool add_numbers(const Range<double>& range, AttrNumber column, Oid type,
                 GrowingArray<ColumnBound>* bounds) {
  const bool is_integer = is_integer_type(type);
  if (!is_integer && type != FLOAT8OID) {
    return false;
  }
  bool is_exact = is_integer;
  const auto add = [&](double number, bool is_low, bool is_inside) {
    ColumnBound bound{.column = column,
                      .op = is_low ? ">=" : "<=",
                      .is_any = false,
                      .type = is_integer ? Oid{INT8OID} : Oid{FLOAT8OID},
                      .value = Float8GetDatum(number)};
    if (is_integer) {
      const std::optional<int64> integer = integer_bound(number, is_low, is_inside);
      if (!integer.has_value()) {
        is_exact = false;
        return;
      }
      bound.value = Int64GetDatum(*integer);
    }
    bounds->push(bound, CurrentMemoryContext);
  };
  if (range.has_low) {
    add(range.low, true, range.low_is_inside);
  }
  if (range.has_high) {
    add(range.high, false, range.high_is_inside);
  }
  // A range without bounds has all numbers, but not null.
  return is_exact && (range.has_low || range.has_high);
}

/// Adds the bounds of a range of times. They are never equal to the condition, as infinite times
/// are not times in JSON.
void add_times(const Range<std::int64_t>& range, AttrNumber column, Oid type,
               GrowingArray<ColumnBound>* bounds) {
  if (type != TIMESTAMPTZOID) {
    return;
  }
  const auto add = [&](int64 time, const char* op) {
    bounds->push({.column = column,
                  .op = op,
                  .is_any = false,
                  .type = TIMESTAMPTZOID,
                  .value = TimestampTzGetDatum(time)},
                 CurrentMemoryContext);
  };
  if (range.has_low) {
    add(range.low, ">=");
  }
  if (range.has_high) {
    add(range.high, "<=");
  }
}

/// Adds bounds that are true of every row that satisfies the condition. Returns true if every row
/// that satisfies the bounds also satisfies the condition.
bool add_bounds(Oid table, const Condition& condition, GrowingArray<ColumnBound>* bounds) {
  if (condition.kind == ConditionKind::kAnd) {
    bool is_decided = true;
    for (const Condition* child : condition.children) {
      is_decided = add_bounds(table, *child, bounds) && is_decided;
    }
    return is_decided;
  }
  if (condition.path.steps.size() != 1 ||
      (condition.kind != ConditionKind::kIn && condition.kind != ConditionKind::kNumberRange &&
       condition.kind != ConditionKind::kTimeRange)) {
    return false;
  }
  const AttrNumber column = column_of(table, condition.path);
  Oid type;
  int32 typmod;
  Oid collation;
  get_atttypetypmodcoll(table, column, &type, &typmod, &collation);
  switch (condition.kind) {
    case ConditionKind::kIn:
      return add_value(condition, column, type, bounds) ||
             add_uuids(condition, column, type, bounds) ||
             add_values(condition, column, type, collation, bounds);
    case ConditionKind::kNumberRange:
      return add_numbers(condition.numbers, column, type, bounds);
    default:
      add_times(condition.times, column, type, bounds);
      return false;
  }
}

}  // namespace

const ColumnFilter* filter_of_columns(Oid table, const Json& filter, const Filter& parsed,
                                      Datum* rest) {
  check_payload_decides(parsed);
  GrowingArray<AttrNumber> all_columns{};
  add_columns(table, *parsed.condition, &all_columns);  // there are such
  auto* read = palloc0_object<ColumnFilter>();
  *rest = take_documents(table, filter, &read->documents);
  const Filter others = parse_filter(*rest, JSONBOID, FilterDialect::kQdrant, CurrentMemoryContext);
  add_columns(table, *others.condition, &read->columns);
  read->is_decided = add_bounds(table, *others.condition, &read->bounds);
  return read;
}

namespace {

/// Writes the evaluation of the filter on an object of the columns that it is about.
void write_evaluation(StatementDraft* draft, Oid table, const ColumnFilter& filter) {
  *draft << "vecext.matches(pg_catalog.jsonb_build_object(";
  const char* separator = "";
  for (const AttrNumber column : filter.columns) {
    *draft << separator << quote_literal_cstr(get_attname(table, column, false)) << ", ";
    write_column_for_json(draft, table, column);
    separator = ", ";
  }
  *draft << "), ";
  draft->parameter(JSONBOID) << ")";
}

}  // namespace

void write_column_filter(WhereClause* where, Oid table, const ColumnFilter& filter) {
  if (!filter.is_decided) {
    write_evaluation(&where->next(), table, filter);
  }
  for (const ColumnBound& bound : filter.bounds) {
    StatementDraft& draft = where->next();
    (draft << "t.").column(table, bound.column);
    draft << " OPERATOR(pg_catalog." << bound.op << (bound.is_any ? ") ANY (" : ") ");
    draft.parameter(bound.type) << (bound.is_any ? ")" : "");
  }
  for (const DocumentFilter& document : filter.documents) {
    StatementDraft& draft = where->next();
    (draft << "vecext.matches(t.").column(table, document.column) << ", ";
    draft.parameter(JSONBOID) << ")";
  }
  where->draft().planning = StatementPlanning::kCustom;
}

int parameter_count(const ColumnFilter& filter) {
  return (filter.is_decided ? 0 : 1) +
         static_cast<int>(filter.bounds.count + filter.documents.count);
}

int set_filter_values(ParamListInfo parameters, int number, Datum rest,
                      const ColumnFilter& filter) {
  if (!filter.is_decided) {
    set_parameter(parameters, number++, JSONBOID, rest);
  }
  for (const ColumnBound& bound : filter.bounds) {
    set_parameter(parameters, number++, bound.type, bound.value);
  }
  for (const DocumentFilter& document : filter.documents) {
    set_parameter(parameters, number++, JSONBOID, document.filter);
  }
  return number;
}

}  // namespace vecext::pg
