// A row is appended to one of the lists of pending documents, as a text is in a bm25 index. Before
// that, the index's range of weights is widened to the weights of the row.
#include "pg/am/inverted/inverted.h"

#include "core/postings/sparse/sparse_search.h"
#include "core/value/layout.h"
#include "pg/am/maintenance/row_insert.h"
#include "pg/am/inverted/sparse_values.h"
#include "pg/am/postings/insert_document.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/error.h"

namespace vecext::pg {

namespace {

/// Returns the range of the index, which admits the vector's weights. The range never becomes
/// narrower later.
WeightRange admitted_range(Relation index, const SparsevecView& vector) {
  sparse::WeightsSeen seen;
  seen.add(vector);
  BufferStore store(index, nullptr);
  WeightRange range{};
  bool has_negative = false;
  check_index(index, sparse::read_range(store, &range, &has_negative));
  if (seen.greatest > range.greatest || (seen.has_negative && !has_negative)) {
    check_index(index, admit_weights(store, seen));
    check_index(index, sparse::read_range(store, &range, &has_negative));
  }
  return range;
}

}  // namespace

bool inverted_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation,
                     IndexUniqueCheck, bool, IndexInfo* info) {
  return insert_row_with(
      index, values, isnull, tid, info, [&](RowInsert* insert, Datum value, RowId row) {
        const SparsevecView vector = sparse_view_of(insert->reader.stored(value));
        insert_document(index, row, terms_of_sparse(vector, admitted_range(index, vector)));
      });
}

}  // namespace vecext::pg
