// Checks an index: every page, every chain, every count against the formats.
#pragma once

#include "core/ivf/lists/list_vacuum.h"
#include "core/page/verify_pages.h"

namespace vecext::ivf {

/// What the check has counted.
struct ListSummary {
  std::int64_t lists;
  std::int64_t pages;  // pages of lists
  std::int64_t rows;
  std::int64_t dead;        // places whose row was removed
  std::int64_t full_lists;  // lists with more than twice the rows that a list should have
  std::int64_t largest;     // rows of the largest list
};

/// Memory for copies of two pages: a page of a list, and one of its rerank pages.
struct PageCopies {
  std::byte* page;
  std::byte* rerank;
};

/// Copies rerank page `at`, which belongs to the page in copies.page, and checks that it is a
/// rerank page of the list.
template <PageStore S>
void copy_rerank_page(S& store, std::int32_t list, PageId at, const PageCopies& copies,
                      VerifyFinding* finding) {
  const Status status = store.read(at, [&](const std::byte* rerank) -> Status {
    const PageHead* head = page_head(rerank);
    if (!check_page(rerank, PageKind::kRerank).ok() ||
        head->list != static_cast<std::uint32_t>(list) ||
        head->chain != page_head(copies.page)->chain) {
      *finding = {"not a page of rerank vectors of its list", at};
    }
    __builtin_memcpy(copies.rerank, rerank, kPageSize);
    return {};
  });
  if (!status.ok()) {
    *finding = {"a list refers to rerank vectors outside of the index", at};
  }
}

/// Calls the visitor for the rows of the page in copies.page, and adds their number to *rows.
template <PageStore S>
void visit_rows(S& store, const Model& model, std::int32_t list, PageId at,
                const PageCopies& copies, const RowVisitor& visitor, std::int64_t* rows,
                VerifyFinding* finding) {
  const CodeLayout& layout = model.codes;
  const bool has_rerank = model.rerank() != Rerank::kNone;
  PageId rerank_page = kNoPage;
  for (std::int32_t i = 0; i < page_head(copies.page)->rows && finding->what == nullptr; ++i) {
    const RowId row = *row_at(model, copies.page, i);
    const std::byte* rerank = nullptr;
    if (has_rerank) {
      const std::int32_t place = i % layout.rerank_places;
      if (place == 0) {
        rerank_page = rerank_pages(copies.page, layout)[i / layout.rerank_places];
        copy_rerank_page(store, list, rerank_page, copies, finding);
      }
      rerank = rerank_vector_at(copies.rerank, layout.rerank_bytes, place);
    }
    if (row == kNoRow || finding->what != nullptr) {
      continue;
    }
    if (row.line == 0) {
      *finding = {"an invalid row id", at};
    } else if (!visitor.visit(visitor.context, row, rerank)) {
      *finding = {"a rerank vector does not match its row", rerank_page};
    }
    ++*rows;
  }
}

/// Checks one list.
template <PageStore S>
Status verify_list(S& store, const Model& model, std::int32_t list, const RowVisitor& visitor,
                   const PageCopies& copies, ListSummary* summary, VerifyFinding* finding) {
  const ListEntry& entry = model.entries[list];
  if (model.is_vacant(list)) {
    --summary->lists;
    return {};
  }
  bool tail_seen = false;
  std::int64_t rows = 0;
  std::int64_t lanes = 0;
  ChainLength length;
  for (PageId page = entry.head; page != kNoPage;) {
    const PageId at = page;
    ++summary->pages;
    if (length.is_beyond(store)) {
      *finding = {"a chain of pages is circular", at};
      return {};
    }
    tail_seen |= at == entry.tail;
    const Status status = store.read(at, [&](const std::byte* bytes) -> Status {
      if (!check_list_page(model, bytes).ok()) {
        *finding = {"not a page of a list, or its count is too large", at};
        return {};
      }
      const PageHead* head = page_head(bytes);
      if (head->list != static_cast<std::uint32_t>(list) || head->chain != entry.chain) {
        *finding = {"a page in the chain of another list", at};
        return {};
      }
      page = head->next;
      __builtin_memcpy(copies.page, bytes, kPageSize);
      return {};
    });
    if (!status.ok()) {
      *finding = {"a chain leads out of the index", at};
    }
    if (finding->what == nullptr) {
      lanes += page_head(copies.page)->rows;
      visit_rows(store, model, list, at, copies, visitor, &rows, finding);
    }
    if (finding->what != nullptr) {
      return {};
    }
    store.poll();
  }
  if (!tail_seen) {
    *finding = {"a list's last page is not in its chain", entry.tail};
  }
  verify_chain_number(model.meta.head, entry.chain, finding);
  summary->rows += rows;
  summary->dead += lanes - rows;
  summary->full_lists += rows > 2 * model.meta.list_rows ? 1 : 0;
  summary->largest = rows > summary->largest ? rows : summary->largest;
  return {};
}

/// Checks what changes read but searches do not: the next chain number, places of the model that
/// are not in use yet, and pages that belong to no list.
template <PageStore S>
Status verify_other_pages(S& store, const Model& model, VerifyFinding* finding) {
  const auto is_of = [](PageKind kind) {
    return [kind](const std::byte* bytes) { return check_page(bytes, kind); };
  };
  verify_next_chain(model.meta.head, finding);
  VECEXT_TRY(verify_chain(store, model.meta.model, is_of(PageKind::kStream), finding));
  VECEXT_TRY(verify_chain(store, model.meta.directory, is_of(PageKind::kDirectory), finding));
  const auto check = [&model](const std::byte* bytes) {
    bool has_rows;
    return check_row_page(model, bytes, &has_rows);
  };
  if (finding->what == nullptr) {
    VECEXT_TRY(verify_each_page(store, kUnknownPage, check, finding));
  }
  return {};
}

/// Checks the index against `model`, which was just loaded.
template <PageStore S>
Status verify(S& store, const Model& model, const RowVisitor& visitor, Arena arena,
              ListSummary* summary, VerifyFinding* finding) {
  const PageCopies copies{arena.array<std::byte>(kPageSize), arena.array<std::byte>(kPageSize)};
  if (copies.page == nullptr || copies.rerank == nullptr) {
    return out_of_memory();
  }
  *summary = {};
  summary->lists = model.lists();
  for (std::int32_t list = 0; list < model.lists() && finding->what == nullptr; ++list) {
    VECEXT_TRY(verify_list(store, model, list, visitor, copies, summary, finding));
  }
  if (summary->lists == 0 && finding->what == nullptr) {
    *finding = {"there is no list that a row could be added to", kMetaPage};
  }
  return finding->what == nullptr ? verify_other_pages(store, model, finding) : Status{};
}

}  // namespace vecext::ivf
