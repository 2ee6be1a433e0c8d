// Parses the formulas of requests to trees.
#include "core/condition/parse/parse_filter.h"
#include "core/condition/timestamp.h"
#include "pg/collection/common/filters.h"
#include "pg/collection/query/formula.h"
#include "pg/condition/filter.h"
#include "pg/payload/raise_parse_error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

constexpr int kMostLevels = 64;
constexpr double kMicroseconds = 1e6;

/// Seconds from 1970-01-01 to 2000-01-01.
constexpr double kEpochSeconds = 946684800;

struct FormulaParser {
  Formula* formula;
  const Json* defaults;
  int prefetch_count;
  int level;

  const FormulaNode* parse(const Json& json);
  const FormulaNode* parse_name(const Json& json);
  const FormulaNode* parse_object(const Json& json);
  const FormulaNode* parse_decay(DecayKind kind, const Json& json);
  const FormulaNode* parse_quotient(const Json& json);
  const FormulaNode* parse_power(const Json& json);
  const FormulaNode* parse_geo_distance(const Json& json);
  const FormulaNode* parse_datetime_key(const Json& json);
  const FormulaNode* parse_condition(const Json& json);
  const FormulaNode* parse_list(FormulaKind kind, const Json& json);
  const FormulaNode* parse_extreme(FormulaKind kind, const Json& json);
  const Json* default_of(const char* name) const;
};

FormulaNode* new_node(FormulaKind kind, const Json& json) {
  auto* node = palloc0_object<FormulaNode>();
  node->kind = kind;
  node->json = &json;
  return node;
}

FormulaNode* new_operation(FormulaKind kind, const Json& json, int operands) {
  FormulaNode* node = new_node(kind, json);
  node->operands = static_cast<const FormulaNode**>(
      palloc0(sizeof(FormulaNode*) * static_cast<Size>(operands + 1)));
  node->operand_count = operands;
  return node;
}

const FormulaNode* constant(const Json& json, double number) {
  FormulaNode* node = new_node(FormulaKind::kConstant, json);
  node->number = number;
  return node;
}

void set_path(FormulaNode* node, const char* name) {
  const ParseError error = parse_path(name, context_arena(CurrentMemoryContext), &node->path);
  if (!error.ok()) {
    refuse(*node->json, psprintf("invalid path \"%s\": %s", name, error.reason));
  }
}

double seconds_of(const Json& json) {
  int64 microseconds;
  if (!is_string(json) || !parse_timestamp(text_of(json.value), &microseconds)) {
    refuse(json, "expected a time");
  }
  return static_cast<double>(microseconds) / kMicroseconds + kEpochSeconds;
}

GeoPoint point_of(const Json& json) {
  check_members(json, {"lon", "lat"});
  const GeoPoint point{.lon = number_of(required(json, "lon")),
                       .lat = number_of(required(json, "lat"))};
  constexpr double kMostLon = 180;
  constexpr double kMostLat = 90;
  if (point.lon < -kMostLon || point.lon > kMostLon || point.lat < -kMostLat ||
      point.lat > kMostLat) {
    refuse(json, "not a point on the earth");
  }
  return point;
}

/// Returns 0 for $score, i for $score[i], which is the score of prefetch i, and -1 for another
/// name.
int score_index(const Json& json, const char* name, int prefetch_count) {
  if (strcmp(name, "$score") == 0) {
    return 0;
  }
  int index;
  int length = 0;
  if (name[0] != '$') {
    return -1;
  }
  if (sscanf(name, "$score[%9d]%n", &index, &length) != 1 || name[length] != '\0' || length == 0 ||
      index < 0) {
    refuse(json, psprintf("unknown variable \"%s\"", name));
  }
  if (index >= prefetch_count) {
    refuse(json, psprintf("there is no prefetch %d", index));
  }
  return index;
}

const Json* FormulaParser::default_of(const char* name) const {
  return defaults == nullptr ? nullptr : member(*defaults, name);
}

