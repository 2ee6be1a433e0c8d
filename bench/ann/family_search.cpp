// Recall, speed and effort of indexes by families of queries (families.h), at any number of rows.
// README.md tells how to run and to read it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ann/concurrency.h"
#include "ann/graph_peer.h"
#include "ann/session.h"
#include "core/kernel/kernel.h"
#include "common/build.h"
#include "common/families.h"
#include "common/items.h"
#include "common/neighbors.h"
#include "common/record.h"
#include "common/searcher.h"
#include "common/sweep.h"
#include "common/task.h"

namespace bench {
namespace {

constexpr char kTable[] = "items";
constexpr std::uint32_t kSeed = 1;

/// Asked for where no --variant is given.
const std::vector<std::string> kVariants = {"hnsw", "ivfpq", "pgvector-hnsw"};
constexpr char kHnswlib[] = "hnswlib";

template <typename T>
Matrix<T> part(const Matrix<T>& matrix, std::size_t first, std::size_t rows) {
  const auto begin = matrix.values.begin() + static_cast<std::ptrdiff_t>(first * matrix.columns);
  return {
      rows, matrix.columns, {begin, begin + static_cast<std::ptrdiff_t>(rows * matrix.columns)}};
}

double rounded(double value, double scale) {
  return std::round(value * scale) / scale;
}

struct FamilyOptions {
  std::size_t rows = 0;
  std::size_t per_family = 300;
  std::size_t observed = 0;
  std::vector<std::string> families;
  std::vector<std::string> settings;
};

class FamilySearch {
 public:
  FamilySearch(Options options, FamilyOptions own)
      : options_(std::move(options)),
        own_(std::move(own)),
        data_(read_dataset(options_.data)),
        out_(options_.json) {
    if (options_.variants.empty()) {
      options_.variants = kVariants;
    }
    vecext::kernel::select_best();  // for the exact neighbors
  }

  void run() {
    out_["data"] = options_.data_name();
    out_.note_load();
    out_.phase("queries", [&] { make_queries(); });
    out_["rows"] = data_.base.rows;
    out_["settings"] = own_.settings;
    out_.phase("load", [&] { load_tables(); });
    out_.phase("search", [&] {
      for (const Variant& variant : all_variants()) {
        if (options_.wants(variant.name) && !conninfo(variant).empty()) {
          search_by(variant);
        }
      }
      if (options_.wants(kHnswlib)) {
        search_by_hnswlib();
      }
    });
    compare();
    out_.finish();
  }

 private:
  const std::string& conninfo(const Variant& variant) const {
    return variant.server == "vecext" ? options_.vecext : options_.pgvector;
  }

  /// Queries, and their neighbors in one pass over the rows.
  void make_queries() {
    if (own_.rows > 0) {
      resize(data_, own_.rows, kSeed);
    }
    families_ = make_families(data_, own_.per_family + own_.observed, kSeed);
    std::erase_if(families_, [&](const Family& family) {
      const auto& wanted = own_.families;
      return !wanted.empty() &&
             std::find(wanted.begin(), wanted.end(), family.name) == wanted.end();
    });
    for (Family& family : families_) {
      observed_.push_back(part(family.queries, own_.per_family, own_.observed));
      family.queries = part(family.queries, 0, own_.per_family);
    }
    Matrix<float> all{0, data_.base.columns, {}};
    for (const Family& family : families_) {
      all.rows += family.queries.rows;
      all.values.insert(all.values.end(), family.queries.values.begin(),
                        family.queries.values.end());
    }
    data_.queries = std::move(all);
    find_neighbors(data_, kNeighbors, [](std::size_t) { return true; });
    for (std::size_t i = 0; i < families_.size(); ++i) {
      families_[i].neighbors = part(data_.neighbors, i * own_.per_family, own_.per_family);
      families_[i].distances = part(data_.distances, i * own_.per_family, own_.per_family);
    }
  }

