#include "pg/sys/index_functions.h"

#include "pg/sys/list.h"
#include "pg/sys/owner_scope.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/transam.h"
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

/// What was found in the expression and predicate trees of an index.
struct Search {
  Oid index;
  GrowingArray<IndexCode> code;

  void add(Oid object, bool is_domain) {
    if (object >= FirstNormalObjectId) {
      code.push({.index = index, .object = object, .is_domain = is_domain}, CurrentMemoryContext);
    }
  }
};

bool add_function(Oid function, void* context) {
  static_cast<Search*>(context)->add(function, false);
  return false;
}

/// Adds a domain and the domains on which it is based. The CHECKs of each are expressions that its
/// owner has written.
void add_domains(Oid type, Search* search) {
  while (OidIsValid(type)) {
    const HeapTuple row = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(row)) {
      return;
    }
    const auto* definition = reinterpret_cast<Form_pg_type>(GETSTRUCT(row));
    const bool is_domain = definition->typtype == TYPTYPE_DOMAIN;
    const Oid base = definition->typbasetype;
    ReleaseSysCache(row);
    if (!is_domain) {
      return;
    }
    search->add(type, true);
    type = base;
  }
}

/// Adds the functions and domains of an expression tree to a Search, which is `context`. It returns
/// a copy of the tree, which is not used.
Node* find_code(Node* node, void* context) {
  if (node == nullptr) {
    return nullptr;
  }
  check_functions_in_node(node, add_function, context);
  if (IsA(node, CoerceToDomain)) {
    add_domains(reinterpret_cast<CoerceToDomain*>(node)->resulttype, static_cast<Search*>(context));
  }
  return mutate_expression(node, find_code, context);
}

/// Returns the owner of a function or of a domain, or InvalidOid if it no longer exists.
Oid owner_of(const IndexCode& code) {
  const HeapTuple row =
      SearchSysCache1(code.is_domain ? TYPEOID : PROCOID, ObjectIdGetDatum(code.object));
  if (!HeapTupleIsValid(row)) {
    return InvalidOid;
  }
  const Oid owner = code.is_domain ? reinterpret_cast<Form_pg_type>(GETSTRUCT(row))->typowner
                                   : reinterpret_cast<Form_pg_proc>(GETSTRUCT(row))->proowner;
  ReleaseSysCache(row);
  return owner;
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

/// Sets `*found` to true if an expression tree has an interpreted function or a domain. It returns
/// a copy of the tree, which is not used.
Node* find_interpreted(Node* node, void* found) {
  if (node == nullptr) {
    return nullptr;
  }
  check_functions_in_node(node, is_interpreted, found);
  *static_cast<bool*>(found) |= IsA(node, CoerceToDomain);
  return mutate_expression(node, find_interpreted, found);
}

/// Calls visit(tree) for the expressions and the predicate of an index as the catalog has them. In
/// the trees that the relation cache has, calls of functions may have been replaced by the
/// functions' bodies.
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

GrowingArray<IndexCode> code_of_indexes(Relation table) {
  Search search{};
  List* indexes = RelationGetIndexList(table);
  for (const Oid oid : oids_of(indexes)) {
    search.index = oid;
    each_tree(search.index, [&](Node* tree) { find_code(tree, &search); });
  }
  list_free(indexes);
  return search.code;
}

void check_index_code(const GrowingArray<IndexCode>& code) {
  for (int64 i = 0; i < code.count; ++i) {
    const Oid owner = owner_of(code.at[i]);
    if (!OidIsValid(owner) || is_trusted_role(owner)) {
      continue;
    }
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("index \"%s\" has functions of role \"%s\"", get_rel_name(code.at[i].index),
                    GetUserNameFromId(owner, true)),
             errdetail("Statements on its table may run them as the caller."),
             errhint("Call it as that role or as a member of it, or write the search in SQL.")));
  }
}

bool has_compiled_functions_alone(Oid index) {
  bool is_interpreted_found = false;
  each_tree(index, [&](Node* tree) { find_interpreted(tree, &is_interpreted_found); });
  return !is_interpreted_found;
}

}  // namespace vecext::pg
