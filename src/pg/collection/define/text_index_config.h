// Text search configurations for indexes of texts, made of the options that Qdrant's clients write.
// Each belongs to one index, and is created and dropped with it.
#pragma once

#include "pg/collection/common/request_value.h"

namespace vecext::pg {

/// True if the option of that name says which words of a text an index has, so that a configuration
/// is needed.
bool is_config_option(std::string_view name);

/// True if the object has such an option.
bool has_config_options(const Jsonb* options);

/// Raises an ERROR unless a configuration can be made of the options.
void check_config_options(const Json& options);

/// Creates the configuration of an index in the schema of the table, and returns its name.
const char* create_index_config(Oid relid, const char* key, const char* type, const Json& options);

/// Returns the statements that drop the configuration which was created for an index with these
/// options, and its dictionaries: NIL if the options need none. The index, which needs them, must
/// be dropped after this call and before the owner of the table executes the statements.
List* drops_of_index_config(Oid relid, const char* index, const Jsonb* options);

}  // namespace vecext::pg
