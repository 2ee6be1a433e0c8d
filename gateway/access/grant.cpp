#include "access/grant.h"

#include <algorithm>

#include "base/failure.h"

namespace vecext::gateway {

namespace {

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
  grant.manages_ = true;
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

void Grant::require_global(Access needed) const {
  if (!is_global_) {
    forbid("Global access is required");
  }
  if (!manages_ && (is_write(needed) || needed == Access::kManage)) {
    forbid("Global manage access is required");
  }
}

void Grant::require_any(std::string_view collection) const {
  if (!is_global_ && find(collection) == nullptr) {
    forbid("Access to collection " + std::string(collection) + " is required");
  }
}

void Grant::require(Access needed, std::string_view collection) const {
  if (is_global_) {
    require_global(needed);
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
    return manages_ || !(is_write(needed) || needed == Access::kManage);
  }
  const CollectionGrant* granted = find(collection);
  return granted != nullptr && missing_of(*granted, needed).empty();
}

bool Grant::is_read_only() const {
  return is_global_ ? !manages_
                    : std::ranges::all_of(collections_, [](const CollectionGrant& granted) {
                        return granted.mode == CollectionMode::kRead;
                      });
}

}  // namespace vecext::gateway
