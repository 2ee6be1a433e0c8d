// End-to-end benchmark of filtered search, WHERE ... ORDER BY ... LIMIT: vecext's indexes and
// pgvector's, each in its own server, in one run by one client. README.md tells how to run and to
// read it.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/build.h"
#include "common/dataset.h"
#include "common/families.h"
#include "filter/filter_cell.h"
#include "filter/filter_table.h"
#include "filter/filters.h"
#include "common/items.h"
#include "common/record.h"
#include "common/report.h"
#include "common/searcher.h"
#include "common/server.h"
#include "common/task.h"
#include "common/variants.h"

namespace bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kTable[] = "filtered";
constexpr std::uint32_t kSeed = 1;
/// The queries that the data sets' files have filtered answers for.
constexpr std::size_t kMostQueries = 500;
/// Of a slow setting, in all rounds.
constexpr std::size_t kLeastQueries = 20;
const std::vector<std::string> kVariants = {"ivfpq", "hnsw", "hnsw-m32", "pgvector-hnsw"};
/// An alternative counts as better only where it finds as much as one wants, or as the chosen plan.
constexpr double kWantedRecall = .95;

const std::vector<Setting> kDefault = {{"default", ""}};
const std::vector<Setting> kIterative = {
    {"off", "SET hnsw.iterative_scan = off"},
    {"strict", "SET hnsw.iterative_scan = strict_order"},
    {"relaxed", "SET hnsw.iterative_scan = relaxed_order"},
};
const std::vector<Setting> kForced = {
    {"exact", "SET vecext.filter_strategy = exact"},
    {"inline", "SET vecext.filter_strategy = inline"},
    {"postfilter", "SET vecext.filter_strategy = postfilter"},
    {"off", "SET vecext.filter_strategy = off"},
    {"core exact", "SET vecext.filter_strategy = off; SET enable_indexscan = off"},
};

struct FilterOptions {
  Options common;
  std::vector<std::string> filters;
  std::vector<std::string> forms;
  std::vector<std::string> settings;
  bool forced = false;
  bool others = false;
  std::size_t rows = 0;
};

FilterOptions parse_filters(int argc, char** argv) {
  FilterOptions options;
  options.common =
      parse(argc, argv, "Filtered search, vecext's indexes and pgvector's", [&](CLI::App& app) {
        app.add_option("--filter", options.filters, "Filters to measure (default: all)");
        app.add_option("--form", options.forms, "Forms of the clause (default: all)")
            ->check(CLI::IsMember({"btree", "gin", "none"}));
        app.add_option("--setting", options.settings,
                       "Further settings to ask at, e.g. 'hnsw.ef_search = 200'");
        app.add_flag("--forced", options.forced,
                     "Also each strategy of vecext by force, and what was lost by choice");
        app.add_flag("--others", options.others,
                     "Other filters of words than those of the file, to tune by");
        app.add_option("--rows", options.rows,
                       "Rows of the table, more than the data set has: random ones of these with "
                       "noise, and with their attributes");
      });
  Options& common = options.common;
  if (common.variants.empty()) {
    common.variants = kVariants;
  }
  common.queries = common.queries == 0 ? kMostQueries : std::min(common.queries, kMostQueries);
  return options;
}

Dataset read_data(const Options& options) {
  Dataset data = read_dataset(options.data);
  data.queries.rows = std::min(options.queries, data.queries.rows);
  return data;
}

class FilterSearch {
 public:
  explicit FilterSearch(FilterOptions options)
      : options_(std::move(options)),
        common_(options_.common),
        data_(read_data(common_)),
        scheme_(filter_scheme(common_.data, data_.queries.rows, options_.others)),
        out_(common_.json) {
    if (common_.vecext.empty() && common_.pgvector.empty()) {
      throw std::runtime_error("needs --vecext or --pgvector");
    }
    if (options_.rows > data_.base.rows) {
      resize(scheme_, resize(data_, options_.rows, kSeed));
    }
  }

