// Maintenance as the owner of a table.
#pragma once

#include <type_traits>

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// What as_owner() puts back.
struct OwnerScope {
  Oid user;
  int context;
  int nest_level;
};

OwnerScope begin_owner_scope(Relation table);
void end_owner_scope(const OwnerScope& scope);

/// Runs body() as every maintenance command of the server runs what evaluates an index's
/// expressions and predicate: as the owner of the table, in a security-restricted operation, with a
/// search path on which only the system's names are, and with whatever it sets undone behind it.
/// Neither can the owner's functions use the rights or the session of the role that maintains the
/// table, nor can that role's search path lead them to its own functions. When body() raises, the
/// abort of the (sub)transaction undoes all of it.
template <class Body>
auto as_owner(Relation table, Body body) {
  const OwnerScope scope = begin_owner_scope(table);
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

}  // namespace vecext::pg
