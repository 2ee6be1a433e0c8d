// Points and groups in answers: from rows to messages.
#pragma once

#include "base/json.h"
#include "service/points.h"
#include "wire/grpc/proto/points.pb.h"

namespace vecext::gateway::grpc {

void read_point(const Point& point, qdrant::RetrievedPoint& to);
/// Reads also the score; points that nothing scores have 1.
void read_point(const Point& point, qdrant::ScoredPoint& to);

template <class Points, class Messages>
void add_points(const Points& points, Messages* to) {
  const int size = static_cast<int>(points.size());
  to->Reserve(size);
  for (int i = 0; i < size; ++i) {
    read_point(points[i], *to->Add());
  }
}

void add_groups(const Groups& groups, qdrant::GroupsResult& to);

/// Reads the value of a hit of a facet: a text, an integer or a boolean.
void read_facet(RawJson value, qdrant::FacetValue& to);

/// Read the JSON of a distance matrix in its two forms.
void read_pairs(RawJson matrix, qdrant::SearchMatrixPairs& to);
void read_offsets(RawJson matrix, qdrant::SearchMatrixOffsets& to);

}  // namespace vecext::gateway::grpc
