// What an approximate search reaches, recall against speed, over the values of a search setting.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/report.h"
#include "common/variants.h"

namespace bench {

/// One setting of one index: each round asked all queries.
struct Point {
  Setting setting;
  double recall = 0;
  std::vector<std::vector<double>> rounds;  // ms of each query
  double processor_ms = 0;                  // of the backend, a query of the last round

  /// Queries a second of one connection in one round: the reciprocal of the mean time.
  double qps(std::size_t round) const;
  /// Over the rounds.
  Summary qps() const;
  /// Microseconds that a share of 0..1 of all queries did not exceed.
  double percentile(double share) const;
};

/// The points of one index and one set of queries.
struct Sweep {
  std::string index;
  std::string queries;
  double build_seconds = 0;
  double megabytes = 0;
  std::vector<Point> points;  // the default first

  /// QPS of a round at `recall`: log QPS is linear in recall between neighbors on the front, which
  /// is the points that no other beats in both; below the front it is that of its first point.
  /// Nothing where the sweep does not reach that recall, or begins above.
  std::optional<double> qps_at(double recall, std::size_t round) const;

  /// The point of the lowest recall of at least `recall`, or else of the highest there is.
  const Point& at_least(double recall) const;
};

/// QPS of `first` : QPS of `second`, formed in each round, for each recall that both reach; the
/// last is that of `first` at its default, which is not interpolated. Rows for print_rows.
nlohmann::ordered_json ratios(const Sweep& first, const Sweep& second);

void print_header(std::ostream& out);
void print(std::ostream& out, const Sweep& sweep);
nlohmann::ordered_json json(const Sweep& sweep);

}  // namespace bench
