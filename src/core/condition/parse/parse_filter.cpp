// Filters of Qdrant's grammar.
#include "core/condition/parse/parse_filter.h"

#include <algorithm>
#include <limits>

#include "core/condition/parse/qdrant_parser.h"

namespace vecext {

ParseError parse_filter(const JsonValue& filter, const JsonSource& source, const Arena& arena,
                        const Condition** condition) {
  QdrantParser parser(source, arena);
  const Condition* parsed = nullptr;
  if (!parser.parse_filter(filter, ParsePlace{}, &parsed)) {
    return parser.error();
  }
  *condition = parsed;
  return {};
}

bool QdrantParser::parse_filter(const JsonValue& filter, const ParsePlace& at,
                                const Condition** parsed) {
  if (!need_object(filter, at) || !enter(at) ||
      !only_keys(filter, at, {"must", "should", "must_not", "min_should"})) {
    return false;
  }
  const JsonValue must = member(filter, "must");
  const JsonValue should = member(filter, "should");
  const JsonValue must_not = member(filter, "must_not");
  const JsonValue min_should = member(filter, "min_should");
  const ParsePlace at_should = at.member("should");
  const int musts = clause_size(must, at.member("must"));
  const int shoulds = clause_size(should, at_should);
  const int must_nots = clause_size(must_not, at.member("must_not"));
  if (musts < 0 || shoulds < 0 || must_nots < 0) {
    return false;
  }
  const auto most = static_cast<std::size_t>(musts) + static_cast<std::size_t>(must_nots) + 2;
  const Condition** children = array<const Condition*>(most, at);
  if (children == nullptr || !parse_clause(must, at.member("must"), children)) {
    return false;
  }
  std::size_t n = static_cast<std::size_t>(musts);
  if (shoulds > 0) {
    const auto size = static_cast<std::size_t>(shoulds);
    const Condition** alternatives = array<const Condition*>(size, at);
    if (alternatives == nullptr || !parse_clause(should, at_should, alternatives)) {
      return false;
    }
    children[n++] = joined(ConditionKind::kOr, {alternatives, size}, at_should);
  }
  if (min_should.kind != JsonKind::kMissing &&
      !parse_min_should(min_should, at.member("min_should"), &children[n++])) {
    return false;
  }
  if (!parse_clause(must_not, at.member("must_not"), children + n)) {
    return false;
  }
  for (int i = 0; i < must_nots; ++i, ++n) {
    children[n] = negated(children[n], at);
  }
  *parsed = joined(ConditionKind::kAnd, {children, n}, at);
  leave();
  return error().ok();
}

int QdrantParser::clause_size(const JsonValue& clause, const ParsePlace& at) {
  switch (clause.kind) {
    case JsonKind::kMissing:
      return 0;
    case JsonKind::kObject:
      return 1;
    case JsonKind::kArray:
      if (size(clause) <= kMostConditions) {
        return size(clause);
      }
      fail(at, ParseErrorCode::kTooLarge, "filter has too many conditions");
      return -1;
    default:
      malformed(at, "must be a condition or an array of conditions");
      return -1;
  }
}

bool QdrantParser::parse_clause(const JsonValue& clause, const ParsePlace& at,
                                const Condition** conditions) {
  if (clause.kind != JsonKind::kArray) {
    return clause.kind == JsonKind::kMissing || parse_condition(clause, at, conditions);
  }
  const int n = size(clause);
  for (int i = 0; i < n; ++i) {
    if (!parse_condition(element(clause, i), at.element(i), conditions + i)) {
      return false;
    }
  }
  return true;
}

bool QdrantParser::parse_condition(const JsonValue& value, const ParsePlace& at,
                                   const Condition** parsed) {
  if (!need_object(value, at) || !count_condition(at)) {
    return false;
  }
  if (has_member(value, "key")) {
    return parse_field(value, at, parsed);
  }
  if (has_member(value, "is_empty")) {
    return only_keys(value, at, {"is_empty"}) &&
           parse_key_test(ConditionKind::kIsEmpty, member(value, "is_empty"), at.member("is_empty"),
                          parsed);
  }
  if (has_member(value, "is_null")) {
    return only_keys(value, at, {"is_null"}) &&
           parse_key_test(ConditionKind::kIsNull, member(value, "is_null"), at.member("is_null"),
                          parsed);
  }
  if (has_member(value, "has_id")) {
    return only_keys(value, at, {"has_id"}) &&
           parse_has_id(member(value, "has_id"), at.member("has_id"), parsed);
  }
  if (has_member(value, "has_vector")) {
    return only_keys(value, at, {"has_vector"}) &&
           parse_has_vector(member(value, "has_vector"), at.member("has_vector"), parsed);
  }
  if (has_member(value, "nested")) {
    return only_keys(value, at, {"nested"}) &&
           parse_nested(member(value, "nested"), at.member("nested"), parsed);
  }
  return parse_filter(value, at, parsed);
}

bool QdrantParser::parse_key_test(ConditionKind kind, const JsonValue& value, const ParsePlace& at,
                                  const Condition** parsed) {
  if (!need_object(value, at) || !only_keys(value, at, {"key"})) {
    return false;
  }
  Condition* test = make(kind, at);
  *parsed = test;
  return test != nullptr && need_path(member(value, "key"), at.member("key"), &test->path);
}

bool QdrantParser::parse_has_id(const JsonValue& value, const ParsePlace& at,
                                const Condition** parsed) {
  if (nested_ > 0) {
    return malformed(at, "a nested filter is about elements, not about rows");
  }
  Condition* test = make(ConditionKind::kHasId, at);
  *parsed = test;
  const auto is_id = [this](const JsonValue& id, const ParsePlace& place) {
    return id.kind == JsonKind::kString || (id.kind == JsonKind::kNumber && id.is_integer) ||
           malformed(place, "must be a string or an integer of 64 bits");
  };
  return test != nullptr && need_values(value, at, is_id, &test->values);
}

bool QdrantParser::parse_has_vector(const JsonValue& value, const ParsePlace& at,
                                    const Condition** parsed) {
  if (nested_ > 0) {
    return malformed(at, "a nested filter is about elements, not about rows");
  }
  Condition* test = make(ConditionKind::kHasVector, at);
  *parsed = test;
  return test != nullptr && need_string(value, at, &test->text);
}

bool QdrantParser::parse_nested(const JsonValue& value, const ParsePlace& at,
                                const Condition** parsed) {
  if (!need_object(value, at) || !only_keys(value, at, {"key", "filter"})) {
    return false;
  }
  Condition* test = make(ConditionKind::kNested, at);
  const Condition** children = array<const Condition*>(1, at);
  if (test == nullptr || children == nullptr ||
      !need_path(member(value, "key"), at.member("key"), &test->path)) {
    return false;
  }
  // The key is of an array; a[] means the same as a.
  std::span<const PathStep>& steps = test->path.steps;
  if (steps.back().kind == PathStep::Kind::kAllElements) {
    steps = steps.first(steps.size() - 1);
  }
  ++nested_;
  if (!parse_filter(member(value, "filter"), at.member("filter"), children)) {
    return false;
  }
  --nested_;
  test->children = {children, 1};
  *parsed = test;
  return true;
}

bool QdrantParser::parse_min_should(const JsonValue& value, const ParsePlace& at,
                                    const Condition** parsed) {
  if (!need_object(value, at) || !only_keys(value, at, {"conditions", "min_count"})) {
    return false;
  }
  const JsonValue clause = member(value, "conditions");
  const ParsePlace at_clause = at.member("conditions");
  std::int64_t count;
  if (!need_integer(member(value, "min_count"), at.member("min_count"), &count)) {
    return false;
  }
  if (count < 1) {
    return malformed(at.member("min_count"), "must be at least 1");
  }
  if (clause.kind == JsonKind::kMissing) {
    return malformed(at_clause, "is missing");
  }
  const int n = clause_size(clause, at_clause);
  if (n < 0) {
    return false;
  }
  Condition* test = make(ConditionKind::kAtLeast, at);
  const Condition** children = array<const Condition*>(static_cast<std::size_t>(n), at);
  if (test == nullptr || children == nullptr || !parse_clause(clause, at_clause, children)) {
    return false;
  }
  test->count = static_cast<std::int32_t>(
      std::min<std::int64_t>(count, std::numeric_limits<std::int32_t>::max()));
  test->children = {children, static_cast<std::size_t>(n)};
  *parsed = test;
  return true;
}

}  // namespace vecext
