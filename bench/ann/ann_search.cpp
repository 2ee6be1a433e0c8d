// End-to-end benchmark of approximate search: vecext's indexes and pgvector's, each in its own
// server, in one run by one client. README.md tells how to run and to read it.
#include <algorithm>
#include <cstdio>
#include <deque>
#include <functional>
#include <future>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/build.h"
#include "ann/cold.h"
#include "ann/concurrency.h"
#include "common/dataset.h"
#include "ann/drift.h"
#include "ann/effort.h"
#include "common/items.h"
#include "ann/life.h"
#include "ann/placement.h"
#include "common/record.h"
#include "common/searcher.h"
#include "common/server.h"
#include "common/sweep.h"
#include "common/task.h"
#include "common/variants.h"

namespace bench {
namespace {

constexpr char kTable[] = "items";
/// What a user is taken to want: concurrent connections, buffers and changes are measured at the
/// default setting and at the one that reaches this.
constexpr double kWantedRecall = .95;

class AnnSearch {
 public:
  explicit AnnSearch(Options options)
      : options_(std::move(options)), queries_(read_queries(options_)), out_(options_.json) {
    if (options_.vecext.empty() || options_.pgvector.empty()) {
      throw std::runtime_error("needs --vecext and --pgvector");
    }
  }

  void run() {
    out_["data"] = options_.data_name();
    out_["rounds"] = options_.rounds;
    for (const Queries& queries : queries_) {
      out_["queries"][queries.name] = queries.data.queries.rows;
    }
    out_.note_load();
    out_.phase("load", [&] { load_tables(); });
    out_.phase("build", [&] { build_indexes(); });
    if (variants_.empty()) {
      return;
    }
    out_.phase("sweep", [&] { sweep(); });
    compare();
    out_.phase("connections", [&] { connect_many(); });
    out_.phase("effort", [&] { count_effort(); });
    searchers_.clear();
    if (!options_.restart.empty()) {
      out_.phase("cold", [&] { start_cold(); });
    }
    if (options_.copy_rows > 0) {
      out_.phase("life", [&] { live(); });
    }
    if (drifting_rows() > 0) {
      out_.phase("drift", [&] { drift_away(); });
    }
    out_.finish();
  }

 private:
  const Dataset& data() const { return queries_[0].data; }
  const std::string& conninfo(const Variant& variant) const {
    return variant.server == "vecext" ? options_.vecext : options_.pgvector;
  }
  /// Of the file's own queries: `sweeps_` begins with a sweep a variant.
  const Setting& wanted(std::size_t variant) const {
    return sweeps_[variant].at_least(kWantedRecall).setting;
  }
  std::size_t drifting_rows() const {
    return options_.drift_rows < data().base.rows ? options_.drift_rows : 0;
  }

  void load_tables() {
    for (const auto& [name, extension, conninfo] :
         {std::tuple("vecext", "vecext", options_.vecext),
          std::tuple("pgvector", "vector", options_.pgvector)}) {
      Server server = connect(name, extension, conninfo);
      for (const std::string& index :
           server.column(std::string("SELECT indexrelid::regclass FROM pg_index WHERE indrelid = "
                                     "to_regclass('") +
                         kTable + "')")) {
        server.execute("DROP INDEX " + index);
      }
      load(server, kTable, data(), data().base.rows);
      prewarm(server, kTable);
      out_["servers"][name] = versions(server);
    }
    std::cout << out_.json().dump() << '\n';
  }

  /// A variant that the server refuses is left out, with a message: the others are worth having.
  void build_indexes() {
    auto rows = nlohmann::ordered_json::array();
    for (const Variant& variant : all_variants()) {
      if (!options_.wants(variant.name)) {
        continue;
      }
      Searcher searcher(variant, conninfo(variant), data(), kTable);
      try {
        const Build built = build(searcher, conninfo(variant), rows);
        sweeps_.push_back({variant.name, queries_[0].name, built.seconds, built.megabytes, {}});
      } catch (const std::runtime_error& error) {
        std::cout << "left out: " << variant.name << ": " << error.what() << std::flush;
        out_["left_out"][variant.name] = error.what();
        continue;
      }
      variants_.push_back(variant);
      searchers_.push_back(std::move(searcher));
    }
    out_.report("builds", "build", std::move(rows));
  }

  void sweep() {
    std::cout << '\n';
    print_header(std::cout);
    const std::vector<Sweep> built = std::move(sweeps_);
    sweeps_.clear();
    for (const Queries& queries : queries_) {
      sweep(built, queries.name,
            [&](std::size_t index, Sweep& sweep) { ask(searchers_[index], queries.data, sweep); });
    }
    sweep_bound(built);
  }

