// What the key or the token of a request admits.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vecext::gateway {

/// The right that an operation needs, as Qdrant divides rights.
enum class Access {
  kRead,         // to read points and descriptions of collections
  kReadExtras,   // to list and download snapshots
  kWrite,        // to change points
  kWriteExtras,  // to change payload indexes and vectors of a collection, to make snapshots
  kManage,       // to create and drop collections and aliases, to change the server
};

/// What a token grants for one collection: "r", "prw" or "rw".
enum class CollectionMode { kRead, kPointsReadWrite, kReadWrite };

struct CollectionGrant {
  std::string collection;
  CollectionMode mode;
};

/// A point that must exist as long as a token is to be valid. Its deletion revokes the token.
struct ValueExists {
  std::string collection;
  std::string filter;  // JSON as vecext takes filters
};

/// Names of collections are compared as the request has them. So an alias is a name of its own: a
/// token that grants it admits what the alias points to, and one that grants the collection alone
/// does not admit its alias, as in Qdrant.
class Grant {
 public:
  static Grant everything();
  static Grant reading();
  static Grant of_collections(std::vector<CollectionGrant> collections);

  /// Throw a Failure kForbidden in Qdrant's words if the grant does not admit an operation: the
  /// first one on that collection, the second one on all collections or on the server, of which a
  /// grant that is bound to a namespace admits none.
  void require(Access needed, std::string_view collection) const;
  void require_global(Access needed) const;
  /// Throws a Failure kForbidden if nothing of the collection is granted. It is for collections
  /// that a request names to look something up: that is a read, which every mode admits.
  void require_any(std::string_view collection) const;

  bool admits(Access needed, std::string_view collection) const;
  /// True if it admits the same for all collections.
  bool is_global() const { return is_global_; }
  /// True if it admits no change of anything.
  bool is_read_only() const;
  /// True if it admits what is about the server, or about points of all namespaces.
  bool is_of_server() const { return is_global_ && !is_bound_; }
  /// True if it admits everything: to create and drop collections, to change the server.
  bool manages() const { return is_of_server() && writes_; }

  /// Makes it a grant for the points of that namespace alone: it manages nothing.
  void bind_to_namespace(std::string id);
  /// Takes the namespace that the request wants, if that is not empty. Throws a Failure kForbidden
  /// if the grant is bound to another one.
  void choose_namespace(std::string_view id);
  /// Returns the namespace that statements of the request are about; empty: that of their role.
  const std::string& namespace_id() const { return namespace_id_; }

  std::string role;                         // that statements run as; empty: the gateway's own
  std::optional<ValueExists> value_exists;  // must hold whenever the grant is used

 private:
  const CollectionGrant* find(std::string_view collection) const;
  // Returns what a global grant lacks for an operation on a collection, or an empty text.
  std::string_view missing_globally(Access needed) const;
  // Throws a Failure kForbidden if a global grant lacks something for an operation on a collection.
  void require_of_all(Access needed) const;

  bool is_global_ = false;
  bool writes_ = false;  // valid if it is global
  std::vector<CollectionGrant> collections_;
  std::string namespace_id_;
  bool is_bound_ = false;  // to the namespace
};

}  // namespace vecext::gateway
