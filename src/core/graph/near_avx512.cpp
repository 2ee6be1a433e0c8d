// Nearest rows of a block in AVX-512 F, BW, VL and DQ.
#define VECEXT_EIGEN eigen_avx512
#define VECEXT_NEAR near_avx512
#include "core/graph/near_tile.h"
