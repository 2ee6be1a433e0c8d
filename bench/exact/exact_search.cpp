// End-to-end benchmark of exact search (no index) and of COPY input: vecext and pgvector, each in
// its own server, take turns in the same run. README.md tells how to run and to read it.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/data_options.h"
#include "common/dataset.h"
#include "common/items.h"
#include "common/report.h"
#include "common/server.h"
#include "common/wire.h"

namespace bench {
namespace {

struct Options : DataOptions {
  std::vector<std::string> operators;
  std::size_t queries = 20;
  std::size_t rounds = 5;
  std::size_t k = 10;
  std::optional<std::size_t> copy_rows;
};

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app("Exact search and COPY input, vecext against pgvector");
  add_data_options(app, options);
  app.add_option("--operator", options.operators,
                 "Distance operators to time (default: the data set's own)");
  app.option_defaults()->always_capture_default();
  app.add_option("--queries", options.queries, "Queries a round")->check(CLI::PositiveNumber);
  app.add_option("--rounds", options.rounds, "Rounds")->check(CLI::PositiveNumber);
  app.add_option("--k", options.k, "LIMIT of the query")->check(CLI::PositiveNumber);
  app.add_option("--copy-rows", options.copy_rows,
                 "Rows of a COPY; 0 leaves COPY out (default: 100 million elements)");
  try {
    app.parse(argc, argv);
    if (options.vecext.empty() && options.pgvector.empty()) {
      throw CLI::RequiredError("--vecext or --pgvector");
    }
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

std::vector<Server> connect_all(const Options& options) {
  std::vector<Server> servers;
  if (!options.vecext.empty()) {
    servers.push_back(connect("vecext", "vecext", options.vecext));
  }
  if (!options.pgvector.empty()) {
    servers.push_back(connect("pgvector", "vector", options.pgvector));
  }
  return servers;
}

std::vector<std::string> names(const std::vector<Server>& servers) {
  std::vector<std::string> names;
  for (const auto& server : servers) {
    names.push_back(server.name());
  }
  return names;
}

class ExactSearch {
 public:
  explicit ExactSearch(Options options)
      : options_(std::move(options)),
        data_(read_dataset(options_.data)),
        servers_(connect_all(options_)),
        report_(names(servers_)) {
    if (data_.queries.rows < options_.queries || data_.neighbors.columns < options_.k) {
      throw std::runtime_error("the data set has fewer queries or neighbors than asked for");
    }
    if (options_.operators.empty()) {
      options_.operators = {own_operator(data_.metric)};
    }
    if (!options_.copy_rows) {
      options_.copy_rows = 100'000'000 / data_.base.columns;
    }
  }

  void run() {
    for (auto& server : servers_) {
      load(server, "items", data_, data_.base.rows);
      prewarm(server, "items");
    }
    for (const bool parallel : {false, true}) {
      for (auto& server : servers_) {
        set_parallel(server, parallel);
      }
      const std::string mode = parallel ? "parallel" : "serial";
      measure_scan("scan, " + mode, "SELECT count(*) FROM items");
      measure_scan("scan + WHERE, " + mode, "SELECT count(*) FROM items WHERE embedding IS NULL");
      measure_scan("top-k by id, " + mode,
                   "SELECT id FROM items ORDER BY id LIMIT " + std::to_string(options_.k));
      for (const auto& name : options_.operators) {
        measure_search(name, parallel);
      }
    }
    if (*options_.copy_rows > 0) {
      measure_copy();
    }
  }

  void write() {
    nlohmann::ordered_json out;
    out["data"] = options_.data_name();
    out["queries"] = options_.queries;
    out["rounds"] = options_.rounds;
    out["k"] = options_.k;
    out["copy_rows"] = *options_.copy_rows;
    for (auto& server : servers_) {
      out["servers"][server.name()] = versions(server);
    }
    out["plans"] = plans_;
    out["recall"] = recalls_;
    std::cout << out.dump(1) << '\n';
    report_.print(std::cout);
    if (options_.json.empty()) {
      return;
    }
    out["measures"] = report_.json();
    std::ofstream file(options_.json);
    if (!(file << out.dump(1) << '\n')) {
      throw std::runtime_error("cannot write " + options_.json);
    }
  }

 private:
  static void set_parallel(Server& server, bool parallel) {
    server.execute(parallel ? "RESET max_parallel_workers_per_gather"
                            : "SET max_parallel_workers_per_gather = 0");
  }

  void measure_scan(const std::string& measure, const std::string& sql) {
    for (auto& server : servers_) {
      server.execute(sql);
    }
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      for (auto& server : servers_) {
        report_.add(measure, "ms", server.name(), {milliseconds([&] { server.execute(sql); })});
      }
    }
  }

  void measure_search(const std::string& name, bool parallel) {
    const std::string measure = "search " + name + ", " + (parallel ? "parallel" : "serial");
    for (auto& server : servers_) {
      server.execute("DEALLOCATE ALL");
      server.prepare("search", "SELECT id FROM items ORDER BY embedding " + name + " $1 LIMIT " +
                                   std::to_string(options_.k));
      check_plan(server, measure, parallel);
      // From the sixth execution on the plan is the one which the server will keep.
      for (std::size_t i = 0; i < 6; ++i) {
        ask(server, 0);
      }
    }
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      std::vector<std::vector<double>> samples(servers_.size());
      std::vector<double> covered(servers_.size());
      for (std::size_t query = 0; query < options_.queries; ++query) {
        for (std::size_t i = 0; i < servers_.size(); ++i) {
          std::vector<std::int32_t> found;
          samples[i].push_back(milliseconds([&] { found = ask(servers_[i], query); }));
          covered[i] += recall(data_, query, found, options_.k);
        }
      }
      for (std::size_t i = 0; i < servers_.size(); ++i) {
        report_.add(measure, "ms/query", servers_[i].name(), std::move(samples[i]));
        if (name == own_operator(data_.metric)) {
          check_recall(servers_[i], measure, covered[i]);
        }
      }
    }
  }

