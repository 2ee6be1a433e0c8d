#include "core/ivf/split.h"

#include <cstring>

#include "core/kernel/kernel.h"

namespace vecext {

namespace {

constexpr std::int32_t kRounds = 4;

/// The model that two centres make, with the layouts of the one they come from.
bool make_model(const Model& model, Arena arena, Model* halves) {
  *halves = model;
  halves->meta.lists = 2;
  halves->centres = arena.array<float>(2 * static_cast<std::size_t>(model.dims()));
  halves->entries = arena.array<ListEntry>(2);
  return halves->centres != nullptr && halves->entries != nullptr;
}

/// Mean squared residual of each half, and the scale that follows.
void set_entries(const std::int32_t* nearest, const float* distances, std::int32_t n,
                 Model* halves) {
  std::int32_t rows[2] = {0, 0};
  halves->entries[0] = halves->entries[1] = ListEntry{};
  for (std::int32_t i = 0; i < n; ++i) {
    ListEntry& entry = halves->entries[nearest[i]];
    entry.residual += (distances[i] - entry.residual) / static_cast<float>(++rows[nearest[i]]);
  }
  for (std::int32_t half = 0; half < 2; ++half) {
    halves->entries[half].scale = factor_scale(halves->entries[half].residual);
  }
}

/// The record of a row of which only the stored form is at hand where lists hold vectors.
void make_split_record(const Model& halves, const ListRows& rows, std::int32_t i, std::int32_t half,
                       std::byte* out) {
  const auto at = static_cast<std::size_t>(i);
  if (halves.has_vectors()) {
    const RecordHead head{half, rows.rows[i], {}};
    std::memcpy(out, &head, sizeof head);
    std::memcpy(out + sizeof head, rows.stored + at * halves.vectors.bytes, halves.vectors.bytes);
  } else {
    make_record(halves, nullptr, rows.x + at * static_cast<std::size_t>(halves.dims()), half,
                rows.rows[i], out);
  }
}

}  // namespace

void decode_row(const Model& model, std::int32_t list, const std::byte* page, std::int32_t place,
                float* out) {
  const auto block = code_block(page, model.codes, place / kBlockLanes);
  const std::int32_t lane = place % kBlockLanes;
  std::uint8_t nibbles[kMaxBlockCodes / 16];
  get_lane(block.codes(), model.codes.groups, lane, nibbles);
  float b;
  kernel::active().convert.half_to_float(block.b() + lane, &b, 1);
  const float w =
      b * model.entries[list].scale * (model.metric() == Metric::kInnerProduct ? 1 : .5f);
  decode(model.codec, nibbles, w, out);
  const float* centre = model.centre(list);
  for (std::int32_t j = 0; j < model.dims(); ++j) {
    out[j] += centre[j];
  }
}

void take_rows(const Model& model, std::int32_t list, const std::byte* page,
               const RowSource& source, ListRows* rows) {
  const auto dims = static_cast<std::size_t>(model.dims());
  for (std::int32_t place = 0; place < page_head(page)->rows; ++place) {
    const RowId row = *row_at(model, page, place);
    if (row == kNoRow) {
      continue;
    }
    const auto at = static_cast<std::size_t>(rows->n);
    float* x = rows->x + at * dims;
    if (model.has_vectors()) {
      const std::byte* vector = vector_at(page, model.vectors, place);
      std::memcpy(rows->stored + at * model.vectors.bytes, vector, model.vectors.bytes);
      widen(model.element(), vector, model.meta.dims, rows->scratch);
      to_model_space(model, rows->scratch, false, x);
    } else if (!source.fetch(source.context, row, x)) {
      decode_row(model, list, page, place, x);
    }
    rows->rows[rows->n++] = row;
  }
}

Status make_halves(const Model& model, const ListRows& rows, Arena arena, Halves* halves) {
  const auto n = static_cast<std::size_t>(rows.n);
  const std::size_t size = record_layout(model).size();
  auto* nearest = arena.array<std::int32_t>(n);
  auto* distances = arena.array<float>(n);
  halves->records = arena.array<std::byte>(n * size);
  if (!make_model(model, arena, &halves->model) || nearest == nullptr || distances == nullptr ||
      halves->records == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const KMeansOptions options{.k = 2,
                              .rounds = kRounds,
                              .threads = 1,
                              .seed = model.meta.seed,
                              .stop = nullptr,
                              .stop_context = nullptr};
  std::int32_t made;
  if (const Status status =
          train_kmeans(rows.x, n, model.dims(), options, arena, halves->model.centres, &made);
      !status.ok()) {
    return status;
  }
  halves->made = made == 2;
  if (!halves->made) {
    return {};
  }
  if (const Status status = assign_nearest(rows.x, n, model.dims(), halves->model.centres, 2,
                                           options, arena, nearest, distances);
      !status.ok()) {
    return status;
  }
  set_entries(nearest, distances, rows.n, &halves->model);
  for (std::int32_t i = 0; i < rows.n; ++i) {
    make_split_record(halves->model, rows, i, nearest[i],
                      halves->records + static_cast<std::size_t>(i) * size);
  }
  return {};
}

NewPlaces find_places(const Model& model) {
  NewPlaces places{{0, 0}, model.lists()};
  std::int32_t found = 0;
  for (std::int32_t list = 0; list < model.lists() && found < 2; ++list) {
    if (model.is_vacant(list)) {
      places.place[found++] = list;
    }
  }
  while (found < 2) {
    places.place[found++] = places.lists++;
  }
  return places;
}

}  // namespace vecext
