// Records of changes of pages, as WAL has them: what redo makes of a record is what the page became
// when it was written, whatever was on the page; and pages of pending documents, which have such
// records, whose bytes are anything.
#include "core/page/pending_text_page.h"
#include "core/postings/update/insert_pending.h"
#include "input.h"

namespace vecext::fuzz {
namespace {

/// What the server's redo of a generic record does, which it does not check: parts of u2, u2 and
/// bytes. Requires that they are those of a page.
void redo(const PagePatch& patch, std::byte* page) {
  const std::byte* at = patch.bytes();
  const std::byte* end = at + patch.size();
  std::size_t parts = 0;
  std::size_t sum = 0;
  while (at < end) {
    std::uint16_t offset;
    std::uint16_t length;
    require(static_cast<std::size_t>(end - at) >= sizeof offset + sizeof length);
    std::memcpy(&offset, at, sizeof offset);
    std::memcpy(&length, at + sizeof offset, sizeof length);
    at += sizeof offset + sizeof length;
    require(length <= end - at && offset >= 24 && std::size_t{offset} + length <= kPageSize);
    std::copy_n(at, length, page + offset);
    at += length;
    sum += length;
    ++parts;
  }
  require(parts <= PagePatch::kMostParts && sum <= kPageSize);
}

bool is_equal(OnePage* a, OnePage* b) {
  return std::memcmp(a->bytes(), b->bytes(), kPageSize) == 0;
}

void copy(OnePage* from, OnePage* to) {
  std::memcpy(to->bytes(), from->bytes(), kPageSize);
}

/// Any parts.
void use_parts(Input* input) {
  static OnePage page;
  static OnePage again;
  page.begin(PageKind::kFree, 0, 0, 0);
  copy(&page, &again);
  PagePatch patch;
  require(patch.is_empty());
  const std::uint32_t count = input->byte() % (PagePatch::kMostParts + 1);
  for (std::size_t i = 0, left = kPageSize - 24; i < count; ++i) {
    std::byte bytes[256];
    const std::size_t length = std::min(left, std::size_t{input->byte()});
    const std::size_t at = 24 + input->two() % (kPageSize - 24 - length + 1);
    std::fill_n(bytes, length, static_cast<std::byte>(input->byte()));
    patch.put(at, bytes, length);
    std::copy_n(bytes, length, page.bytes() + at);
    left -= length;
  }
  static OnePage applied;
  copy(&again, &applied);
  patch.apply(applied.bytes());
  redo(patch, again.bytes());
  require(is_equal(&page, &applied) && is_equal(&page, &again));
}

/// A document of terms of the input's lengths.
class Document {
 public:
  Document(Input* input, std::uint32_t most_terms) {
    const std::uint32_t count = input->byte() % (most_terms + 1);
    const std::uint32_t longest = input->byte();
    for (std::uint32_t i = 0; i < count; ++i) {
      // Not each has a byte of the input.
      const std::uint32_t length = (longest * (i % 5 + 1) + (i < 4 ? input->byte() : i)) % 2048;
      terms_.push_back({bytes().data(), std::min(length, postings::kLongestTerm)});
      frequencies_.push_back(1 + i % 200);
    }
    text_ = {{1 + input->byte(), 3}, input->two(), terms_.data(), frequencies_.data(), count};
  }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  const postings::NewText& text() const { return text_; }

 private:
  static const std::string& bytes() {
    static const std::string kBytes(postings::kLongestTerm, 'b');
    return kBytes;
  }