  void load_tables() {
    for (const auto& [extension, conninfo] :
         {std::pair("vecext", options_.vecext), std::pair("vector", options_.pgvector)}) {
      if (conninfo.empty()) {
        continue;
      }
      Server server = connect(extension, extension, conninfo);
      load(server, kTable, data_, data_.base.rows);
      prewarm(server, kTable);
    }
  }

  void search_by(const Variant& variant) {
    Searcher searcher(variant, conninfo(variant), data_, kTable);
    searcher.server().execute("DROP INDEX IF EXISTS " + searcher.index());
    auto builds = nlohmann::ordered_json::array();
    const Build made = build(searcher, conninfo(variant), builds);
    report("builds", "CREATE INDEX", std::move(builds));
    choose(families_[0], &data_);
    report("sessions", "new connections", {session(variant, conninfo(variant), data_, kTable)});
    report("connections", "queries a second of several connections",
           concurrency(variant, conninfo(variant), data_, kTable, {variant.automatic()},
                       options_.seconds));
    for (const std::string& setting : own_.settings) {
      searcher.server().execute("SET " + setting);
    }
    rows_ = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < families_.size(); ++i) {
      search_family(searcher, i, made.seconds);
    }
    searcher.server().execute("DROP INDEX " + searcher.index());
    report_families(variant.name);
  }

  void search_by_hnswlib() {
    rows_ = nlohmann::ordered_json::array();
    const std::vector<Sweep> sweeps = sweep_hnswlib(families_, &data_);
    for (std::size_t i = 0; i < sweeps.size(); ++i) {
      for (const Point& point : sweeps[i].points) {
        add_row(sweeps[i], families_[i], point);
      }
    }
    sweeps_.insert(sweeps_.end(), sweeps.begin(), sweeps.end());
    report_families(kHnswlib);
  }

  /// Prints rows of one index, and adds them to what was recorded of others.
  void report(const char* key, const char* title, nlohmann::ordered_json rows) {
    print_rows(std::cout, title, rows);
    for (auto& row : rows) {
      out_[key].push_back(std::move(row));
    }
    out_.write();
  }

  void report_families(const std::string& index) {
    const std::string title = index + ", " + std::to_string(data_.base.rows) + " rows";
    report("families", title.c_str(), std::move(rows_));
  }

  /// Visits to nodes or lists of each query, in order.
  std::vector<double> visits(Searcher& searcher) const {
    Server& server = searcher.server();
    std::vector<double> counts;
    for (std::size_t query = 0; query < data_.queries.rows; ++query) {
      searcher.search(data_.queries.row(query));
      counts.push_back(
          std::stod(server.column("SELECT coalesce(nodes, lists) FROM vecext.last_scan()").at(0)));
    }
    std::sort(counts.begin(), counts.end());
    return counts;
  }

  /// Ours are asked as they are set, once before queries of the family were observed and, where any
  /// are to be, once after; pgvector's over all values of its search setting, so that the rates can
  /// be compared at our recall.
  void search_family(Searcher& searcher, std::size_t number, double build_seconds) {
    const Family& family = families_[number];
    choose(family, &data_);
    if (searcher.variant().server != "vecext") {
      sweep_family(searcher, family, build_seconds);
      return;
    }
    searcher.server().execute("SET vecext.observe_one_in = 0");  // after other families
    ask_family(searcher, family, searcher.variant().name, build_seconds);
    if (own_.observed > 0) {
      observe(searcher, observed_[number]);
      ask_family(searcher, family, searcher.variant().name + ", observed", build_seconds);
    }
  }

  void sweep_family(Searcher& searcher, const Family& family, double build_seconds) {
    Sweep sweep{searcher.variant().name, family.name, build_seconds, 0, {}};
    for (const Setting& setting : searcher.variant().settings()) {
      Point& point = sweep.points.emplace_back();
      point.setting = setting;
      searcher.ask(setting, data_, point);
      add_row(sweep, family, point);
    }
    sweeps_.push_back(std::move(sweep));
  }

