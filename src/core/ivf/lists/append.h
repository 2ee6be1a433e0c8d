// Writing records to the end of a list, page after page: in a new index, or in a new list that no
// entry counts yet.
#pragma once

#include "core/ivf/lists/record.h"
#include "core/page/bulk.h"

namespace vecext::ivf {

/// Adds the first page of a list that has no pages yet.
template <BulkStore B>
Status add_first_page(B& bulk, const Model& model, std::int32_t list, ListEntry* entry) {
  std::byte* page;
  const Status status = add_to_chain(bulk, list_page_kind(model), static_cast<std::uint32_t>(list),
                                     entry->chain, &entry->tail, &page);
  entry->head = entry->tail;
  return status;
}

/// Records of one list: those at the places order[0 .. n) of the array `records`, each of `size`
/// bytes, in the form of record_layout().
struct ListRecords {
  const std::byte* records;
  const std::int32_t* order;
  std::int32_t n;
  std::size_t size;

  const std::byte* operator[](std::int32_t i) const {
    return records + static_cast<std::size_t>(order[i]) * size;
  }
};

/// Writes the rerank vectors of records for the lanes from `lane` on of a page of codes. `pages`
/// are the numbers of the rerank pages of this page of codes. If the lanes need new rerank pages,
/// adds them, and sets their numbers in `pages`.
template <BulkStore B>
Status append_rerank(B& bulk, const Model& model, std::int32_t list, std::uint32_t chain,
                     const ListRecords& records, std::int32_t lane, PageId* pages) {
  const CodeLayout& layout = model.codes;
  const std::size_t at = record_layout(model).code;
  for (std::int32_t i = 0; i < records.n;) {
    PageId* rerank = pages + lane / layout.rerank_places;
    std::byte* page;
    const bool is_new = lane % layout.rerank_places == 0;
    VECEXT_TRY(is_new ? bulk.add(rerank, &page) : bulk.change(*rerank, &page));
    if (is_new) {
      init_page(page, PageKind::kRerank, static_cast<std::uint32_t>(list), chain);
    }
    do {
      __builtin_memcpy(rerank_vector_at(page, layout.rerank_bytes, lane % layout.rerank_places),
                       records[i] + sizeof(RecordHead) + at, layout.rerank_bytes);
      ++i;
      ++lane;
    } while (i < records.n && lane % layout.rerank_places != 0);
  }
  return {};
}

/// Puts records into the lanes from `lane` on of `page`, a page of the list, and sets the numbers
/// of its rerank pages to `rerank`.
inline void fill_page(const Model& model, const ListRecords& records, std::int32_t lane,
                      const PageId* rerank, std::byte* page) {
  for (std::int32_t i = 0; i < records.n; ++i) {
    put_record(model, records[i], lane + i, page);
  }
  page_head(page)->rows = static_cast<std::uint16_t>(lane + records.n);
  if (model.rerank() != Rerank::kNone) {
    __builtin_memcpy(rerank_pages(page, model.codes), rerank,
                     static_cast<std::size_t>(model.codes.rerank_pages) * sizeof(PageId));
  }
}

/// Appends records to the list of `entry`. Updates its first and last page, but not its number of
/// rows.
template <BulkStore B>
Status append_to_list(B& bulk, const Model& model, std::int32_t list, ListEntry* entry,
                      ListRecords records) {
  const std::int32_t room = places(model);
  std::int32_t lane = room;
  PageId rerank[kMaxRerankPages] = {};
  std::byte* page;
  if (entry->tail != kNoPage) {
    VECEXT_TRY(bulk.change(entry->tail, &page));
    lane = page_head(page)->rows;
    if (model.rerank() != Rerank::kNone) {
      __builtin_memcpy(rerank, rerank_pages(page, model.codes),
                       static_cast<std::size_t>(model.codes.rerank_pages) * sizeof(PageId));
    }
  }
  for (std::int32_t left = records.n; left > 0; lane = room) {
    const bool is_new = lane == room;
    if (is_new) {
      lane = 0;
      __builtin_memset(rerank, 0, sizeof rerank);
    }
    records.n = left < room - lane ? left : room - lane;
    if (model.rerank() != Rerank::kNone) {
      VECEXT_TRY(append_rerank(bulk, model, list, entry->chain, records, lane, rerank));
    }
    VECEXT_TRY(is_new ? add_to_chain(bulk, list_page_kind(model), static_cast<std::uint32_t>(list),
                                     entry->chain, &entry->tail, &page)
                      : bulk.change(entry->tail, &page));
    entry->head = entry->head == kNoPage ? entry->tail : entry->head;
    fill_page(model, records, lane, rerank, page);
    records.order += records.n;
    left -= records.n;
  }
  return {};
}

}  // namespace vecext::ivf
