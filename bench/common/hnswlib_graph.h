// A graph of hnswlib. Its user is compiled with optimization for this machine: hnswlib has only the
// instruction sets that its user is compiled for.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <hnswlib/hnswlib.h>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "common/dataset.h"

namespace bench {

/// Searches by one thread at a time.
class HnswlibGraph {
 public:
  /// Made by a thread a processor, of rows as prepared() returns them, which live as long.
  HnswlibGraph(Metric metric, const Matrix<float>& rows, std::size_t m, std::size_t construction)
      : space_(make_space(metric, rows.columns)), graph_(space_.get(), rows.rows, m, construction) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads(std::thread::hardware_concurrency());
    for (auto& thread : threads) {
      thread = std::jthread([&] {
        for (std::size_t row; (row = next++) < rows.rows;) {
          graph_.addPoint(rows.row(row).data(), row);
        }
      });
    }
  }

  void set_ef(std::size_t ef) { graph_.setEf(ef); }

  /// The nearest k to a query as prepared() returns it, the nearest first.
  std::vector<std::int32_t> search(std::span<const float> query, std::size_t k) const {
    auto nearest = graph_.searchKnn(query.data(), k);
    std::vector<std::int32_t> ids(nearest.size());
    for (std::size_t i = ids.size(); i-- > 0; nearest.pop()) {
      ids[i] = static_cast<std::int32_t>(nearest.top().second);
    }
    return ids;
  }

 private:
  static std::unique_ptr<hnswlib::SpaceInterface<float>> make_space(Metric metric,
                                                                    std::size_t dims) {
    if (metric == Metric::kInnerProduct) {
      return std::make_unique<hnswlib::InnerProductSpace>(dims);
    }
    return std::make_unique<hnswlib::L2Space>(dims);
  }

  std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
  hnswlib::HierarchicalNSW<float> graph_;
};

}  // namespace bench
