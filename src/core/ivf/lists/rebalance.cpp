#include "core/ivf/lists/rebalance.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "core/cluster/kmeans.h"

namespace vecext::ivf {

namespace {

constexpr std::int32_t kRounds = 4;

/// Makes a model of `count` lists, in which codes and pages are laid out as in `model`, the model
/// that the lists come from. Returns false if memory runs out.
bool make_model(const Model& model, std::int32_t count, Arena arena, Model* lists) {
  *lists = model;
  lists->centroid_codes = {};
  lists->meta.lists = static_cast<std::uint32_t>(count);
  lists->centroids = arena.array<float>(2 * static_cast<std::size_t>(model.dims()));
  lists->entries = arena.array<ListEntry>(2);
  return lists->centroids != nullptr && lists->entries != nullptr;
}

/// Makes the new list from a list whose rows stay the same: keeps its centroid and its codes.
void keep_list(const Model& model, std::int32_t list, ListRows* rows, NewLists* lists) {
  std::memcpy(lists->model.centroids, model.centroid(list),
              static_cast<std::size_t>(model.dims()) * sizeof(float));
  lists->model.entries[0] = {};
  lists->model.entries[0].residual = model.entries[list].residual;
  lists->model.entries[0].variation = model.entries[list].variation;
  lists->model.entries[0].scale = model.entries[list].scale;
  lists->model.entries[0].whole = model.entries[list].whole;
  for (std::int32_t i = 0; i < rows->n; ++i) {
    set_list_of(rows->records + static_cast<std::size_t>(i) * record_layout(model).size(), 0);
  }
  lists->count = 1;
}

/// If one of two new lists has nearly all rows of the list that was split, marks it. The rows at
/// its centroid cannot be separated, and without the mark it would be split again whenever a few
/// rows come.
void mark_hardly_split(std::int32_t rows, Model* lists) {
  constexpr std::uint32_t kNearlyAll = 16;
  const auto all = static_cast<std::uint32_t>(rows);
  for (std::int32_t list = 0; list < lists->lists(); ++list) {
    ListEntry& entry = lists->entries[list];
    if (all - entry.rows < all / kNearlyAll) {
      entry.whole = entry.rows;
    }
  }
}

}  // namespace

NewPlaces find_places(const Model& model, std::int32_t count) {
  NewPlaces places{{0, 0}, model.lists()};
  std::int32_t found = 0;
  for (std::int32_t list = 0; list < model.lists() && found < count; ++list) {
    if (model.is_vacant(list)) {
      places.place[found++] = list;
    }
  }
  while (found < count) {
    places.place[found++] = places.lists++;
  }
  return places;
}

Status make_lists(const Model& model, const Rebalancing& change, const RowSource& source,
                  Arena arena, ListRows* rows, NewLists* lists) {
  const auto n = static_cast<std::size_t>(rows->n);
  lists->count = 0;
  if (!make_model(model, change.to, arena, &lists->model)) {
    return out_of_memory();
  }
  if (change.to == 0) {
    return {.code = rows->n == 0 ? StatusCode::kOk : StatusCode::kStale};
  }
  if (change.from == 1 && change.to == 1) {
    keep_list(model, change.list[0], rows, lists);
    return {};
  }
  const float* x = row_vectors(model, *rows, source, arena);
  auto* nearest = arena.array<std::int32_t>(n);
  auto* distances = arena.array<float>(n);
  if (x == nullptr || nearest == nullptr || distances == nullptr) {
    return out_of_memory();
  }
  const KMeansOptions options{.k = change.to,
                              .rounds = kRounds,
                              .seed = model.meta.seed,
                              .parallel = {1, nullptr, nullptr}};
  const std::int32_t dims = model.dims();
  VECEXT_TRY(train_kmeans(x, n, dims, options, arena, lists->model.centroids, &lists->count));
  lists->model.meta.lists = static_cast<std::uint32_t>(lists->count);
  VECEXT_TRY(assign_nearest(x, n, dims, lists->model.centroids, lists->count, options.parallel,
                            arena, nearest, distances));
  // If squares overflow, all rows go to one centroid, though the two differ.
  const bool is_one_list =
      std::adjacent_find(nearest, nearest + n, std::not_equal_to<>()) == nearest + n;
  if (change.to == 2 && is_one_list) {
    lists->count = 1;
    return {};
  }
  set_residuals(nearest, distances, rows->n, &lists->model);
  if (change.to == 2) {
    mark_hardly_split(rows->n, &lists->model);
  }
  for (std::size_t i = 0; i < n; ++i) {
    code_record(lists->model, x + i * static_cast<std::size_t>(dims), nearest[i],
                rows->records + i * record_layout(model).size());
  }
  return {};
}

}  // namespace vecext::ivf
