// A row on its way into a list, in the form in which the list's pages take it.
//
//   record  | list u4 | row 6 | factors 4 | code, a byte for two groups, or the vector as stored |
#pragma once

#include "core/base/arena.h"
#include "core/ivf/model.h"

namespace vecext {

struct [[gnu::packed]] RecordHead {
  std::int32_t list;
  RowId row;
  Factors factors;
};

struct RecordLayout {
  std::size_t body;

  std::size_t size() const { return sizeof(RecordHead) + body; }
};

RecordLayout record_layout(const Model& model);

/// Rows to be made into records: x holds n rows of model.meta.dims floats.
struct RowBatch {
  const float* x;
  const RowId* rows;
  std::int32_t n;
};

/// Options of work on threads; see KMeansOptions.
struct Work {
  std::int32_t threads;
  bool (*stop)(void* context);
  void* stop_context;
};

/// Finds the nearest list of each row and codes it: n records of record_layout() to `out`. Scratch
/// from `arena`. kCancelled when stopped.
Status make_records(const Model& model, const RowBatch& batch, const Work& work, Arena arena,
                    std::byte* out);

/// The same for one row x, `rotated` being x in model space, on the calling thread.
void make_record(const Model& model, const float* x, const float* rotated, std::int32_t list,
                 RowId row, std::byte* out);

/// The nearest list for one row in model space.
std::int32_t nearest_list(const Model& model, const float* rotated, Arena arena);

/// Puts a record into place `place` of a page of its list. The page's count is the caller's.
void put_record(const Model& model, const std::byte* record, std::int32_t place, std::byte* page);

/// Copies what place `from` of a page holds to place `to` of it.
void move_place(const Model& model, std::byte* page, std::int32_t from, std::int32_t to);

/// Places of a page of a list.
inline std::int32_t places(const Model& model) {
  return model.has_vectors() ? model.vectors.places() : model.codes.lanes();
}

/// The row at a place of a page.
inline RowId* row_at(const Model& model, std::byte* page, std::int32_t place) {
  return model.has_vectors()
             ? vector_rows(page, model.vectors) + place
             : code_block(page, model.codes, place / kBlockLanes).rows() + place % kBlockLanes;
}
inline const RowId* row_at(const Model& model, const std::byte* page, std::int32_t place) {
  return model.has_vectors()
             ? vector_rows(page, model.vectors) + place
             : code_block(page, model.codes, place / kBlockLanes).rows() + place % kBlockLanes;
}

/// The kind of the pages of lists.
inline PageKind list_page_kind(const Model& model) {
  return model.has_vectors() ? PageKind::kVectors : PageKind::kCodes;
}

/// kCorrupt unless it is such a page and its count fits.
inline Status check_list_page(const Model& model, const std::byte* page) {
  return model.has_vectors() ? check_vector_page(page, model.vectors)
                             : check_code_page(page, model.codes);
}

/// kStale where a sound page is no longer one of that list: the list was split, and the page may be
/// another's by now.
inline Status check_current(const Model& model, const ListEntry& entry, const std::byte* page) {
  const PageKind kind = page_tail(page)->kind;
  if (kind != list_page_kind(model) && check_page(page, kind).ok()) {
    return {.code = StatusCode::kStale};
  }
  if (const Status status = check_list_page(model, page); !status.ok()) {
    return status;
  }
  if (page_head(page)->chain != entry.chain) {
    return {.code = StatusCode::kStale};
  }
  return {};
}

}  // namespace vecext
