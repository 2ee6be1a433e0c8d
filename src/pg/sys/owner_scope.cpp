#include "pg/sys/owner_scope.h"

#include "pg/sys/index_functions.h"
#include "pg/sys/version.h"

extern "C" {
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/guc.h"
}

namespace vecext::pg {

bool has_rights_of_owner(Relation table) {
  return has_privs_of_role(GetUserId(), table->rd_rel->relowner);
}

bool may_evaluate_as_owner(Relation table, Relation index) {
  return has_rights_of_owner(table) || has_compiled_functions_alone(RelationGetRelid(index));
}

bool is_trusted_role(Oid role) {
  const Oid user = GetUserId();
  // Superusers count as members of every role, but only formally, so that does not make a role
  // trusted.
  return role == user || superuser_arg(role) || is_member_of_role_nosuper(user, role);
}

void check_may_evaluate_as_owner(Relation table, Relation index) {
  if (!may_evaluate_as_owner(table, index)) {
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("must have the rights of the owner of table \"%s\"",
                    RelationGetRelationName(table)),
             errdetail("Index \"%s\" has a function that is not compiled, or a domain, in its "
                       "expression or predicate, which is evaluated as the owner.",
                       RelationGetRelationName(index))));
  }
}

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