  /// The file's own queries again, client and backend on one core: neither waits for a sleeping
  /// core to wake up. Left out where a backend cannot be bound: it may be another machine's.
  void sweep_bound(const std::vector<Sweep>& built) {
    const std::string queries = queries_[0].name + ", one core";
    std::deque<Searcher> searchers;  // backends stay bound, and so do the threads that ask
    const auto bind = [&](std::size_t index) {
      return bind_to_one_core(searchers[index].server().backend());
    };
    for (const Variant& variant : variants_) {
      searchers.emplace_back(variant, conninfo(variant), data(), kTable);
      if (!std::async(std::launch::async, bind, searchers.size() - 1).get()) {
        std::cout << "left out: " << queries << ": not possible\n";
        out_["left_out"][queries] = "not possible";
        return;
      }
    }
    sweep(built, queries, [&](std::size_t index, Sweep& sweep) {
      const auto ask_bound = [&] {
        bind(index);
        ask(searchers[index], data(), sweep);
      };
      std::async(std::launch::async, ask_bound).get();
    });
  }

  /// In a round every index asks the queries at every setting, by ask_round(index, sweep); the
  /// indexes take turns.
  void sweep(const std::vector<Sweep>& built, const std::string& queries,
             const std::function<void(std::size_t, Sweep&)>& ask_round) {
    std::vector<Sweep> sweeps = built;
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      for (std::size_t i = 0; i < sweeps.size(); ++i) {
        ask_round(i, sweeps[i]);
      }
    }
    for (Sweep& sweep : sweeps) {
      sweep.queries = queries;
      print(std::cout, sweep);
      out_["sweeps"].push_back(json(sweep));
      sweeps_.push_back(std::move(sweep));
    }
  }

  static void ask(Searcher& searcher, const Dataset& data, Sweep& sweep) {
    const std::vector<Setting> settings = searcher.variant().settings();
    sweep.points.resize(settings.size());
    searcher.choose();
    for (std::size_t i = 0; i < settings.size(); ++i) {
      searcher.ask(settings[i], data, sweep.points[i]);
    }
  }

  /// Each of vecext's indexes to each of pgvector's, per set of queries.
  void compare() {
    auto rows = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < sweeps_.size(); ++i) {
      for (std::size_t j = 0; j < sweeps_.size(); ++j) {
        const bool ours = variants_[i % variants_.size()].server == "vecext";
        const bool theirs = variants_[j % variants_.size()].server == "pgvector";
        if (!ours || !theirs || sweeps_[i].queries != sweeps_[j].queries) {
          continue;
        }
        for (auto& row : ratios(sweeps_[i], sweeps_[j])) {
          rows.push_back(std::move(row));
        }
      }
    }
    out_.report("ratios", "ratio of QPS", std::move(rows));
  }

  std::vector<Setting> two_settings(std::size_t variant) const {
    std::vector<Setting> settings = {variants_[variant].automatic()};
    if (wanted(variant).label != settings[0].label) {
      settings.push_back(wanted(variant));
    }
    return settings;
  }

  void connect_many() {
    auto rows = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < variants_.size(); ++i) {
      searchers_[i].choose();
      for (auto& row : concurrency(variants_[i], conninfo(variants_[i]), data(), kTable,
                                   two_settings(i), options_.seconds)) {
        rows.push_back(std::move(row));
      }
    }
    out_.report("connections", "connections", std::move(rows));
  }

  void count_effort() {
    auto rows = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < variants_.size(); ++i) {
      searchers_[i].choose();
      for (const Setting& setting : two_settings(i)) {
        rows.push_back(effort(searchers_[i], data(), setting));
      }
    }
    out_.report("effort", "effort of a query", std::move(rows));
  }

  void start_cold() {
    auto rows = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < variants_.size(); ++i) {
      for (auto& row : cold(variants_[i], conninfo(variants_[i]), kTable, data(), wanted(i),
                            options_.restart)) {
        rows.push_back(std::move(row));
      }
    }
    out_.report("cold", "after a restart", std::move(rows));
  }

  void live() {
    const std::size_t arriving = std::min(options_.copy_rows, data().base.rows / 2);
    const Dataset left = odd_rows(data());
    auto rows = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < variants_.size(); ++i) {
      rows.push_back(life(variants_[i], conninfo(variants_[i]), {data(), left}, wanted(i), arriving,
                          options_.vacuum_limit));
    }
    out_.report("life", "rows arrive, half of all go", std::move(rows));
  }

  void drift_away() {
    auto rows = nlohmann::ordered_json::array();
    for (const Variant& variant : variants_) {
      if (variant.drifts) {
        rows.push_back(drift(variant, conninfo(variant), data(), drifting_rows()));
      }
    }
    out_.report("drift", "most rows arrive after the build, at the default setting",
                std::move(rows));
  }

  Options options_;
  std::vector<Queries> queries_;  // the file's own come first
  std::vector<Variant> variants_;
  std::vector<Searcher> searchers_;  // by variant
  std::vector<Sweep> sweeps_;        // by queries and variant
  Record out_;
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    bench::AnnSearch(
        bench::parse(argc, argv, "Approximate search, vecext's indexes and pgvector's"))
        .run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ann_search: %s\n", error.what());
    return 1;
  }
}
