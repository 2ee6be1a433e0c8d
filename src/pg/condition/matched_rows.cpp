#include "pg/condition/matched_rows.h"

extern "C" {
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {
namespace {

/// Returns the table of a Var of this query, or InvalidOid if the node is not such a Var.
Oid table_of(PlannerInfo* root, const Node* node) {
  const auto* var = reinterpret_cast<const Var*>(node);
  if (!IsA(node, Var) || var->varlevelsup != 0 || var->varattno < 0 ||
      IS_SPECIAL_VARNO(var->varno)) {
    return InvalidOid;
  }
  const RangeTblEntry* entry = rt_fetch(var->varno, root->parse->rtable);
  return entry->rtekind == RTE_RELATION ? entry->relid : InvalidOid;
}

/// True if the node is that column of the target's table.
bool is_column(PlannerInfo* root, const Node* node, const Target& target, AttrNumber column) {
  return node != nullptr && table_of(root, node) == target.relid &&
         reinterpret_cast<const Var*>(node)->varattno == column;
}

/// Finds the row of a view that has the name of an alias, after the planner has replaced the view
/// by its query. Returns false if it is not such a row.
bool find_row_of_view(PlannerInfo* root, const RowExpr* row, Target* target) {
  const Oid view = get_typ_typrelid(row->row_typeid);
  if (!OidIsValid(view) || get_rel_relkind(view) != RELKIND_VIEW) {
    return false;
  }
  target->row = reinterpret_cast<const Node*>(row);
  target->row_relid = view;
  target->collection = collection_of_name(get_rel_name(view));
  target->relid = target->collection->relid;
  return is_column(root, column_of(*target, target->collection->id), *target,
                   target->collection->id);
}

bool find_row_of_table(PlannerInfo* root, const Node* var, Target* target) {
  target->row = var;
  target->row_relid = target->relid = table_of(root, var);
  target->collection = OidIsValid(target->relid) ? collection_of_table(target->relid) : nullptr;
  return target->collection != nullptr;
}

/// Sets the payload of the target. Returns false if the view's payload is not the table's column.
bool find_payload(PlannerInfo* root, Target* target) {
  target->payload_column = target->collection->payload;
  if (target->payload_column == InvalidAttrNumber) {
    return true;
  }
  target->payload = column_of(*target, target->payload_column);
  return is_column(root, target->payload, *target, target->payload_column);
}

}  // namespace

std::optional<Target> find_target(PlannerInfo* root, const Node* argument) {
  Target target{};
  bool is_found = false;
  if (IsA(argument, RowExpr)) {
    is_found = find_row_of_view(root, reinterpret_cast<const RowExpr*>(argument), &target) &&
               find_payload(root, &target);
  } else if (IsA(argument, Var)) {
    target.payload_column = reinterpret_cast<const Var*>(argument)->varattno;
    if (target.payload_column == InvalidAttrNumber) {
      is_found = find_row_of_table(root, argument, &target) && find_payload(root, &target);
    } else {
      target.payload = static_cast<Node*>(copyObjectImpl(argument));
      target.relid = table_of(root, argument);
      is_found = OidIsValid(target.relid);
    }
  }
  return is_found ? std::optional{target} : std::nullopt;
}

Node* column_of(const Target& target, AttrNumber column) {
  if (IsA(target.row, RowExpr)) {
    const List* columns = reinterpret_cast<const RowExpr*>(target.row)->args;
    const AttrNumber of_view =
        get_attnum(target.row_relid, get_attname(target.relid, column, false));
    return of_view > 0 && of_view <= list_length(columns)
               ? static_cast<Node*>(copyObjectImpl(list_nth(columns, of_view - 1)))
               : nullptr;
  }
  Var* var = static_cast<Var*>(copyObjectImpl(target.row));
  var->varattno = column;
  var->varattnosyn = column;
  get_atttypetypmodcoll(target.relid, column, &var->vartype, &var->vartypmod, &var->varcollid);
  return reinterpret_cast<Node*>(var);
}

bool may_lack_payload(const Target& target) {
  const HeapTuple tuple =
      SearchSysCache2(ATTNUM, ObjectIdGetDatum(target.relid), Int16GetDatum(target.payload_column));
  const bool is_not_null = HeapTupleIsValid(tuple) &&
                           reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple))->attnotnull &&
                           is_not_null_valid(target.relid, target.payload_column);
  if (HeapTupleIsValid(tuple)) {
    ReleaseSysCache(tuple);
  }
  // A table that inherits from this one may have dropped NOT NULL.
  return !is_not_null ||
         (get_rel_relkind(target.relid) == RELKIND_RELATION && has_subclass(target.relid));
}

}  // namespace vecext::pg
