// A thread a connection; each asks all queries in turn, from another one on.
#include "concurrency.h"

#include <chrono>
#include <deque>
#include <future>
#include <optional>
#include <sched.h>

#include "searcher.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kConnections[] = {1, 2, 8};

/// Binds the calling thread and a process to the first core they may use; whether that was allowed.
bool bind_to_one_core(int process) {
  cpu_set_t allowed, one;
  if (process == 0 || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return false;
  int core = 0;
  while (!CPU_ISSET(core, &allowed)) ++core;
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  return sched_setaffinity(process, sizeof one, &one) == 0 &&
         sched_setaffinity(0, sizeof one, &one) == 0;
}

/// Queries a second of one connection; nothing where it was to be bound, and could not be.
std::optional<double> rate(Searcher& searcher, const Dataset& data, std::size_t first, bool bound,
                           double seconds) {
  if (bound && !bind_to_one_core(searcher.server().backend())) return std::nullopt;
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

  /// The sum of the rates of `count` connections at a time; nothing where one has none.
  std::optional<double> rate(const Setting& setting, std::size_t count, bool bound,
                             double seconds) {
    while (searchers_.size() < count) {
      searchers_.emplace_back(variant_, conninfo_, data_, table_);
      searchers_.back().prepare();
    }
    std::vector<std::future<std::optional<double>>> rates;
    for (std::size_t i = 0; i < count; ++i) {
      searchers_[i].set(setting);
      rates.push_back(std::async(std::launch::async, bench::rate, std::ref(searchers_[i]),
                                 std::cref(data_), i * data_.queries.rows / count, bound, seconds));
    }
    std::optional<double> sum = 0;
    for (auto& result : rates) {
      const auto one = result.get();
      sum = sum && one ? std::optional(*sum + *one) : std::nullopt;
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

nlohmann::ordered_json row(const Variant& variant, const Setting& setting, std::size_t connections,
                           bool bound, const std::optional<double>& rate) {
  nlohmann::ordered_json row{{"index", variant.name},
                             {"setting", setting.label},
                             {"connections", connections},
                             {"placement", bound ? "one core" : "free"},
                             {"QPS", "not possible"}};
  if (rate) row["QPS"] = *rate;
  return row;
}

}  // namespace

nlohmann::ordered_json concurrency(const Variant& variant, const std::string& conninfo,
                                   const Dataset& data, const std::string& table,
                                   const std::vector<Setting>& settings, double seconds) {
  auto rows = nlohmann::ordered_json::array();
  Connections free(variant, conninfo, data, table);
  for (const Setting& setting : settings)
    for (const std::size_t count : kConnections)
      rows.push_back(
          row(variant, setting, count, false, free.rate(setting, count, false, seconds)));
  // A backend stays bound: its connection is for that alone.
  Connections bound(variant, conninfo, data, table);
  for (const Setting& setting : settings)
    rows.push_back(row(variant, setting, 1, true, bound.rate(setting, 1, true, seconds)));
  return rows;
}

}  // namespace bench
