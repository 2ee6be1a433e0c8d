#include "core/ivf/lists/centroid_codes.h"

#include <algorithm>
#include <cstring>

#include "core/ivf/lists/list_model.h"
#include "core/kernel/kernel.h"

namespace vecext::ivf {

namespace {

/// How many lists are coded between two polls.
constexpr std::int32_t kPolled = 256;

/// Returns the vector that is coded for x (D floats): x itself, or a copy of it made in `padded`,
/// which is padded and rotated as needed.
const float* coded_form(const Model& model, const float* x, float* padded) {
  const CentroidCodes& codes = model.centroid_codes;
  if (!codes.is_rotated && codes.codec.dims == model.dims()) {
    return x;
  }
  std::copy_n(x, model.dims(), padded);
  std::fill(padded + model.dims(), padded + codes.codec.dims, 0.0F);
  if (codes.is_rotated) {
    rotate(codes.rotation, padded);
  }
  return padded;
}

void code_centroid(Model* model, std::int32_t list) {
  CentroidCodes& codes = model->centroid_codes;
  const Codec& codec = codes.codec;
  const float* centroid = coded_form(*model, model->centroid(list), codes.padded);
  const auto norm = static_cast<float>(
      kernel::active().f32.norm_squared(centroid, static_cast<std::size_t>(codec.dims)));
  const float scale = factor_scale(norm);
  Factors factors;
  encode(codec, centroid, codes.padded + codec.dims, scale, codes.nibbles, &factors);
  float b;
  kernel::active().convert.half_to_float(&factors.b, &b, 1);
  put_lane(codes.blocks + static_cast<std::size_t>(list / kBlockLanes) * codes.block_bytes(),
           codec.groups(), list % kBlockLanes, codes.nibbles);
  codes.weights[list] = b * scale / 2;  // b = 2w
  codes.norms[list] = norm;
  codes.chains[list] = model->entries[list].chain;
}

}  // namespace

bool reserve_centroid_codes(Model* model, Arena arena) {
  CentroidCodes& codes = model->centroid_codes;
  codes = {};
  if (model->lists() < kFewestCoded || model->dims() < kFewestCodedDims) {
    return true;
  }
  const std::int32_t dims = rotated_dims(model->dims());
  codes.codec = {Metric::kL2, 4, dims, dims};
  codes.rotation = {dims, model->meta.seed};
  codes.is_rotated = !model->transform().is_rotated;
  const std::size_t blocks = CentroidCodes::blocks_for(model->room);
  const std::size_t lanes = blocks * kBlockLanes;
  codes.blocks = arena.array<std::uint8_t>(blocks * codes.block_bytes());
  codes.chains = arena.array<std::uint32_t>(lanes);
  codes.weights = arena.array<float>(lanes);
  codes.norms = arena.array<float>(lanes);
  codes.residuals = arena.array<float>(lanes);
  codes.padded = arena.array<float>(2 * static_cast<std::size_t>(dims));
  codes.nibbles = arena.array<std::uint8_t>(static_cast<std::size_t>(dims));
  if (codes.blocks == nullptr || codes.chains == nullptr || codes.weights == nullptr ||
      codes.norms == nullptr || codes.residuals == nullptr || codes.padded == nullptr ||
      codes.nibbles == nullptr) {
    return false;
  }
  std::memset(codes.blocks, 0, blocks * codes.block_bytes());
  std::fill_n(codes.chains, lanes, 0U);
  std::fill_n(codes.weights, lanes, 0.0F);
  std::fill_n(codes.norms, lanes, 0.0F);
  std::fill_n(codes.residuals, lanes, 0.0F);
  std::fill_n(codes.padded, 2 * dims, 0.0F);
  return true;
}

void update_centroid_codes(Model* model, void (*poll)()) {
  CentroidCodes& codes = model->centroid_codes;
  if (codes.blocks == nullptr || has_centroid_codes(*model)) {
    return;
  }
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    if (list % kPolled == 0) {
      poll();
    }
    const ListEntry& entry = model->entries[list];
    codes.residuals[list] = entry.residual;
    if (model->is_vacant(list)) {
      codes.chains[list] = 0;
    } else if (codes.chains[list] != entry.chain) {
      code_centroid(model, list);
    }
  }
  codes.changes = model->meta.head.changes;
  codes.residual_changes = model->meta.residual_changes;
  codes.lists = model->lists();
}

void copy_centroid_codes(const Model& from, Model* to) {
  const CentroidCodes& codes = from.centroid_codes;
  CentroidCodes& copy = to->centroid_codes;
  if (codes.blocks == nullptr || copy.blocks == nullptr) {
    return;
  }
  const std::size_t blocks = CentroidCodes::blocks_for(from.lists());
  const std::size_t lanes = blocks * kBlockLanes;
  std::copy_n(codes.blocks, blocks * codes.block_bytes(), copy.blocks);
  std::copy_n(codes.chains, lanes, copy.chains);
  std::copy_n(codes.weights, lanes, copy.weights);
  std::copy_n(codes.norms, lanes, copy.norms);
  std::copy_n(codes.residuals, lanes, copy.residuals);
  copy.changes = codes.changes;
  copy.residual_changes = codes.residual_changes;
  copy.lists = codes.lists;
}

bool has_centroid_codes(const Model& model) {
  const CentroidCodes& codes = model.centroid_codes;
  return codes.blocks != nullptr && codes.changes == model.meta.head.changes &&
         codes.residual_changes == model.meta.residual_changes && codes.lists == model.lists();
}

bool estimate_products(const Model& model, const float* query, Arena arena, float* products) {
  const CentroidCodes& codes = model.centroid_codes;
  const Codec& codec = codes.codec;
  float* padded = arena.array<float>(static_cast<std::size_t>(codec.dims));
  QueryTable table{arena.array<std::uint8_t>(codes.block_bytes()), 0, 0};
  if (padded == nullptr || table.table == nullptr) {
    return false;
  }
  prepare_query(codec, coded_form(model, query, padded), &table);
  const auto groups = static_cast<std::size_t>(codec.groups());
  const auto sum_codes = kernel::active().scan.sum_codes;
  for (std::size_t block = 0; block < CentroidCodes::blocks_for(model.lists()); ++block) {
    alignas(64) std::uint32_t sums[kBlockLanes];
    sum_codes(codes.blocks + block * codes.block_bytes(), table.table, groups, sums);
    const float* weights = codes.weights + block * kBlockLanes;
    float* out = products + block * kBlockLanes;
    for (std::int32_t i = 0; i < kBlockLanes; ++i) {
      // Sums are far below 2^31, and signed numbers are converted to floats in one step.
      const auto sum = static_cast<float>(static_cast<std::int32_t>(sums[i]));
      out[i] = weights[i] * (table.step * sum + table.offset);
    }
  }
  return true;
}

}  // namespace vecext::ivf
