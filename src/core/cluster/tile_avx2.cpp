// Assigns the rows of a tile, by AVX2 and FMA.
#define VECEXT_TILE tile_avx2
#include "core/cluster/nearest_tile.h"
