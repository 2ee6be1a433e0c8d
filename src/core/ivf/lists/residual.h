// The mean squared residual of a list, by which a search expects near rows. At first it is the mean
// over the rows that the list was made of. Rows inserted later may lie much farther from the
// centroid, as longer vectors do. The entry of the list follows them in steps, of which an index
// takes only few in all.
#pragma once

#include <algorithm>
#include <cmath>

#include "core/ivf/lists/list_model.h"
#include "core/kernel/kernel.h"

namespace vecext::ivf {

/// True if the entry does not lead one to expect the squared distance `squared` of a row to the
/// list's centroid: it is several times the mean, and beyond what the variation of squared
/// distances explains.
inline bool is_unlike(const ListEntry& entry, float squared) {
  constexpr float kTimes = 4;
  constexpr float kDeviations = 3;
  const float expected = std::max(kTimes, 1 + kDeviations * std::sqrt(entry.variation));
  return std::isfinite(squared) && squared > expected * entry.residual;
}

/// Changes the mean and the variation as if more rows had come, kShare times as many as the list
/// has, all with the squared distance `squared`: rows that come later often resemble the first row
/// that is unlike the others.
inline void follow_residual(float squared, ListEntry* entry) {
  constexpr double kShare = 1.0 / 16;
  constexpr double kPart = kShare / (1 + kShare);
  const auto before = static_cast<double>(entry->residual);
  const double by = static_cast<double>(squared) - before;
  const double mean = before + kPart * by;
  const double variance =
      (1 - kPart) * (static_cast<double>(entry->variation) * before * before + kPart * by * by);
  entry->residual = static_cast<float>(mean);
  entry->variation = static_cast<float>(variance / (mean * mean));
}

/// Notes the residual of a row inserted into a list if the row is unlike other rows of the list.
/// `x` is the row's vector, D floats in model space. The residual is noted in the directory and in
/// the model, and the meta page then says that other models are out of date.
template <PageStore S>
Status note_residual(S& store, const float* x, std::int32_t list, Model* model) {
  ListEntry& entry = model->entries[list];
  const float squared = kernel::active().f32.l2_squared(x, model->centroid(list),
                                                        static_cast<std::size_t>(model->dims()));
  if (!is_unlike(entry, squared)) [[likely]] {
    return {};
  }
  auto edit = store.edit();
  std::byte* directory;
  std::byte* meta;
  Status status = edit.page(model->directory[list / kEntriesPerPage], &directory);
  if (status.ok()) {
    status = check_page(directory, PageKind::kDirectory)
                 .in_page(model->directory[list / kEntriesPerPage]);
  }
  if (status.ok()) {
    status = edit.page(kMetaPage, &meta);
  }
  ListEntry* stored = status.ok() ? list_entry(directory, list % kEntriesPerPage) : nullptr;
  // Another list may have the place by now, or another backend may have noted such a row.
  if (stored == nullptr || stored->chain != entry.chain || !is_unlike(*stored, squared)) {
    edit.abandon();
    return status;
  }
  follow_residual(squared, stored);
  entry.residual = stored->residual;
  entry.variation = stored->variation;
  std::uint32_t& changes = meta_of(meta)->residual_changes;
  // The model stays current if it was.
  model->meta.residual_changes += changes == model->meta.residual_changes ? 1 : 0;
  ++changes;
  edit.commit();
  return {};
}

}  // namespace vecext::ivf
