// Runs maintenance as the owner of a table.
#pragma once

#include <type_traits>

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// The state that as_owner() restores.
struct OwnerScope {
  Oid user;
  int context;
  int nest_level;
};

/// True if the current user has the rights of the table's owner.
bool has_rights_of_owner(Relation table);

/// True if code that belongs to `role` may run with the rights of the current user. This holds if
/// `role` is the user, a role that the user is a member of, or a superuser.
bool is_trusted_role(Oid role);

/// True if the expressions and the predicate of the index may be evaluated as the table's owner on
/// behalf of the current user. This holds if the user has the owner's rights, or if the user cannot
/// change what the functions in them do. An interpreted function can be changed in this way: it may
/// name a type or a table without a schema, and when the session compiled it, that name may have
/// been found by the user's own search path or among the user's temporary objects.
bool may_evaluate_as_owner(Relation table, Relation index);

/// Raises ERROR 42501 if may_evaluate_as_owner() is false.
void check_may_evaluate_as_owner(Relation table, Relation index);

OwnerScope begin_owner_scope(Oid owner);
void end_owner_scope(const OwnerScope& scope);

/// Calls body() as the server's maintenance commands evaluate the expressions and the predicate of
/// an index: as the owner of the table, in a security-restricted operation, with only system
/// schemas on the search path. So the functions of the owner cannot use the rights or the session
/// of the role that maintains the table, and the search path of that role cannot make them call
/// functions of that role. Settings that body() changes are reset afterwards. If body() raises an
/// error, the abort of the transaction or subtransaction restores the state.
template <class Body>
auto as_owner(Oid owner, Body body) {
  const OwnerScope scope = begin_owner_scope(owner);
  if constexpr (std::is_void_v<decltype(body())>) {
    body();
    end_owner_scope(scope);
  } else {
    const auto result = body();
    static_assert(std::is_trivially_destructible_v<decltype(body())>);
    end_owner_scope(scope);
    return result;
  }
}

template <class Body>
auto as_owner(Relation table, Body body) {
  return as_owner(table->rd_rel->relowner, body);
}

}  // namespace vecext::pg
