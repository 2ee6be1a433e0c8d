// Collections as vecext describes them.
#pragma once

#include <string_view>
#include <utility>

#include "base/json.h"
#include "service/collections.h"

namespace vecext::gateway {

/// The distances of dense vectors, in the words of Qdrant and in those of vecext.
inline constexpr std::pair<std::string_view, std::string_view> kDistances[] = {
    {"Cosine", "cosine"}, {"Dot", "dot"}, {"Euclid", "euclid"}, {"Manhattan", "manhattan"}};

/// Reads what vecext.collection_info returns.
CollectionDescription description_of(RawJson info);

/// True if both are the same kind of vector. Options of indexes may differ.
bool is_same_vector(const VectorDefinition& a, const VectorDefinition& b);

}  // namespace vecext::gateway
