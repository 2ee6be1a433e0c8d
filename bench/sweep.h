// What an approximate search reaches, recall against speed, over the values of a search setting.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "report.h"

namespace bench {

/// One setting of one index: each round asked all queries.
struct Point {
  std::string setting;
  double recall = 0;
  std::vector<std::vector<double>> rounds;  // ms of each query

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
  std::vector<Point> points;  // in order of rising effort

  /// QPS of a round where the sweep passes `recall`: log QPS is linear between two points. Nothing
  /// where the sweep does not reach it, or begins above.
  std::optional<double> qps_at(double recall, std::size_t round) const;
};

/// QPS of `point` : QPS of `other` at `recall`, formed in each round; nothing where `other` does
/// not have that recall.
std::optional<Summary> ratio(const Point& point, const Sweep& other, double recall);

void print_header(std::ostream& out);
void print(std::ostream& out, const Sweep& sweep);
nlohmann::ordered_json json(const Sweep& sweep);

}  // namespace bench
