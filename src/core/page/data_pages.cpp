#include "core/page/code_page.h"
#include "core/page/vector_page.h"

namespace vecext {

namespace {

Status check_rows(const std::byte* page, PageKind kind, std::int32_t room) {
  if (const Status status = check_page(page, kind); !status.ok()) {
    return status;
  }
  if (page_head(page)->rows > room) [[unlikely]] {
    return {.code = StatusCode::kCorrupt};
  }
  return {};
}

}  // namespace

Status check_code_page(const std::byte* page, const CodeLayout& layout) {
  return check_rows(page, PageKind::kCodes, layout.lanes());
}

Status check_vector_page(const std::byte* page, const VectorLayout& layout) {
  return check_rows(page, PageKind::kVectors, layout.places());
}

}  // namespace vecext
