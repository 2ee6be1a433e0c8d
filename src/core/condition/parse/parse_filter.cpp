// Parses filters of Qdrant's grammar.
#include "core/condition/parse/parse_filter.h"

#include <algorithm>
#include <limits>

#include "core/condition/parse/qdrant_parser.h"

namespace vecext {

ParseError parse_filter(const JsonValue& filter, const JsonSource& source, const Arena& arena,
                        const Condition** condition) {
  QdrantParser parser(source, arena);
  const Condition* parsed = nullptr;
  if (!parser.parse_filter(filter, JsonPlace{}, &parsed)) {
    return parser.error();
  }
  *condition = parsed;
  return {};
}

bool QdrantParser::parse_filter(const JsonValue& filter, const JsonPlace& where,
                                const Condition** parsed) {
  if (!need_object(filter, where) || !enter(where) ||
      !only_keys(filter, where, {"must", "should", "must_not", "min_should"})) {
    return false;
  }
  const JsonValue must = member(filter, "must");
  const JsonValue should = member(filter, "should");
  const JsonValue must_not = member(filter, "must_not");
  const JsonValue min_should = member(filter, "min_should");
  const JsonPlace at_should = where.at("should");
  const int musts = clause_size(must, where.at("must"));
  const int shoulds = clause_size(should, at_should);
  const int must_nots = clause_size(must_not, where.at("must_not"));
  if (musts < 0 || shoulds < 0 || must_nots < 0) {
    return false;
  }
  const auto most = static_cast<std::size_t>(musts) + static_cast<std::size_t>(must_nots) + 2;
  const Condition** children = array<const Condition*>(most, where);
  if (children == nullptr || !parse_clause(must, where.at("must"), children)) {
    return false;
  }
  std::size_t n = static_cast<std::size_t>(musts);
  if (shoulds > 0) {
    const auto size = static_cast<std::size_t>(shoulds);
    const Condition** alternatives = array<const Condition*>(size, where);
    if (alternatives == nullptr || !parse_clause(should, at_should, alternatives)) {
      return false;
    }
    children[n++] = joined(ConditionKind::kOr, {alternatives, size}, at_should);
  }
  if (min_should.kind != JsonKind::kMissing &&
      !parse_min_should(min_should, where.at("min_should"), &children[n++])) {
    return false;
  }
  if (!parse_clause(must_not, where.at("must_not"), children + n)) {
    return false;
  }
  for (int i = 0; i < must_nots; ++i, ++n) {
    children[n] = negated(children[n], where);
  }
  *parsed = joined(ConditionKind::kAnd, {children, n}, where);
  leave();
  return error().ok();
}

int QdrantParser::clause_size(const JsonValue& clause, const JsonPlace& where) {
  switch (clause.kind) {
    case JsonKind::kMissing:
      return 0;
    case JsonKind::kObject:
      return 1;
    case JsonKind::kArray:
      if (size(clause) <= kMostConditions) {
        return size(clause);
      }
      fail(where, ParseErrorCode::kTooLarge, "filter has too many conditions");
      return -1;
    default:
      malformed(where, "expected a condition or an array of conditions");
      return -1;
  }
}

bool QdrantParser::parse_clause(const JsonValue& clause, const JsonPlace& where,
                                const Condition** conditions) {
  if (clause.kind != JsonKind::kArray) {
    return clause.kind == JsonKind::kMissing || parse_condition(clause, where, conditions);
  }
  const int n = size(clause);
  for (int i = 0; i < n; ++i) {
    if (!parse_condition(element(clause, i), where.at(i), conditions + i)) {
      return false;
    }
  }
  return true;
}

bool QdrantParser::parse_condition(const JsonValue& value, const JsonPlace& where,
                                   const Condition** parsed) {
  if (!need_object(value, where) || !count_condition(where)) {
    return false;
  }
  if (has_member(value, "key")) {
    return parse_field(value, where, parsed);
  }
  if (has_member(value, "is_empty")) {
    return only_keys(value, where, {"is_empty"}) &&
           parse_key_test(ConditionKind::kIsEmpty, member(value, "is_empty"), where.at("is_empty"),
                          parsed);
  }
  if (has_member(value, "is_null")) {
    return only_keys(value, where, {"is_null"}) &&
           parse_key_test(ConditionKind::kIsNull, member(value, "is_null"), where.at("is_null"),
                          parsed);
  }
  if (has_member(value, "has_id")) {
    return only_keys(value, where, {"has_id"}) &&
           parse_has_id(member(value, "has_id"), where.at("has_id"), parsed);
  }
  if (has_member(value, "has_vector")) {
    return only_keys(value, where, {"has_vector"}) &&
           parse_has_vector(member(value, "has_vector"), where.at("has_vector"), parsed);
  }
  if (has_member(value, "slice")) {
    return only_keys(value, where, {"slice"}) &&
           parse_slice(member(value, "slice"), where.at("slice"), parsed);
  }
  if (has_member(value, "nested")) {
    return only_keys(value, where, {"nested"}) &&
           parse_nested(member(value, "nested"), where.at("nested"), parsed);
  }
  // Any other object must be a filter. If it is not, it may be a condition whose key is misspelt,
  // so the error may suggest a key of conditions, too.
  return only_keys(value, where, {"must", "should", "must_not", "min_should"},
                   {"key", "is_empty", "is_null", "has_id", "has_vector", "slice", "nested"}) &&
         parse_filter(value, where, parsed);
}

bool QdrantParser::parse_key_test(ConditionKind kind, const JsonValue& value,
                                  const JsonPlace& where, const Condition** parsed) {
  if (!need_object(value, where) || !only_keys(value, where, {"key"})) {
    return false;
  }
  Condition* test = make(kind, where);
  *parsed = test;
  return test != nullptr && need_path(member(value, "key"), where.at("key"), &test->path);
}

bool QdrantParser::parse_has_id(const JsonValue& value, const JsonPlace& where,
                                const Condition** parsed) {
  if (nested_ > 0) {
    return malformed(where, "a nested filter is about elements, not about rows");
  }
  Condition* test = make(ConditionKind::kHasId, where);
  *parsed = test;
  const auto is_id = [this](const JsonValue& id, const JsonPlace& place) {
    return id.kind == JsonKind::kString ||
           (id.kind == JsonKind::kNumber && (id.is_integer || id.is_large)) ||
           malformed(place, "expected a string or an integer of 64 bits");
  };
  return test != nullptr && need_values(value, where, is_id, &test->values);
}

bool QdrantParser::parse_has_vector(const JsonValue& value, const JsonPlace& where,
                                    const Condition** parsed) {
  if (nested_ > 0) {
    return malformed(where, "a nested filter is about elements, not about rows");
  }
  Condition* test = make(ConditionKind::kHasVector, where);
  *parsed = test;
  return test != nullptr && need_string(value, where, &test->text);
}

bool QdrantParser::parse_slice(const JsonValue& value, const JsonPlace& where,
                               const Condition** parsed) {
  if (nested_ > 0) {
    return malformed(where, "a nested filter is about elements, not about rows");
  }
  std::int64_t total;
  std::int64_t index;
  if (!need_object(value, where) || !only_keys(value, where, {"total", "index"}) ||
      !need_integer(member(value, "total"), where.at("total"), &total) ||
      !need_integer(member(value, "index"), where.at("index"), &index)) {
    return false;
  }
  if (total < 1 || total > std::numeric_limits<std::uint32_t>::max()) {
    return malformed(where.at("total"), "must be 1 to 4294967295");
  }
  if (index < 0 || index >= total) {
    return malformed(where.at("index"), "must be at least 0 and less than total");
  }
  Condition* test = make(ConditionKind::kSlice, where);
  *parsed = test;
  if (test == nullptr) {
    return false;
  }
  test->slice = {.total = static_cast<std::uint32_t>(total),
                 .index = static_cast<std::uint32_t>(index)};
  return true;
}

bool QdrantParser::parse_nested(const JsonValue& value, const JsonPlace& where,
                                const Condition** parsed) {
  if (!need_object(value, where) || !only_keys(value, where, {"key", "filter"})) {
    return false;
  }
  Condition* test = make(ConditionKind::kNested, where);
  const Condition** children = array<const Condition*>(1, where);
  if (test == nullptr || children == nullptr ||
      !need_path(member(value, "key"), where.at("key"), &test->path)) {
    return false;
  }
  // The key belongs to an array, whose elements are tested anyway, so a[] means the same as a.
  std::span<const PathStep>& steps = test->path.steps;
  if (steps.back().kind == PathStep::Kind::kAllElements) {
    steps = steps.first(steps.size() - 1);
  }
  ++nested_;
  if (!parse_filter(member(value, "filter"), where.at("filter"), children)) {
    return false;
  }
  --nested_;
  test->children = {children, 1};
  *parsed = test;
  return true;
}

bool QdrantParser::parse_min_should(const JsonValue& value, const JsonPlace& where,
                                    const Condition** parsed) {
  if (!need_object(value, where) || !only_keys(value, where, {"conditions", "min_count"})) {
    return false;
  }
  const JsonValue clause = member(value, "conditions");
  const JsonPlace at_clause = where.at("conditions");
  std::int64_t count;
  if (!need_integer(member(value, "min_count"), where.at("min_count"), &count)) {
    return false;
  }
  if (count < 1) {
    return malformed(where.at("min_count"), "must be at least 1");
  }
  if (clause.kind == JsonKind::kMissing) {
    return malformed(at_clause, "is missing");
  }
  const int n = clause_size(clause, at_clause);
  if (n < 0) {
    return false;
  }
  Condition* test = make(ConditionKind::kAtLeast, where);
  const Condition** children = array<const Condition*>(static_cast<std::size_t>(n), where);
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
