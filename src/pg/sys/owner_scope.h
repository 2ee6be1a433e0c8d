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

OwnerScope begin_owner_scope(Oid owner);
void end_owner_scope(const OwnerScope& scope);

/// Calls body() in the way in which the server's maintenance commands evaluate an index's
/// expressions and predicate: as the owner of the table, in a security-restricted operation, with
/// only system schemas on the search path. Settings that body() changes are reset afterwards. So
/// the owner's functions cannot use the rights or the session of the role that maintains the table,
/// and that role's search path cannot make them call its functions. If body() raises an error, the
/// abort of the (sub)transaction restores the state.
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
