// Evaluates formulas for points.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/condition/geo.h"
#include "core/condition/timestamp.h"
#include "core/condition/walk.h"
#include "pg/collection/query/formula.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/query/score_points.h"
#include "pg/payload/jsonb_source.h"
#include "pg/sys/sort.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

constexpr double kMicroseconds = 1e6;
constexpr double kEpochSeconds = 946684800;  // seconds from 1970-01-01 to 2000-01-01

double finite(const FormulaNode& node, double value) {
  if (!std::isfinite(value)) {
    refuse(node.json->place, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
           "value of a formula is not finite");
  }
  return value;
}

/// Returns the first value that the path reaches, or kMissing if there is none or it is JSON's
/// null. An array of one element counts as that element.
JsonValue value_at(const FormulaNode& node, const Jsonb* payload) {
  JsonValue found;
  if (payload == nullptr) {
    return found;
  }
  any_value(node.path.steps, root_value(payload), kJsonb, [&found](const JsonValue& value) {
    found = value;
    return true;
  });
  if (found.kind == JsonKind::kArray && kJsonb.size(found) == 1) {
    found = kJsonb.element(found, 0);
  }
  return found.kind == JsonKind::kNull ? JsonValue{} : found;
}

[[noreturn]] void raise_value(const FormulaNode& node, bool is_missing, const char* expected) {
  const int length = static_cast<int>(node.path.text.size());
  refuse(*node.json,
         is_missing ? psprintf("a point has no value at \"%.*s\", and the formula has no default",
                               length, node.path.text.data())
                    : psprintf("the value of a point at \"%.*s\" is not %s", length,
                               node.path.text.data(), expected));
}

double variable(const FormulaNode& node, const Jsonb* payload) {
  const JsonValue value = value_at(node, payload);
  if (value.kind == JsonKind::kNumber) {
    return value.number;
  }
  if (value.kind == JsonKind::kMissing && node.has_default) {
    return node.default_number;
  }
  raise_value(node, value.kind == JsonKind::kMissing, "a number");
}

double seconds(const FormulaNode& node, const Jsonb* payload) {
  const JsonValue value = value_at(node, payload);
  int64 microseconds;
  if (value.kind == JsonKind::kString && parse_timestamp(value.text, &microseconds)) {
    return static_cast<double>(microseconds) / kMicroseconds + kEpochSeconds;
  }
  if (value.kind == JsonKind::kMissing && node.has_default) {
    return node.default_number;
  }
  raise_value(node, value.kind == JsonKind::kMissing, "a time");
}

double meters(const FormulaNode& node, const Jsonb* payload) {
  const JsonValue value = value_at(node, payload);
  if (value.kind == JsonKind::kMissing && node.has_default) {
    return geo_distance(node.origin, node.default_point);
  }
  if (value.kind == JsonKind::kObject) {
    const JsonValue lon = kJsonb.find(value, "lon");
    const JsonValue lat = kJsonb.find(value, "lat");
    if (lon.kind == JsonKind::kNumber && lat.kind == JsonKind::kNumber) {
      return geo_distance(node.origin, {.lon = lon.number, .lat = lat.number});
    }
  }
  raise_value(node, value.kind == JsonKind::kMissing, "a point");
}

double evaluate(const FormulaNode& node, const FormulaPoint& point);

double operand(const FormulaNode& node, int i, const FormulaPoint& point) {
  return evaluate(*node.operands[i], point);
}

double sum(const FormulaNode& node, const FormulaPoint& point) {
  double value = 0;
  for (int i = 0; i < node.operand_count; ++i) {
    value += operand(node, i, point);
  }
  return value;
}

/// Returns the product of the operands. Operands after a zero are not evaluated.
double product(const FormulaNode& node, const FormulaPoint& point) {
  double value = 1;
  for (int i = 0; i < node.operand_count && value != 0; ++i) {
    const double factor = operand(node, i, point);
    value = factor == 0 ? 0 : value * factor;
  }
  return value;
}

/// Returns the largest or the smallest of the operands.
double extreme(const FormulaNode& node, const FormulaPoint& point) {
  const bool is_largest = node.kind == FormulaKind::kLargest;
  double value = operand(node, 0, point);
  for (int i = 1; i < node.operand_count; ++i) {
    const double other = operand(node, i, point);
    value = is_largest ? std::max(value, other) : std::min(value, other);
  }
  return value;
}

double quotient(const FormulaNode& node, const FormulaPoint& point) {
  const double left = operand(node, 0, point);
  if (left == 0) {
    return 0;
  }
  const double right = operand(node, 1, point);
  return right == 0 && node.has_default ? node.default_number : left / right;
}

double unchecked(const FormulaNode& node, const FormulaPoint& point) {
  switch (node.kind) {
    case FormulaKind::kConstant:
      return node.number;
    case FormulaKind::kScore: {
      const double score = point.scores[node.index];
      return std::isnan(score) ? (node.has_default ? node.default_number : 0) : score;
    }
    case FormulaKind::kVariable:
      return variable(node, point.payload);
    case FormulaKind::kDatetimeKey:
      return seconds(node, point.payload);
    case FormulaKind::kCondition:
      return point.conditions[node.index] ? 1 : 0;
    case FormulaKind::kSum:
      return sum(node, point);
    case FormulaKind::kProduct:
      return product(node, point);
    case FormulaKind::kNegative:
      return -operand(node, 0, point);
    case FormulaKind::kAbsolute:
      return std::fabs(operand(node, 0, point));
    case FormulaKind::kSquareRoot:
      return std::sqrt(operand(node, 0, point));
    case FormulaKind::kExponential:
      return std::exp(operand(node, 0, point));
    case FormulaKind::kNaturalLog:
      return std::log(operand(node, 0, point));
    case FormulaKind::kLog10:
      return std::log10(operand(node, 0, point));
    case FormulaKind::kAreaHyperbolicCosine:
      return std::acosh(operand(node, 0, point));
    case FormulaKind::kLargest:
    case FormulaKind::kSmallest:
      return extreme(node, point);
    case FormulaKind::kQuotient:
      return quotient(node, point);
    case FormulaKind::kPower: {
      const double base = operand(node, 0, point);
      return std::pow(base, operand(node, 1, point));
    }
    case FormulaKind::kGeoDistance:
      return meters(node, point.payload);
    case FormulaKind::kDecay: {
      const double x = operand(node, 0, point);
      return decay(node.decay, x - operand(node, 1, point), node.number, node.midpoint);
    }
  }
  return 0;
}

