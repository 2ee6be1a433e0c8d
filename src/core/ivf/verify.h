// Checking an index: every page, every chain, every count, as the formats promise them.
#pragma once

#include "core/ivf/record.h"

namespace vecext {

/// The first thing found wrong, if any.
struct Finding {
  const char* what = nullptr;  // null: nothing wrong
  PageId page = kNoPage;
};

/// What was seen on the way.
struct Survey {
  std::int64_t lists;
  std::int64_t pages;  // of lists
  std::int64_t rows;
  std::int64_t full_lists;  // with more than twice the rows that a list should have
  std::int64_t largest;     // rows of the largest list
};

/// Sees each row that the index holds.
struct RowVisitor {
  void (*visit)(void* context, RowId row);
  void* context;
};

/// Looks at the own pages of a page of a list, which `copy` is a copy of.
template <PageStore S>
void verify_own(S& store, const Model& model, std::int32_t list, const std::byte* copy,
                Finding* finding) {
  for (std::int32_t i = 0; i < own_pages_in_use(model, copy); ++i) {
    const PageId at = own_pages(copy, model.codes)[i];
    const Status status = store.read(at, [&](const std::byte* own) -> Status {
      const PageHead* head = page_head(own);
      if (!check_page(own, PageKind::kOwn).ok() || head->list != static_cast<std::uint32_t>(list) ||
          head->chain != page_head(copy)->chain) {
        *finding = {"not a page of own vectors of its list", at};
      }
      return {};
    });
    if (!status.ok()) {
      *finding = {"own vectors are said to be out of the index", at};
    }
  }
}

/// Walks one list. `pages` is the size of the index: a chain longer than that goes in a circle.
template <PageStore S>
Status verify_list(S& store, const Model& model, std::int32_t list, std::int64_t pages,
                   const RowVisitor& visitor, std::byte* copy, Survey* survey, Finding* finding) {
  const ListEntry& entry = model.entries[list];
  if (model.is_vacant(list)) {
    --survey->lists;
    return {};
  }
  bool tail_seen = false;
  std::int64_t rows = 0;
  for (PageId page = entry.head; page != kNoPage;) {
    const PageId at = page;
    if (++survey->pages > pages) {
      *finding = {"a chain of pages goes in a circle", at};
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
      for (std::int32_t i = 0; i < head->rows; ++i) {
        const RowId row = *row_at(model, bytes, i);
        if (row == kNoRow) {
          continue;
        }
        if (row.line == 0) {
          *finding = {"a row that cannot exist", at};
          return {};
        }
        visitor.visit(visitor.context, row);
        ++rows;
      }
      page = head->next;
      __builtin_memcpy(copy, bytes, kPageSize);
      return {};
    });
    if (!status.ok()) {
      *finding = {"a chain leads out of the index", at};
    }
    if (finding->what == nullptr) {
      verify_own(store, model, list, copy, finding);
    }
    if (finding->what != nullptr) {
      return {};
    }
    store.poll();
  }
  if (!tail_seen) {
    *finding = {"a list's last page is not in its chain", entry.tail};
  }
  survey->rows += rows;
  survey->full_lists += rows > 2 * model.meta.list_rows ? 1 : 0;
  survey->largest = rows > survey->largest ? rows : survey->largest;
  return {};
}

/// Checks what `model`, just loaded, says against the lists' pages.
template <PageStore S>
Status verify(S& store, const Model& model, std::int64_t pages, const RowVisitor& visitor,
              Arena arena, Survey* survey, Finding* finding) {
  auto* copy = arena.array<std::byte>(kPageSize);
  if (copy == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  *survey = {.lists = model.lists(), .pages = 0, .rows = 0, .full_lists = 0, .largest = 0};
  for (std::int32_t list = 0; list < model.lists() && finding->what == nullptr; ++list) {
    if (const Status status =
            verify_list(store, model, list, pages, visitor, copy, survey, finding);
        !status.ok()) {
      return status;
    }
  }
  return {};
}

}  // namespace vecext
