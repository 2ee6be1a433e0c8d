// Assigns the rows of a tile, by AVX-512 F, BW, VL and DQ.
#define VECEXT_TILE tile_avx512
#include "core/cluster/nearest_tile.h"
