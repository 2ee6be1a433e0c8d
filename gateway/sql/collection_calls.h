// Calls of vecext's functions that define and describe collections.
#pragma once

#include <string_view>

#include "pool/statement.h"

namespace vecext::gateway::sql {

/// Returns rows (name).
Call list_collections();
/// Returns one row (bool).
Call collection_exists(std::string_view name);
/// Returns one row (jsonb): what vecext.collection_info returns. Its numbers are exact, unless the
/// estimate is more than a million points.
Call collection_info(std::string_view name);
/// `vectors` and `options` are objects of JSON as vecext.create_collection takes them.
Call create_collection(std::string_view name, std::string_view vectors, std::string_view options);
Call update_collection(std::string_view name, std::string_view options);
/// Returns one row (bool): false if the collection did not exist.
Call drop_collection(std::string_view name);

/// Raises an error with the SQLSTATE kVectorExists if the collection has a vector of that name.
constexpr std::string_view kVectorExists = "42701";
Call add_vector(std::string_view name, std::string_view vector, std::string_view definition);
Call drop_vector(std::string_view name, std::string_view vector);

/// Makes that index the only payload index of the key.
Call set_payload_index(std::string_view name, std::string_view key, std::string_view type,
                       std::string_view options);
Call drop_payload_index(std::string_view name, std::string_view key);

/// Executes actions in order: `actions` is JSON in which names are quoted, but for new names of
/// aliases.
Call update_aliases(std::string_view actions);
/// Returns rows (alias, collection).
Call list_aliases();
Call list_aliases(std::string_view name);

}  // namespace vecext::gateway::sql
