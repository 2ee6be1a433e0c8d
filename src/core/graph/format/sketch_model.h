// The lists of a flat graph. They are those of a graph with codes whose vectors are the sketches of
// the rows (core/graph/flat/sketch.h), so that one way of writing, probing and checking lists
// serves both. Their codes only say which nodes may be near: scores are the operator's distances.
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

/// The most dimensions of a sketch, a power of two: vectors of more are hashed. On vectors of 3,136
/// bits, on 784 dimensions by L1, and on sparse vectors 256 find as much. On 1,024 random
/// projections of GloVe, with an ef of 40, 512 find .933, 256 find .91, and 1,024 .936. Codes are
/// of fewer (sketch_codec()).
inline constexpr std::int32_t kMostSketchDims = 512;

/// Dimensions of a sketch, a multiple of 4.
std::int32_t sketch_dims(const GraphMeta& meta);

/// Floats of a sketch: for inner products, it has those that make them distances (products.h).
std::int32_t sketch_floats(const GraphMeta& meta);

/// Centers of lists have rerank vectors, to which codes are relative, in bytes.
inline constexpr Rerank kSketchRerank = Rerank::kInt8;

/// The codec of sketches in the space of lists.
Codec sketch_codec(const GraphMeta& meta);

/// How sketches are transformed, into the space of lists; their mean is to be set.
VectorTransform sketch_transform(const GraphMeta& meta);

/// Where the parts of a flat graph's stream begin, in bytes. Entries are before the mean.
struct FlatStream {
  std::size_t mean;
  std::size_t unit;
  std::size_t lists;
};
FlatStream flat_stream(const GraphMeta& meta);

/// The model of the lists of a flat graph. Its metric is L2, for codes and centers, whose vectors
/// are made of sketches by `transform`, which has the metric of sketches. Its dims() are those of
/// the space of lists, where the flat model's are bytes.
GraphModel sketch_model(const GraphModel& flat);

}  // namespace vecext
