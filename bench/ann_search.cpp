// End-to-end benchmark of approximate search: build, recall against speed, input and VACUUM of the
// cell indexes of vecext and of pgvector's indexes, each in its own server, in the same run.
// README.md tells how to run and to read it.
#include <algorithm>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "dataset.h"
#include "items.h"
#include "core/kernel/kernel.h"
#include "neighbors.h"
#include "server.h"
#include "sweep.h"
#include "wire.h"

namespace bench {
namespace {

constexpr std::size_t kNeighbors = 10;
constexpr double kComparedRecall = .95;

struct Options {
  std::string vecext;
  std::string pgvector;
  std::string data;
  std::string json;
  std::size_t queries = 0;
  std::size_t phrases = 2000;
  std::size_t rounds = 3;
  std::size_t flat_lists = 1000;
  std::size_t copy_rows = 50'000;
};

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app("Approximate search, vecext against pgvector");
  app.add_option("--vecext", options.vecext, "Connection string of the server with vecext")
      ->required();
  app.add_option("--pgvector", options.pgvector, "Connection string of the server with pgvector")
      ->required();
  app.add_option("--data", options.data, "Data set in the HDF5 layout of ann-benchmarks")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--json", options.json, "File for the results");
  app.option_defaults()->always_capture_default();
  app.add_option("--queries", options.queries, "Queries of the data set; 0: all");
  app.add_option("--phrases", options.phrases, "Queries that are means of rows");
  app.add_option("--rounds", options.rounds, "Rounds")->check(CLI::PositiveNumber);
  app.add_option("--flat-lists", options.flat_lists,
                 "Lists of both ivfflat indexes; 0 leaves them out");
  app.add_option("--copy-rows", options.copy_rows,
                 "Rows of the COPY into an indexed table; 0 leaves input and VACUUM out");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

/// A search setting and the statement that makes it.
struct Setting {
  std::string label;
  std::string sql;
};

/// `name` = `label` `value` for each value.
std::vector<Setting> settings(const std::string& name, const std::vector<int>& values) {
  std::vector<Setting> settings;
  for (const int value : values) {
    const std::string text = std::to_string(value);
    settings.push_back(
        {name.substr(name.find('.') + 1) + ' ' + text, "SET " + name + " = " + text});
  }
  return settings;
}

/// An index configuration of one server.
struct Index {
  Server* server;
  std::string method;
  std::string with;               // storage parameters
  std::vector<Setting> settings;  // of the sweep, in order of rising effort
  Setting changed;                // of the search in a table that has seen changes

  std::string name() const { return server->name() + ' ' + method; }
};

struct Queries {
  std::string name;
  Dataset data;
};

std::vector<double> load_averages() {
  std::vector<double> loads(3);
  return getloadavg(loads.data(), 3) == 3 ? loads : std::vector<double>{};
}

class AnnSearch {
 public:
  explicit AnnSearch(Options options)
      : options_(std::move(options)),
        vecext_(connect("vecext", "vecext", options_.vecext)),
        pgvector_(connect("pgvector", "vector", options_.pgvector)) {
    queries_.push_back({"file", read_dataset(options_.data)});
    Matrix<float>& own = queries_[0].data.queries;
    if (options_.queries > 0 && options_.queries < own.rows) own.rows = options_.queries;
    if (options_.phrases > 0) {
      Dataset data = queries_[0].data;
      data.queries = phrases(data.base, options_.phrases, 1);
      find_neighbors(data, kNeighbors, [](std::size_t) { return true; });
      queries_.push_back({"phrase", std::move(data)});
    }
  }

  void run() {
    out_["data"] = options_.data.substr(options_.data.rfind('/') + 1);
    out_["load_averages"].push_back(load_averages());
    for (Server* server : {&vecext_, &pgvector_}) {
      prepare(*server);
      out_["servers"][server->name()] = versions(*server);
    }
    std::cout << out_.dump() << '\n';
    const std::vector<Index> best = {ivfpq(), hnsw()};
    print_header(std::cout);
    compare(best);
    print_ratios(best);
    if (options_.flat_lists > 0) compare({flat(vecext_), flat(pgvector_)});
    if (options_.copy_rows > 0) {
      for (const Index& index : best) change(index);
    }
    out_["load_averages"].push_back(load_averages());
    std::cout << "load averages " << out_["load_averages"].dump() << '\n';
  }

