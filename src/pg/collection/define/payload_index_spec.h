// What a request says of an index on payloads, and its definition.
#pragma once

#include <string_view>

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// What is to be made.
struct PayloadIndex {
  Oid relid;
  const char* payload_column;
  const char* key;
  std::string_view type;
  const Json* options;
  bool is_scalar;  // no value is an array, by a constraint
  bool of_arrays;  // the index has the elements of arrays
};

/// Raises an error unless an index can be on that path.
void check_index_key(const char* key);

/// Returns the options as the registry keeps them. Clients write null for what they leave out, and
/// the type once more.
const Json& given_index_options(const Json& options, const char* type);

/// Raises an error unless an index of that type has these options.
void check_payload_options(const Json& options, std::string_view type);

/// Another index finds the rows in which the value is an array, as functions of one value return
/// null for these.
bool needs_array_index(const PayloadIndex& index);

/// Returns the call of an accessor with the payload and the path.
const char* payload_accessor(const PayloadIndex& index, const char* function);

/// Method and expression of the index. They are those that the planner's side of vecext.matches()
/// makes of conditions: an index on any other expression would serve none.
const char* index_definition(const PayloadIndex& index);

}  // namespace vecext::pg
