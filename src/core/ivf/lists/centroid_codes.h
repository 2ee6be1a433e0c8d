// Codes of the centroids of many lists, in memory only: 4 bits a dimension (core/quant), in blocks
// of 32. They take an eighth of the memory of the centroids. To estimate a query's products with
// all centroids from the codes takes a tenth of the time of computing these products. The codes
// depend on the model alone, so equal models give equal estimates.
#pragma once

#include <cstdint>

#include "core/base/arena.h"
#include "core/ivf/lists/list_model.h"

namespace vecext::ivf {

/// A model of fewer lists or fewer dimensions than these has no codes of centroids.
inline constexpr std::int32_t kFewestCoded = 2000;
inline constexpr std::int32_t kFewestCodedDims = 16;

/// Reserves memory for the codes of model->room centroids, if the model has enough lists and
/// dimensions; no centroid is coded yet. Returns false if memory runs out.
bool reserve_centroid_codes(Model* model, Arena arena);

/// Codes the centroids of lists that were made since the last call, and notes vacant places. Calls
/// `poll` now and then, which may leave by longjmp: the centroids coded by then keep their codes,
/// and the next call codes the rest.
void update_centroid_codes(Model* model, void (*poll)());

/// Copies the codes of model `from` to a model that has the same lists and memory for the codes.
/// Does nothing if `from` has no codes.
void copy_centroid_codes(const Model& from, Model* to);

/// True if the model has codes, and they are the codes of its present lists, not of earlier ones.
bool has_centroid_codes(const Model& model);

/// Estimates <q, c> for the centroids c of all lists. `query` is q, D floats in model space.
/// `products` has room for whole blocks of 32 lists. Returns false if memory runs out.
bool estimate_products(const Model& model, const float* query, Arena arena, float* products);

}  // namespace vecext::ivf
