// Assigns the rows of a tile, by the baseline of the machine (SSE2, NEON).
#define VECEXT_TILE tile_portable
#include "core/cluster/nearest_tile.h"
