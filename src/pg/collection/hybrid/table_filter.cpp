#include "pg/collection/hybrid/table_filter.h"

#include <cmath>

#include "pg/collection/common/strict.h"
#include "pg/condition/filter.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// The column that the first step of a path names.
AttrNumber column_of(const SearchedTable& table, const PayloadPath& path) {
  const bool is_key = !path.steps.empty() && path.steps[0].kind == PathStep::Kind::kKey;
  const std::string_view key = is_key ? path.steps[0].key : std::string_view{};
  const char* name = pnstrdup(key.data(), key.size());
  const AttrNumber column = is_key ? get_attnum(table.relid, name) : InvalidAttrNumber;
  if (column <= 0) {
    ereport(
        ERROR,
        (errcode(ERRCODE_UNDEFINED_COLUMN),
         errmsg("column \"%s\" of relation \"%s\" does not exist", name, get_rel_name(table.relid)),
         errhint("Keys of a filter begin with a column where the table is no collection.")));
  }
  return column;
}

/// Collects the columns of all conditions.
void add_columns(const SearchedTable& table, const Condition& condition,
                 GrowingArray<AttrNumber>* columns) {
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
      break;  // paths within kNested begin below its own
  }
  const AttrNumber column = column_of(table, condition.path);
  for (int64 i = 0; i < columns->count; ++i) {
    if (columns->at[i] == column) {
      return;
    }
  }
  columns->push(column, CurrentMemoryContext);
}

// --- Bounds --------------------------------------------------------------------------------------

bool is_integer_type(Oid type) {
  return type == INT2OID || type == INT4OID || type == INT8OID;
}

Datum array_of(const Datum* values, int count, Oid type) {
  int16 length;
  bool is_by_value;
  char alignment;
  get_typlenbyvalalign(type, &length, &is_by_value, &alignment);
  return PointerGetDatum(
      construct_array(const_cast<Datum*>(values), count, type, length, is_by_value, alignment));
}

/// column = ANY (values), if all values are of a kind that the column's type has.
void add_values(const Condition& condition, AttrNumber column, Oid type,
                GrowingArray<ColumnBound>* bounds) {
  constexpr std::size_t kMostValues = 1000;
  const bool is_text = type == TEXTOID || type == VARCHAROID;
  if ((!is_text && !is_integer_type(type)) || condition.values.empty() ||
      condition.values.size() > kMostValues) {
    return;
  }
  GrowingArray<Datum> values{};
  for (const JsonValue& value : condition.values) {
    if (is_text && value.kind == JsonKind::kString) {
      values.push(PointerGetDatum(cstring_to_text_with_len(value.text.data(),
                                                           static_cast<int>(value.text.size()))),
                  CurrentMemoryContext);
    } else if (!is_text && value.kind == JsonKind::kNumber && value.is_integer) {
      values.push(Int64GetDatum(value.integer), CurrentMemoryContext);
    } else {
      return;
    }
  }
  const Oid element = is_text ? TEXTOID : INT8OID;
  bounds->push({.column = column,
                .op = "=",
                .is_any = true,
                .type = get_array_type(element),
                .value = array_of(values.at, static_cast<int>(values.count), element)},
               CurrentMemoryContext);
}

/// Bounds of a range of numbers. Those of an integer column are integers, as its indexes serve
/// integers alone.
void add_range(const Condition& condition, AttrNumber column, Oid type,
               GrowingArray<ColumnBound>* bounds) {
  constexpr double kExact = 9007199254740992;  // 2^53
  const auto add = [&](double number, bool is_low) {
    ColumnBound bound{.column = column,
                      .op = is_low ? ">=" : "<=",
                      .is_any = false,
                      .type = FLOAT8OID,
                      .value = Float8GetDatum(number)};
    if (is_integer_type(type)) {
      if (!(std::fabs(number) < kExact)) {
        return;
      }
      bound.type = INT8OID;
      bound.value =
          Int64GetDatum(static_cast<int64>(is_low ? std::ceil(number) : std::floor(number)));
    } else if (type != FLOAT8OID) {
      return;
    }
    bounds->push(bound, CurrentMemoryContext);
  };
  if (condition.numbers.has_low) {
    add(condition.numbers.low, true);
  }
  if (condition.numbers.has_high) {
    add(condition.numbers.high, false);
  }
}

/// Bounds that must hold wherever the condition does.
void add_bounds(const SearchedTable& table, const Condition& condition,
                GrowingArray<ColumnBound>* bounds) {
  if (condition.kind == ConditionKind::kAnd) {
    for (const Condition* child : condition.children) {
      add_bounds(table, *child, bounds);
    }
    return;
  }
  if (condition.path.steps.size() != 1) {
    return;
  }
  if (condition.kind == ConditionKind::kIn || condition.kind == ConditionKind::kNumberRange) {
    const AttrNumber column = column_of(table, condition.path);
    const Oid type = get_atttype(table.relid, column);
    if (condition.kind == ConditionKind::kIn) {
      add_values(condition, column, type, bounds);
    } else {
      add_range(condition, column, type, bounds);
    }
  }
}

}  // namespace

TableFilter read_table_filter(const SearchedTable& table, const Json& filter) {
  TableFilter read{};
  if (!is_object(filter)) {
    refuse(filter, "expected an object");
  }
  if (size_of(filter.value) == 0) {
    return read;
  }
  read.filter = jsonb_of(filter);
  read.is_set = true;
  const Filter parsed =
      parse_filter(read.filter, JSONBOID, FilterDialect::kQdrant, CurrentMemoryContext);
  if (is_filter_of_points(table)) {
    check_filter(*table.collection, DatumGetJsonbP(read.filter), FilterUse::kRetrieve);
    return read;
  }
  check_payload_decides(parsed);
  add_columns(table, *parsed.condition, &read.columns);
  add_bounds(table, *parsed.condition, &read.bounds);
  return read;
}

void write_filter(StatementDraft* draft, const SearchedTable& table, const TableFilter& filter) {
  if (!filter.is_set) {
    return;
  }
  *draft << " WHERE ";
  if (is_filter_of_points(table)) {
    draft->matches("t");
    return;
  }
  *draft << "vecext.matches(pg_catalog.jsonb_build_object(";
  for (int64 i = 0; i < filter.columns.count; ++i) {
    const char* name = get_attname(table.relid, filter.columns.at[i], false);
    *draft << (i > 0 ? ", " : "") << quote_literal_cstr(name) << ", t.";
    draft->column(table.relid, filter.columns.at[i]);
  }
  *draft << "), ";
  draft->parameter(JSONBOID) << ")";
  draft->planning = StatementPlanning::kCustom;
  for (int64 i = 0; i < filter.bounds.count; ++i) {
    const ColumnBound& bound = filter.bounds.at[i];
    (*draft << " AND t.").column(table.relid, bound.column);
    *draft << " OPERATOR(pg_catalog." << bound.op << (bound.is_any ? ") ANY (" : ") ");
    draft->parameter(bound.type) << (bound.is_any ? ")" : "");
  }
}

int parameter_count(const SearchedTable&, const TableFilter& filter) {
  return filter.is_set ? 1 + static_cast<int>(filter.bounds.count) : 0;
}

void set_filter_values(ParamListInfo parameters, int number, const SearchedTable&,
                       const TableFilter& filter) {
  if (!filter.is_set) {
    return;
  }
  set_parameter(parameters, number++, JSONBOID, filter.filter);
  for (int64 i = 0; i < filter.bounds.count; ++i) {
    set_parameter(parameters, number++, filter.bounds.at[i].type, filter.bounds.at[i].value);
  }
}

}  // namespace vecext::pg
