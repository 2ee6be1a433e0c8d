#include "pg/inspect/verify_keys.h"

#include "core/key_tree/key_verify.h"
#include "pg/am/common/index_cache.h"
#include "pg/am/common/key_columns.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/sort.h"

namespace vecext::pg {

namespace {

void collect(void* context, const KeyedRow& row) {
  auto* keys = static_cast<IndexKeys*>(context);
  keys->push(row, CurrentMemoryContext);
}

}  // namespace

IndexKeys verify_tree(Relation index, VerifyFinding* finding) {
  IndexKeys keys{};
  if (has_keys(index)) {
    BufferStore store(index, nullptr);
    check_index(index, verify_keys(store, key_tree_of(index), {collect, &keys}, finding));
    interruptible_sort(keys.at, keys.count);
  }
  return keys;
}

AttrNumber missing_key(Relation index, const IndexKeys& keys, const Datum* values,
                       const bool* isnull, RowId row) {
  for (int i = 1; i < IndexRelationGetNumberOfKeyAttributes(index); ++i) {
    const auto column = static_cast<AttrNumber>(i + 1);
    if (isnull[i]) {
      continue;
    }
    const KeyedRow wanted{key_of(index, column, InvalidOid, values[i]), row};
    if (!std::binary_search(keys.at, keys.at + keys.count, wanted)) {
      return column;
    }
  }
  return 0;
}

}  // namespace vecext::pg
