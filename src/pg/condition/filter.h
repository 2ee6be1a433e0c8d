// A filter that was parsed, and whether rows satisfy it.
#pragma once

#include <span>

#include "core/condition/condition.h"
#include "core/condition/evaluate.h"
#include "pg/condition/filter_dialect.h"
#include "pg/payload/jsonb_source.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/uuid.h"
}

namespace vecext::pg {

/// The query of a condition on tokens.
struct TokenQuery {
  const Condition* condition;
  Oid config;   // a text search configuration
  Datum query;  // tsquery
};

/// The UUIDs that a has_id has in other forms than the server's, sorted.
struct RespelledUuids {
  const Condition* condition;
  std::span<const pg_uuid_t> uuids;
};

struct Filter {
  const Condition* condition;
  // Both by the address of the condition.
  std::span<const TokenQuery> token_queries;
  std::span<const RespelledUuids> respelled_uuids;
  const Condition* of_row;  // a condition on the id or a vector; null if the payload alone decides
};

/// Parses a filter of type jsonb or text. What it becomes lives in `context`; `filter`, which is
/// not toasted, must live as long. Raises an ERROR if it is not valid.
Filter parse_filter(Datum filter, Oid type, FilterDialect dialect, MemoryContext context);

/// Raises an ERROR if the filter has conditions that a payload alone does not decide.
void check_payload_decides(const Filter& filter);

/// What the evaluator asks the server for. Nothing is known of conditions on the row.
class ServerFacts : public RowFacts {
 public:
  /// Calls for one value leave no memory behind: `scratch` is reset.
  ServerFacts(const Filter& filter, MemoryContext scratch) : filter_(filter), scratch_(scratch) {}

  bool has_id(const Condition&) const override { return false; }
  bool has_vector(std::string_view) const override { return false; }
  bool has_tokens(const Condition& condition, std::string_view value) const override;
  bool is_like(const Condition& condition, std::string_view value) const override;

 protected:
  /// True if an id, of type int4, int8, uuid or text, is one that the condition names.
  bool is_named(Oid type, Datum id, const Condition& condition) const;

 private:
  const Filter& filter_;
  MemoryContext scratch_;
};

/// True if a row with this payload satisfies the filter.
inline bool satisfies(const Filter& filter, const JsonValue& payload, const RowFacts& facts) {
  return matches(*filter.condition, payload, kJsonb, facts);
}

}  // namespace vecext::pg
