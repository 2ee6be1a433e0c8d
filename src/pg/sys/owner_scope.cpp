#include "pg/sys/owner_scope.h"

#include "pg/sys/version.h"

extern "C" {
#include "miscadmin.h"
#include "utils/guc.h"
}

namespace vecext::pg {

OwnerScope begin_owner_scope(Oid owner) {
  OwnerScope scope;
  GetUserIdAndSecContext(&scope.user, &scope.context);
  SetUserIdAndSecContext(owner, scope.context | SECURITY_RESTRICTED_OPERATION);
  scope.nest_level = NewGUCNestLevel();
  restrict_search_path();
  return scope;
}

void end_owner_scope(const OwnerScope& scope) {
  AtEOXact_GUC(false, scope.nest_level);
  SetUserIdAndSecContext(scope.user, scope.context);
}

}  // namespace vecext::pg
