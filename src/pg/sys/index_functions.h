// Functions of an index's expression or predicate: statements that have these in their text run
// them as the caller.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// ERROR 42501 if the expression or predicate of the index has a function that belongs to neither
/// the caller, a role that the caller is a member of, nor a superuser: its owner can make it do
/// anything at any time. To be called for each call, as roles change.
void check_index_functions(Oid index);

}  // namespace vecext::pg
