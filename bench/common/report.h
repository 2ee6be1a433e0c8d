// Measured times, their medians and ratios, as a table and as JSON.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bench {

/// Median of `values`, which must not be empty; the mean of the middle two for an even count.
double median(std::vector<double> values);

struct Summary {
  double median;
  double min;
  double max;
};

/// Of `values`, which must not be empty.
Summary summarize(std::vector<double> values);

/// The summary's three values by name.
nlohmann::ordered_json json(const Summary& summary);

/// Prints an array of objects as a table, a column a key; the first object's keys are the heading.
void print_rows(std::ostream& out, const std::string& title, const nlohmann::ordered_json& rows);

/// All measures are times: less is better. The servers take turns within a round, so a ratio is
/// formed inside each round (median : median), and the median of these is reported.
class Report {
 public:
  /// `servers` in column order; with two, the ratio is first : second.
  explicit Report(std::vector<std::string> servers) : servers_(std::move(servers)) {}

  /// Adds the samples which `server` took in its next round of `measure`. Measures are listed in
  /// the order of their first appearance; `unit` must be the same in all rounds.
  void add(const std::string& measure, const std::string& unit, const std::string& server,
           std::vector<double> samples);

  void print(std::ostream& out) const;
  nlohmann::ordered_json json() const;

 private:
  using Rounds = std::vector<std::vector<double>>;

  struct Measure {
    std::string name;
    std::string unit;
    std::vector<Rounds> rounds;  // by server
  };

  static Summary pooled(const Rounds& rounds);
  static Summary ratio(const Measure& measure);

  std::vector<std::string> servers_;
  std::vector<Measure> measures_;
};

}  // namespace bench
