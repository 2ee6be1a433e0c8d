// A row on its way into a list, in the form that it has on the pages of the list.
//
//   record  | list u4 | row 6 | factors 4 | code, a byte for two groups | rerank vector |
//           | list u4 | row 6 | 0 …       | vector as stored                         |
#pragma once

#include "core/base/arena.h"
#include "core/base/row_batch.h"
#include "core/cluster/grouped.h"
#include "core/ivf/lists/list_model.h"

namespace vecext::ivf {

struct [[gnu::packed]] RecordHead {
  std::int32_t list;
  RowId row;
  Factors factors;
};

struct RecordLayout {
  std::size_t code;    // bytes of the code, or of the whole vector
  std::size_t rerank;  // bytes of the rerank vector; 0 if there is none

  std::size_t size() const { return sizeof(RecordHead) + code + rerank; }
};

RecordLayout record_layout(const Model& model);

/// Finds the list nearest to each of many rows, and codes the rows.
class RecordMaker {
 public:
  RecordMaker(const Model& model, const ParallelOptions& options);

  /// Prepares the model's centroids, once for all rows, in memory of `arena`. The centroids must
  /// not change afterwards. Returns kCancelled when stopped.
  Status prepare(Arena arena);

  /// Returns the most bytes that prepare() takes.
  std::size_t memory() const;

  /// Makes the records of a batch of rows, in the form of record_layout(), at `out`. The rows have
  /// model.meta.dims floats. Takes scratch from `arena`. Returns kCancelled when stopped.
  Status make(const RowBatch& batch, Arena arena, std::byte* out);

 private:
  const Model& model_;
  const ParallelOptions options_;
  cluster::GroupedNearest lists_;
};

/// Makes the record of one row in list `list`, on the calling thread. x is the row's vector, and
/// `rotated` is x in model space.
void make_record(const Model& model, const float* x, const float* rotated, std::int32_t list,
                 RowId row, std::byte* out);

/// Sets the list of a record. If lists have codes, also sets the record's code and factors, which
/// are relative to the list's centroid. `rotated` is the row's vector in model space. The record's
/// row and its vectors do not change.
void code_record(const Model& model, const float* rotated, std::int32_t list, std::byte* record);

/// Sets only the list of a record.
void set_list_of(std::byte* record, std::int32_t list);

/// Computes the vector that a record's code stands for, in model space: centroid + residual.
void decode_record(const Model& model, const std::byte* record, float* out);

/// Sets *list to the list whose centroid is nearest to x (D floats in model space), list `but`
/// excluded. `but` may be -1. Sets *list to -1 if the model has no other list.
Status nearest_list(const Model& model, const float* x, std::int32_t but, Arena arena,
                    std::int32_t* list);

/// Puts a record without its rerank vector into place `place` of a page of its list. The caller
/// sets the page's count.
void put_record(const Model& model, const std::byte* record, std::int32_t place, std::byte* page);

/// Copies the record at place `place` of a page, without its rerank vector, and sets its list to
/// `list`. It is the inverse of put_record().
void copy_record(const Model& model, const std::byte* page, std::int32_t place, std::int32_t list,
                 std::byte* record);

/// Returns how many places for rows a page of a list has.
inline std::int32_t places(const Model& model) {
  return model.has_vectors() ? model.vectors.places() : model.codes.lanes();
}

/// Returns a pointer to the row at a place of a page of a list.
template <class Byte>
auto* row_at(const Model& model, Byte* page, std::int32_t place) {
  return model.has_vectors()
             ? vector_rows(page, model.vectors) + place
             : code_block(page, model.codes, place / kBlockLanes).rows() + place % kBlockLanes;
}

/// Returns the kind of the pages of lists.
inline PageKind list_page_kind(const Model& model) {
  return model.has_vectors() ? PageKind::kVectors : PageKind::kCodes;
}

/// Returns kCorrupt unless the page is a page of a list and its count of rows fits.
inline Status check_list_page(const Model& model, const std::byte* page) {
  return model.has_vectors() ? check_vector_page(page, model.vectors)
                             : check_code_page(page, model.codes);
}

/// Returns kStale if a sound page is no longer of the given kind and of the chain of `entry`. Then
/// the list was replaced, and the page may belong to another list by now.
inline Status check_current(const ListEntry& entry, PageKind kind, const std::byte* page) {
  VECEXT_TRY(check_kind(page, kind));
  if (page_head(page)->chain != entry.chain) {
    return {.code = StatusCode::kStale};
  }
  return {};
}

/// Does the same for a page that has rows of the list, and also checks its count of rows.
inline Status check_current(const Model& model, const ListEntry& entry, const std::byte* page) {
  VECEXT_TRY(check_current(entry, list_page_kind(model), page));
  return check_list_page(model, page);
}

/// Returns how many rerank pages the lanes in use of a page of codes need. It is at most
/// kMaxRerankPages, even if the page is damaged.
inline std::int32_t rerank_pages_in_use(const Model& model, const std::byte* page) {
  const CodeLayout& layout = model.codes;
  if (model.rerank() == Rerank::kNone) {
    return 0;
  }
  const std::int32_t pages =
      (page_head(page)->rows + layout.rerank_places - 1) / layout.rerank_places;
  return pages < layout.rerank_pages ? pages : layout.rerank_pages;
}

}  // namespace vecext::ivf
