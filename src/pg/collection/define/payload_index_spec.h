// What a request says of an index on payloads, and its definition.
#pragma once

#include <string_view>

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// An index on a key of the payload, before it is created.
struct PayloadIndex {
  Oid relid;
  const char* payload_column;
  const char* key;
  std::string_view type;
  const Json* options;
  bool is_scalar;  // the table has a constraint that no value is an array
  bool of_arrays;  // this index has the elements of arrays
};

/// Raises an ERROR unless an index can be on that path.
void check_index_key(const char* key);

/// Returns the options as the registry keeps them, without members that are null, which clients
/// write for what they leave out, and without the type where it just repeats `type`.
const Json& given_index_options(const Json& options, const char* type);

/// Returns the options without those that set_payload_index() only keeps, as they have no effect
/// here, and without the type, where it just repeats `type`.
const Json& applied_index_options(const Json& options, const char* type);

/// Returns what set_payload_index() keeps of a request: the options with the type among them.
const Jsonb* requested_schema(const Json& options, const char* type);

/// Raises an ERROR unless an index of that type can have these options.
void check_payload_options(const Json& options, std::string_view type);

/// True if a second index is needed for the rows in which the value is an array: the accessor that
/// this index is on returns null for an array.
bool needs_array_index(const PayloadIndex& index);

/// Returns the call of the accessor `function` with the payload and the path, as SQL.
const char* payload_accessor(const PayloadIndex& index, const char* function);

/// Returns the method and the expression of the index, as SQL. The expression is the one that the
/// planner support of vecext.matches() makes of a condition: an index on any other expression would
/// serve no condition.
const char* index_definition(const PayloadIndex& index);

}  // namespace vecext::pg
