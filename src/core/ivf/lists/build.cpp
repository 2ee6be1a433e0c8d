#include "core/ivf/lists/build.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/cluster/kmeans.h"
#include "core/kernel/kernel.h"
#include "core/quant/transform_rows.h"

namespace vecext::ivf {

namespace {

constexpr std::int32_t kRounds = 2;

KMeansOptions kmeans_options(const Meta& meta, const ParallelOptions& parallel) {
  return {.k = static_cast<std::int32_t>(meta.lists),
          .rounds = kRounds,
          .seed = meta.seed,
          .parallel = parallel};
}

}  // namespace

std::size_t train_memory(const Meta& meta, std::int32_t n, bool in_place) {
  const auto rows = static_cast<std::size_t>(n);
  const KMeansOptions options = kmeans_options(meta, {1, nullptr, nullptr});
  return (in_place ? 0 : rows) * static_cast<std::size_t>(meta.rotated) * sizeof(float) +
         rows * (sizeof(std::int32_t) + sizeof(float)) + kmeans_memory(rows, meta.rotated, options);
}

double index_pages(const Meta& meta, double rows) {
  Model model{};
  model.meta = meta;
  derive(&model);
  const auto pages_for = [](double n, std::int32_t of_page) {
    return std::max(n / of_page + .5, 1.0);
  };
  const auto lists = static_cast<double>(meta.lists);
  double pages = pages_for(rows / lists, places(model));
  if (model.rerank() != Rerank::kNone) {
    const double full = pages - 1;
    pages += full * model.codes.rerank_pages +
             pages_for(rows / lists - full * places(model), model.codes.rerank_places);
  }
  const std::size_t entries = static_cast<std::size_t>(meta.lists) + kSpareLists;
  const double directory = std::ceil(static_cast<double>(entries) / kEntriesPerPage);
  return 1 + static_cast<double>(stream_pages(stream_bytes(meta, entries))) + directory +
         lists * pages;
}

double train_work(const Meta& meta, std::int32_t n) {
  return kmeans_work(static_cast<std::size_t>(n), meta.rotated,
                     kmeans_options(meta, {1, nullptr, nullptr}));
}

Status train(const Meta& meta, const Sample& sample, const ParallelOptions& parallel, Arena arena,
             Arena scratch, Model* model) {
  model->meta = meta;
  derive(model);
  const auto dims = static_cast<std::size_t>(meta.rotated);
  const auto n = static_cast<std::size_t>(sample.n);
  const auto lists = static_cast<std::size_t>(meta.lists);
  float* vectors = arena.array<float>(stream_floats(meta, lists + kSpareLists));
  model->entries = arena.array<ListEntry>(lists);
  model->directory = arena.array<PageId>((lists + kSpareLists) / kEntriesPerPage + 1);
  float* x = sample.in_place ? sample.x : scratch.array<float>(n * dims);
  std::int32_t* nearest = scratch.array<std::int32_t>(n);
  float* distances = scratch.array<float>(n);
  if (vectors == nullptr || model->entries == nullptr || model->directory == nullptr ||
      (x == nullptr && n > 0) || nearest == nullptr || distances == nullptr) {
    return out_of_memory();
  }
  std::memset(vectors, 0, stream_bytes(meta, lists + kSpareLists));
  set_vectors(model, vectors);
  const TransformRows rows{sample.x, n, static_cast<std::size_t>(sample.stride)};
  const VectorTransform transform = model->transform();
  VECEXT_TRY(mean_of_rows(transform, rows, parallel, scratch, model->mean));
  VECEXT_TRY(transform_rows(transform, rows, parallel, x, dims));
  std::int32_t made;
  VECEXT_TRY(train_kmeans(x, n, meta.rotated, kmeans_options(meta, parallel), scratch,
                          model->centroids, &made, nearest, distances));
  model->meta.lists = static_cast<std::uint32_t>(made);
  set_residuals(nearest, distances, sample.n, model);
  return {};
}

namespace {

/// Returns the scale of the factors of a list's rows, including rows that are inserted later.
float scale_of_list(const Model& model, std::int32_t list) {
  constexpr double kFarthest = 4;  // few rows are farther from the centroid, in mean distances
  const auto residual = static_cast<double>(model.entries[list].residual);
  const auto norm = static_cast<double>(kernel::active().f32.norm_squared(
      model.centroid(list), static_cast<std::size_t>(model.dims())));
  const double largest = largest_factor(kFarthest * kFarthest * residual, std::sqrt(norm));
  return factor_scale(model.codec, model.entries[list].residual, static_cast<float>(largest));
}

}  // namespace

void set_residuals(const std::int32_t* nearest, const float* distances, std::int32_t n,
                   Model* model) {
  // The residual is at most this number: the mean of infinite distances would not be a number.
  constexpr float kMostResidual = std::numeric_limits<float>::max();
  float all = 0;
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    model->entries[list] = {};
  }
  for (std::int32_t i = 0; i < n; ++i) {
    ListEntry& entry = model->entries[nearest[i]];
    ++entry.rows;
    const float distance = distances[i] < kMostResidual ? distances[i] : kMostResidual;
    entry.residual += (distance - entry.residual) / static_cast<float>(entry.rows);
    all += (distance - all) / static_cast<float>(i + 1);
  }
  for (std::int32_t i = 0; i < n; ++i) {
    ListEntry& entry = model->entries[nearest[i]];
    const float excess = entry.residual > 0 ? distances[i] / entry.residual - 1 : 0;
    entry.variation += excess * excess / static_cast<float>(entry.rows);
  }
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    ListEntry& entry = model->entries[list];
    if (entry.rows == 0) {
      entry.residual = all;
    }
    entry.scale = scale_of_list(*model, list);
  }
}

Status sort_by_list(const Model& model, const std::byte* records, std::int32_t n, Arena arena,
                    std::int32_t** order, std::int32_t** starts) {
  const auto lists = static_cast<std::size_t>(model.lists());
  const std::size_t size = record_layout(model).size();
  *order = arena.array<std::int32_t>(static_cast<std::size_t>(n));
  *starts = arena.array<std::int32_t>(lists + 2);
  if (*order == nullptr || *starts == nullptr) {
    return out_of_memory();
  }
  const auto list_of = [&](std::int32_t i) {
    RecordHead head;
    std::memcpy(&head, records + static_cast<std::size_t>(i) * size, sizeof head);
    return static_cast<std::size_t>(head.list);
  };
  // Counts are kept two places further on, so that after the last pass (*starts)[l] is where list l
  // starts.
  std::int32_t* at = *starts + 1;
  std::memset(*starts, 0, (lists + 2) * sizeof(std::int32_t));
  for (std::int32_t i = 0; i < n; ++i) {
    ++at[list_of(i) + 1];
  }
  for (std::size_t list = 1; list <= lists; ++list) {
    at[list] += at[list - 1];
  }
  for (std::int32_t i = 0; i < n; ++i) {
    (*order)[at[list_of(i)]++] = i;
  }
  return {};
}

}  // namespace vecext::ivf
