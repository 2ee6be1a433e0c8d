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
  std::string modifier;  // of a sparse one: idf, none; empty: none
  std::optional<std::int64_t> m;
  std::optional<std::int64_t> ef_construct;
};

/// Objects of JSON, or empty texts. `config` is kept and returned as it was given: what Qdrant has
/// and a table has not.
struct CollectionOptions {
  std::string strict_mode;
  std::string config;
  std::string metadata;
  std::vector<std::string> changed_vectors;  // names that `config` says something of in a change
};

struct CollectionDefinition {
  std::vector<VectorDefinition> vectors;
  CollectionOptions options;
};

/// A payload index: `schema` is what was asked for as JSON, with its type; empty if it was made by
/// other means.
struct PayloadIndex {
  std::string key;
  std::string type;
  std::string schema;
  std::int64_t points = 0;  // that have a value in it
};

struct CollectionDescription {
  std::vector<VectorDefinition> vectors;
  std::vector<PayloadIndex> indexes;
  CollectionOptions options;
  std::string status;       // green, yellow or red
  std::int64_t points = 0;  // estimates where there are very many
  std::int64_t indexed_vectors = 0;
};

/// A change of an alias. `target` is the collection of one that is created, and the other name of
/// one that is renamed.
struct AliasChange {
  enum class Kind { kCreate, kRename, kDrop };
  Kind kind;
  std::string alias;
  std::string target;
};

/// (alias, collection)
using Alias = std::pair<std::string, std::string>;

/// The names that the key of the request admits to be read.
Task<std::vector<std::string>> list_collections(Context& context);
Task<bool> collection_exists(Context& context, std::string_view name);
/// Throws a Failure kNotFound if there is none of that name.
Task<> require_collection(Context& context, std::string_view name);
Task<CollectionDescription> describe_collection(Context& context, std::string_view name);
Task<> create_collection(Context& context, std::string_view name,
                         const CollectionDefinition& definition);
/// Returns false if the collection did not exist.
Task<bool> drop_collection(Context& context, std::string_view name);
/// Changes what `options` has, and merges objects into what is there.
Task<> update_collection(Context& context, std::string_view name, const CollectionOptions& options);

Task<> add_vector(Context& context, std::string_view collection, const VectorDefinition& vector);
Task<> drop_vector(Context& context, std::string_view collection, std::string_view vector);

/// Gives the key exactly that index. `schema` is an object of JSON with the options alone.
Task<> set_payload_index(Context& context, std::string_view collection, const PayloadIndex& index);
Task<> drop_payload_index(Context& context, std::string_view collection, std::string_view key);

/// Makes the changes in their order: all or none.
Task<> change_aliases(Context& context, const std::vector<AliasChange>& changes);
/// Without a name, the aliases of all collections. Aliases that the key does not admit are left
/// out.
Task<std::vector<Alias>> list_aliases(Context& context, std::optional<std::string_view> collection);

}  // namespace vecext::gateway
