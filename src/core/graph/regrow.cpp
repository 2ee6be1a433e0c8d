#include "core/graph/regrow.h"

#include <cstring>

namespace vecext {

namespace {

bool take(const GraphModel& model, RowId row, const std::byte* own, GraphContents* contents) {
  if (row == kNoRow) {
    return true;
  }
  if (contents->n == contents->room) {
    return false;
  }
  const std::size_t i = contents->n++;
  contents->rows[i] = row;
  std::memcpy(contents->own + i * model.layout.own_bytes, own, model.layout.own_bytes);
  get_own(model.own(), own, model.dims(), contents->x + i * contents->stride);
  return true;
}

}  // namespace

bool take_contents(const GraphModel& model, const std::byte* page, GraphContents* contents) {
  const bool is_fresh = check_page(page, PageKind::kFresh).ok();
  for (std::int32_t i = 0; i < page_head(page)->rows; ++i) {
    const auto slot = node_slot(page, model.layout, is_fresh ? 0 : i);
    const bool taken = is_fresh ? take(model, fresh_rows(page, model.fresh)[i],
                                       fresh_vector(page, model.fresh, i), contents)
                                : take(model, slot.head()->row, slot.own(), contents);
    if (!taken) {
      return false;
    }
  }
  return true;
}

}  // namespace vecext
