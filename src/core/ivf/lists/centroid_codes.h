// Codes of the centroids of many lists, in memory only: 4 bits a dimension (core/quant), in blocks
// of 32, an eighth of what the centroids take. Estimating a query's products with all centroids
// from their codes takes a tenth of the time of computing them. The codes depend on the model
// alone, so equal models give equal estimates.
#pragma once

#include <cstdint>

#include "core/base/arena.h"
#include "core/ivf/lists/list_model.h"

namespace vecext::ivf {

/// Centroids of fewer lists, or fewer dimensions, have no codes.
inline constexpr std::int32_t kFewestCoded = 2000;
inline constexpr std::int32_t kFewestCodedDims = 16;

/// Takes memory for the codes of model->room centroids, if the model has enough lists; no centroid
/// is coded yet. False: out of memory.
bool reserve_centroid_codes(Model* model, Arena arena);

/// Codes the centroids of lists that were made since the last time, and notes vacant places. `poll`
/// is called now and then, and may leave by longjmp: what is coded by then stays, and the next call
/// codes the rest.
void update_centroid_codes(Model* model, void (*poll)());

/// Copies the codes of a model to one of the same lists, which has memory for them; does nothing if
/// there are none.
void copy_centroid_codes(const Model& from, Model* to);

/// True if the model has codes, and of the lists that it has now.
bool has_centroid_codes(const Model& model);

/// Estimates <q, c> for the centroids of all lists, D floats each, in model space; `products` has
/// room for whole blocks of 32. False: `arena` has no memory.
bool estimate_products(const Model& model, const float* query, Arena arena, float* products);

}  // namespace vecext::ivf