const FormulaNode* FormulaParser::parse_name(const Json& json) {
  const char* name = string_of(json);
  const int index = score_index(json, name, prefetch_count);
  FormulaNode* node = new_node(index < 0 ? FormulaKind::kVariable : FormulaKind::kScore, json);
  node->index = index;
  if (index < 0) {
    set_path(node, name);
    formula->reads_payload = true;
  }
  const Json* otherwise = default_of(name);
  if (otherwise == nullptr && index == 0) {
    otherwise = default_of(strcmp(name, "$score") == 0 ? "$score[0]" : "$score");
  }
  if (otherwise != nullptr) {
    node->has_default = true;
    node->default_number = number_of(*otherwise);
  }
  return node;
}

const FormulaNode* FormulaParser::parse_list(FormulaKind kind, const Json& json) {
  const int count = element_count(json);
  FormulaNode* node = new_operation(kind, json, count);
  for (int i = 0; i < count; ++i) {
    node->operands[i] = parse(*element(json, i));
  }
  return node;
}

const FormulaNode* FormulaParser::parse_extreme(FormulaKind kind, const Json& json) {
  if (element_count(json) == 0) {
    refuse(json, "expected at least one operand");
  }
  return parse_list(kind, json);
}

const FormulaNode* FormulaParser::parse_quotient(const Json& json) {
  check_members(json, {"left", "right", "by_zero_default"});
  FormulaNode* node = new_operation(FormulaKind::kQuotient, json, 2);
  node->operands[0] = parse(required(json, "left"));
  node->operands[1] = parse(required(json, "right"));
  if (const Json* otherwise = member(json, "by_zero_default"); otherwise != nullptr) {
    node->has_default = true;
    node->default_number = number_of(*otherwise);
  }
  return node;
}

const FormulaNode* FormulaParser::parse_power(const Json& json) {
  check_members(json, {"base", "exponent"});
  FormulaNode* node = new_operation(FormulaKind::kPower, json, 2);
  node->operands[0] = parse(required(json, "base"));
  node->operands[1] = parse(required(json, "exponent"));
  return node;
}

const FormulaNode* FormulaParser::parse_geo_distance(const Json& json) {
  check_members(json, {"origin", "to"});
  FormulaNode* node = new_node(FormulaKind::kGeoDistance, json);
  node->origin = point_of(required(json, "origin"));
  const char* name = string_of(required(json, "to"));
  set_path(node, name);
  formula->reads_payload = true;
  if (const Json* otherwise = default_of(name); otherwise != nullptr) {
    node->has_default = true;
    node->default_point = point_of(*otherwise);
  }
  return node;
}

const FormulaNode* FormulaParser::parse_datetime_key(const Json& json) {
  FormulaNode* node = new_node(FormulaKind::kDatetimeKey, json);
  const char* name = string_of(json);
  set_path(node, name);
  formula->reads_payload = true;
  if (const Json* otherwise = default_of(name); otherwise != nullptr) {
    node->has_default = true;
    node->default_number = seconds_of(*otherwise);
  }
  return node;
}

const FormulaNode* FormulaParser::parse_decay(DecayKind kind, const Json& json) {
  check_members(json, {"x", "target", "scale", "midpoint"});
  FormulaNode* node = new_operation(FormulaKind::kDecay, json, 2);
  node->decay = kind;
  node->operands[0] = parse(required(json, "x"));
  const Json* target = member(json, "target");
  node->operands[1] = target == nullptr ? constant(json, 0) : parse(*target);
  constexpr double kDefaultMidpoint = .5;
  node->number = number_member(json, "scale", 1);
  node->midpoint = number_member(json, "midpoint", kDefaultMidpoint);
  if (node->number <= 0) {
    refuse(*member(json, "scale"), "expected a number above 0");
  }
  const bool is_linear = kind == DecayKind::kLinear;
  if (is_linear ? node->midpoint < 0 || node->midpoint > 1
                : node->midpoint <= 0 || node->midpoint >= 1) {
    refuse(*member(json, "midpoint"),
           is_linear ? "expected a number of 0 to 1" : "expected a number between 0 and 1");
  }
  return node;
}