  std::vector<std::int32_t> ask(Server& server, std::size_t query) const {
    return server.ids("search", {binary_vector(data_.queries.row(query))});
  }

  /// Exact search must find every neighbor.
  void check_recall(const Server& server, const std::string& measure, double covered) {
    const double mean = covered / static_cast<double>(options_.queries);
    recalls_[measure][server.name()] = mean;
    if (mean < 1) {
      throw std::runtime_error(server.name() + ": " + measure + ": recall " + std::to_string(mean));
    }
  }

  /// Keeps the plan as its nodes from the top down. Exact search reads the whole table.
  void check_plan(Server& server, const std::string& measure, bool parallel) {
    const std::string nodes = plan_of_search(server, "items");
    plans_[measure][server.name()] = nodes;
    const auto has = [&](const char* word) { return nodes.find(word) != std::string::npos; };
    if (!has(" on items") || has("Index") || (!parallel && has("Parallel"))) {
      throw std::runtime_error(server.name() + ": unexpected plan of " + measure + ": " + nodes);
    }
  }

  void measure_copy() {
    const CopyRows binary = CopyRows::binary(data_.base);
    measure_copy("COPY binary into bytea", "bytea", binary);
    measure_copy("COPY binary", vector_type(data_), binary);
    measure_copy("COPY text", vector_type(data_), CopyRows::text(data_.base));
  }

  /// Unlogged, and made again each time: the cost of input and of filling pages, not of WAL. Nor of
  /// compression, which bytea would try by default.
  void measure_copy(const std::string& measure, const std::string& type, const CopyRows& rows) {
    const std::string sql =
        std::string("COPY copied FROM STDIN (FORMAT ") + (rows.is_binary() ? "binary)" : "text)");
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      for (auto& server : servers_) {
        server.execute("DROP TABLE IF EXISTS copied");
        server.execute("CREATE UNLOGGED TABLE copied (embedding " + type + ")");
        server.execute("ALTER TABLE copied ALTER embedding SET STORAGE EXTERNAL");
        const double elapsed =
            milliseconds([&] { server.copy(sql, rows, 0, *options_.copy_rows); });
        server.execute("DROP TABLE copied");
        report_.add(measure, "us/row", server.name(),
                    {1e3 * elapsed / static_cast<double>(*options_.copy_rows)});
      }
    }
  }

  Options options_;
  Dataset data_;
  std::vector<Server> servers_;
  Report report_;
  nlohmann::ordered_json plans_;    // by measure and server
  nlohmann::ordered_json recalls_;  // the same
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    bench::ExactSearch benchmark(bench::parse(argc, argv));
    benchmark.run();
    benchmark.write();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "exact_search: %s\n", error.what());
    return 1;
  }
}