  std::vector<postings::Term> terms_;
  std::vector<std::uint32_t> frequencies_;
  postings::NewText text_;
};

/// The terms of a document are those that were put.
void require_terms(const PendingTexts& at, const postings::NewText& text, std::uint32_t first) {
  const std::uint8_t* bytes = at.terms();
  for (std::uint32_t i = 0; i < at.head().terms; ++i) {
    std::uint64_t length;
    bytes = postings::get_number(bytes, at.terms_end(), &length);
    require(bytes != nullptr && length == text.terms[first + i].length);
    require(at.extra()[i] == std::min(text.frequencies[first + i], postings::kMostFrequency) - 1);
    bytes += length;
  }
}

/// Adds a part of a document in both ways; *again is what redo makes of the record.
void add(const postings::TextPartOnPage& part, OnePage* page, OnePage* again) {
  static OnePage applied;
  FreeText room;
  require(find_free_of_pending_text(page->bytes(), &room).ok());
  const FreeText before = free_of_pending_text(page->bytes());
  require(room.from == before.from && room.to == before.to);
  PagePatch patch;
  patch_pending_text(page->bytes(), part.hashes, part.body, part.head, &room, &patch);
  copy(page, &applied);
  patch.apply(applied.bytes());
  redo(patch, again->bytes());
  put_pending_text(page->bytes(), part.hashes, part.body, part.head);
  require(is_equal(page, &applied) && is_equal(page, again));
  const FreeText after = free_of_pending_text(page->bytes());
  require(check_pending_text_page(page->bytes()).ok() && room.from == after.from &&
          room.to == after.to && before.bytes() - after.bytes() == part.bytes());
}

/// All that readers of a page of pending documents read lies in it.
void read(OnePage* page) {
  FreeText room;
  if (!find_free_of_pending_text(page->bytes(), &room).ok()) {
    return;
  }
  require(room.from <= room.to);
  page->has(page->bytes() + room.from, room.bytes());
  std::uint32_t hashes = 0;
  for (PendingTexts at(page->bytes()); at.next();) {
    const PendingText& head = at.head();
    page->has(page->bytes() + at.head_offset(), sizeof head);
    page->has(at.terms(), head.bytes);
    require(at.terms() <= at.terms_end() && at.first_hash() == hashes);
    hashes += head.terms;
    page->has(pending_hashes(page->bytes()) + hashes, 0);
    const std::uint8_t* bytes = at.terms();
    for (std::uint32_t i = 0; i < head.terms && bytes != nullptr; ++i) {
      std::uint64_t length;
      bytes = postings::get_number(bytes, at.terms_end(), &length);
      require(bytes == nullptr || bytes <= at.terms_end());
      bytes = bytes == nullptr || length > static_cast<std::uint64_t>(at.terms_end() - bytes)
                  ? nullptr
                  : bytes + length;
    }
  }
  require(hashes == page_head(page->bytes())->hashes);
}

/// Pages of pending documents.
void use_documents(Input* input) {
  static OnePage page;
  static OnePage again;
  static postings::TextPartOnPage part;
  page.begin(PageKind::kTextPending, 0, 0, 0);
  std::memset(page.bytes() + kPayloadOffset, 0, kPayloadSize);
  copy(&page, &again);
  const std::uint32_t count = input->byte() % 6;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Document document(input, i == 0 ? 200 : 12);
    std::uint32_t from = 0;
    do {
      const std::uint32_t first = from;
      postings::make_part(document.text(), &from, &part);
      require(part.bytes() <= kPendingTextRoom && (from > first || document.text().count == 0));
      if (free_of_pending_text(page.bytes()).bytes() < part.bytes()) {
        page.begin(PageKind::kTextPending, 0, 0, 0);
        copy(&page, &again);
      }
      add(part, &page, &again);
      PendingTexts at(page.bytes());
      while (at.next()) {
      }
      require_terms(at, document.text(), first);
    } while (from < document.text().count);
    require(postings::is_wide(document.text()) == ((part.head.part & kFirstPartOfText) == 0));
  }
  change_bytes(input, page.bytes() + 24, kPageSize - 24, 6);
  read(&page);
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::fuzz;
  Input input(data, size);
  input.byte() % 4 == 0 ? use_parts(&input) : use_documents(&input);
  return 0;
}
