// The order in which a search scans lists: by the squared distance of the query to the centroid
// plus a share of the list's mean squared residual. The order is sorted in parts, as most searches
// end early. If there are many lists, estimates (centroid_codes.h) tell which lists are near. The
// centroids of these lists alone are compared, and the nearer half of the lists is the next part,
// so a list whose estimate is far off comes a part late. The same model and query always give the
// same order.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/base/arena.h"
#include "core/ivf/lists/list_model.h"

namespace vecext::ivf {

struct Probe {
  std::int32_t list;
  float score;             // score of the centroid itself: squared distance, or -<q, c>
  float distance_squared;  // of the query to the centroid
};

/// The weight that a list's mean squared residual has in the order (measured).
inline constexpr float kResidualWeight = 0.3f;

class ProbeOrder {
 public:
  /// Prepares the order for a query (D floats in model space), by the scores of all centroids of
  /// `model`. Takes memory from `arena`. Returns false if memory runs out.
  bool prepare(const Model& model, const float* query, Arena arena) {
    return prepare(model, query, model.metric() == Metric::kInnerProduct, kResidualWeight, arena);
  }

  /// Prepares the order of lists by the distance of x to the centroid alone. Otherwise does as
  /// prepare().
  bool prepare_nearest(const Model& model, const float* x, Arena arena) {
    return prepare(model, x, false, 0, arena);
  }

  /// Returns how many lists the model has, without vacant places.
  std::int32_t count() const { return count_; }

  /// Returns the next list. Call it at most count() times.
  Probe next();

  /// Returns the list that next() will return if the next part is sorted already, or else -1.
  std::int32_t peek() const { return at_ < sorted_ ? list_of(piece_[at_]) : -1; }

  /// left_at(i), for i < left(), are the lists that next() has not returned yet, in no order. Their
  /// scores may be estimates.
  std::int32_t left() const { return sorted_ - at_ + rest_; }
  Probe left_at(std::int32_t i) const {
    const std::int32_t near = sorted_ - at_;
    return probe_of(i < near ? piece_[at_ + i] : order_[i - near]);
  }

 private:
  static std::int32_t list_of(std::uint64_t place) {
    return static_cast<std::int32_t>(place & 0xFFFFFFFFu);
  }
  Probe probe_of(std::uint64_t place) const {
    const std::int32_t list = list_of(place);
    return {list, scores_[list], distances_[list]};
  }

  /// The term that a list's mean squared residual adds to the list's score.
  struct ResidualTerm {
    bool by_product;
    float weight;
    float reach;  // for inner products: how far the farthest of a list's rows lies along the query,
                  // in units of the root of the residual. It is the largest of some hundred normal
                  // numbers; one direction has its share of the residual

    float of(float residual) const {
      return by_product ? -reach * std::sqrt(residual) : weight * residual;
    }
  };

  bool prepare(const Model& model, const float* query, bool by_product, float residual_weight,
               Arena arena);
  template <class ResidualOf, class IsVacant>
  void order_all(ResidualOf residual_of, IsVacant is_vacant);
  void score_all();
  bool estimate_all(Arena arena);
  void score_piece(std::int32_t n);

  /// Returns a number that about `wanted` of the lists in the rest are below. It comes from a
  /// sample of them.
  std::uint64_t cut(std::int32_t wanted);

  /// Sorts the next part of the order. Moves its lists out of the rest without a branch for each
  /// list.
  void sort_next_part();

  const Model* model_ = nullptr;
  const float* query_ = nullptr;
  bool is_estimated_ = false;  // scores of the rest are estimates
  ResidualTerm residual_term_{};

  // A number in these arrays has the score of a list in its upper half, and the list in its lower
  // half.
  std::uint64_t* order_ = nullptr;  // the rest
  std::uint64_t* piece_ = nullptr;  // sorted
  float* scores_ = nullptr;
  float* distances_ = nullptr;
  std::int32_t count_ = 0;
  std::int32_t rest_ = 0;
  std::int32_t sorted_ = 0;
  std::int32_t at_ = 0;
};

}  // namespace vecext::ivf
