// Functions of an index's expression or predicate: statements that have these in their text run
// them as the caller.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// ERROR 42501 if the expression or predicate of the index has a function that belongs to neither
/// the caller, a role that the caller is a member of, nor a superuser: its owner can make it do
/// anything at any time. To be called for each call, as roles change.
void check_index_functions(Oid index);

/// True if the functions in the expression and the predicate of the index, where it has these, are
/// of languages C and internal alone, and there is no domain in them, whose CHECKs may have others.
bool has_compiled_functions_alone(Oid index);

}  // namespace vecext::pg
