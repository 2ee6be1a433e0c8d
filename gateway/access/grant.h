// What the key or the token of a request admits.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vecext::gateway {

/// What an operation needs, as Qdrant divides it.
enum class Access {
  kRead,         // of points, and of what a collection is like
  kReadExtras,   // of snapshots
  kWrite,        // of points
  kWriteExtras,  // of payload indexes, of vectors of a collection, of snapshots
  kManage,       // of collections, aliases and the server
};

/// What a token grants for one collection: "r", "prw" or "rw".
enum class CollectionMode { kRead, kPointsReadWrite, kReadWrite };

struct CollectionGrant {
  std::string collection;
  CollectionMode mode;
};

/// A point that a token wants to be there, so that a token can be revoked: deleting the point does.
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
  /// first one on that collection, the second one on all collections or on the server.
  void require(Access needed, std::string_view collection) const;
  void require_global(Access needed) const;
  /// Throws a Failure kForbidden if nothing of the collection is granted. It is for names within
  /// requests: what is looked up there is read, which every mode admits.
  void require_any(std::string_view collection) const;

  bool admits(Access needed, std::string_view collection) const;
  /// True if the same is admitted for all collections.
  bool is_global() const { return is_global_; }
  /// True if it admits no change of anything.
  bool is_read_only() const;

  std::string role;                         // that PostgreSQL decides by; empty: the gateway's own
  std::optional<ValueExists> value_exists;  // must hold whenever the grant is used

 private:
  const CollectionGrant* find(std::string_view collection) const;

  bool is_global_ = false;
  bool manages_ = false;  // if it is global
  std::vector<CollectionGrant> collections_;
};

}  // namespace vecext::gateway
