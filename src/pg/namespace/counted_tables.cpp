#include "pg/namespace/counted_tables.h"

#include "pg/namespace/reservations.h"
#include "pg/namespace/row_totals.h"
#include "pg/sys/list.h"

extern "C" {
#include "catalog/objectaccess.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// Calls use(const NamespaceRows&) for each namespace of which the table has rows, after the rows
/// of all tables of that namespace were counted.
template <class Use>
void each_namespace_of_table(Oid relid, const char* column_name, Use use) {
  RowSums sums = new_row_sums(InvalidAttrNumber);
  const Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
  add_rows_of_table(&sums, relid, column_name, nullptr, snapshot);
  UnregisterSnapshot(snapshot);
  each_namespace(sums, [&](const NamespaceRows& rows) {
    ensure_counted(rows.owner);
    use(rows);
  });
}

object_access_hook_type next_hook;

void before_drop(Oid relid, int column) {
  const char kind = get_rel_relkind(relid);
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) {
    return;
  }
  const char* name = namespace_column_of_part(relid);
  if (name != nullptr && (column == 0 || column == get_attnum(relid, name))) {
    remove_table(relid, name);
  }
}

void after_access(ObjectAccessType access, Oid class_id, Oid object, int part, void* argument) {
  if (next_hook != nullptr) {
    next_hook(access, class_id, object, part, argument);
  }
  if (access == OAT_DROP && class_id == RelationRelationId) {
    before_drop(object, part);
  }
}

}  // namespace

const char* namespace_column_of_part(Oid relid) {
  const char* name = namespace_column_name(relid);
  if (name == nullptr && get_rel_relispartition(relid)) {
    for (const Oid ancestor : oids_of(get_partition_ancestors(relid))) {
      name = name == nullptr ? namespace_column_name(ancestor) : name;
    }
  }
  return name;
}

void add_table(Oid relid, const char* column_name) {
  const Namespace* current = namespace_of_caller();
  const int32 caller = current == nullptr ? 0 : current->key.number;
  each_namespace_of_table(relid, column_name, [caller](const NamespaceRows& rows) {
    check_may_use(rows.owner, caller);
    constexpr RowTotals kUnlimited{.vectors = -1, .bytes = -1};
    RowTotals total{};
    reserve_for_transaction(rows.owner.key, rows.before, kUnlimited, &total);
  });
}

void remove_table(Oid relid, const char* column_name) {
  each_namespace_of_table(relid, column_name, [](const NamespaceRows& rows) {
    release_at_commit(rows.owner.key, rows.before);
  });
}

void follow_dropped_tables() {
  next_hook = object_access_hook;
  object_access_hook = after_access;
}

}  // namespace vecext::pg
