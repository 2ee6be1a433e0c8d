#include "core/ivf/lists/list_rows.h"

#include <cstring>

#include "core/quant/vector_distance.h"

namespace vecext::ivf {

bool reserve_rows(const Model& model, std::int32_t most, Arena arena, ListRows* rows) {
  rows->room = most;
  rows->records =
      arena.array<std::byte>(static_cast<std::size_t>(most) * record_layout(model).size());
  return rows->records != nullptr;
}

void copy_rows(const Model& model, std::int32_t list, const std::byte* page, ListRows* rows) {
  const std::size_t size = record_layout(model).size();
  for (std::int32_t place = 0; place < page_head(page)->rows; ++place) {
    if (*row_at(model, page, place) != kNoRow) {
      copy_record(model, page, place, list,
                  rows->records + static_cast<std::size_t>(rows->n++) * size);
    }
  }
}

void copy_rerank(const Model& model, const std::byte* page, const std::byte* rerank,
                 std::int32_t from, std::int32_t to, ListRows* rows, std::int32_t* record) {
  const RecordLayout layout = record_layout(model);
  for (std::int32_t lane = from; lane < to; ++lane) {
    if (*row_at(model, page, lane) != kNoRow) {
      std::memcpy(rows->records + static_cast<std::size_t>((*record)++) * layout.size() +
                      sizeof(RecordHead) + layout.code,
                  rerank_vector_at(rerank, layout.rerank, lane - from), layout.rerank);
    }
  }
}

float* row_vectors(const Model& model, const ListRows& rows, const RowSource& source, Arena arena) {
  const auto dims = static_cast<std::size_t>(model.dims());
  const RecordLayout layout = record_layout(model);
  float* x = arena.array<float>(static_cast<std::size_t>(rows.n) * dims);
  float* scratch = arena.array<float>(static_cast<std::size_t>(model.meta.dims));
  if (x == nullptr || scratch == nullptr) {
    return nullptr;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows.n); ++i) {
    const std::byte* record = rows.records + i * layout.size();
    RecordHead head;
    std::memcpy(&head, record, sizeof head);
    float* out = x + i * dims;
    if (model.has_vectors()) {
      widen(model.element(), record + sizeof head, model.meta.dims, scratch);
      transform_vector(model.transform(), scratch, false, out);
    } else if (model.rerank() != Rerank::kNone) {
      get_rerank(model.rerank(), record + sizeof head + layout.code, model.dims(), out);
    } else if (!source.fetch(source.context, head.row, out)) {
      decode_record(model, record, out);
    }
  }
  return x;
}

}  // namespace vecext::ivf