  void run() {
    if (std::none_of(scheme_.filters.begin(), scheme_.filters.end(),
                     [&](const Filter& filter) { return wants(filter); })) {
      std::cout << "none of these filters is for " << common_.data_name() << '\n';
      return;
    }
    out_["data"] = common_.data_name();
    out_["rounds"] = common_.rounds;
    out_["queries"] = data_.queries.rows;
    out_["rows"] = data_.base.rows;
    out_["cells"] = Json::array();
    out_.note_load();
    out_.phase("load", [&] { make_tables(); });
    out_.phase("build", [&] { build_indexes(); });
    if (contenders_.empty()) {
      return;
    }
    out_.phase("search", [&] { search(); });
    print_rows(std::cout, "recall", recalls_);
    print_rows(std::cout, "QPS", rates_);
    if (options_.forced) {
      out_.report("forced", "what the choice cost", std::move(losses_));
    }
    out_.finish();
  }

 private:
  const std::string& conninfo(const std::string& server) const {
    return server == "vecext" ? common_.vecext : common_.pgvector;
  }
  bool wants(const Filter& filter) const {
    const auto& names = options_.filters;
    return names.empty() || std::find(names.begin(), names.end(), filter.name) != names.end();
  }

  void make_tables() {
    for (const auto& [name, extension] :
         {std::pair("vecext", "vecext"), std::pair("pgvector", "vector")}) {
      if (conninfo(name).empty()) {
        continue;
      }
      servers_.push_back(connect(name, extension, conninfo(name)));
      make_filter_table(servers_.back(), kTable, data_, scheme_);
      out_["servers"][name] = versions(servers_.back());
    }
    std::cout << out_.json().dump() << '\n';
  }

  std::vector<Setting> settings(const Variant& variant) const {
    const bool iterates = variant.server == "pgvector" && variant.method == "hnsw";
    const std::vector<Setting> flat = iterates ? kIterative : kDefault;
    std::vector<Setting> all = flat;
    for (const std::string& setting : options_.settings) {
      for (const auto& [label, sql] : flat) {
        if (concerns(setting, variant)) {
          all.push_back({label + ", " + setting, sql + "; SET " + setting});
        }
      }
    }
    if (options_.forced && variant.server == "vecext") {
      all.insert(all.end(), kForced.begin(), kForced.end());
    }
    return all;
  }

  /// A setting that begins with the name of an extension or of an access method is for that one.
  static bool concerns(const std::string& setting, const Variant& variant) {
    const std::string prefix = setting.substr(0, setting.find('.'));
    const auto& all = all_variants();
    return prefix == variant.server || prefix == variant.method ||
           std::none_of(all.begin(), all.end(), [&](const Variant& other) {
             return prefix == other.server || prefix == other.method;
           });
  }

  /// The variants asked for; of vecext's hnsw and ivfpq also with a filter's column as a key.
  std::vector<Variant> variants() const {
    std::vector<Variant> variants;
    for (const Variant& variant : all_variants()) {
      if (!common_.wants(variant.name) || conninfo(variant.server).empty()) {
        continue;
      }
      variants.push_back(variant);
      if (variant.name != "hnsw" && variant.name != "ivfpq") {
        continue;
      }
      for (const Filter& filter : scheme_.filters) {
        if (filter.key.empty() || !wants(filter)) {
          continue;
        }
        variants.push_back(variant);
        variants.back().name += '-' + filter.key;
        variants.back().key = filter.key;
      }
    }
    return variants;
  }

  /// What the server refuses is left out, with its message: the others are worth having.
  template <typename Work>
  void try_to(const std::string& what, Work&& work) {
    try {
      work();
    } catch (const std::runtime_error& error) {
      std::cout << "left out: " << what << ": " << error.what() << std::flush;
      out_["left_out"][what] = error.what();
    }
  }

  void build_indexes() {
    auto rows = Json::array();
    for (const Variant& variant : variants()) {
      try_to(variant.name, [&] {
        Searcher builder(variant, conninfo(variant.server), data_, kTable);
        build(builder, conninfo(variant.server), rows);
        for (const Setting& setting : settings(variant)) {
          try_to(variant.name + ": " + setting.label, [&] {
            contenders_.emplace_back(variant, conninfo(variant.server), data_, kTable, setting);
          });
        }
      });
    }
    out_.report("builds", "build", std::move(rows));
  }

