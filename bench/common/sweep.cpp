// Rates, percentiles, interpolation and their output.
#include "common/sweep.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <numeric>
#include <ostream>
#include <utility>

namespace bench {

double Point::qps(std::size_t round) const {
  const auto& times = rounds[round];
  return 1e3 * static_cast<double>(times.size()) / std::accumulate(times.begin(), times.end(), 0.0);
}

Summary Point::qps() const {
  std::vector<double> rates;
  for (std::size_t round = 0; round < rounds.size(); ++round) {
    rates.push_back(qps(round));
  }
  return summarize(std::move(rates));
}

double Point::percentile(double share) const {
  std::vector<double> all;
  for (const auto& times : rounds) {
    all.insert(all.end(), times.begin(), times.end());
  }
  const auto at =
      all.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(all.size() - 1));
  std::nth_element(all.begin(), at, all.end());
  return 1e3 * *at;
}

namespace {

constexpr double kComparedRecalls[] = {.95, .98};

/// The points of a round that no other beats in both recall and speed, by rising recall.
std::vector<const Point*> front(const Sweep& sweep, std::size_t round) {
  std::vector<const Point*> points;
  for (const Point& point : sweep.points) {
    points.push_back(&point);
  }
  std::sort(points.begin(), points.end(), [&](const Point* a, const Point* b) {
    return std::pair(a->recall, a->qps(round)) > std::pair(b->recall, b->qps(round));
  });
  std::vector<const Point*> best;
  for (const Point* point : points) {
    if (best.empty() || point->qps(round) > best.back()->qps(round)) {
      best.push_back(point);
    }
  }
  return {best.rbegin(), best.rend()};
}

}  // namespace

std::optional<double> Sweep::qps_at(double recall, std::size_t round) const {
  const auto best = front(*this, round);
  const bool begins_below = std::any_of(points.begin(), points.end(),
                                        [&](const Point& point) { return point.recall <= recall; });
  if (begins_below && recall <= best[0]->recall) {
    return best[0]->qps(round);
  }
  for (std::size_t i = 1; i < best.size(); ++i) {
    const Point &low = *best[i - 1], &high = *best[i];
    if (recall < low.recall || recall > high.recall) {
      continue;
    }
    const double share = (recall - low.recall) / (high.recall - low.recall);
    return std::exp(std::lerp(std::log(low.qps(round)), std::log(high.qps(round)), share));
  }
  return std::nullopt;
}

const Point& Sweep::at_least(double recall) const {
  const Point* best = &points[0];
  for (const Point& point : points) {
    const bool better = best->recall < recall
                            ? point.recall > best->recall
                            : point.recall >= recall && point.recall < best->recall;
    if (better) {
      best = &point;
    }
  }
  return *best;
}

nlohmann::ordered_json ratios(const Sweep& first, const Sweep& second) {
  auto rows = nlohmann::ordered_json::array();
  const auto add = [&](const char* at, double recall, auto&& first_qps) {
    std::vector<double> rates;
    for (std::size_t round = 0; round < first.points[0].rounds.size(); ++round) {
      const std::optional<double> mine = first_qps(round), other = second.qps_at(recall, round);
      if (!mine || !other) {
        return;
      }
      rates.push_back(*mine / *other);
    }
    const Summary summary = summarize(std::move(rates));
    rows.push_back({{"index", first.index},
                    {"to", second.index},
                    {"queries", first.queries},
                    {"at", at},
                    {"recall", recall},
                    {"ratio", summary.median},
                    {"min", summary.min},
                    {"max", summary.max}});
  };
  for (const double recall : kComparedRecalls) {
    add("recall", recall, [&](std::size_t round) { return first.qps_at(recall, round); });
  }
  const Point& automatic = first.points[0];
  add("default", automatic.recall,
      [&](std::size_t round) { return std::optional<double>(automatic.qps(round)); });
  return rows;
}

void print_header(std::ostream& out) {
  out << std::left << std::setw(18) << "index" << std::setw(16) << "queries" << std::setw(16)
      << "setting" << std::right << std::setw(8) << "build s" << std::setw(8) << "MB"
      << std::setw(8) << "recall" << std::setw(8) << "QPS" << std::setw(8) << "min" << std::setw(8)
      << "max" << std::setw(9) << "p50 us" << std::setw(9) << "p99 us" << '\n';
}

void print(std::ostream& out, const Sweep& sweep) {
  for (const Point& point : sweep.points) {
    const Summary qps = point.qps();
    out << std::fixed << std::left << std::setw(18) << sweep.index << std::setw(16) << sweep.queries
        << std::setw(16) << point.setting.label << std::right << std::setprecision(1)
        << std::setw(8) << sweep.build_seconds << std::setw(8) << sweep.megabytes
        << std::setprecision(4) << std::setw(8) << point.recall << std::setprecision(0)
        << std::setw(8) << qps.median << std::setw(8) << qps.min << std::setw(8) << qps.max
        << std::setw(9) << point.percentile(.5) << std::setw(9) << point.percentile(.99) << '\n';
  }
  out << std::flush;
}

nlohmann::ordered_json json(const Sweep& sweep) {
  nlohmann::ordered_json out{{"index", sweep.index},
                             {"queries", sweep.queries},
                             {"build_seconds", sweep.build_seconds},
                             {"megabytes", sweep.megabytes}};
  for (const Point& point : sweep.points) {
    nlohmann::ordered_json entry{{"setting", point.setting.label},
                                 {"recall", point.recall},
                                 {"qps", json(point.qps())},
                                 {"p50_us", point.percentile(.5)},
                                 {"p99_us", point.percentile(.99)}};
    for (std::size_t round = 0; round < point.rounds.size(); ++round) {
      entry["qps"]["rounds"].push_back(point.qps(round));
    }
    out["points"].push_back(std::move(entry));
  }
  return out;
}

}  // namespace bench
