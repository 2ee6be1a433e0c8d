// Nearest rows of a block in the baseline of the machine (SSE2, NEON).
#define VECEXT_EIGEN eigen_portable
#define VECEXT_KNN knn_portable
#include "core/graph/construct/knn_tile.h"