double evaluate(const FormulaNode& node, const FormulaPoint& point) {
  return finite(node, unchecked(node, point));
}

/// Returns the plan that reads the id, the payload and the conditions of points. The payload is
/// left out if the formula does not need it, as the caller may lack the right to read it.
SPIPlanPtr read_plan(const Collection& collection, const Formula& formula) {
  struct Shape {
    int64 conditions;
    int64 has_payload;
  };
  const int64 conditions = formula.conditions.count;
  const bool has_payload = formula.reads_payload && collection.payload != InvalidAttrNumber;
  const Shape shape{.conditions = conditions, .has_payload = has_payload ? 1 : 0};
  return kept_plan(statement_key(collection.relid, StatementKind::kFormula, shape),
                   [&](StatementDraft& draft) {
                     draft << "SELECT t.";
                     draft.column(collection.relid, collection.id) << ", ";
                     if (has_payload) {
                       draft << "t.";
                       draft.column(collection.relid, collection.payload);
                     } else {
                       draft << "NULL::pg_catalog.jsonb";
                     }
                     for (int64 i = 0; i < conditions; ++i) {
                       draft << ", ";
                       draft.matches("t");
                     }
                     draft << " FROM ";
                     draft.table(collection.relid) << " AS t";
                     write_where(&draft, source_of_points(collection, Datum{}));
                   });
}

/// An occurrence of a point in one of the lists.
struct Occurrence {
  Datum id;
  double score;
  int list;
};

/// Calls score(id, scores) once for each point of the lists, in the order of ids. `scores` has its
/// score in each list.
template <class Score>
void each_point(Oid id_type, const Hits* lists, int list_count, Score score) {
  GrowingArray<Occurrence> all{};
  for (int list = 0; list < list_count; ++list) {
    for (int64 i = 0; i < lists[list].list.count; ++i) {
      const Hit& hit = lists[list].list.at[i];
      all.push({.id = hit.id, .score = hit.score, .list = list}, CurrentMemoryContext);
    }
  }
  interruptible_sort(all.at, all.count, [=](const Occurrence& a, const Occurrence& b) {
    return compare_ids(id_type, a.id, b.id) < 0;
  });
  for (int64 i = 0; i < all.count;) {
    auto* scores = palloc_array<double>(list_count);
    std::fill(scores, scores + list_count, std::numeric_limits<double>::quiet_NaN());
    const Datum id = all.at[i].id;
    for (; i < all.count && compare_ids(id_type, all.at[i].id, id) == 0; ++i) {
      scores[all.at[i].list] = all.at[i].score;
    }
    score(id, scores);
  }
}

}  // namespace

double evaluate_formula(const Formula& formula, const FormulaPoint& point) {
  return evaluate(*formula.root, point);
}

Hits score_by_formula(const Collection& collection, const Formula& formula, const Hits* lists,
                      int list_count, int64 limit) {
  const Oid id_type = collection.id_type;
  GrowingArray<Datum> ids{};
  GrowingArray<const double*> scores{};
  each_point(id_type, lists, list_count, [&](Datum id, const double* of_point) {
    ids.push(id, CurrentMemoryContext);
    scores.push(of_point, CurrentMemoryContext);
  });
  const MemoryContext context = CurrentMemoryContext;
  Hits hits{.list = {}, .order = ScoreOrder::kLargerFirst};
  const auto conditions = static_cast<int>(formula.conditions.count);
  auto* holds = palloc0_array<bool>(conditions);
  auto read_conditions = [&](TupleTableSlot* row) {
    CHECK_FOR_INTERRUPTS();
    slot_getallattrs(row);
    const Datum* place =
        std::lower_bound(ids.at, ids.at + ids.count, row->tts_values[0],
                         [=](Datum a, Datum b) { return compare_ids(id_type, a, b) < 0; });
    const Jsonb* payload = row->tts_isnull[1] ? nullptr : DatumGetJsonbP(row->tts_values[1]);
    for (int i = 0; i < conditions; ++i) {
      holds[i] = !row->tts_isnull[2 + i] && DatumGetBool(row->tts_values[2 + i]);
    }
    Hit hit{};
    hit.id = *place;
    hit.score = evaluate_formula(
        formula, {.scores = scores.at[place - ids.at], .payload = payload, .conditions = holds});
    hits.list.push(hit, context);
  };
  const SPIPlanPtr plan = read_plan(collection, formula);
  ParamListInfo parameters = new_parameters(conditions + 1);
  for (int i = 0; i < conditions; ++i) {
    set_parameter(parameters, i + 1, JSONBOID, formula.conditions.at[i]);
  }
  const RowSource found = source_of_points(collection, id_array(id_type, ids.at, ids.count));
  set_conditions(parameters, conditions + 1, found);
  execute_statement(plan, parameters, StatementAccess::kReads, &read_conditions);
  sort_hits(&hits, found);
  cut(&hits, 0, limit);
  return hits;
}

}  // namespace vecext::pg
