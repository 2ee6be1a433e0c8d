// Rates, percentiles, interpolation and their output.
#include "sweep.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <numeric>
#include <ostream>

namespace bench {

double Point::qps(std::size_t round) const {
  const auto& times = rounds[round];
  return 1e3 * static_cast<double>(times.size()) / std::accumulate(times.begin(), times.end(), 0.0);
}

Summary Point::qps() const {
  std::vector<double> rates;
  for (std::size_t round = 0; round < rounds.size(); ++round) rates.push_back(qps(round));
  return summarize(std::move(rates));
}

double Point::percentile(double share) const {
  std::vector<double> all;
  for (const auto& times : rounds) all.insert(all.end(), times.begin(), times.end());
  const auto at =
      all.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(all.size() - 1));
  std::nth_element(all.begin(), at, all.end());
  return 1e3 * *at;
}

std::optional<double> Sweep::qps_at(double recall, std::size_t round) const {
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Point &low = points[i - 1], &high = points[i];
    if (recall < low.recall || recall > high.recall || low.recall == high.recall) continue;
    const double share = (recall - low.recall) / (high.recall - low.recall);
    return std::exp(std::lerp(std::log(low.qps(round)), std::log(high.qps(round)), share));
  }
  return std::nullopt;
}

std::optional<Summary> ratio(const Point& point, const Sweep& other, double recall) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < point.rounds.size(); ++round) {
    const auto rate = other.qps_at(recall, round);
    if (!rate) return std::nullopt;
    ratios.push_back(point.qps(round) / *rate);
  }
  return summarize(std::move(ratios));
}

void print_header(std::ostream& out) {
  out << std::left << std::setw(18) << "index" << std::setw(9) << "queries" << std::setw(16)
      << "setting" << std::right << std::setw(8) << "build s" << std::setw(8) << "MB"
      << std::setw(8) << "recall" << std::setw(8) << "QPS" << std::setw(8) << "min" << std::setw(8)
      << "max" << std::setw(9) << "p50 us" << std::setw(9) << "p99 us" << '\n';
}

void print(std::ostream& out, const Sweep& sweep) {
  for (const Point& point : sweep.points) {
    const Summary qps = point.qps();
    out << std::fixed << std::left << std::setw(18) << sweep.index << std::setw(9) << sweep.queries
        << std::setw(16) << point.setting << std::right << std::setprecision(1) << std::setw(8)
        << sweep.build_seconds << std::setw(8) << sweep.megabytes << std::setprecision(4)
        << std::setw(8) << point.recall << std::setprecision(0) << std::setw(8) << qps.median
        << std::setw(8) << qps.min << std::setw(8) << qps.max << std::setw(9)
        << point.percentile(.5) << std::setw(9) << point.percentile(.99) << '\n';
  }
  out << std::flush;
}

nlohmann::ordered_json json(const Sweep& sweep) {
  nlohmann::ordered_json out{{"index", sweep.index},
                             {"queries", sweep.queries},
                             {"build_seconds", sweep.build_seconds},
                             {"megabytes", sweep.megabytes}};
  for (const Point& point : sweep.points) {
    nlohmann::ordered_json entry{{"setting", point.setting},
                                 {"recall", point.recall},
                                 {"qps", json(point.qps())},
                                 {"p50_us", point.percentile(.5)},
                                 {"p99_us", point.percentile(.99)}};
    for (std::size_t round = 0; round < point.rounds.size(); ++round)
      entry["qps"]["rounds"].push_back(point.qps(round));
    out["points"].push_back(std::move(entry));
  }
  return out;
}

}  // namespace bench