  void write() {
    if (options_.json.empty()) return;
    for (const Sweep& sweep : sweeps_) out_["sweeps"].push_back(json(sweep));
    std::ofstream file(options_.json);
    if (!(file << out_.dump(1) << '\n')) throw std::runtime_error("cannot write " + options_.json);
  }

 private:
  const Dataset& data() const { return queries_[0].data; }

  Index ivfpq() {
    std::vector<Setting> all = settings("ivfpq.probes", {8, 16, 32, 64, 128, 256});
    const Setting automatic{"default", "RESET ivfpq.probes"};
    all.insert(all.begin(), automatic);
    return {&vecext_, "ivfpq", "", all, automatic};
  }

  Index hnsw() {
    return {&pgvector_, "hnsw", " WITH (m = 16, ef_construction = 64)",
            settings("hnsw.ef_search", {40, 80, 120, 200, 400, 800}),
            settings("hnsw.ef_search", {200})[0]};
  }

  Index flat(Server& server) const {
    return {&server,
            "ivfflat",
            " WITH (lists = " + std::to_string(options_.flat_lists) + ')',
            settings("ivfflat.probes", {1, 4, 16, 32, 64}),
            {}};
  }

  void prepare(Server& server) const {
    for (const char* setting :
         {"plan_cache_mode = force_generic_plan", "enable_seqscan = off",
          "maintenance_work_mem = '2GB'", "max_parallel_maintenance_workers = 1"})
      server.execute(std::string("SET ") + setting);
    server.execute("DROP INDEX IF EXISTS items_index");
    load(server, "items", data(), data().base.rows);
    prewarm(server, "items");
  }

  /// Creates `index` on a table; returns the seconds that took.
  double create(const Index& index, const std::string& table) const {
    const char* metric = data().metric == Metric::kCosine ? "cosine" : "l2";
    const double elapsed = milliseconds([&] {
      index.server->execute("CREATE INDEX " + table + "_index ON " + table + " USING " +
                            index.method + " (embedding vector_" + metric + "_ops)" + index.with);
    });
    prewarm(*index.server, table + "_index");
    return elapsed / 1e3;
  }

  /// Prepares the statement `search` on a table with one index, and makes sure that it is used.
  void prepare_search(Server& server, const std::string& table) const {
    server.execute("DEALLOCATE ALL");
    server.prepare("search", "SELECT id FROM " + table + " ORDER BY embedding " +
                                 own_operator(data()) + " $1 LIMIT " + std::to_string(kNeighbors));
    const std::string plan = plan_of_search(server, data());
    if (plan.find("Index Scan using " + table + "_index") == std::string::npos)
      throw std::runtime_error(server.name() + ": the index is not used: " + plan);
  }

  /// Asks all queries once, and adds the round to `point`, with the recall.
  static void ask(Server& server, const Setting& setting, const Dataset& data, Point& point) {
    constexpr std::size_t kWarmUp = 50;
    point.setting = setting.label;
    server.execute(setting.sql);
    for (std::size_t query = 0; query < std::min(kWarmUp, data.queries.rows); ++query)
      server.ids("search", binary_vector(data.queries.row(query)));
    std::vector<std::vector<std::int32_t>> found(data.queries.rows);
    std::vector<double> times;
    for (std::size_t query = 0; query < data.queries.rows; ++query) {
      const std::string parameter = binary_vector(data.queries.row(query));
      times.push_back(milliseconds([&] { found[query] = server.ids("search", parameter); }));
    }
    point.rounds.push_back(std::move(times));
    double covered = 0;
    for (std::size_t query = 0; query < data.queries.rows; ++query)
      covered += recall(data, query, found[query], kNeighbors);
    point.recall = covered / static_cast<double>(data.queries.rows);
  }

  /// Builds one index a server, sweeps them in turn, and drops them.
  void compare(const std::vector<Index>& indexes) {
    std::vector<Sweep> built;
    for (const Index& index : indexes) {
      Sweep sweep;
      sweep.index = index.name();
      sweep.build_seconds = create(index, "items");
      sweep.megabytes =
          std::stod(index.server->column("SELECT pg_relation_size('items_index')").at(0)) / 1e6;
      prepare_search(*index.server, "items");
      built.push_back(std::move(sweep));
    }
    for (const Queries& queries : queries_) {
      std::vector<Sweep> sweeps = built;
      for (std::size_t round = 0; round < options_.rounds; ++round) {
        for (std::size_t i = 0; i < indexes.size(); ++i) {
          sweeps[i].queries = queries.name;
          sweeps[i].points.resize(indexes[i].settings.size());
          for (std::size_t j = 0; j < indexes[i].settings.size(); ++j)
            ask(*indexes[i].server, indexes[i].settings[j], queries.data, sweeps[i].points[j]);
        }
      }
      for (Sweep& sweep : sweeps) {
        print(std::cout, sweep);
        sweeps_.push_back(std::move(sweep));
      }
    }
    for (const Index& index : indexes) index.server->execute("DROP INDEX items_index");
  }

