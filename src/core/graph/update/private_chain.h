// Private chains of pending rows. A transaction that inserts many rows writes them to a chain of
// its own, which the meta page names with the transaction's number. Other searches leave these rows
// out until the transaction has ended, so that one rebuild can take in all of them together. When
// the transaction ends, a rebuild takes them in, or its chain joins the common chain. The caller
// knows which transactions have ended.
#pragma once

#include "core/graph/update/pending.h"

namespace vecext {

/// Reads which private chains there are.
template <PageStore S>
Status read_privates(S& store, PrivateChains* chains) {
  return store.read(kMetaPage, [chains](const std::byte* page) {
    const Status status = check_graph_meta_page(page);
    if (status.ok()) {
      *chains = graph_meta_of(page)->privates;
    }
    return status;
  });
}

/// Opens a chain for the rows of `writer` and sets *tail to its page, or to kNoPage if no more
/// chains may be open. Models name the chains, so cached ones have to be loaded again afterwards.
template <PageStore S>
Status open_private(S& store, const GraphModel& model, std::uint64_t writer, PageId* tail) {
  *tail = kNoPage;
  PrivateChains chains;
  if (const Status read = read_privates(store, &chains);
      !read.ok() || find_place(&chains) == nullptr) {
    return read;
  }
  auto edit = store.edit();
  std::byte* page;
  std::byte* meta_page;
  PageId added = kNoPage;
  Status status = edit.add(&added, &page);
  if (status.ok()) {
    status = edit.page(kMetaPage, &meta_page);
  }
  PrivateChain* place = status.ok() ? find_place(&graph_meta_of(meta_page)->privates) : nullptr;
  if (place == nullptr) {
    edit.abandon();
    return status;
  }
  *tail = added;
  *place = {writer, added, added, 1, 0};
  ++graph_meta_of(meta_page)->head.changes;
  init_page(page, PageKind::kPending, 0, chain_of_writer(writer));
  set_pending_scale(page, model.meta.parts[kMain].entry_scale);
  edit.commit();
  return {};
}

/// Joins the chain of `writer` to the common chain, whose rows every search compares, and adds an
/// empty page behind it for further rows. Does nothing if `writer` has no chain. Cached models have
/// to be loaded again afterwards, lest a search compares the rows twice.
template <PageStore S>
Status join_private(S& store, const GraphModel& model, std::uint64_t writer) {
  PrivateChains chains;
  Status status = read_privates(store, &chains);
  const PrivateChain* found = find_private(&chains, writer);
  if (!status.ok() || found == nullptr) {
    return status;
  }
  PageId tail = model.meta.pending_tail;
  auto edit = store.edit();
  std::byte* page;
  std::byte* last;
  std::byte* added;
  GraphMeta* meta;
  std::uint32_t pages;
  status = edit_tail(store, model, kNoWriter, &edit, &tail, &page);
  if (!status.ok()) {
    return status;
  }
  if (status = edit.page(found->tail, &last); !status.ok()) {
    edit.abandon();
    return status;
  }
  status = add_pending_page(&edit, last, kNoWriter, model.meta.parts[kMain].entry_scale, &tail,
                            &added, &meta, &pages);
  if (!status.ok()) {
    return status;
  }
  PrivateChain* chain = find_private(&meta->privates, writer);
  if (chain == nullptr) {
    edit.abandon();  // the chain has joined meanwhile
    return {};
  }
  page_head(page)->next = chain->first;
  meta->pending_pages += chain->pages;
  ++meta->head.changes;
  *chain = {};
  edit.commit();
  return {};
}

/// Joins the chain of each writer for which has_ended(writer) is true.
template <PageStore S, class HasEnded>
Status join_ended(S& store, const GraphModel& model, const HasEnded& has_ended) {
  PrivateChains chains;
  Status status = read_privates(store, &chains);
  for (const PrivateChain& chain : chains) {
    if (status.ok() && chain.writer != kNoWriter && has_ended(chain.writer)) {
      status = join_private(store, model, chain.writer);
    }
  }
  return status;
}

}  // namespace vecext
