// Making one segment of several, without removed documents: documents in the order of their rows,
// with new numbers, then the terms of all of them. Also of one segment alone.
#pragma once

#include "core/text/segment/dictionary.h"
#include "core/text/segment/document_cursor.h"
#include "core/text/segment/posting_cursor.h"
#include "core/text/segment/segment_writer.h"
#include "core/text/update/replace.h"

namespace vecext::text {

/// Segments are merged by levels: one of level i has 8^i times the documents of one that is made of
/// a full list of pending documents.
inline constexpr std::uint32_t kLevelFactor = 8;
inline constexpr std::uint32_t kDocumentsOfLevel = 4096;  // at most, of level 0

/// The numbers of segments to be merged next, at least one, or none: those of the lowest level
/// that has kLevelFactor of them, or one that is a fifth dead. Segments of more than `most`
/// documents are left alone. Returns how many.
std::uint32_t choose_merge(const Model& model, std::uint32_t most, std::uint32_t* chosen);

/// The numbers of segments that VACUUM merges, or none: small ones up to kSizesOfVacuum times what
/// they have together, and any that are a fifth dead. So searches have few segments, the next one
/// several times as large. Returns how many.
std::uint32_t choose_merge_of_vacuum(const Model& model, std::uint32_t* chosen);

/// The numbers of all segments, as far as they fit into one; none, if there is no more to do.
std::uint32_t choose_all(const Model& model, std::uint32_t* chosen);
inline constexpr std::uint64_t kSizesOfVacuum = 4;

/// A segment that is merged.
template <PageStore S>
struct MergeSource {
  const Segment* segment;
  DocumentId* numbers;  // new ones; kMostDocuments: removed
  DocumentPages* pages;
  DocumentCursor<S> documents;
  std::byte* term_page;
  TermCursor<S> terms;
  std::uint64_t first_bytes;  // of its term
  Postings* postings;
  PostingCursor<S> list;
  bool has_list;  // of the term that is written
};

template <PageStore S>
class Merge {
 public:
  Merge(S& store, Arena arena) : store_(store), arena_(arena) {}

  Status begin(const Model& model, const std::uint32_t* chosen, std::uint32_t count) {
    count_ = count;
    sources_ = arena_.array<MergeSource<S>>(count);
    if (sources_ == nullptr) {
      return {.code = StatusCode::kOutOfMemory};
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      MergeSource<S>& source = sources_[i];
      source = {};
      source.segment = model.segments + chosen[i];
      source.numbers = arena_.array<DocumentId>(source.segment->entry.documents);
      source.pages = arena_.array<DocumentPages>(1);
      source.term_page = arena_.array<std::byte>(kPageSize);
      source.postings = arena_.array<Postings>(1);
      if (source.numbers == nullptr || source.pages == nullptr || source.term_page == nullptr ||
          source.postings == nullptr) {
        return {.code = StatusCode::kOutOfMemory};
      }
    }
    return {};
  }

  /// Writes all documents; *living: how many there are. None: nothing else may be written.
  Status write_documents(SegmentWriter* writer, std::uint32_t* living) {
    for (std::uint32_t i = 0; i < count_; ++i) {
      MergeSource<S>& source = sources_[i];
      const Status status = source.documents.begin(store_, *source.segment, source.pages);
      if (!status.ok()) {
        return status;
      }
    }
    while (MergeSource<S>* least = least_row()) {
      DocumentCursor<S>& from = least->documents;
      DocumentId* number = least->numbers + from.document();
      *number = kMostDocuments;
      if (from.is_living()) {
        *number = writer->documents();
        if (const Status status = writer->add_coded_document(from.row(), from.length());
            !status.ok()) {
          return status;
        }
      }
      if (const Status status = from.next(store_); !status.ok()) {
        return status;
      }
    }
    *living = writer->documents();
    return *living > 0 ? writer->end_documents() : Status{};
  }

