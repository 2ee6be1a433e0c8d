// Finds the nearest rows of a block, by the baseline of the machine (SSE2, NEON).
#define VECEXT_EIGEN eigen_portable
#define VECEXT_KNN knn_portable
#include "core/graph/construct/knn_tile.h"
