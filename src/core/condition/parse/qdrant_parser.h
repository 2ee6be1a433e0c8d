// The parser of Qdrant's grammar. Filters are in parse_filter.cpp, tests of a field in
// parse_field.cpp.
#pragma once

#include <cstdint>
#include <span>

#include "core/condition/parse/parser.h"

namespace vecext {

class QdrantParser : public JsonConditionParser {
 public:
  using JsonConditionParser::JsonConditionParser;

  /// Parses a filter with its clauses.
  bool parse_filter(const JsonValue& filter, const JsonPlace& where, const Condition** parsed);

 private:
  /// Parses one condition of a clause: a condition on a field, a condition on the row, or a filter.
  bool parse_condition(const JsonValue& value, const JsonPlace& where, const Condition** parsed);
  bool parse_min_should(const JsonValue& value, const JsonPlace& where, const Condition** parsed);
  bool parse_nested(const JsonValue& value, const JsonPlace& where, const Condition** parsed);
  bool parse_has_id(const JsonValue& value, const JsonPlace& where, const Condition** parsed);
  bool parse_has_vector(const JsonValue& value, const JsonPlace& where, const Condition** parsed);
  bool parse_slice(const JsonValue& value, const JsonPlace& where, const Condition** parsed);
  /// Parses {"key": …}, which is_empty and is_null have as their value.
  bool parse_key_test(ConditionKind kind, const JsonValue& value, const JsonPlace& where,
                      const Condition** parsed);
  /// Returns how many conditions a clause has, which is one condition or a list of conditions.
  /// Returns a negative number on failure.
  int clause_size(const JsonValue& clause, const JsonPlace& where);
  /// Parses a clause, and sets conditions[0 .. clause_size()).
  bool parse_clause(const JsonValue& clause, const JsonPlace& where, const Condition** conditions);

  // Parses a condition on a field, which has a "key" and at least one test. Several tests are
  // joined by OR, as in Qdrant.
  bool parse_field(const JsonValue& value, const JsonPlace& where, const Condition** parsed);
  bool parse_test(std::string_view name, const JsonValue& value, const JsonPlace& where,
                  const PayloadPath& path, const Condition** parsed);
  bool find_match_test(const JsonValue& match, const JsonPlace& where, JsonMember* test,
                       JsonValue* config);
  bool parse_match(const JsonValue& match, const JsonPlace& where, Condition* condition);
  bool parse_text_match(const JsonMember& test, const JsonValue& config, const JsonPlace& where,
                        Condition* condition);
  bool need_match_value(const JsonValue& value, const JsonPlace& where);
  bool parse_range(const JsonValue& range, const JsonPlace& where, Condition* condition);
  bool parse_count(const JsonValue& range, const JsonPlace& where, Condition* condition);
  bool parse_flag(ConditionKind kind, const JsonValue& value, const JsonPlace& where,
                  const PayloadPath& path, const Condition** parsed);
  template <class T, class Read>
  bool parse_bounds(const JsonValue& range, const JsonPlace& where, const Read& read,
                    Range<T>* bounds);
  bool parse_point(const JsonValue& value, const JsonPlace& where, GeoPoint* point);
  bool parse_box(const JsonValue& value, const JsonPlace& where, GeoBox* box);
  bool parse_circle(const JsonValue& value, const JsonPlace& where, GeoCircle* circle);
  bool parse_polygon(const JsonValue& value, const JsonPlace& where, GeoPolygon* polygon);
  bool parse_ring(const JsonValue& value, const JsonPlace& where, std::span<const GeoPoint>* ring);

  int nested_ = 0;
};

}  // namespace vecext
