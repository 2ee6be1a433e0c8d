// Medians, ratios and their output.
#include "common/report.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace bench {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Summary summarize(std::vector<double> values) {
  const auto [min, max] = std::minmax_element(values.begin(), values.end());
  return {median(values), *min, *max};
}

nlohmann::ordered_json json(const Summary& summary) {
  return {{"median", summary.median}, {"min", summary.min}, {"max", summary.max}};
}

namespace {

/// A cell of the table: four digits or so of a number.
std::string cell(const nlohmann::ordered_json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (!value.is_number_float()) {
    return value.is_null() ? "-" : value.dump();
  }
  const double number = value.get<double>(), size = std::abs(number);
  std::ostringstream text;
  text << std::fixed
       << std::setprecision(size >= 100  ? 0
                            : size >= 10 ? 1
                            : size >= 1  ? 2
                                         : 4)
       << number;
  return text.str();
}

}  // namespace

void print_rows(std::ostream& out, const std::string& title, const nlohmann::ordered_json& rows) {
  if (rows.empty()) {
    return;
  }
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& [key, value] : rows[0].items()) {
    lines[0].push_back(key);
  }
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    for (const auto& key : lines[0]) {
      line.push_back(row.contains(key) ? cell(row[key]) : "-");
    }
  }
  out << "\n" << title << '\n';
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      std::size_t width = 0;
      for (const auto& other : lines) {
        width = std::max(width, other[i].size());
      }
      const bool text = rows[0][lines[0][i]].is_string();
      out << (text ? std::left : std::right) << std::setw(static_cast<int>(width)) << line[i]
          << (i + 1 < line.size() ? "  " : "\n");
    }
  }
  out << std::flush;
}

void Report::add(const std::string& measure, const std::string& unit, const std::string& server,
                 std::vector<double> samples) {
  auto found = std::find_if(measures_.begin(), measures_.end(),
                            [&](const Measure& known) { return known.name == measure; });
  if (found == measures_.end()) {
    found =
        measures_.insert(measures_.end(), {measure, unit, std::vector<Rounds>(servers_.size())});
  }
  const auto column = std::find(servers_.begin(), servers_.end(), server) - servers_.begin();
  found->rounds[static_cast<std::size_t>(column)].push_back(std::move(samples));
}

Summary Report::pooled(const Rounds& rounds) {
  std::vector<double> all;
  for (const auto& samples : rounds) {
    all.insert(all.end(), samples.begin(), samples.end());
  }
  return summarize(std::move(all));
}

Summary Report::ratio(const Measure& measure) {
  const Rounds &first = measure.rounds[0], &second = measure.rounds[1];
  std::vector<double> ratios;
  for (std::size_t i = 0; i < first.size(); ++i) {
    ratios.push_back(median(first[i]) / median(second[i]));
  }
  return summarize(std::move(ratios));
}

void Report::print(std::ostream& out) const {
  out << std::fixed << std::left << std::setw(34) << "measure" << std::setw(10) << "unit";
  for (const auto& server : servers_) {
    out << std::right << std::setw(10) << server << std::setw(9) << "min" << std::setw(9) << "max";
  }
  if (servers_.size() == 2) {
    out << "   ratio (rounds)";
  }
  out << '\n';
  for (const auto& measure : measures_) {
    out << std::left << std::setw(34) << measure.name << std::setw(10) << measure.unit << std::right
        << std::setprecision(2);
    for (const auto& rounds : measure.rounds) {
      const Summary summary = pooled(rounds);
      out << std::setw(10) << summary.median << std::setw(9) << summary.min << std::setw(9)
          << summary.max;
    }
    if (servers_.size() == 2) {
      const Summary summary = ratio(measure);
      out << std::setprecision(3) << "   " << summary.median << " (" << summary.min << " - "
          << summary.max << ')';
    }
    out << '\n';
  }
}

nlohmann::ordered_json Report::json() const {
  auto out = nlohmann::ordered_json::array();
  for (const auto& measure : measures_) {
    nlohmann::ordered_json entry{{"name", measure.name}, {"unit", measure.unit}};
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      entry[servers_[i]] = bench::json(pooled(measure.rounds[i]));
      entry[servers_[i]]["rounds"] = measure.rounds[i];
    }
    if (servers_.size() == 2) {
      entry["ratio"] = bench::json(ratio(measure));
    }
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace bench
