// The functions in an index's expressions and predicate. A statement whose text has such an
// expression runs these functions with the rights of the user who executes it.
#pragma once

#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/relcache.h"
}

namespace vecext::pg {

/// A function in an expression or predicate of an index, or a domain whose CHECKs are evaluated
/// there. Functions and domains that belong to the server itself are not listed.
struct IndexCode {
  Oid index;
  Oid object;
  bool is_domain;
};

/// Returns the functions and domains that the indexes of a table have in their expressions and
/// predicates.
GrowingArray<IndexCode> code_of_indexes(Relation table);

/// Raises ERROR 42501 if a function or domain belongs neither to the caller, nor to a role that the
/// caller is a member of, nor to a superuser. The owner of a function can change at any time what
/// it does. Roles change, too, so the check is made before each use.
void check_index_code(const GrowingArray<IndexCode>& code);

/// True if the expressions and the predicate of the index use only functions in languages C and
/// internal. They must not use domains either, since the CHECKs of a domain may call functions in
/// other languages.
bool has_compiled_functions_alone(Oid index);

}  // namespace vecext::pg
