// Options of indexes of texts as Qdrant's clients write them, as a text search configuration: one
// for an index, made and dropped with it.
#pragma once

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// True if an option says what the words of an index are.
bool is_config_option(std::string_view name);

/// True if an object has such an option.
bool has_config_options(const Jsonb* options);

/// Raises an error unless they can be made a configuration.
void check_config_options(const Json& options);

/// Makes the configuration in the schema of the table, and returns its name.
const char* create_index_config(Oid relid, const char* key, const char* type, const Json& options);

/// Drops the configuration that was made for an index, if its options are of one.
void drop_index_config(Oid relid, const Jsonb* options);

}  // namespace vecext::pg
