#include "core/postings/segment/segment_writer.h"

#include <bit>

#include "core/kernel/kernel.h"

namespace vecext::postings {

namespace {

unsigned width_of(const std::uint32_t* numbers, std::uint32_t n) {
  std::uint32_t all = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    all |= numbers[i];
  }
  return static_cast<unsigned>(std::bit_width(all));
}

}  // namespace

Status SegmentWriter::begin(Arena arena, const PageSink& sink, const Bm25& bm25,
                            std::uint32_t chain) {
  arena_ = arena;
  sink_ = sink;
  bm25_ = bm25;
  chain_ = chain;
  for (int part = 0; part < kTextParts; ++part) {
    VECEXT_TRY(parts_[part].begin(arena, sink, static_cast<TextPart>(part), chain));
  }
  term_page_.begin(parts_[kTermPages].page());
  return {};
}

Status SegmentWriter::add_coded_document(RowId row, std::uint8_t code) {
  if (documents_ > 0 && row.packed() <= last_row_.packed()) {
    return corrupt();
  }
  if (documents_ >= kMostDocuments ||
      !reserve(arena_, std::size_t{documents_}, std::size_t{documents_} + 1, std::size_t{4096},
               &lengths_room_, &lengths_)) {
    return out_of_memory();
  }
  lengths_[documents_] = code;
  tokens_ += decoded_length(code);

  PageList& lengths = parts_[kLengthPages];
  text_bytes(lengths.page())[lengths.rows()++] = code;
  Status status = lengths.rows() == kWindowDocuments ? lengths.next() : Status{};

  PageList& live = parts_[kLivePages];
  live_words(live.page())[live.rows() / 64] |= std::uint64_t{1} << live.rows() % 64;
  if (++live.rows() == kLiveDocuments && status.ok()) {
    status = live.next();
  }

  PageList& rows = parts_[kRowPages];
  const auto first = static_cast<std::uint16_t>(row.line / 64 * 64);
  RowEntry* last = row_entries(rows.page()) + rows.rows() - 1;
  if (rows.rows() == 0 || last->page != row.page || last->first != first) {
    if (rows.rows() == kRowEntries && status.ok()) {
      status = rows.next();
    }
    if (rows.rows() == 0) {
      const std::uint32_t places = rows.place();
      if (!reserve(arena_, places, places + 1, 64u, &row_places_room_, &row_places_)) {
        return out_of_memory();
      }
      row_places_[places] = {documents_, row.page};
    }
    last = row_entries(rows.page()) + rows.rows()++;
    *last = {row.page, first, 0, documents_, 0};
  }
  last->lines |= std::uint64_t{1} << row.line % 64;
  last_row_ = row;
  ++documents_;
  return status;
}

Status SegmentWriter::end_documents() {
  if (documents_ == 0) {
    return corrupt();
  }
  norms_.set(bm25_, TextStatistics{documents_, tokens_}.average());
  for (std::uint32_t extra = 0; extra < kTabledExtras; ++extra) {
    for (std::size_t length = 0; length < kLengthCodes; ++length) {
      impacts_[extra][length] = impact_code(extra, norms_.of[length]);
    }
  }
  for (const TextPart part : {kLengthPages, kLivePages, kRowPages}) {
    VECEXT_TRY(parts_[part].finish());
  }
  return {};
}

void SegmentWriter::begin_term(const Term& term) {
  if (term.length > 0) {
    std::memcpy(term_bytes_, term.bytes, term.length);
  }
  term_ = {term_bytes_, term.length};
  df_ = 0;
  bound_ = 0;
  block_count_ = 0;
  first_head_ = std::uint64_t{parts_[kHeadPages].place()} * kPageHeads + parts_[kHeadPages].rows();
}

Status SegmentWriter::add_extra(DocumentId document, std::uint32_t extra) {
  if (document >= documents_ ||
      (block_count_ > 0 && document <= block_documents_[block_count_ - 1])) {
    return corrupt();
  }
  Status status;
  if (block_count_ == kBlockPostings) {
    status = write_block();
    block_count_ = 0;
  }
  block_documents_[block_count_] = document;
  block_extra_[block_count_] = extra;
  ++block_count_;
  ++df_;
  return status;
}

