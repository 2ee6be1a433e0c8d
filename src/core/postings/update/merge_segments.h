// Merges several segments into one without removed documents. It writes the documents in the order
// of their rows, with new numbers, and then the terms of all segments. It can also write a single
// segment again.
#pragma once

#include "core/postings/segment/dictionary.h"
#include "core/postings/segment/document_cursor.h"
#include "core/postings/segment/posting_cursor.h"
#include "core/postings/segment/segment_writer.h"
#include "core/postings/update/replace.h"

namespace vecext::postings {

/// How many segments of a level are merged to one segment of the next. A segment of level i has
/// about kLevelFactor^i times as many documents as a segment made of a full list of pending
/// documents.
inline constexpr std::uint32_t kLevelFactor = 8;
inline constexpr std::uint32_t kDocumentsOfLevel = 4096;  // the most documents of a segment of
                                                          // level 0

/// Chooses the segments to be merged next. These are the segments of the lowest level that has
/// kLevelFactor of them, or a single segment that is a fifth dead, or none at all. Segments of more
/// than `most` documents are not chosen. Sets `chosen` to the numbers of the segments, and returns
/// how many are chosen.
std::uint32_t choose_merge(const Model& model, std::uint32_t most, std::uint32_t* chosen);

/// Chooses the segments that VACUUM merges: small segments, as long as each is at most
/// kSizesOfVacuum times as large as all smaller ones together, and any segments that are a fifth
/// dead. After such a merge, searches have few segments, each of them several times as large as the
/// next smaller one. Returns how many are chosen, which may be 0.
std::uint32_t choose_merge_of_vacuum(const Model& model, std::uint32_t* chosen);

/// Chooses all segments, as far as their documents fit into one. Returns how many are chosen, which
/// is 0 if a merge would change nothing.
std::uint32_t choose_all(const Model& model, std::uint32_t* chosen);
inline constexpr std::uint64_t kSizesOfVacuum = 4;

/// A segment that is merged.
template <PageStore S>
struct MergeSource {
  const Segment* segment;
  DocumentId* numbers;  // new numbers of its documents; a removed document has kMostDocuments
  DocumentPages* pages;
  DocumentCursor<S> documents;
  std::byte* term_page;
  TermCursor<S> terms;
  std::uint64_t first_bytes;  // first bytes of its present term
  ListMemory* memory;
  PostingCursor<S> list;
};

template <PageStore S>
class Merge {
 public:
  Merge(S& store, Arena arena) : store_(store), arena_(arena) {}

  Status begin(const Model& model, const std::uint32_t* chosen, std::uint32_t count) {
    count_ = count;
    sources_ = arena_.array<MergeSource<S>>(count);
    if (sources_ == nullptr) {
      return out_of_memory();
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      MergeSource<S>& source = sources_[i];
      source = {};
      source.segment = model.segments + chosen[i];
      source.numbers = arena_.array<DocumentId>(source.segment->entry.documents);
      source.pages = arena_.array<DocumentPages>(1);
      source.term_page = arena_.array<std::byte>(kPageSize);
      source.memory = ListMemory::make(arena_);
      if (source.numbers == nullptr || source.pages == nullptr || source.term_page == nullptr ||
          source.memory == nullptr) {
        return out_of_memory();
      }
    }
    return {};
  }

  /// Writes all documents that were not removed, and sets `*living` to their number. If it is 0,
  /// the caller must not write anything else.
  Status write_documents(SegmentWriter* writer, std::uint32_t* living) {
    for (std::uint32_t i = 0; i < count_; ++i) {
      MergeSource<S>& source = sources_[i];
      VECEXT_TRY(source.documents.begin(store_, *source.segment, source.pages));
    }
    while (MergeSource<S>* least = least_row()) {
      DocumentCursor<S>& from = least->documents;
      DocumentId* number = least->numbers + from.document();
      *number = kMostDocuments;
      if (from.is_living()) {
        *number = writer->documents();
        VECEXT_TRY(writer->add_coded_document(from.row(), from.length()));
      }
      VECEXT_TRY(from.next(store_));
    }
    *living = writer->documents();
    return *living > 0 ? writer->end_documents() : Status{};
  }

  /// Writes all terms and their postings. write_documents() must have been called.
  Status write_terms(SegmentWriter* writer) {
    for (std::uint32_t i = 0; i < count_; ++i) {
      MergeSource<S>& source = sources_[i];
      const Status status =
          source.terms.begin(store_, *source.segment, {nullptr, 0}, source.term_page);
      if (!status.ok()) {
        return status;
      }
      note_term(&source);
    }
    for (find_least_term(); with_count_ > 0; find_least_term()) {
      writer->begin_term(with_[0]->terms.term());
      VECEXT_TRY(write_postings(writer));
      VECEXT_TRY(writer->end_term());
      for (std::uint32_t i = 0; i < with_count_; ++i) {
        VECEXT_TRY(next_term(with_[i]));
      }
    }
    return {};
  }

 private:
  MergeSource<S>* least_row() {
    MergeSource<S>* least = nullptr;
    for (std::uint32_t i = 0; i < count_; ++i) {
      MergeSource<S>& source = sources_[i];
      if (!source.documents.is_end() &&
          (least == nullptr || source.documents.row().packed() < least->documents.row().packed())) {
        least = &source;
      }
    }
    return least;
  }

  static int compare_terms(const MergeSource<S>& a, const MergeSource<S>& b) {
    return a.first_bytes != b.first_bytes ? (a.first_bytes < b.first_bytes ? -1 : 1)
                                          : compare(a.terms.term(), b.terms.term());
  }

