// Nearest rows of a block in AVX2 and FMA.
#define VECEXT_EIGEN eigen_avx2
#define VECEXT_NEAR near_avx2
#include "core/graph/near_tile.h"