std::uint8_t SegmentWriter::greatest_impact() const {
  if (has_weights_) {
    return bound_of_code(*std::max_element(block_extra_, block_extra_ + block_count_));
  }
  std::uint8_t greatest = 0;
  for (std::uint32_t i = 0; i < block_count_; ++i) {
    const std::uint8_t length = lengths_[block_documents_[i]];
    const std::uint32_t extra = block_extra_[i];
    greatest = std::max(greatest, extra < kTabledExtras ? impacts_[extra][length]
                                                        : impact_code(extra, norms_.of[length]));
  }
  return greatest;
}

Status SegmentWriter::write_block() {
  std::uint32_t gaps[kBlockPostings] = {};
  for (std::uint32_t i = 1; i < block_count_; ++i) {
    gaps[i] = block_documents_[i] - block_documents_[i - 1] - 1;
  }
  std::fill(block_extra_ + block_count_, block_extra_ + kBlockPostings, 0u);
  const unsigned gap_width = width_of(gaps, block_count_);
  const unsigned extra_width = width_of(block_extra_, block_count_);
  // If all documents of a block follow each other, the block has no bits. It gets a place on a page
  // nevertheless.
  const std::uint32_t units = std::max(gap_width + extra_width, 1u);
  PageList& blocks = parts_[kBlockPages];
  if (blocks.rows() + units > most_on_page(kBlockPages)) {
    VECEXT_TRY(blocks.next());
  }
  PageList& heads = parts_[kHeadPages];
  if (heads.rows() == kPageHeads) {
    VECEXT_TRY(heads.next());
  }
  const BlockHead head{block_documents_[0], blocks.place(),
                       static_cast<std::uint16_t>(16 * blocks.rows()), greatest_impact(),
                       static_cast<std::uint8_t>(gap_width | extra_width << 5)};
  std::uint8_t* to = text_bytes(blocks.page()) + head.offset;
  kernel::active().text.pack(gaps, gap_width, to);
  kernel::active().text.pack(block_extra_, extra_width, to + 16 * std::size_t{gap_width});
  blocks.rows() = static_cast<std::uint16_t>(blocks.rows() + units);
  block_heads(heads.page())[heads.rows()++] = head;
  bound_ = std::max(bound_, head.bound);
  return {};
}

Status SegmentWriter::write_short_list() {
  std::uint8_t coded[kBlockPostings * kLongestPosting];
  std::uint8_t* end = coded;
  for (std::uint32_t i = 0; i < block_count_; ++i) {
    const std::uint32_t after = i == 0 ? 0 : block_documents_[i - 1] + 1;
    end = put_posting(end, block_documents_[i] - after, block_extra_[i]);
  }
  const auto bytes = static_cast<std::size_t>(end - coded);
  PageList& lists = parts_[kShortPages];
  if (lists.rows() + bytes > kPayloadSize) {
    VECEXT_TRY(lists.next());
  }
  const std::uint64_t place = std::uint64_t{lists.place()} * kPayloadSize + lists.rows();
  std::memcpy(text_bytes(lists.page()) + lists.rows(), coded, bytes);
  lists.rows() = static_cast<std::uint16_t>(lists.rows() + bytes);
  return add_term({df_, greatest_impact(), 0, place});
}

Status SegmentWriter::end_term() {
  if (df_ == 0) {
    return {};
  }
  postings_ += df_;
  ++terms_;
  if (df_ == 1) {
    return add_term(
        {1, greatest_impact(), static_cast<std::uint8_t>(block_extra_[0]), block_documents_[0]});
  }
  if (df_ < kFewestOfBlocks) {
    return write_short_list();
  }
  VECEXT_TRY(write_block());
  return add_term({df_, bound_, 0, first_head_});
}

