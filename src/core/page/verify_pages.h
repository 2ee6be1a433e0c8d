// Checks the parts that all pages of an index have, and chains of pages. A page that changes of an
// index would refuse is refused here as well.
#pragma once

#include "core/page/meta_head.h"
#include "core/page/store.h"
#include "core/page/verify_finding.h"

namespace vecext {

/// The finding for a page that VACUUM would refuse, since VACUUM looks at all pages.
inline constexpr const char* kUnknownPage = "a page of no known kind, or whose count is too large";

/// Checks each page, including pages that nothing leads to, by check(bytes), which returns a
/// Status. If the Status is not ok, sets *finding to `what` for this page.
template <PageStore S, class Check>
Status verify_each_page(S& store, const char* what, const Check& check, VerifyFinding* finding) {
  const PageId pages = store.pages();
  for (PageId page = 0; page < pages && finding->what == nullptr; ++page) {
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      if (!check(bytes).ok()) {
        *finding = {what, page};
      }
      return {};
    }));
    store.poll();
  }
  return {};
}

/// The most chains that an index is allowed. No index comes to have that many, as each change of
/// its lists, graph or segments adds a few.
inline constexpr std::uint32_t kMostChains = 0xFFFF0000;

/// Checks that there are numbers left for the chains that changes add.
inline void verify_next_chain(const MetaHead& head, VerifyFinding* finding) {
  if (head.next_chain > kMostChains && finding->what == nullptr) {
    *finding = {"there are no more numbers for chains", kMetaPage};
  }
}

/// Checks that a chain has a number that was given out already, so that it is not given to another
/// chain.
inline void verify_chain_number(const MetaHead& head, std::uint32_t chain, VerifyFinding* finding) {
  if (chain >= head.next_chain && finding->what == nullptr) {
    *finding = {"the number of a chain would be used twice", kMetaPage};
  }
}

/// Checks a chain to its end, beyond the part that is in use. All its pages must have one chain
/// number, and check(bytes), which returns a Status, must be ok for each.
template <PageStore S, class Check>
Status verify_chain(S& store, PageId first, const Check& check, VerifyFinding* finding) {
  ChainLength length;
  std::uint32_t chain = 0;
  for (PageId page = first; page != kNoPage && finding->what == nullptr;) {
    const PageId at = page;
    if (length.is_beyond(store)) {
      *finding = {"a chain of pages is circular", at};
      return {};
    }
    const Status status = store.read(at, [&](const std::byte* bytes) -> Status {
      const PageHead* head = page_head(bytes);
      if (!check(bytes).ok() || (at != first && head->chain != chain)) {
        *finding = {"not a page of its chain", at};
      }
      chain = head->chain;
      page = head->next;
      return {};
    });
    if (!status.ok()) {
      *finding = {"a chain leads out of the index", at};
    }
    store.poll();
  }
  return {};
}

}  // namespace vecext
