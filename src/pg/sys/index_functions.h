// Functions in an index's expression or predicate. A statement that has such an expression in its
// text runs them with the rights of the caller.
#pragma once

#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/relcache.h"
}

namespace vecext::pg {

/// A function, or a domain with its CHECKs, in the expression or predicate of an index. The
/// server's own are left out.
struct IndexCode {
  Oid index;
  Oid object;
  bool is_domain;
};

/// Returns the functions and domains that the indexes of a table have in their expressions and
/// predicates.
GrowingArray<IndexCode> code_of_indexes(Relation table);

/// Raises ERROR 42501 if a function or domain belongs neither to the caller, nor to a role that the
/// caller is a member of, nor to a superuser: its owner can make it do anything at any time. It has
/// to be called before each use, as roles change.
void check_index_code(const GrowingArray<IndexCode>& code);

/// True if the expressions and the predicate of the index use only functions of languages C and
/// internal, and no domains, whose CHECKs may call functions of other languages.
bool has_compiled_functions_alone(Oid index);

}  // namespace vecext::pg
