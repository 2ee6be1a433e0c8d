// Finds the nearest rows of a block, by AVX-512 F, BW, VL and DQ.
#define VECEXT_EIGEN eigen_avx512
#define VECEXT_KNN knn_avx512
#include "core/graph/construct/knn_tile.h"
