#include "core/ivf/record.h"

#include <cstring>

#include "core/cluster/kmeans.h"
#include "core/cluster/threads.h"
#include "core/ivf/vector_distance.h"
#include "core/kernel/kernel.h"

namespace vecext {

namespace {

/// Widest codes: a nibble a group, kMaxBlockCodes / 16 groups.
constexpr std::size_t kMaxGroups = static_cast<std::size_t>(kMaxBlockCodes) / 16;

void pack(const std::uint8_t* nibbles, std::int32_t groups, std::byte* out) {
  for (std::int32_t g = 0; g < groups; g += 2) {
    const unsigned high = g + 1 < groups ? nibbles[g + 1] : 0u;
    out[g / 2] = static_cast<std::byte>(nibbles[g] | high << 4);
  }
}

void unpack(const std::byte* packed, std::int32_t groups, std::uint8_t* nibbles) {
  for (std::int32_t g = 0; g < groups; ++g) {
    nibbles[g] =
        static_cast<std::uint8_t>(std::to_integer<unsigned>(packed[g / 2]) >> (g % 2 * 4) & 15);
  }
}

/// body(i) for the rows of a batch, some at a time on each thread.
template <class Body>
void for_rows(std::int32_t n, std::int32_t threads, const Body& body) {
  constexpr std::size_t kEach = 256;
  const auto rows = static_cast<std::size_t>(n);
  run_parallel(threads, (rows + kEach - 1) / kEach, [&](std::size_t piece, std::int32_t) {
    const std::size_t end = piece * kEach + kEach < rows ? piece * kEach + kEach : rows;
    for (std::size_t i = piece * kEach; i < end; ++i) {
      body(i);
    }
  });
}

}  // namespace

RecordLayout record_layout(const Model& model) {
  return {model.has_vectors() ? model.vectors.bytes
                              : static_cast<std::size_t>(model.codes.groups + 1) / 2};
}

void make_record(const Model& model, const float* x, const float* rotated, std::int32_t list,
                 RowId row, std::byte* out) {
  RecordHead head{list, row, {}};
  std::byte* body = out + sizeof head;
  if (model.has_vectors()) {
    narrow(model.element(), x, model.meta.dims, body);
  } else {
    std::uint8_t nibbles[kMaxGroups];
    encode(model.codec, rotated, model.centre(list), model.entries[list].scale, nibbles,
           &head.factors);
    pack(nibbles, model.codes.groups, body);
  }
  std::memcpy(out, &head, sizeof head);
}

Status make_records(const Model& model, const RowBatch& batch, const Work& work, Arena arena,
                    std::byte* out) {
  const auto n = static_cast<std::size_t>(batch.n);
  const auto dims = static_cast<std::size_t>(model.dims());
  const auto in_dims = static_cast<std::size_t>(model.meta.dims);
  const std::size_t size = record_layout(model).size();
  float* rotated = arena.array<float>(n * dims);
  std::int32_t* nearest = arena.array<std::int32_t>(n);
  if (rotated == nullptr || nearest == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  for_rows(batch.n, work.threads, [&](std::size_t i) {
    to_model_space(model, batch.x + i * in_dims, false, rotated + i * dims);
  });
  const KMeansOptions options{.k = model.lists(),
                              .rounds = 0,
                              .threads = work.threads,
                              .seed = 0,
                              .stop = work.stop,
                              .stop_context = work.stop_context};
  if (const Status status = assign_nearest(rotated, n, model.dims(), model.centres, model.lists(),
                                           options, arena, nearest, nullptr);
      !status.ok()) {
    return status;
  }
  for_rows(batch.n, work.threads, [&](std::size_t i) {
    make_record(model, batch.x + i * in_dims, rotated + i * dims, nearest[i], batch.rows[i],
                out + i * size);
  });
  return {};
}

std::int32_t nearest_list(const Model& model, const float* rotated, Arena arena) {
  const auto lists = static_cast<std::size_t>(model.lists());
  const auto dims = static_cast<std::size_t>(model.dims());
  float* distances = arena.array<float>(lists);
  kernel::active().f32.l2_squared_many(rotated, model.centres, dims * sizeof(float), lists, dims,
                                       distances);
  std::int32_t best = -1;
  for (std::int32_t i = 0; i < model.lists(); ++i) {
    if (!model.is_vacant(i) && (best < 0 || distances[i] < distances[best])) {
      best = i;
    }
  }
  return best;
}

void put_record(const Model& model, const std::byte* record, std::int32_t place, std::byte* page) {
  RecordHead head;
  std::memcpy(&head, record, sizeof head);
  const std::byte* body = record + sizeof head;
  *row_at(model, page, place) = head.row;
  if (model.has_vectors()) {
    std::memcpy(vector_at(page, model.vectors, place), body, model.vectors.bytes);
    return;
  }
  const auto block = code_block(page, model.codes, place / kBlockLanes);
  const std::int32_t lane = place % kBlockLanes;
  std::uint8_t nibbles[kMaxGroups];
  unpack(body, model.codes.groups, nibbles);
  put_lane(block.codes(), model.codes.groups, lane, nibbles);
  block.a()[lane] = head.factors.a;
  block.b()[lane] = head.factors.b;
}

void move_place(const Model& model, std::byte* page, std::int32_t from, std::int32_t to) {
  *row_at(model, page, to) = *row_at(model, page, from);
  if (model.has_vectors()) {
    std::memcpy(vector_at(page, model.vectors, to), vector_at(page, model.vectors, from),
                model.vectors.bytes);
    return;
  }
  const auto source = code_block(page, model.codes, from / kBlockLanes);
  const auto target = code_block(page, model.codes, to / kBlockLanes);
  std::uint8_t nibbles[kMaxGroups];
  get_lane(source.codes(), model.codes.groups, from % kBlockLanes, nibbles);
  put_lane(target.codes(), model.codes.groups, to % kBlockLanes, nibbles);
  target.a()[to % kBlockLanes] = source.a()[from % kBlockLanes];
  target.b()[to % kBlockLanes] = source.b()[from % kBlockLanes];
}

}  // namespace vecext
