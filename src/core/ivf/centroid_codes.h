// Codes of the centroids of many lists, in memory only: 4 bits a dimension (core/quant), in blocks
// of 32, an eighth of what the centroids take. From them a query's products with all centroids are
// estimated in a tenth of the time that the products take; who needs to know one better asks its
// centroid. They follow from the model alone, so that equal models give equal estimates.
#pragma once

#include <cstdint>

#include "core/base/arena.h"
#include "core/ivf/model.h"

namespace vecext::ivf {

/// Below so many lists, or dimensions, centroids have no codes.
inline constexpr std::int32_t kFewestCoded = 2000;
inline constexpr std::int32_t kFewestCodedDims = 16;

/// Takes memory for codes of model->room centroids, none of them coded, if the model has lists
/// enough; false: there is none.
bool take_centroid_codes(Model* model, Arena arena);

/// Codes the centroids of lists that were made since the last time, and notes vacant places. `poll`
/// is called now and then, and may leave: what is coded by then stays, and the rest is next time.
void update_centroid_codes(Model* model, void (*poll)());

/// Has the model codes, and are they of the lists that it has now?
bool has_centroid_codes(const Model& model);

/// Estimates <q, c> for the centroids of all lists, D floats each, in model space; `products` has
/// room for whole blocks of 32. False: `arena` has no memory.
bool estimate_products(const Model& model, const float* query, Arena arena, float* products);

}  // namespace vecext::ivf
