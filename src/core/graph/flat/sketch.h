// Sketches: floats whose Euclidean distance resembles the metric of a flat graph, so that one
// construction serves all metrics. Searches use the codes of sketches, in lists (sketch_model.h).
//
//   Hamming          0 and 1: |p - q|^2 is the distance
//   Jaccard, cosine  of length one: |p - q|^2 grows with the distance (of sets of equal size)
//   inner product    with one coordinate more (products.h)
//   L1, L2           the vectors
//
// Vectors of more dimensions than a sketch has are hashed into it: every dimension is added to four
// places with random signs, which keeps inner products up to a random error that falls with the
// root of the number of places (count sketch, Charikar et al. 2002; Kane and Nelson 2014). There
// are four places instead of one so that different vectors of few elements have different sketches.
#pragma once

#include "core/base/parallel.h"
#include "core/graph/construct/construct.h"
#include "core/graph/format/sketch_model.h"
#include "core/graph/search/graph_query.h"

namespace vecext {

/// Rows of a flat graph in memory: the element of row i begins at begin[i], and ends where the
/// element of the next row begins.
struct FlatRows {
  const std::byte* elements;
  const std::size_t* begin;  // n + 1 numbers
  const RowId* rows;
  std::size_t n;

  const std::byte* element(std::size_t i) const { return elements + begin[i]; }
  std::size_t bytes(std::size_t i) const { return begin[i + 1] - begin[i]; }
};

/// The sketches of rows, less their mean.
struct Sketches {
  float* x;     // sketch_floats() for each row, one row after another
  float* mean;  // as many floats as the space of lists has dimensions
  float unit;   // a power of two that sketches are multiplied by: factors of codes have 16 bits,
                // which hold lengths near 1
};

/// Makes the sketches of all rows, in memory of `arena`. Returns kCancelled when stopped.
Status make_sketches(const GraphModel& model, const FlatRows& rows, const ParallelOptions& work,
                     Arena arena, Sketches* sketches);

/// Constructs the graph of the rows (construct.h) from their sketches. Also sets *sketches, which
/// are made in memory of `arena`.
Status construct_flat(const GraphModel& model, const FlatRows& rows,
                      const ConstructOptions& options, Arena arena, Arena scratch,
                      Sketches* sketches, Graph* graph);

/// Prepares a query for the lists of sketches, whose model is `lists`. The query is `stored`, an
/// element as the column has it. Takes memory from `arena`. Returns false if memory runs out.
bool prepare_sketch(const GraphModel& model, const GraphModel& lists, const void* stored,
                    Arena arena, GraphQuery* query);

/// Makes the sketch of an element in the space of lists: the D floats that its code is made of,
/// without the float that inner products add. `sketch` has room for sketch_dims() floats, and
/// `rotated` for D. Returns how far rounding may have moved the result.
double rotate_sketch(const GraphModel& model, const GraphModel& lists, const std::byte* element,
                     float* sketch, float* rotated);

}  // namespace vecext
