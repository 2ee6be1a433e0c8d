// A thread a connection; each asks all queries in turn, from another one on.
#include "ann/concurrency.h"

#include <chrono>
#include <deque>
#include <future>

#include "common/searcher.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kConnections[] = {1, 2, 16};

/// Queries a second of one connection.
double rate(Searcher& searcher, const Dataset& data, std::size_t first, double seconds) {
  searcher.warm_up(data);
  const auto start = Clock::now();
  double elapsed = 0;
  std::size_t asked = 0;
  for (; elapsed < seconds; ++asked) {
    searcher.search(data.queries.row((first + asked) % data.queries.rows));
    elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return static_cast<double>(asked) / elapsed;
}

/// The connections of one index, made as they are needed.
class Connections {
 public:
  Connections(const Variant& variant, const std::string& conninfo, const Dataset& data,
              const std::string& table)
      : variant_(variant), conninfo_(conninfo), data_(data), table_(table) {}

  /// The sum of the rates of `count` connections at a time.
  double rate(const Setting& setting, std::size_t count, double seconds) {
    while (searchers_.size() < count) {
      searchers_.emplace_back(variant_, conninfo_, data_, table_);
      searchers_.back().prepare();
    }
    std::vector<std::future<double>> rates;
    for (std::size_t i = 0; i < count; ++i) {
      searchers_[i].set(setting);
      rates.push_back(std::async(std::launch::async, bench::rate, std::ref(searchers_[i]),
                                 std::cref(data_), i * data_.queries.rows / count, seconds));
    }
    double sum = 0;
    for (auto& result : rates) {
      sum += result.get();
    }
    return sum;
  }

 private:
  const Variant& variant_;
  const std::string& conninfo_;
  const Dataset& data_;
  const std::string& table_;
  std::deque<Searcher> searchers_;
};

}  // namespace

nlohmann::ordered_json concurrency(const Variant& variant, const std::string& conninfo,
                                   const Dataset& data, const std::string& table,
                                   const std::vector<Setting>& settings, double seconds) {
  auto rows = nlohmann::ordered_json::array();
  Connections connections(variant, conninfo, data, table);
  for (const Setting& setting : settings) {
    for (const std::size_t count : kConnections) {
      rows.push_back({{"index", variant.name},
                      {"setting", setting.label},
                      {"connections", count},
                      {"QPS", connections.rate(setting, count, seconds)}});
    }
  }
  return rows;
}

}  // namespace bench