Status SegmentWriter::add_term(const TermEntry& entry) {
  if (term_page_.is_empty() && terms_ == 1) {
    VECEXT_TRY(add_separator({nullptr, 0}));
  } else if (compare(term_page_.last(), term_) >= 0) {
    return corrupt();
  }
  if (term_page_.add(term_, entry)) {
    return {};
  }
  // This is the shortest string that is greater than the last term and not greater than this one.
  const Term separator{term_.bytes, common_prefix(term_page_.last(), term_) + 1};
  Status status = parts_[kTermPages].next();
  if (status.ok()) {
    status = add_separator(separator);
  }
  term_page_.begin(parts_[kTermPages].page());
  const bool is_added = status.ok() && term_page_.add(term_, entry);
  return status.ok() && !is_added ? corrupt() : status;
}

Status SegmentWriter::add_separator(const Term& term) {
  if (!reserve(arena_, separators_, separators_ + 1, 64u, &separator_ends_room_,
               &separator_ends_) ||
      !reserve(arena_, separators_used_, separators_used_ + term.length, 1024u, &separators_room_,
               &separator_bytes_)) {
    return out_of_memory();
  }
  if (term.length > 0) {
    std::memcpy(separator_bytes_ + separators_used_, term.bytes, term.length);
  }
  separators_used_ += term.length;
  separator_ends_[separators_++] = separators_used_;
  return {};
}

Status SegmentWriter::finish(SegmentEntry* entry) {
  *entry = {.chain = chain_,
            .documents = documents_,
            .living = documents_,
            .terms = terms_,
            .tokens = tokens_,
            .postings = postings_,
            .average = static_cast<float>(TextStatistics{documents_, tokens_}.average()),
            .k1 = bm25_.k1,
            .b = bm25_.b,
            .directory = kNoPage,
            .pages = {},
            .separators = separators_used_};
  for (int part = 0; part < kTextParts; ++part) {
    VECEXT_TRY(parts_[part].finish());
    entry->pages[part] = parts_[part].count();
  }
  return write_directory(entry);
}

namespace {

/// Writes the pages of a stream from the last to the first. So the page that a page leads to is
/// always written before it.
class BackwardStream {
 public:
  BackwardStream(const PageSink& sink, std::byte* page, std::uint32_t chain, std::size_t bytes)
      : sink_(sink), page_(page), chain_(chain), left_(bytes) {}

  /// Puts bytes before those that were put before.
  Status put(const void* from, std::size_t bytes) {
    while (bytes > 0) {
      if (!is_open_) {
        init_page(page_, PageKind::kStream, 0, chain_);
        page_head(page_)->next = first_;
        is_open_ = true;
      }
      const std::size_t in_page = (left_ - 1) % kPayloadSize + 1;
      const std::size_t part = bytes < in_page ? bytes : in_page;
      bytes -= part;
      left_ -= part;
      std::memcpy(page_ + kPayloadOffset + in_page - part,
                  static_cast<const std::byte*>(from) + bytes, part);
      if (part == in_page) {
        is_open_ = false;
        VECEXT_TRY(sink_.write(sink_.context, page_, &first_));
      }
    }
    return {};
  }
  PageId first() const { return first_; }

 private:
  PageSink sink_;
  std::byte* page_;
  std::uint32_t chain_;
  std::size_t left_;
  bool is_open_ = false;
  PageId first_ = kNoPage;
};

}  // namespace

Status SegmentWriter::write_directory(SegmentEntry* entry) {
  // The page in memory of a part that is complete serves for the pages of the directory.
  BackwardStream stream(sink_, parts_[kTermPages].page(), chain_, directory_bytes(*entry));
  Status status = stream.put(separator_bytes_, separators_used_);
  if (status.ok()) {
    status = stream.put(separator_ends_, separators_ * sizeof *separator_ends_);
  }
  if (status.ok()) {
    status = stream.put(row_places_, entry->pages[kRowPages] * sizeof *row_places_);
  }
  for (int part = kTextParts - 1; part >= 0 && status.ok(); --part) {
    status = stream.put(parts_[part].ids(), entry->pages[part] * sizeof(PageId));
  }
  entry->directory = stream.first();
  return status;
}

}  // namespace vecext::postings
