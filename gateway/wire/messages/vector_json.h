// Vectors, and members that several requests have: from messages to JSON, and back.
#pragma once

#include <string>

#include "base/json.h"
#include "base/vectors.h"
#include "wire/grpc/proto/vectors.pb.h"

namespace vecext::gateway::grpc {

/// The most dimensions of a column.
constexpr std::size_t kMostDimensions = 16000;

/// Appends a vector: a list, lists of a multi-vector, or an object of a sparse one.
void append_vector(std::string& out, const qdrant::Vector& vector);
/// Appends an object of vectors by name; the unnamed one has the name "".
void append_vectors(std::string& out, const qdrant::Vectors& vectors);
/// Appends what a query takes for a vector: also an id.
void append_input(std::string& out, const qdrant::VectorInput& input);

template <class Floats>
void append_floats(std::string& out, const Floats& floats) {
  append_list(out, [&](JsonList& list) {
    for (const float value : floats) {
      append_float(list.element(), value);
    }
  });
}

/// Adds a dense vector to `dense`, and appends what stands for it in a request. One that has more
/// dimensions than any column is appended itself, to be refused.
template <class Floats>
void append_beside(std::string& out, const Floats& floats, DenseVectors& dense) {
  if (floats.empty() || static_cast<std::size_t>(floats.size()) > kMostDimensions) {
    append_floats(out, floats);
    return;
  }
  const int position = dense.add({floats.data(), static_cast<std::size_t>(floats.size())});
  append_object(out, [&](JsonWriter& object) { object.integer("$dense", position); });
}

template <class Values, class Indices>
void append_sparse(std::string& out, const Values& values, const Indices& indices) {
  append_object(out, [&](JsonWriter& object) {
    object.list("indices", [&](JsonList& list) {
      for (const std::uint32_t index : indices) {
        list.element() += std::to_string(index);
      }
    });
    append_floats(object.key("values"), values);
  });
}

/// Return the JSON of a selector; `otherwise` if it is empty.
std::string payload_selector(const qdrant::WithPayloadSelector& selector,
                             std::string_view otherwise);
std::string vectors_selector(const qdrant::WithVectorsSelector& selector);

/// Reads an object of vectors by name, or the list of the unnamed one.
void read_vectors(RawJson text, qdrant::VectorsOutput& vectors);

}  // namespace vecext::gateway::grpc