  void search() {
    for (const Filter& filter : scheme_.filters) {
      if (!wants(filter)) {
        continue;
      }
      const FilterTruth truth(servers_[0], kTable, data_, scheme_, filter);
      data_.neighbors = truth.answers().neighbors;
      data_.distances = truth.answers().distances;
      const double passing = truth.mean_passing(data_.queries.rows);
      auto rows = Json::array();
      for (const Clause& clause : clauses(scheme_, filter, options_.forms)) {
        ask({data_, filter, clause, truth}, passing, rows);
      }
      print_rows(std::cout,
                 filter.name + ": " + std::to_string(static_cast<long>(passing + .5)) + " rows",
                 rows);
      out_.write();
    }
  }

  /// In a round the contenders take turns.
  void ask(const Question& question, double passing, Json& rows) {
    std::deque<FilterCell> cells;
    for (Contender& contender : contenders_) {
      const std::string& key = contender.searcher().variant().key;
      if (key.empty() || key == question.filter.key) {
        cells.emplace_back(contender, question);
      }
    }
    for (std::size_t round = 0; round < common_.rounds; ++round) {
      for (FilterCell& cell : cells) {
        cell.round(common_.seconds, (kLeastQueries + common_.rounds - 1) / common_.rounds);
      }
    }
    const Json title = {{"filter", question.filter.name}, {"form", question.clause.form}};
    Json recalls = title, rates = title;
    for (const FilterCell& cell : cells) {
      rows.push_back(cell.row());
      Json entry = title;
      entry["selectivity"] = passing / static_cast<double>(data_.base.rows);
      entry.update(rows.back());
      entry["scan_node"] = cell.scan();
      entry["scan_node"].erase("Plans");
      out_["cells"].push_back(std::move(entry));
      const std::string label = cell.contender().index() + ": " + cell.contender().setting().label;
      recalls[label] = rows.back()["recall"];
      rates[label] = rows.back()["QPS"];
    }
    recalls_.push_back(std::move(recalls));
    rates_.push_back(std::move(rates));
    if (options_.forced) {
      compare_forced(cells, title);
    }
  }

  static bool is_forced(const FilterCell& cell) {
    return std::any_of(kForced.begin(), kForced.end(), [&](const Setting& setting) {
      return setting.label == cell.contender().setting().label;
    });
  }

  /// For each of vecext's indexes: the best of the forced settings against the default, by rounds.
  void compare_forced(const std::deque<FilterCell>& cells, const Json& title) {
    for (const FilterCell& chosen : cells) {
      if (chosen.contender().setting().label != "default") {
        continue;
      }
      const FilterCell* best = nullptr;
      const double chosen_recall = chosen.row()["recall"];
      for (const FilterCell& other : cells) {
        if (!is_forced(other) || other.contender().index() != chosen.contender().index()) {
          continue;
        }
        if (other.row()["recall"] < std::min(kWantedRecall, chosen_recall)) {
          continue;
        }
        if (best == nullptr || other.point().qps().median > best->point().qps().median) {
          best = &other;
        }
      }
      if (best == nullptr) {
        continue;
      }
      std::vector<double> ratios;
      for (std::size_t round = 0; round < common_.rounds; ++round) {
        ratios.push_back(best->point().qps(round) / chosen.point().qps(round));
      }
      const Summary loss = summarize(std::move(ratios));
      Json row = title;
      row.update({{"index", chosen.contender().index()},
                  {"recall", chosen_recall},
                  {"QPS", chosen.point().qps().median},
                  {"best", best->contender().setting().label},
                  {"its recall", best->row()["recall"]},
                  {"its QPS", best->point().qps().median},
                  {"times", loss.median},
                  {"min", loss.min},
                  {"max", loss.max}});
      losses_.push_back(std::move(row));
    }
  }

  FilterOptions options_;
  Options& common_;
  Dataset data_;  // its neighbors are those of the filter at hand
  FilterScheme scheme_;
  std::deque<Server> servers_;
  std::deque<Contender> contenders_;
  Json recalls_ = Json::array();
  Json rates_ = Json::array();
  Json losses_ = Json::array();
  Record out_;
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    bench::FilterSearch(bench::parse_filters(argc, argv)).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "filter_search: %s\n", error.what());
    return 1;
  }
}
