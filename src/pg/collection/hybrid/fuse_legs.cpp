// The lists of several legs as one.
#include "pg/collection/hybrid/hybrid.h"
#include "pg/collection/search/fuse_lists.h"

extern "C" {
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

int compare_rows(const LegRow& a, const LegRow& b) {
  if (a.table != b.table) {
    return a.table < b.table ? -1 : 1;
  }
  return ItemPointerCompare(const_cast<ItemPointer>(&a.row), const_cast<ItemPointer>(&b.row));
}

/// Rows of equal scores are in the order of their keys, those without keys in that of their places.
struct TieOrder {
  FmgrInfo* compare;  // null: keys have no order
  Oid collation;

  int operator()(const LegRow& a, const LegRow& b) const {
    const int32 order = compare != nullptr && a.has_key && b.has_key
                            ? DatumGetInt32(FunctionCall2Coll(compare, collation, a.key, b.key))
                            : 0;
    return order != 0 ? order : compare_rows(a, b);
  }
};

TieOrder tie_order(const SearchedTable& table) {
  if (!OidIsValid(table.key_type)) {
    return {.compare = nullptr, .collation = InvalidOid};
  }
  TypeCacheEntry* type = lookup_type_cache(table.key_type, TYPECACHE_CMP_PROC_FINFO);
  return {.compare = OidIsValid(type->cmp_proc_finfo.fn_oid) ? &type->cmp_proc_finfo : nullptr,
          .collation = table.key_collation};
}

}  // namespace

std::span<const FusedRow<LegRow>> fuse_legs(const HybridSearch& search, LegRows* rows) {
  const TieOrder ties = tie_order(search.table);
  GrowingArray<ListedRow<LegRow>> listed{};
  for (int64 i = 0; i < search.legs.count; ++i) {
    sort_rows(&rows[i], ties);
    rows[i].list.count = Min(rows[i].list.count, search.window);
    const Leg& leg = search.legs.at[i];
    add_list(rows[i].list, rows[i].order, static_cast<int32>(i), leg.contribution, &listed);
  }
  return fuse_lists(listed, compare_rows, ties);
}

}  // namespace vecext::pg
