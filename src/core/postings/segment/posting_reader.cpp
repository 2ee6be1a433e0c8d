#include "core/postings/segment/posting_reader.h"

namespace vecext::postings {

namespace {

/// The greatest width of gaps for which the last document of a block cannot overflow 32 bits.
constexpr unsigned kSafeWidth = 24;

bool is_ascending(const DocumentId* documents, std::uint32_t count) {
  for (std::uint32_t i = 1; i < count; ++i) {
    if (documents[i] <= documents[i - 1]) {
      return false;
    }
  }
  return true;
}

}  // namespace

Status decode_block(const std::byte* page, const BlockHead& head, std::uint32_t count,
                    std::uint32_t documents, Postings* postings) {
  if (head.offset + head.bytes() > kPayloadSize || head.first >= documents) [[unlikely]] {
    return corrupt();
  }
  const kernel::TextKernels& kernels = kernel::active().text;
  const std::uint8_t* bytes = text_bytes(page) + head.offset;
  kernels.unpack_gaps(bytes, head.gap_width(), head.first, postings->documents);
  bytes += 16 * std::size_t{head.gap_width()};
  kernels.unpack(bytes, head.extra_width(), postings->extra);
  postings->count = count;
  if (postings->documents[count - 1] >= documents ||
      (head.gap_width() > kSafeWidth && !is_ascending(postings->documents, count))) [[unlikely]] {
    return corrupt();
  }
  return {};
}

Status decode_short_list(const std::byte* page, const TermEntry& entry, std::uint32_t documents,
                         Postings* postings) {
  postings->count = static_cast<std::uint32_t>(entry.df);
  if (page == nullptr) {
    postings->documents[0] =
        static_cast<DocumentId>(std::min<std::uint64_t>(entry.place, documents));
    postings->extra[0] = entry.extra;
  } else {
    const std::uint8_t* begin = text_bytes(page);
    if (get_postings(begin + entry.place % kPayloadSize, begin + page_head(page)->rows, entry.df,
                     postings->documents, postings->extra) == nullptr) {
      return corrupt();
    }
  }
  const bool is_sound = postings->documents[postings->count - 1] < documents;
  return sound_if(is_sound);
}

}  // namespace vecext::postings
