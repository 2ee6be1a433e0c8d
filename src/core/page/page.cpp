#include "core/page/page.h"

#include <cstring>

#include "core/page/patch.h"

namespace vecext {

namespace {

/// The first bytes of page 0 of pgvector's hnsw and ivfflat indexes, behind the server's header.
constexpr std::uint32_t kPgvectorMagics[] = {0xA953A953, 0x014FF1A7};

constexpr PageHead kFreeHead{
    .next = kNoPage, .list = 0, .chain = 0, .rows = 0, .unused = 0, .reserved = {}};
constexpr PageTail kFreeTail{PageKind::kFree, kPageVersion, 0, kPageMark};

bool is_of_pgvector(const std::byte* page) {
  std::uint32_t magic;
  std::memcpy(&magic, page_head(page), sizeof(magic));
  return magic == kPgvectorMagics[0] || magic == kPgvectorMagics[1];
}

}  // namespace

void init_page(std::byte* page, PageKind kind, std::uint32_t list, std::uint32_t chain) {
  std::memset(page + kPayloadOffset - sizeof(PageHead), 0,
              sizeof(PageHead) + kPayloadSize + sizeof(PageTail));
  PageHead* head = page_head(page);
  head->next = kNoPage;
  head->list = list;
  head->chain = chain;
  auto* tail = reinterpret_cast<PageTail*>(page + kPayloadEnd);
  *tail = {kind, kPageVersion, 0, kPageMark};
}

void empty_page(std::byte* page) {
  *page_head(page) = kFreeHead;
  *reinterpret_cast<PageTail*>(page + kPayloadEnd) = kFreeTail;
}

void empty_page(PagePatch* patch) {
  patch->put(kPayloadOffset - sizeof kFreeHead, &kFreeHead, sizeof kFreeHead);
  patch->put(kPayloadEnd, &kFreeTail, sizeof kFreeTail);
}

Status check_page(const std::byte* page, PageKind kind) {
  const PageTail* tail = page_tail(page);
  if (tail->mark != kPageMark || tail->version != kPageVersion || tail->kind != kind) [[unlikely]] {
    return {.code = is_of_pgvector(page) ? StatusCode::kOfPgvector : StatusCode::kCorrupt};
  }
  return {};
}

Status check_rows(const std::byte* page, PageKind kind, std::int32_t room) {
  VECEXT_TRY(check_page(page, kind));
  if (page_head(page)->rows > room) [[unlikely]] {
    return corrupt();
  }
  return {};
}

}  // namespace vecext
