// A page of pending documents of an index of texts, which were inserted and are not in a segment
// yet. The head's `rows` counts its documents, and `hashes` counts their terms.
//
//   payload  0                            8120 - …              8120
//            | hashes x u4 | free | … | document 1 | document 0 |
//
//   document 0                                          bytes - 16
//            | terms, each length and bytes | 0 … | terms x extra u1 | PendingText |
//
// A document's number of bytes is a multiple of 4. Its hashes (core/postings/segment/term.h) follow
// the hashes of the document before. A document with more terms than fit in a page is on several
// pages, with a part on each, and no other document comes between its parts. A document that was
// removed has no row. The head's `chain` is a number that no page has had that was freed since. By
// this number an inserter can tell if the page still belongs to the same list as when the inserter
// read the meta page.
#pragma once

#include <type_traits>

#include "core/base/ids.h"
#include "core/page/page.h"
#include "core/page/patch.h"

namespace vecext {

struct [[gnu::packed]] PendingText {
  RowId row;
  std::uint16_t terms;  // terms in this part of the document
  std::uint16_t bytes;  // bytes of this part, including this head
  std::uint8_t
      length;  // code of the length of the whole document (core/postings/segment/length_code.h)
  std::uint8_t part;  // kFirstPartOfText, kLastPartOfText, or both
  std::uint32_t unused;
};
static_assert(sizeof(PendingText) == 16);

/// Flags of a part. The part of a document that is on one page has both.
inline constexpr std::uint8_t kFirstPartOfText = 1;
inline constexpr std::uint8_t kLastPartOfText = 2;

/// How many bytes a page has for documents and their hashes.
inline constexpr std::size_t kPendingTextRoom = kPayloadSize;

/// Returns ok if the page is a page of pending documents, and all of them lie within it. Returns
/// kStale if the page was such a page before.
Status check_pending_text_page(const std::byte* page);

/// The part of a page that is free.
struct FreeText {
  std::size_t from;
  std::size_t to;

  std::size_t bytes() const { return to - from; }
};
FreeText free_of_pending_text(const std::byte* page);

/// Does the same as check_pending_text_page(), and sets *room to the free part of a sound page.
Status find_free_of_pending_text(const std::byte* page, FreeText* room);

/// Goes through the documents of a sound page:
///   for (PendingTexts at(page); at.next();) at.head(), …
class PendingTexts {
 public:
  explicit PendingTexts(const std::byte* page)
      : page_(page), end_(page + kPayloadEnd), left_(page_head(page)->rows) {}

  bool next() {
    if (left_ == 0) {
      return false;
    }
    first_hash_ = is_begun_ ? first_hash_ + head_.terms : 0;
    end_ -= is_begun_ ? head_.bytes : 0;
    __builtin_memcpy(&head_, end_ - sizeof head_, sizeof head_);
    is_begun_ = true;
    --left_;
    return true;
  }

  const PendingText& head() const { return head_; }
  /// Returns the number of the document's first hash on the page.
  std::uint32_t first_hash() const { return first_hash_; }
  const std::uint8_t* extra() const {
    return reinterpret_cast<const std::uint8_t*>(end_) - sizeof head_ - head_.terms;
  }
  /// Returns the bytes of the document's terms.
  const std::uint8_t* terms() const {
    return reinterpret_cast<const std::uint8_t*>(end_) - head_.bytes;
  }
  const std::uint8_t* terms_end() const { return extra(); }
  /// Returns where the document's head lies on the page.
  std::size_t head_offset() const { return static_cast<std::size_t>(end_ - page_) - sizeof head_; }

 private:
  const std::byte* page_;
  const std::byte* end_;
  std::uint32_t left_;
  std::uint32_t first_hash_ = 0;
  bool is_begun_ = false;
  PendingText head_{};
};

/// Returns the hashes of a page.
template <class Byte>
auto* pending_hashes(Byte* page) {
  using Like = std::conditional_t<std::is_const_v<Byte>, const std::uint32_t, std::uint32_t>;
  return reinterpret_cast<Like*>(page + kPayloadOffset);
}

/// Adds a document, or a part of a document, to a page that has room for bytes + 4 * terms bytes.
/// `body` has the bytes before the head `head`; their number is a multiple of 4.
void put_pending_text(std::byte* page, const std::uint32_t* hashes, const std::byte* body,
                      const PendingText& head);

/// Does the same by a patch. `room` is the free part of the page, and is updated.
void patch_pending_text(const std::byte* page, const std::uint32_t* hashes, const std::byte* body,
                        const PendingText& head, FreeText* room, PagePatch* patch);

}  // namespace vecext
