// A filter that was parsed, and whether rows satisfy it.
#pragma once

#include <span>

#include "core/condition/condition.h"
#include "core/condition/evaluate.h"
#include "core/value/point_id_value.h"
#include "pg/condition/filter_dialect.h"
#include "pg/payload/jsonb_source.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/uuid.h"
}

namespace vecext::pg {

/// A condition on tokens, and its query in the form of the server.
struct TokenQuery {
  const Condition* condition;
  Oid config;   // the text search configuration
  Datum query;  // tsquery
};

/// A condition has_id, and the UUIDs in it that are not written as the server writes them, sorted.
struct RespelledUuids {
  const Condition* condition;
  std::span<const pg_uuid_t> uuids;
};

struct Filter {
  const Condition* condition;
  // Both lists are sorted by the addresses of the conditions.
  std::span<const TokenQuery> token_queries;
  std::span<const RespelledUuids> respelled_uuids;
  const Condition* of_row;  // a condition on the id or a vector; null if there is none
};

/// Returns the filter of a condition, in `context`, where the condition lives, too. Raises an ERROR
/// if the server has no configuration that it names, or if a pattern of it is not valid.
Filter filter_of(const Condition* condition, MemoryContext context);

/// Parses a filter of type jsonb or text. The result lives in `context` and refers to `filter`,
/// which must live as long and not be toasted. Raises an ERROR if the filter is not valid.
Filter parse_filter(Datum filter, Oid type, FilterDialect dialect, MemoryContext context);

/// Returns a value of has_id among the conditions that no id of that type can be, or null if there
/// is none. Every value is possible for other types than vecext.point_id.
const JsonValue* impossible_id(const Condition& condition, Oid id_type);

/// Raises an ERROR if the filter has conditions that a payload alone does not decide.
void check_payload_decides(const Filter& filter);

/// Answers what the evaluator asks the server for, with a payload alone: conditions on the id or a
/// vector are false.
class ServerFacts : public RowFacts {
 public:
  /// `scratch` is reset after each call for a value, so that no memory is left behind.
  ServerFacts(const Filter& filter, MemoryContext scratch) : filter_(filter), scratch_(scratch) {}

  bool has_id(const Condition&) const override { return false; }
  bool has_vector(std::string_view) const override { return false; }
  bool is_in_slice(const IdSlice&) const override { return false; }
  bool has_tokens(const Condition& condition, std::string_view value) const override;
  bool is_like(const Condition& condition, std::string_view value) const override;

 protected:
  /// True if the condition names the id, which is of type int4, int8, uuid, text or
  /// vecext.point_id.
  bool is_named(Oid type, Datum id, const Condition& condition) const;
  bool is_named(const PointId& id, const Condition& condition) const;

  /// True if the id, which is of one of these types, is in the slice.
  static bool is_id_in_slice(Oid type, Datum id, const IdSlice& slice);

 private:
  const Filter& filter_;
  MemoryContext scratch_;
};

/// True if a row with this payload satisfies the filter.
inline bool satisfies(const Filter& filter, const JsonValue& payload, const RowFacts& facts) {
  return matches(*filter.condition, payload, kJsonb, facts);
}

}  // namespace vecext::pg
