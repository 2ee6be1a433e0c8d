// Writes new pages one after another: the pages of a new index, or of a new part of an index, to
// which no page leads yet.
//
// A BulkStore `b` has these calls:
//   b.add(&page, &bytes)     adds a new page
//   b.change(page, &bytes)   changes a page made before
//   b.reserve(&page, kind, chain)
//                            adds a new page that stays empty until it is filled
//   b.fill(page, &bytes)     fills a reserved page, all of which the caller writes now
//   b.read(page, fn)         reads a page made before, as a PageStore does
//   b.end_change()           says that the last page is complete, so that it is unlocked
// `bytes` are valid until the next call. All calls but the last return a Status. Other pages of the
// index must not be read before the last page is complete. Code that writes a part of an index ends
// its last change, because what follows may take long, and may evaluate the expressions of the
// index.
#pragma once

#include <concepts>
#include <utility>

#include "core/page/store.h"

namespace vecext {

template <class B>
concept BulkStore = requires(B& bulk, PageId page, std::byte* bytes) {
  { bulk.add(&page, &bytes) } -> std::same_as<Status>;
  { bulk.change(page, &bytes) } -> std::same_as<Status>;
  { bulk.reserve(&page, PageKind::kNodes, std::uint32_t{}) } -> std::same_as<Status>;
  { bulk.fill(page, &bytes) } -> std::same_as<Status>;
  {
    bulk.read(page, [](const std::byte*) { return Status{}; })
    } -> std::same_as<Status>;
  bulk.end_change();
};

/// A BulkStore over a store whose changes are logged. Each page is one change. Once stop(context,
/// 0) is true, its calls return kCancelled.
template <PageStore S>
class LoggedBulk {
 public:
  explicit LoggedBulk(S& store, bool (*stop)(void* context, std::size_t work) = nullptr,
                      void* context = nullptr)
      : store_(store), edit_(store.edit()), stop_(stop), stop_context_(context) {}

  Status add(PageId* page, std::byte** bytes) {
    end_change();
    return begun(is_stopped() ? kStopped : edit_.add(page, bytes));
  }
  Status change(PageId page, std::byte** bytes) {
    end_change();
    return begun(is_stopped() ? kStopped : edit_.page(page, bytes));
  }
  Status reserve(PageId* page, PageKind kind, std::uint32_t chain) {
    std::byte* bytes;
    VECEXT_TRY(add(page, &bytes));
    init_page(bytes, kind, 0, chain);
    edit_.set_hole(bytes, kPayloadOffset, kPayloadEnd);
    return {};
  }
  Status fill(PageId page, std::byte** bytes) {
    end_change();
    return begun(is_stopped() ? kStopped : edit_.fill(page, bytes));
  }
  template <class Visit>
  Status read(PageId page, Visit visit) {
    end_change();
    return store_.read(page, visit);
  }
  void end_change() {
    if (changed_) {
      edit_.commit();
      changed_ = false;
      store_.poll();
      edit_ = store_.edit();
    }
  }
  /// Ends the last change; nothing may follow.
  void finish() {
    if (changed_) {
      edit_.commit();
    } else {
      edit_.abandon();
    }
  }

 private:
  static constexpr Status kStopped{.code = StatusCode::kCancelled};

  bool is_stopped() const { return stop_ != nullptr && stop_(stop_context_, 0); }
  Status begun(const Status& status) {
    changed_ = status.ok();
    if (!changed_) {
      edit_.abandon();
    }
    return status;
  }

  S& store_;
  decltype(std::declval<S&>().edit()) edit_;
  bool (*stop_)(void* context, std::size_t work);
  void* stop_context_;
  bool changed_ = false;
};

/// Adds a page of `kind` at the end of a chain, links page *last to it, and sets *last to it. If
/// *last is kNoPage, the page is the first of the chain.
template <BulkStore B>
Status add_to_chain(B& bulk, PageKind kind, std::uint32_t list, std::uint32_t chain, PageId* last,
                    std::byte** bytes) {
  PageId page;
  VECEXT_TRY(bulk.add(&page, bytes));
  init_page(*bytes, kind, list, chain);
  if (*last != kNoPage) {
    std::byte* before;
    VECEXT_TRY(bulk.change(*last, &before));
    page_head(before)->next = page;
    VECEXT_TRY(bulk.change(page, bytes));
  }
  *last = page;
  return {};
}

}  // namespace vecext
