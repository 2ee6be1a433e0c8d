// Codes of the centroids of many lists, in memory only: 4 bits a dimension (core/quant), in blocks
// of 32. They take an eighth of the centroids' memory. Estimating a query's products with all
// centroids from the codes takes a tenth of the time of computing the products. The codes depend on
// the model alone, so equal models give equal estimates.
#pragma once

#include <cstdint>

#include "core/base/arena.h"
#include "core/ivf/lists/list_model.h"

namespace vecext::ivf {

/// Models with fewer lists or fewer dimensions have no codes of centroids.
inline constexpr std::int32_t kFewestCoded = 2000;
inline constexpr std::int32_t kFewestCodedDims = 16;

/// Takes memory for the codes of model->room centroids, if the model has enough lists; no centroid
/// is coded yet. Returns false if memory runs out.
bool reserve_centroid_codes(Model* model, Arena arena);

/// Codes the centroids of lists that were made since the last call, and notes vacant places. `poll`
/// is called now and then, and may leave by longjmp: what is coded by then stays, and the next call
/// codes the rest.
void update_centroid_codes(Model* model, void (*poll)());

/// Copies the codes of a model to a model that has the same lists, and memory for the codes. Does
/// nothing if there are no codes.
void copy_centroid_codes(const Model& from, Model* to);

/// True if the model has codes, and they are the codes of its present lists.
bool has_centroid_codes(const Model& model);

/// Estimates <q, c> for the centroids of all lists, given the query's D floats in model space;
/// `products` has room for whole blocks of 32. Returns false if `arena` has no memory.
bool estimate_products(const Model& model, const float* query, Arena arena, float* products);

}  // namespace vecext::ivf
