// The queries of trials and their true neighbors. Queries are made of the graph's own rows so that
// they resemble users' queries; true neighbors may include the rows that a query is made of.
// Queries that equal rows say nothing of queries between rows. Means of rows that are near each
// other are as easy to search for as rows (measured).
#pragma once

#include "core/base/random.h"
#include "core/graph/format/graph_model.h"
#include "core/graph/search/graph_query.h"
#include "core/graph/construct/leaf_knn.h"
#include "core/graph/calibrate/trial_truth.h"

namespace vecext {

static_assert(kTrialNeighbors < graph::kLeafNeighbors);  // one more shows which are equally near

class TrialQueries {
 public:
  TrialQueries(const GraphModel& model, std::int32_t per_family, std::int32_t threads)
      : model_(model), truth_(per_family), threads_(threads) {}

  /// Reserves memory for sample, queries and lists. Returns false if memory runs out.
  bool reserve(Arena arena);

  /// Returns how many rows the sample should have.
  std::size_t sample_size() const { return sample_room_; }
  /// The caller writes the D floats of a row, all of them finite, to sample_vector(); then
  /// add_sample() adds the row.
  float* sample_vector() { return sample_ + sample_count_ * dims(); }
  void add_sample() { ++sample_count_; }

  /// Makes the queries from the sample. Returns false if the sample has too few rows.
  bool make(std::uint64_t seed);

  /// The rows that take part in the truth come in chunks. The caller writes up to chunk_room()
  /// rows, D floats each, to chunk_vector(), calls note_row() for each, and then compare_chunk(),
  /// which compares them with all queries.
  float* chunk_vector(std::int32_t i) { return chunk_ + static_cast<std::size_t>(i) * dims(); }
  std::int32_t chunk_room() const { return chunk_room_; }
  void note_row(std::int32_t i, NodeId node, float norm_squared);
  void compare_chunk(std::int32_t count);

  /// Sets the true neighbors. Call it after all chunks.
  void finish();

  /// Keeps the first `count` neighbors of a query, except for those that are as near as the first
  /// neighbor left out, as each of them could take its place.
  void shorten(std::int32_t query, std::int32_t count);

  TrialTruth& truth() { return truth_; }
  const TrialTruth& truth() const { return truth_; }
  /// Returns the query prepared for a search; it is valid until the next call.
  GraphQuery query(std::int32_t i) const;
  /// Returns a lower bound of the length of the longest row, in the column's space.
  float longest() const { return longest_; }

 private:
  /// The nodes of a list, for each query of a block, in the order of the list.
  struct ListNodes {
    NodeId of[graph::kBlock][graph::kLeafNeighbors];
  };

  std::size_t dims() const { return static_cast<std::size_t>(model_.dims()); }
  float* query_vector(std::int32_t i) const {
    return queries_ + static_cast<std::size_t>(i) * dims();
  }
  float draw_weight(Random* random) const;
  void mix(std::int32_t query, const std::size_t* rows, std::int32_t n, Random* random);
  std::size_t farthest(std::size_t row) const;
  void compare_part(std::int32_t block, std::int32_t begin, std::int32_t count,
                    graph::KnnScratch* scratch, std::size_t list);
  void join_parts(std::int32_t query);
  std::size_t list_of(std::int32_t query) const;
  NodeId* nodes_of(std::int32_t query) const;
  void place(float* q) const;

  const GraphModel& model_;
  TrialTruth truth_;
  const std::int32_t threads_;
  float* sample_ = nullptr;
  std::size_t sample_room_ = 0;
  std::size_t sample_count_ = 0;
  float* mean_ = nullptr;  // the mean of the rows, rotated, followed by as many zeros
  float* queries_ = nullptr;
  float* query_norms_ = nullptr;
  double* shifts_ = nullptr;
  std::uint8_t* table_ = nullptr;  // of the current query
  float* chunk_ = nullptr;
  float* chunk_norms_ = nullptr;
  NodeId* chunk_nodes_ = nullptr;
  std::int32_t part_rows_ = 0;
  std::int32_t chunk_room_ = 0;
  graph::KnnLists<graph::kLeafNeighbors>* lists_ = nullptr;  // by block of queries and by part
  ListNodes* list_nodes_ = nullptr;                          // of these lists
  graph::KnnScratch* scratch_ = nullptr;                     // by thread
  float longest_ = 0;
};

}  // namespace vecext