  /// The first index at its first setting against the sweep of the second, at the compared recall
  /// and at that setting's own.
  void print_ratios(const std::vector<Index>& indexes) {
    for (std::size_t i = 0; i < queries_.size(); ++i) {
      const Sweep& first = sweeps_[i * indexes.size()];
      const Sweep& second = sweeps_[i * indexes.size() + 1];
      const Point& point = first.points[0];
      for (const double recall : {kComparedRecall, point.recall}) {
        std::printf("%s %s (recall %.4f) : %s at recall %.4f, %s: ", first.index.c_str(),
                    point.setting.c_str(), point.recall, second.index.c_str(), recall,
                    first.queries.c_str());
        const auto rates = ratio(point, second, recall);
        if (!rates) {
          std::printf("outside of its sweep\n");
          continue;
        }
        std::printf("%.2f (%.2f - %.2f) in QPS\n", rates->median, rates->min, rates->max);
        out_["ratios"].push_back({{"queries", first.queries},
                                  {"recall", recall},
                                  {"own_recall", point.recall},
                                  {"qps", json(*rates)}});
      }
    }
    std::fflush(stdout);
  }

  /// Rows arrive in an indexed table, half of all go, VACUUM, and a search there and in a fresh
  /// index of the same rows.
  void change(const Index& index) {
    Server& server = *index.server;
    const std::size_t all = data().base.rows, arriving = std::min(options_.copy_rows, all / 2);
    server.execute("DROP TABLE IF EXISTS changed");
    load(server, "changed", data(), all - arriving);
    create(index, "changed");
    const CopyRows rows = CopyRows::binary_with_ids(data().base);
    const double copied = milliseconds([&] {
      server.copy("COPY changed FROM STDIN (FORMAT binary)", rows, all - arriving, arriving);
    });
    server.execute("DELETE FROM changed WHERE id % 2 = 0");
    const double vacuumed = milliseconds([&] { server.execute("VACUUM changed"); });
    server.execute("ANALYZE changed");
    Dataset left = data();
    find_neighbors(left, kNeighbors, [](std::size_t row) { return row % 2 != 0; });
    const Point changed = ask_changed(index, left);
    const double rebuilt = milliseconds([&] { server.execute("REINDEX INDEX changed_index"); });
    const Point fresh = ask_changed(index, left);
    server.execute("DROP TABLE changed");
    nlohmann::ordered_json entry{{"index", index.name()},
                                 {"setting", index.changed.label},
                                 {"copied_rows", arriving},
                                 {"copy_us_a_row", 1e3 * copied / static_cast<double>(arriving)},
                                 {"vacuum_seconds", vacuumed / 1e3},
                                 {"recall", changed.recall},
                                 {"qps", json(changed.qps())},
                                 {"reindex_seconds", rebuilt / 1e3},
                                 {"fresh_recall", fresh.recall},
                                 {"fresh_qps", json(fresh.qps())}};
    std::cout << entry.dump() << std::endl;
    out_["changes"].push_back(std::move(entry));
  }

  Point ask_changed(const Index& index, const Dataset& left) const {
    prewarm(*index.server, "changed_index");
    prepare_search(*index.server, "changed");
    Point point;
    for (std::size_t round = 0; round < options_.rounds; ++round)
      ask(*index.server, index.changed, left, point);
    return point;
  }

  Options options_;
  Server vecext_;
  Server pgvector_;
  std::vector<Queries> queries_;  // the file's own come first
  std::vector<Sweep> sweeps_;
  nlohmann::ordered_json out_;
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    vecext::kernel::select_best();  // for the exact neighbours
    bench::AnnSearch benchmark(bench::parse(argc, argv));
    benchmark.run();
    benchmark.write();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ann_search: %s\n", error.what());
    return 1;
  }
}
