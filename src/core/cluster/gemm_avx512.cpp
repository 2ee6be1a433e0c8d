// Assignment of a tile in AVX-512 F, BW, VL and DQ.
#define VECEXT_EIGEN eigen_avx512
#define VECEXT_UPDATE_NEAREST update_nearest_avx512
#include "core/cluster/nearest_tile.h"
