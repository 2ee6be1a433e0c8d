// Finds the nearest rows of a block, by AVX2 and FMA.
#define VECEXT_EIGEN eigen_avx2
#define VECEXT_KNN knn_avx2
#include "core/graph/construct/knn_tile.h"