/// Parses a condition, which may be a whole filter.
const FormulaNode* FormulaParser::parse_condition(const Json& json) {
  for (const char* name : {"key", "must", "should", "must_not", "min_should", "is_empty", "is_null",
                           "has_id", "has_vector", "slice", "nested"}) {
    if (member(json, name) != nullptr) {
      FormulaNode* node = new_node(FormulaKind::kCondition, json);
      node->index = static_cast<int>(formula->conditions.count);
      const Datum filter = filter_of_condition(json);
      parse_filter(filter, JSONBOID, FilterDialect::kQdrant, CurrentMemoryContext);
      formula->conditions.push(filter, CurrentMemoryContext);
      return node;
    }
  }
  return nullptr;
}

const FormulaNode* FormulaParser::parse_object(const Json& json) {
  if (const FormulaNode* condition = parse_condition(json); condition != nullptr) {
    return condition;
  }
  check_members(json, {"sum", "mult", "neg", "abs", "div", "sqrt", "pow", "exp", "ln", "log10",
                       "acosh", "max", "min", "geo_distance", "datetime", "datetime_key",
                       "exp_decay", "gauss_decay", "lin_decay"});
  if (size_of(json.value) != 1) {
    refuse(json, "expected one operation");
  }
  constexpr struct {
    const char* name;
    FormulaKind kind;
  } kOfOne[] = {{"neg", FormulaKind::kNegative},
                {"abs", FormulaKind::kAbsolute},
                {"sqrt", FormulaKind::kSquareRoot},
                {"exp", FormulaKind::kExponential},
                {"ln", FormulaKind::kNaturalLog},
                {"log10", FormulaKind::kLog10},
                {"acosh", FormulaKind::kAreaHyperbolicCosine}};
  for (const auto& operation : kOfOne) {
    if (const Json* operand = member(json, operation.name); operand != nullptr) {
      FormulaNode* node = new_operation(operation.kind, json, 1);
      node->operands[0] = parse(*operand);
      return node;
    }
  }
  constexpr struct {
    const char* name;
    DecayKind kind;
  } kDecays[] = {{"exp_decay", DecayKind::kExponential},
                 {"gauss_decay", DecayKind::kGaussian},
                 {"lin_decay", DecayKind::kLinear}};
  for (const auto& known : kDecays) {
    if (const Json* operand = member(json, known.name); operand != nullptr) {
      return parse_decay(known.kind, *operand);
    }
  }
  if (const Json* list = member(json, "sum"); list != nullptr) {
    return parse_list(FormulaKind::kSum, *list);
  }
  if (const Json* list = member(json, "mult"); list != nullptr) {
    return parse_list(FormulaKind::kProduct, *list);
  }
  if (const Json* list = member(json, "max"); list != nullptr) {
    return parse_extreme(FormulaKind::kLargest, *list);
  }
  if (const Json* list = member(json, "min"); list != nullptr) {
    return parse_extreme(FormulaKind::kSmallest, *list);
  }
  if (const Json* quotient = member(json, "div"); quotient != nullptr) {
    return parse_quotient(*quotient);
  }
  if (const Json* power = member(json, "pow"); power != nullptr) {
    return parse_power(*power);
  }
  if (const Json* geo = member(json, "geo_distance"); geo != nullptr) {
    return parse_geo_distance(*geo);
  }
  if (const Json* time = member(json, "datetime"); time != nullptr) {
    return constant(*time, seconds_of(*time));
  }
  return parse_datetime_key(required(json, "datetime_key"));
}

const FormulaNode* FormulaParser::parse(const Json& json) {
  check_stack_depth();
  if (level >= kMostLevels) {
    refuse(json, psprintf("more than %d levels", kMostLevels));
  }
  ++level;
  const FormulaNode* node;
  if (is_number(json)) {
    node = constant(json, number_of(json));
  } else if (is_string(json)) {
    node = parse_name(json);
  } else if (is_object(json)) {
    node = parse_object(json);
  } else {
    refuse(json, "expected a number, a variable or an operation");
  }
  --level;
  return node;
}

}  // namespace

const Formula* parse_formula(const Json& json, const Json* defaults, int prefetch_count) {
  if (defaults != nullptr && !is_object(*defaults)) {
    refuse(*defaults, "expected an object");
  }
  auto* formula = palloc0_object<Formula>();
  FormulaParser parser{formula, defaults, prefetch_count, 0};
  formula->root = parser.parse(json);
  return formula;
}

}  // namespace vecext::pg
