// Functions of an index's expression or predicate: statements that have these in their text run
// them as the caller.
#pragma once

#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/relcache.h"
}

namespace vecext::pg {

/// A function, or a domain with its CHECKs, in the expression or predicate of an index; none of the
/// server's own.
struct IndexCode {
  Oid index;
  Oid object;
  bool is_domain;
};

/// What the indexes of a table have of these.
GrowingArray<IndexCode> code_of_indexes(Relation table);

/// ERROR 42501 if that belongs to neither the caller, a role that the caller is a member of, nor a
/// superuser: its owner can make it do anything at any time. To be called for each call, as roles
/// change.
void check_index_code(const GrowingArray<IndexCode>& code);

/// True if the functions in the expression and the predicate of the index, where it has these, are
/// of languages C and internal alone, and there is no domain in them, whose CHECKs may have others.
bool has_compiled_functions_alone(Oid index);

}  // namespace vecext::pg
