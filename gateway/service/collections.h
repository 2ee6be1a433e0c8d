// Operations on collections, their vectors, payload indexes and aliases.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.h"
#include "service/context.h"

namespace vecext::gateway {

/// What is asked for of a vector. Texts are JSON; an empty one was not given.
struct VectorDefinition {
  std::string name;  // "" is the unnamed one
  std::int64_t size = 0;
  std::string distance;  // as Qdrant has it: Cosine, Dot, Euclid, Manhattan
  std::string datatype;  // float32, float16; empty: float32
  bool is_multivector = false;
  bool is_sparse = false;
  std::optional<std::int64_t> m;
  std::optional<std::int64_t> ef_construct;
};

struct CollectionDefinition {
  std::vector<VectorDefinition> vectors;
  std::string strict_mode;  // an object of JSON, or empty
};

/// A payload index as it is, or as it is asked for: `type` is one of Qdrant's.
struct PayloadIndex {
  std::string key;
  std::string type;
};

struct CollectionDescription {
  std::vector<VectorDefinition> vectors;
  std::vector<PayloadIndex> indexes;
  std::string status;       // green, yellow or red
  std::string strict_mode;  // an object of JSON, or empty
  std::int64_t points = 0;
};

/// (alias, collection)
using Alias = std::pair<std::string, std::string>;

Task<std::vector<std::string>> list_collections(Context& context);
Task<bool> collection_exists(Context& context, std::string_view name);
Task<CollectionDescription> describe_collection(Context& context, std::string_view name);
Task<> create_collection(Context& context, std::string_view name,
                         const CollectionDefinition& definition);
/// Returns false if the collection did not exist.
Task<bool> drop_collection(Context& context, std::string_view name);
Task<> set_strict_mode(Context& context, std::string_view name, std::string_view strict_mode);

Task<> add_vector(Context& context, std::string_view collection, const VectorDefinition& vector);
Task<> drop_vector(Context& context, std::string_view collection, std::string_view vector);

Task<> create_payload_index(Context& context, std::string_view collection,
                            const PayloadIndex& index);
Task<> drop_payload_index(Context& context, std::string_view collection, std::string_view key);

/// `actions` is an array of JSON: create_alias, delete_alias, rename_alias.
Task<> update_aliases(Context& context, std::string_view actions);
/// Without a name, the aliases of all collections.
Task<std::vector<Alias>> list_aliases(Context& context, std::optional<std::string_view> collection);

}  // namespace vecext::gateway
