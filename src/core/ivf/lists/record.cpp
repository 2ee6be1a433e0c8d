#include "core/ivf/lists/record.h"

#include <algorithm>
#include <cstring>

#include "core/base/parallel.h"
#include "core/ivf/lists/centroid_codes.h"
#include "core/cluster/kmeans.h"
#include "core/ivf/lists/probe_order.h"
#include "core/quant/vector_distance.h"
#include "core/kernel/kernel.h"

namespace vecext::ivf {

namespace {

/// How many groups the longest codes have: a group takes 16 bytes of a block, and the codes of a
/// block take at most kMaxBlockCodes bytes.
constexpr std::size_t kMaxGroups = static_cast<std::size_t>(kMaxBlockCodes) / 16;

/// How many multiply-adds a dimension takes, to be transformed and to be coded.
constexpr std::size_t kTransformWork = 32;
constexpr std::size_t kCodeWork = 16;

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

/// Calls body(i) for n rows, some rows at a time on each thread. A row takes about `work`
/// multiply-adds.
template <class Body>
Status for_rows(std::size_t n, const ParallelOptions& options, std::size_t work, const Body& body) {
  constexpr std::size_t kEach = 256;
  return for_each(options, (n + kEach - 1) / kEach, kEach * work,
                  [&](std::size_t piece, std::int32_t) {
                    const std::size_t end = std::min(n, (piece + 1) * kEach);
                    for (std::size_t i = piece * kEach; i < end; ++i) {
                      body(i);
                    }
                  });
}

}  // namespace

RecordLayout record_layout(const Model& model) {
  if (model.has_vectors()) {
    return {model.vectors.bytes, 0};
  }
  return {static_cast<std::size_t>(model.codes.groups + 1) / 2, model.codes.rerank_bytes};
}

void set_list_of(std::byte* record, std::int32_t list) {
  std::memcpy(record + offsetof(RecordHead, list), &list, sizeof list);
}

void code_record(const Model& model, const float* rotated, std::int32_t list, std::byte* record) {
  set_list_of(record, list);
  if (model.has_vectors()) {
    return;
  }
  std::uint8_t nibbles[kMaxGroups];
  Factors factors;
  encode(model.codec, rotated, model.centroid(list), model.entries[list].scale, nibbles, &factors);
  std::memcpy(record + offsetof(RecordHead, factors), &factors, sizeof factors);
  pack(nibbles, model.codes.groups, record + sizeof(RecordHead));
}

void make_record(const Model& model, const float* x, const float* rotated, std::int32_t list,
                 RowId row, std::byte* out) {
  const RecordHead head{list, row, {}};
  std::memcpy(out, &head, sizeof head);
  std::byte* body = out + sizeof head;
  if (model.has_vectors()) {
    narrow(model.element(), x, model.meta.dims, body);
  } else if (model.rerank() != Rerank::kNone) {
    put_rerank(model.rerank(), rotated, model.dims(), body + record_layout(model).code);
  }
  code_record(model, rotated, list, out);
}

void decode_record(const Model& model, const std::byte* record, float* out) {
  RecordHead head;
  std::memcpy(&head, record, sizeof head);
  std::uint8_t nibbles[kMaxGroups];
  unpack(record + sizeof head, model.codes.groups, nibbles);
  float b;
  kernel::active().convert.half_to_float(&head.factors.b, &b, 1);
  const float w =
      b * model.entries[head.list].scale * (model.metric() == Metric::kInnerProduct ? 1 : .5f);
  decode(model.codec, nibbles, w, out);
  const float* centroid = model.centroid(head.list);
  for (std::int32_t j = 0; j < model.dims(); ++j) {
    out[j] += centroid[j];
  }
}

RecordMaker::RecordMaker(const Model& model, const ParallelOptions& options)
    : model_(model), options_(options), lists_(model.dims(), options_) {}

std::size_t RecordMaker::memory() const {
  return cluster::grouped_memory(model_.lists(), model_.dims(), options_);
}

Status RecordMaker::prepare(Arena arena) {
  if (!lists_.reserve(arena, model_.lists())) {
    return out_of_memory();
  }
  return lists_.prepare(model_.centroids, model_.lists());
}

Status RecordMaker::make(const RowBatch& batch, Arena arena, std::byte* out) {
  const auto n = static_cast<std::size_t>(batch.n);
  const auto dims = static_cast<std::size_t>(model_.dims());
  const auto stride = static_cast<std::size_t>(batch.stride);
  const std::size_t size = record_layout(model_).size();
  float* rotated = arena.array<float>(n * dims);
  float* best = arena.array<float>(n);
  std::int32_t* nearest = arena.array<std::int32_t>(n);
  if (rotated == nullptr || best == nullptr || nearest == nullptr) {
    return out_of_memory();
  }
  const VectorTransform transform = model_.transform();
  VECEXT_TRY(for_rows(n, options_, kTransformWork * dims, [&](std::size_t i) {
    transform_vector(transform, batch.x + i * stride, false, rotated + i * dims);
  }));
  VECEXT_TRY(lists_.find({rotated, nullptr, n}, best, nearest));
  return for_rows(n, options_, kCodeWork * dims, [&](std::size_t i) {
    make_record(model_, batch.x + i * stride, rotated + i * dims, nearest[i], batch.rows[i],
                out + i * size);
  });
}

Status nearest_list(const Model& model, const float* x, std::int32_t but, Arena arena,
                    std::int32_t* list) {
  *list = -1;
  const auto lists = static_cast<std::size_t>(model.lists());
  const auto dims = static_cast<std::size_t>(model.dims());
  if (has_centroid_codes(model)) {
    ProbeOrder order;
    if (!order.prepare_nearest(model, x, arena)) {
      return out_of_memory();
    }
    for (std::int32_t i = 0; *list < 0 && i < order.count(); ++i) {
      if (const std::int32_t next = order.next().list; next != but) {
        *list = next;
      }
    }
    return {};
  }
  float* distances = arena.array<float>(lists);
  if (distances == nullptr) {
    return out_of_memory();
  }
  kernel::active().f32.l2_squared_many(x, model.centroids, dims * sizeof(float), lists, dims,
                                       distances);
  for (std::int32_t i = 0; i < model.lists(); ++i) {
    // The distance is tested first: most lists are farther, and their entries need not be read.
    if ((*list < 0 || distances[i] < distances[*list]) && i != but && !model.is_vacant(i)) {
      *list = i;
    }
  }
  return {};
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

void copy_record(const Model& model, const std::byte* page, std::int32_t place, std::int32_t list,
                 std::byte* record) {
  RecordHead head{list, *row_at(model, page, place), {}};
  std::byte* body = record + sizeof head;
  if (model.has_vectors()) {
    std::memcpy(body, vector_at(page, model.vectors, place), model.vectors.bytes);
  } else {
    const auto block = code_block(page, model.codes, place / kBlockLanes);
    const std::int32_t lane = place % kBlockLanes;
    head.factors = {block.a()[lane], block.b()[lane]};
    std::uint8_t nibbles[kMaxGroups];
    get_lane(block.codes(), model.codes.groups, lane, nibbles);
    pack(nibbles, model.codes.groups, body);
  }
  std::memcpy(record, &head, sizeof head);
}

}  // namespace vecext::ivf
