#include "core/ivf/build.h"

#include "core/cluster/kmeans.h"

namespace vecext {

namespace {

constexpr std::int32_t kRounds = 2;

KMeansOptions kmeans_options(const Meta& meta, const Work& work) {
  return {.k = static_cast<std::int32_t>(meta.lists),
          .rounds = kRounds,
          .threads = work.threads,
          .seed = meta.seed,
          .stop = work.stop,
          .stop_context = work.stop_context};
}

/// The mean of the sample in the space before rotation, as to_model_space subtracts it.
void set_mean(Model* model, const Sample& sample, float* mean, float* row) {
  const auto dims = static_cast<std::size_t>(model->dims());
  const auto in_dims = static_cast<std::size_t>(model->meta.dims);
  // to_model_space without rotation and with a mean of zero is the normalisation alone.
  Model plain = *model;
  plain.meta.bits = 0;
  std::memset(mean, 0, dims * sizeof(float));
  for (std::int32_t i = 0; i < sample.n; ++i) {
    to_model_space(plain, sample.x + static_cast<std::size_t>(i) * in_dims, true, row);
    for (std::size_t j = 0; j < in_dims; ++j) {
      mean[j] += (row[j] - mean[j]) / static_cast<float>(i + 1);
    }
  }
}

/// Mean squared residual of each list over the sample, and the scale that follows from it.
void set_residuals(Model* model, const std::int32_t* nearest, const float* distances,
                   std::int32_t n) {
  float all = 0;
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    model->entries[list] = {};
  }
  for (std::int32_t i = 0; i < n; ++i) {
    ListEntry& entry = model->entries[nearest[i]];
    ++entry.rows;
    entry.residual += (distances[i] - entry.residual) / static_cast<float>(entry.rows);
    all += (distances[i] - all) / static_cast<float>(i + 1);
  }
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    ListEntry& entry = model->entries[list];
    if (entry.rows == 0) {
      entry.residual = all;
    }
    entry.scale = factor_scale(entry.residual);
  }
}

}  // namespace

std::size_t train_memory(const Meta& meta, std::int32_t n) {
  const auto rows = static_cast<std::size_t>(n);
  const Work work{1, nullptr, nullptr};
  return rows * static_cast<std::size_t>(meta.rotated) * sizeof(float) +
         rows * (sizeof(std::int32_t) + sizeof(float)) +
         kmeans_memory(rows, meta.rotated, kmeans_options(meta, work));
}

Status train(const Meta& meta, const Sample& sample, const Work& work, Arena arena, Arena scratch,
             Model* model) {
  model->meta = meta;
  derive(model);
  const auto dims = static_cast<std::size_t>(meta.rotated);
  const auto n = static_cast<std::size_t>(sample.n);
  const auto lists = static_cast<std::size_t>(meta.lists);
  float* vectors = arena.array<float>((lists + 1) * dims);
  model->entries = arena.array<ListEntry>(lists);
  model->directory = arena.array<PageId>(lists / kEntriesPerPage + 1);
  float* x = scratch.array<float>((n + 1) * dims);
  std::int32_t* nearest = scratch.array<std::int32_t>(n);
  float* distances = scratch.array<float>(n);
  if (vectors == nullptr || model->entries == nullptr || model->directory == nullptr ||
      x == nullptr || nearest == nullptr || distances == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  std::memset(vectors, 0, (lists + 1) * dims * sizeof(float));
  model->mean = vectors;
  model->centres = vectors + dims;
  float* mean = x + n * dims;
  set_mean(model, sample, mean, x);
  std::memcpy(vectors, mean, dims * sizeof(float));
  for (std::size_t i = 0; i < n; ++i) {
    to_model_space(*model, sample.x + i * static_cast<std::size_t>(meta.dims), false, x + i * dims);
  }
  const KMeansOptions options = kmeans_options(meta, work);
  std::int32_t made;
  if (const Status status =
          train_kmeans(x, n, meta.rotated, options, scratch, model->centres, &made);
      !status.ok()) {
    return status;
  }
  model->meta.lists = static_cast<std::uint32_t>(made);
  if (const Status status = assign_nearest(x, n, meta.rotated, model->centres, made, options,
                                           scratch, nearest, distances);
      !status.ok()) {
    return status;
  }
  set_residuals(model, nearest, distances, sample.n);
  return {};
}

Status sort_by_list(const Model& model, const std::byte* records, std::int32_t n, Arena arena,
                    std::int32_t** order, std::int32_t** starts) {
  const auto lists = static_cast<std::size_t>(model.lists());
  const std::size_t size = record_layout(model).size();
  *order = arena.array<std::int32_t>(static_cast<std::size_t>(n));
  *starts = arena.array<std::int32_t>(lists + 2);
  if (*order == nullptr || *starts == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const auto list_of = [&](std::int32_t i) {
    RecordHead head;
    std::memcpy(&head, records + static_cast<std::size_t>(i) * size, sizeof head);
    return static_cast<std::size_t>(head.list);
  };
  // Counts go two places further, so that after the last pass starts[l] is where list l starts.
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

}  // namespace vecext
