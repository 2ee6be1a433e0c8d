// Builds an index: pages are written in bulk, the pages of a list one after another.
#pragma once

#include <cstring>

#include "core/base/row_batch.h"
#include "core/ivf/lists/append.h"
#include "core/page/stream.h"

namespace vecext::ivf {

/// Returns the most bytes of scratch that train() takes for a sample of n rows, which is in place
/// or not.
std::size_t train_memory(const Meta& meta, std::int32_t n, bool in_place);

/// Returns how many pages a new index of `rows` rows in meta.lists lists takes, without pages of
/// key columns. Lists are assumed to have equal lengths; their last pages are half full in the
/// mean.
double index_pages(const Meta& meta, double rows);

/// Returns about how many multiply-adds train() reports to parallel.stop for a sample of n rows.
double train_work(const Meta& meta, std::int32_t n);

/// Makes the mean, the centroids and the entries of `meta.lists` lists or fewer from a sample of
/// rows of meta.dims floats. A sample in place has a stride of meta.rotated, and is overwritten by
/// its rows in model space. An empty sample makes one list around the origin. Sets
/// model->meta.lists; the caller sets the other fields of model->meta. The model's own memory comes
/// from `arena`, scratch from `scratch`.
Status train(const Meta& meta, const Sample& sample, const ParallelOptions& parallel, Arena arena,
             Arena scratch, Model* model);

/// Sets the entries of the model's lists from n rows. nearest[i] is the list nearest to row i, and
/// distances[i] the squared distance to its centroid. An entry gets the number of its rows, their
/// mean squared residual (which is finite, whatever the distances), its variation, and the scale
/// that follows from the residual.
void set_residuals(const std::int32_t* nearest, const float* distances, std::int32_t n,
                   Model* model);

/// The pages of a new model have room for this many more lists. If a change of lists later needed
/// another page for the model, at the end of the file, VACUUM could not truncate the file.
inline constexpr std::int32_t kSpareLists = 2;

/// Writes the meta page, the model and an empty directory, and sets the entries to lists without
/// rows. The bulk store must be empty.
template <BulkStore B>
Status write_model(B& bulk, Model* model) {
  PageId meta_page;
  std::byte* page;
  VECEXT_TRY(bulk.add(&meta_page, &page));
  init_page(page, PageKind::kMeta, 0, 0);
  Meta& meta = model->meta;
  meta.head = meta_head(MetaKind::kLists);
  meta.head.next_chain = 1;
  VECEXT_TRY(write_stream(bulk, reinterpret_cast<const std::byte*>(model->mean),
                          stream_bytes(meta, meta.lists + kSpareLists), meta.head.next_chain++,
                          &meta.model));
  PageId last = kNoPage;
  const std::uint32_t chain = meta.head.next_chain++;
  for (std::int32_t from = 0; from < model->lists() + kSpareLists; from += kEntriesPerPage) {
    VECEXT_TRY(add_to_chain(bulk, PageKind::kDirectory, 0, chain, &last, &page));
    model->directory[from / kEntriesPerPage] = last;
  }
  bulk.end_change();
  meta.directory = model->directory[0];
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    ListEntry& entry = model->entries[list];
    entry.head = entry.tail = kNoPage;
    entry.chain = meta.head.next_chain++;
    entry.rows = 0;
  }
  return {};
}

/// Sorts the numbers of n records by list, stably. The records of list l are (*order)[(*starts)[l]
/// .. (*starts)[l + 1]).
Status sort_by_list(const Model& model, const std::byte* records, std::int32_t n, Arena arena,
                    std::int32_t** order, std::int32_t** starts);

/// Appends n records to their lists.
template <BulkStore B>
Status append_records(B& bulk, Model* model, const std::byte* records, std::int32_t n,
                      Arena arena) {
  std::int32_t* order;
  std::int32_t* starts;
  VECEXT_TRY(sort_by_list(*model, records, n, arena, &order, &starts));
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    const std::int32_t count = starts[list + 1] - starts[list];
    if (count == 0) {
      continue;
    }
    const ListRecords rows{records, order + starts[list], count, record_layout(*model).size()};
    VECEXT_TRY(append_to_list(bulk, *model, list, &model->entries[list], rows));
    model->entries[list].rows += static_cast<std::uint32_t>(count);
  }
  bulk.end_change();
  return {};
}

/// Gives lists without rows their first page, and writes the directory and the meta page, which
/// completes the index.
template <BulkStore B>
Status finish_build(B& bulk, Model* model) {
  std::byte* page;
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    ListEntry& entry = model->entries[list];
    if (entry.head == kNoPage) {
      VECEXT_TRY(add_first_page(bulk, *model, list, &entry));
    }
  }
  for (std::int32_t from = 0; from < model->lists(); from += kEntriesPerPage) {
    const std::int32_t left = model->lists() - from;
    VECEXT_TRY(bulk.change(model->directory[from / kEntriesPerPage], &page));
    std::memcpy(list_entry(page, 0), model->entries + from,
                static_cast<std::size_t>(left < kEntriesPerPage ? left : kEntriesPerPage) *
                    sizeof(ListEntry));
  }
  VECEXT_TRY(bulk.change(kMetaPage, &page));
  *meta_of(page) = model->meta;
  bulk.end_change();
  return {};
}

}  // namespace vecext::ivf