  /// Finds the sources whose present term is the least of all. If no source has a term left, it
  /// finds no sources.
  void find_least_term() {
    with_count_ = 0;
    for (std::uint32_t i = 0; i < count_; ++i) {
      MergeSource<S>& source = sources_[i];
      if (source.terms.is_end()) {
        continue;
      }
      const int order = with_count_ == 0 ? 0 : compare_terms(source, *with_[0]);
      with_count_ = order < 0 ? 0 : with_count_;
      if (order <= 0) {
        with_[with_count_++] = &source;
      }
    }
  }

  /// Moves a source to its next term.
  Status next_term(MergeSource<S>* source) {
    const Status status = source->terms.next(store_);
    note_term(source);
    return status;
  }

  static void note_term(MergeSource<S>* source) {
    source->first_bytes = source->terms.is_end() ? 0 : first_bytes(source->terms.term());
  }

  /// Moves the list of a source to the first posting, from the present one on, whose document was
  /// not removed.
  Status skip_removed(MergeSource<S>* source) {
    while (!source->list.is_end() && source->numbers[source->list.document()] == kMostDocuments) {
      VECEXT_TRY(source->list.next(store_));
    }
    return {};
  }

  /// Writes the postings of all sources that have the present term.
  Status write_postings(SegmentWriter* writer) {
    std::uint32_t left = 0;  // how many sources in left_ have postings left
    for (std::uint32_t i = 0; i < with_count_; ++i) {
      MergeSource<S>& source = *with_[i];
      Status status =
          source.list.begin(store_, *source.segment, source.terms.entry(), source.memory);
      if (status.ok()) {
        status = skip_removed(&source);
      }
      if (!status.ok()) {
        return status;
      }
      if (!source.list.is_end()) {
        left_[left++] = &source;
      }
    }
    while (left > 0) {
      // The source with the lowest document is read until it reaches the lowest document of any
      // other source.
      std::uint32_t least = 0;
      DocumentId lowest = kMostDocuments;
      DocumentId second = kMostDocuments;
      for (std::uint32_t i = 0; i < left; ++i) {
        const DocumentId number = left_[i]->numbers[left_[i]->list.document()];
        if (number < lowest) {
          second = lowest;
          lowest = number;
          least = i;
        } else {
          second = std::min(second, number);
        }
      }
      VECEXT_TRY(write_up_to(writer, left_[least], second));
      if (left_[least]->list.is_end()) {
        left_[least] = left_[--left];
      }
    }
    return {};
  }

  /// Writes postings of a source as long as the new numbers of their documents are not above
  /// `last`.
  Status write_up_to(SegmentWriter* writer, MergeSource<S>* source, DocumentId last) {
    while (!source->list.is_end()) {
      const DocumentId number = source->numbers[source->list.document()];
      if (number > last) {
        break;
      }
      VECEXT_TRY(writer->add_extra(number, source->list.extra()));
      VECEXT_TRY(source->list.next(store_));
      VECEXT_TRY(skip_removed(source));
    }
    return {};
  }

  S& store_;
  Arena arena_;
  MergeSource<S>* sources_ = nullptr;
  std::uint32_t count_ = 0;
  MergeSource<S>* with_[kMostSegments];  // sources that have the term that is being written
  std::uint32_t with_count_ = 0;
  MergeSource<S>* left_[kMostSegments];  // those of `with_` that still have postings of that term
};

/// Replaces the segments with the chosen numbers by one segment. The model must be current, and is
/// out of date afterwards. Returns kCancelled as soon as stop(stop_context, 0) is true.
template <PageStore S>
Status merge_segments(S& store, const Model& model, const std::uint32_t* chosen,
                      std::uint32_t count, Arena arena,
                      bool (*stop)(void* context, std::size_t work) = nullptr,
                      void* stop_context = nullptr) {
  std::uint32_t chain;
  std::uint32_t living = 0;
  SegmentEntry entry{};
  Status status = begin_change(store, &chain);
  auto* writer = arena.array<SegmentWriter>(1);
  auto* chains = arena.array<std::uint32_t>(count);
  if (writer == nullptr || chains == nullptr) {
    return out_of_memory();
  }
  *writer = SegmentWriter();
  if (model.has_weights()) {
    writer->hold_weights();
  }
  Merge<S> merge(store, arena);
  LoggedBulk<S> bulk(store, stop, stop_context);
  if (status.ok()) {
    status = writer->begin(arena, sink_of(bulk), model.bm25(), chain);
  }
  if (status.ok()) {
    status = merge.begin(model, chosen, count);
  }
  if (status.ok()) {
    status = merge.write_documents(writer, &living);
  }
  if (status.ok() && living > 0) {
    status = merge.write_terms(writer);
  }
  if (status.ok() && living > 0) {
    status = writer->finish(&entry);
  }
  if (!status.ok()) {
    return status;
  }
  bulk.finish();
  for (std::uint32_t i = 0; i < count; ++i) {
    chains[i] = model.segments[chosen[i]].entry.chain;
  }
  store.at(Moment::kBeforeSwitch);
  auto edit = store.edit();
  std::byte* page;
  status = edit.page(kMetaPage, &page);
  if (!status.ok() ||
      !replace_entries(text_meta_of(page), chains, count, living > 0 ? &entry : nullptr)) {
    edit.abandon();
    return status.ok() ? corrupt() : status;
  }
  edit.commit();
  store.at(Moment::kAfterSwitch);
  for (std::uint32_t i = 0; i < count && status.ok(); ++i) {
    status = free_segment(store, model.segments[chosen[i]]);
  }
  bool was_unfinished;
  return status.ok() ? set_unfinished(store, false, &was_unfinished) : status;
}

}  // namespace vecext::postings