  void ask_family(Searcher& searcher, const Family& family, const std::string& name,
                  double build_seconds) {
    Sweep sweep{name, family.name, build_seconds, 0, {}};
    Point& point = sweep.points.emplace_back();
    point.setting = searcher.variant().automatic();
    searcher.warm_up(data_);
    searcher.time(data_, point);
    add_row(sweep, family, point);
    add_visits(visits(searcher));
    sweeps_.push_back(std::move(sweep));
  }

  /// Lets all queries be observed. Searches follow them from then on, and are hardly ever observed.
  static void observe(Searcher& searcher, const Matrix<float>& queries) {
    searcher.server().execute("SET vecext.observe_one_in = 1");
    for (std::size_t i = 0; i < queries.rows; ++i) {
      searcher.search(queries.row(i));
    }
    searcher.server().execute("SET vecext.observe_one_in = 1000000000");
  }

  void add_row(const Sweep& sweep, const Family& family, const Point& point) {
    rows_.push_back({{"index", sweep.index},
                     {"family", family.name},
                     {"place", to_string(family.place)},
                     {"setting", point.setting.label},
                     {"recall", rounded(point.recall, 1e4)},
                     {"QPS", rounded(point.qps(0), 1)},
                     {"processor ms", rounded(point.processor_ms, 1e4)}});
  }

  /// To the last row: the mean of the counts, which are in order, and their 95th percentile.
  void add_visits(const std::vector<double>& counts) {
    const double sum = std::accumulate(counts.begin(), counts.end(), 0.0);
    rows_.back()["visits"] = rounded(sum / static_cast<double>(counts.size()), 10);
    rows_.back()["p95"] = counts[counts.size() * 95 / 100];
  }

  /// Our rate to pgvector's at our recall, of each family where pgvector reaches that.
  void compare() {
    auto rows = nlohmann::ordered_json::array();
    for (const Sweep& ours : sweeps_) {
      for (const Sweep& theirs : sweeps_) {
        const bool paired =
            ours.points.size() == 1 && theirs.points.size() > 1 && ours.queries == theirs.queries;
        if (!paired) {
          continue;
        }
        const double recall = ours.points[0].recall;
        nlohmann::ordered_json row{{"index", ours.index},
                                   {"to", theirs.index},
                                   {"family", ours.queries},
                                   {"recall", rounded(recall, 1e4)},
                                   {"reached", rounded(theirs.at_least(1).recall, 1e4)}};
        if (const auto qps = theirs.qps_at(recall, 0)) {
          row["ratio"] = rounded(ours.points[0].qps(0) / *qps, 10);
        } else {
          row["ratio"] = nullptr;
        }
        rows.push_back(std::move(row));
      }
    }
    if (rows.empty()) {
      return;
    }
    print_rows(std::cout, "queries a second, to those of pgvector at the same recall", rows);
    out_["ratios"] = std::move(rows);
    out_.write();
  }

  Options options_;
  FamilyOptions own_;
  Dataset data_;
  Record out_;
  std::vector<Family> families_;
  std::vector<Matrix<float>> observed_;  // queries of each family that are not measured
  std::vector<Sweep> sweeps_;
  nlohmann::ordered_json rows_ = nlohmann::ordered_json::array();
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    bench::FamilyOptions own;
    const bench::Options options =
        bench::parse(argc, argv, "Recall and effort by families of queries", [&own](CLI::App& app) {
          app.add_option("--rows", own.rows,
                         "Rows of the table: of the data set, and random ones of them with noise; "
                         "0: as many as it has");
          app.add_option("--per-family", own.per_family, "Queries of each family");
          app.add_option("--observed", own.observed,
                         "Further queries of each family, which are observed after the others were "
                         "measured; these are measured once more then");
          app.add_option("--family", own.families, "These families only");
          app.add_option("--setting", own.settings,
                         "Settings to search with, e.g. 'vecext.target_recall = 0.99'");
        });
    bench::FamilySearch(options, own).run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "family_search: %s\n", error.what());
    return 1;
  }
  return 0;
}
