#include "pg/sys/index_functions.h"

#include "pg/sys/owner_scope.h"
#include "pg/sys/version.h"

extern "C" {
#include "catalog/pg_index.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// Of the index that is checked.
struct Check {
  Oid index;
};

void check_owner(Oid owner, const Check& check) {
  if (is_trusted_role(owner)) {
    return;
  }
  ereport(ERROR,
          (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
           errmsg("index \"%s\" has functions of role \"%s\"", get_rel_name(check.index),
                  GetUserNameFromId(owner, true)),
           errdetail("A search by that index would run them as the caller."),
           errhint("Call it as that role or as a member of it, or write the search in SQL.")));
}

bool check_function(Oid function, void* context) {
  const HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (HeapTupleIsValid(row)) {
    const Oid owner = reinterpret_cast<Form_pg_proc>(GETSTRUCT(row))->proowner;
    ReleaseSysCache(row);
    check_owner(owner, *static_cast<const Check*>(context));
  }
  return false;
}

/// The CHECKs of a domain, and of those that it is of, are expressions of their owners.
void check_domain(Oid type, const Check& check) {
  while (OidIsValid(type)) {
    const HeapTuple row = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(row)) {
      return;
    }
    const auto* definition = reinterpret_cast<Form_pg_type>(GETSTRUCT(row));
    const bool is_domain = definition->typtype == TYPTYPE_DOMAIN;
    const Oid owner = definition->typowner;
    type = definition->typbasetype;
    ReleaseSysCache(row);
    if (!is_domain) {
      return;
    }
    check_owner(owner, check);
  }
}

/// Checks a tree, and returns a copy, which nobody needs.
Node* check_node(Node* node, void* context) {
  if (node == nullptr) {
    return nullptr;
  }
  check_functions_in_node(node, check_function, context);
  if (IsA(node, CoerceToDomain)) {
    check_domain(reinterpret_cast<CoerceToDomain*>(node)->resulttype,
                 *static_cast<const Check*>(context));
  }
  return mutate_expression(node, check_node, context);
}

bool is_interpreted(Oid function, void* found) {
  const HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (HeapTupleIsValid(row)) {
    const Oid language = reinterpret_cast<Form_pg_proc>(GETSTRUCT(row))->prolang;
    *static_cast<bool*>(found) |= language != INTERNALlanguageId && language != ClanguageId;
    ReleaseSysCache(row);
  }
  return false;
}

/// Searches a tree, and returns a copy, which nobody needs.
Node* find_interpreted(Node* node, void* found) {
  if (node == nullptr) {
    return nullptr;
  }
  check_functions_in_node(node, is_interpreted, found);
  *static_cast<bool*>(found) |= IsA(node, CoerceToDomain);
  return mutate_expression(node, find_interpreted, found);
}

/// Calls visit() with the expression and the predicate that the catalog has: in those of the
/// relation cache functions may have been replaced by their bodies.
template <class Visit>
void each_tree(Oid index, Visit visit) {
  const HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
  if (!HeapTupleIsValid(row)) {
    elog(ERROR, "cache lookup failed for index %u", index);
  }
  constexpr AttrNumber kTrees[] = {Anum_pg_index_indexprs, Anum_pg_index_indpred};
  for (const AttrNumber column : kTrees) {
    bool is_null;
    const Datum tree = SysCacheGetAttr(INDEXRELID, row, column, &is_null);
    if (!is_null) {
      visit(static_cast<Node*>(stringToNode(TextDatumGetCString(tree))));
    }
  }
  ReleaseSysCache(row);
}

}  // namespace

void check_index_functions(Oid index) {
  Check check{index};
  each_tree(index, [&](Node* tree) { check_node(tree, &check); });
}

bool has_compiled_functions_alone(Oid index) {
  bool is_interpreted_found = false;
  each_tree(index, [&](Node* tree) { find_interpreted(tree, &is_interpreted_found); });
  return !is_interpreted_found;
}

}  // namespace vecext::pg