  /// Writes all terms and their postings.
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
    while (const MergeSource<S>* least = find_least_term()) {
      writer->begin_term(least->terms.term());
      if (const Status status = write_postings(writer); !status.ok()) {
        return status;
      }
      if (const Status status = writer->end_term(); !status.ok()) {
        return status;
      }
      for (std::uint32_t i = 0; i < count_; ++i) {
        if (sources_[i].has_list) {
          if (const Status status = next_term(sources_ + i); !status.ok()) {
            return status;
          }
        }
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

  /// Finds the least term that is left, and the sources that have it (`has_list`). Null: none is.
  const MergeSource<S>* find_least_term() {
    const MergeSource<S>* least = nullptr;
    std::uint32_t first = 0;  // source that has it
    for (std::uint32_t i = 0; i < count_; ++i) {
      MergeSource<S>& source = sources_[i];
      source.has_list = false;
      if (source.terms.is_end()) {
        continue;
      }
      const int order = least == nullptr ? -1 : compare_terms(source, *least);
      source.has_list = order <= 0;
      if (order < 0) {
        least = &source;
        first = i;
      }
    }
    for (std::uint32_t i = 0; i < first; ++i) {
      sources_[i].has_list = false;
    }
    return least;
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

  /// Moves a source's list to the next posting of a document that was not removed, from the
  /// present one on.
  Status skip_removed(MergeSource<S>* source) {
    while (!source->list.is_end() && source->numbers[source->list.document()] == kMostDocuments) {
      if (const Status status = source->list.next(store_); !status.ok()) {
        return status;
      }
    }
    return {};
  }

  /// Writes the postings of the sources that have the term.
  Status write_postings(SegmentWriter* writer) {
    for (std::uint32_t i = 0; i < count_; ++i) {
      MergeSource<S>& source = sources_[i];
      if (!source.has_list) {
        continue;
      }
      Status status =
          source.list.begin(store_, *source.segment, source.terms.entry(), source.postings);
      if (status.ok()) {
        status = skip_removed(&source);
      }
      if (!status.ok()) {
        return status;
      }
    }
    for (;;) {
      // The source with the lowest document is read up to the lowest of the others.
      MergeSource<S>* least = nullptr;
      DocumentId lowest = kMostDocuments;
      DocumentId second = kMostDocuments;
      for (std::uint32_t i = 0; i < count_; ++i) {
        MergeSource<S>& source = sources_[i];
        if (!source.has_list || source.list.is_end()) {
          continue;
        }
        const DocumentId number = source.numbers[source.list.document()];
        if (number < lowest) {
          second = lowest;
          lowest = number;
          least = &source;
        } else {
          second = std::min(second, number);
        }
      }
      if (least == nullptr) {
        return {};
      }
      while (!least->list.is_end()) {
        const DocumentId number = least->numbers[least->list.document()];
        if (number > second) {
          break;
        }
        Status status = writer->add_extra(number, least->list.extra());
        if (status.ok()) {
          status = least->list.next(store_);
        }
        if (status.ok()) {
          status = skip_removed(least);
        }
        if (!status.ok()) {
          return status;
        }
      }
    }
  }

  S& store_;
  Arena arena_;
  MergeSource<S>* sources_ = nullptr;
  std::uint32_t count_ = 0;
};

/// Puts one segment in the place of those with the chosen numbers. The model is current; it is not
/// afterwards. kCancelled once stop(stop_context, 0) is true.
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
    return {.code = StatusCode::kOutOfMemory};
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
    return status.ok() ? Status{.code = StatusCode::kCorrupt} : status;
  }
  edit.commit();
  store.at(Moment::kAfterSwitch);
  for (std::uint32_t i = 0; i < count && status.ok(); ++i) {
    status = free_segment(store, model.segments[chosen[i]]);
  }
  bool was_unfinished;
  return status.ok() ? set_unfinished(store, false, &was_unfinished) : status;
}

}  // namespace vecext::text
