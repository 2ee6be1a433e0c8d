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

/// A vector as a request defines it, or as a collection has it. An empty text was not given.
struct VectorDefinition {
  std::string name;  // "" is the unnamed one
  std::int64_t size = 0;
  std::string distance;  // as Qdrant has it: Cosine, Dot, Euclid, Manhattan
  std::string datatype;  // float32, float16; empty: float32
  bool is_multivector = false;
  bool is_sparse = false;
  std::string modifier;  // of a sparse vector: idf, none; empty: none
  std::optional<std::int64_t> m;
  std::optional<std::int64_t> ef_construct;
};

/// Options as objects of JSON; an empty text was not given. `config` has the options of Qdrant that
/// have no effect on a table: it is kept, and returned as it was given.
struct CollectionOptions {
  /// A vector that a change mentions. The modifier is empty if it stays.
  struct ChangedVector {
    std::string name;
    std::string modifier;
  };

  std::string strict_mode;
  std::string config;
  std::string metadata;
  std::vector<ChangedVector> changed_vectors;
};

struct CollectionDefinition {
  std::vector<VectorDefinition> vectors;
  CollectionOptions options;
};

/// A payload index. `schema` is JSON: the options that the request had, with the type; it is empty
/// if the index was made without the gateway.
struct PayloadIndex {
  std::string key;
  std::string type;
  std::string schema;
  std::int64_t points = 0;  // how many points have a value of the key
};

struct CollectionDescription {
  std::vector<VectorDefinition> vectors;
  std::vector<PayloadIndex> indexes;
  CollectionOptions options;
  std::string status;       // green, yellow or red
  std::int64_t points = 0;  // an estimate above a million points
  std::int64_t indexed_vectors = 0;
};

/// A change of an alias. `target` is the collection if the alias is created, and the new name if
/// the alias is renamed.
struct AliasChange {
  enum class Kind { kCreate, kRename, kDrop };
  Kind kind;
  std::string alias;
  std::string target;
};

/// An alias and its collection.
using Alias = std::pair<std::string, std::string>;

/// Returns the names of the collections that the key of the request may read.
Task<std::vector<std::string>> list_collections(Context& context);
Task<bool> collection_exists(Context& context, std::string_view name);
/// Throws a Failure kNotFound if no collection has that name.
Task<> require_collection(Context& context, std::string_view name);
Task<CollectionDescription> describe_collection(Context& context, std::string_view name);
Task<> create_collection(Context& context, std::string_view name,
                         const CollectionDefinition& definition);
/// Returns false if the collection did not exist.
Task<bool> drop_collection(Context& context, std::string_view name);
/// Changes the options that are given: their members are merged into those that the collection has.
Task<> update_collection(Context& context, std::string_view name, const CollectionOptions& options);

/// Does nothing if the collection has that vector already. Throws a Failure kBadInput if it has
/// another one of the name.
Task<> add_vector(Context& context, std::string_view collection, const VectorDefinition& vector);
Task<> drop_vector(Context& context, std::string_view collection, std::string_view vector);

/// Makes that index the only payload index of its key. Its `schema` has the options without the
/// type.
Task<> set_payload_index(Context& context, std::string_view collection, const PayloadIndex& index);
Task<> drop_payload_index(Context& context, std::string_view collection, std::string_view key);

/// Makes the changes in their order, in one transaction.
Task<> change_aliases(Context& context, const std::vector<AliasChange>& changes);
/// Returns the aliases of a collection, or of all collections if none is named. Aliases that the
/// key does not admit are left out.
Task<std::vector<Alias>> list_aliases(Context& context, std::optional<std::string_view> collection);

}  // namespace vecext::gateway
