#include "access/grant.h"

#include <algorithm>

#include "base/failure.h"

namespace vecext::gateway {

namespace {

constexpr std::string_view kPointsOnly = "Only points access is allowed for a key of a namespace";

[[noreturn]] void forbid(std::string message) {
  throw Failure(FailureKind::kForbidden, std::move(message));
}

bool is_write(Access needed) {
  return needed == Access::kWrite || needed == Access::kWriteExtras;
}

bool is_of_extras(Access needed) {
  return needed == Access::kReadExtras || needed == Access::kWriteExtras;
}

// Returns what is missing, or an empty text.
std::string missing_of(const CollectionGrant& grant, Access needed) {
  if (is_of_extras(needed) && grant.mode == CollectionMode::kPointsReadWrite) {
    return "Only points access is allowed for collection " + grant.collection;
  }
  if (is_write(needed) && grant.mode == CollectionMode::kRead) {
    return "Write access to collection " + grant.collection + " is required";
  }
  return needed == Access::kManage ? "Manage access for this operation is required" : "";
}

}  // namespace

Grant Grant::everything() {
  Grant grant;
  grant.is_global_ = true;
  grant.writes_ = true;
  return grant;
}

Grant Grant::reading() {
  Grant grant;
  grant.is_global_ = true;
  return grant;
}

Grant Grant::of_collections(std::vector<CollectionGrant> collections) {
  Grant grant;
  grant.collections_ = std::move(collections);
  return grant;
}

const CollectionGrant* Grant::find(std::string_view collection) const {
  const auto found = std::ranges::find(collections_, collection, &CollectionGrant::collection);
  return found == collections_.end() ? nullptr : &*found;
}

std::string_view Grant::missing_globally(Access needed) const {
  if (!writes_ && (is_write(needed) || needed == Access::kManage)) {
    return "Global manage access is required";
  }
  // Collections have points of other namespaces, too.
  if (is_bound_ && (is_of_extras(needed) || needed == Access::kManage)) {
    return kPointsOnly;
  }
  return {};
}

void Grant::require_global(Access needed) const {
  if (!is_global_) {
    forbid("Global access is required");
  }
  require_of_all(needed);
  if (is_bound_) {
    forbid(std::string(kPointsOnly));
  }
}

void Grant::require_of_all(Access needed) const {
  if (const std::string_view missing = missing_globally(needed); !missing.empty()) {
    forbid(std::string(missing));
  }
}

void Grant::require_any(std::string_view collection) const {
  if (!is_global_ && find(collection) == nullptr) {
    forbid("Access to collection " + std::string(collection) + " is required");
  }
}

void Grant::require(Access needed, std::string_view collection) const {
  if (is_global_) {
    require_of_all(needed);
    return;
  }
  require_any(collection);
  const std::string missing = missing_of(*find(collection), needed);
  if (!missing.empty()) {
    forbid(missing);
  }
}

bool Grant::admits(Access needed, std::string_view collection) const {
  if (is_global_) {
    return missing_globally(needed).empty();
  }
  const CollectionGrant* granted = find(collection);
  return granted != nullptr && missing_of(*granted, needed).empty();
}

bool Grant::is_read_only() const {
  return is_global_ ? !writes_
                    : std::ranges::all_of(collections_, [](const CollectionGrant& granted) {
                        return granted.mode == CollectionMode::kRead;
                      });
}

void Grant::bind_to_namespace(std::string id) {
  namespace_id_ = std::move(id);
  is_bound_ = true;
}

void Grant::choose_namespace(std::string_view id) {
  if (is_bound_ && !id.empty() && id != namespace_id_) {
    forbid("The key is of another namespace");
  }
  if (!is_bound_) {
    namespace_id_ = id;
  }
}

}  // namespace vecext::gateway
