// Recall and speed of indexes over shapes of data (shapes.cpp): each metric, life cycle of the
// table and family of queries is a cell. README.md tells how to run and to read it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/kernel/kernel.h"
#include "common/items.h"
#include "common/neighbors.h"
#include "common/record.h"
#include "common/searcher.h"
#include "common/task.h"
#include "shapes/cell.h"
#include "shapes/lives.h"
#include "shapes/peer.h"
#include "shapes/queries.h"
#include "shapes/shapes.h"
#include "shapes/summary.h"

namespace bench {
namespace {

constexpr char kTable[] = "shape";
constexpr std::size_t kMostDimsOfIvfflat = 2000;

struct ShapeOptions {
  std::string vecext;
  std::string json;
  std::vector<std::string> shapes;
  std::vector<std::string> methods = {"hnsw", "ivfpq", "ivfflat"};
  std::vector<std::string> metrics;
  std::vector<std::string> lives;
  std::size_t rows = 20'000;
  std::size_t queries = 100;
  std::uint32_t seed = 1;
  bool full = false;
  bool check = false;
};

bool wants(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

class ShapeSearch {
 public:
  explicit ShapeSearch(ShapeOptions options) : options_(std::move(options)), out_(options_.json) {
    vecext::kernel::select_best();  // for the exact neighbors
  }

  void run() {
    Server server = connect("vecext", "vecext", options_.vecext);
    out_["versions"] = versions(server);
    out_["rows"] = options_.rows;
    out_["cells"] = nlohmann::ordered_json::array();
    out_.note_load();
    for (const Shape& shape : all_shapes()) {
      if (wants(options_.shapes, shape.name)) {
        out_.phase(shape.name.c_str(), [&] { measure_shape(shape); });
      }
    }
    server.execute(std::string("DROP TABLE IF EXISTS ") + kTable);
    report_summary(cells_, out_);
    out_.finish();
  }

  /// Prints what is broken; returns whether nothing is.
  bool check() const {
    const std::vector<std::string> broken = broken_promises(cells_);
    for (const std::string& line : broken) {
      std::cout << "broken: " << line << '\n';
    }
    return broken.empty();
  }

 private:
  void measure_shape(const Shape& shape) {
    const std::size_t rows = rows_of(shape, options_.rows);
    const Points points = make_points(shape, rows, options_.queries, options_.seed);
    for (const Metric metric : shape.metrics) {
      if (wants(options_.metrics, to_string(metric))) {
        measure_metric(shape, metric, points);
      }
    }
  }

  void measure_metric(const Shape& shape, Metric metric, const Points& points) {
    const std::size_t first = cells_.size();
    Dataset data{metric, points.base, {}, {}, {}};
    const auto families = ask_families(points.held_out, options_.queries, options_.seed, data);
    find_neighbors(data, kNeighbors, [](std::size_t) { return true; });
    Setup setup{shape.name, to_string(metric), "", to_string(Life::kBulk)};
    for (const Life life : all_lives()) {
      if (!is_wanted(life, shape, metric)) {
        continue;
      }
      setup.life = to_string(life);
      if (life == Life::kDeleted) {
        Dataset kept = data;
        find_neighbors(kept, kNeighbors, [](std::size_t row) { return row % 2 == 0; });
        measure_life(setup, life, kept, families);
      } else {
        measure_life(setup, life, data, families);
      }
    }
    setup.life = to_string(Life::kBulk);
    keep(ask_peer(setup, data, families));
    const std::vector<Cell> added(cells_.begin() + static_cast<std::ptrdiff_t>(first),
                                  cells_.end());
    print_rows(std::cout,
               shape.name + ", " + to_string(metric) + ", " + std::to_string(points.base.rows) +
                   " rows of " + std::to_string(shape.dims) + " dimensions",
               table_of(added));
    for (const Cell& cell : added) {
      out_["cells"].push_back(json(cell));
    }
  }

  void measure_life(Setup setup, Life life, const Dataset& data,
                    const std::vector<FamilyRange>& families) {
    for (const std::string& method : options_.methods) {
      if (method == "ivfflat" && data.base.columns > kMostDimsOfIvfflat) {
        continue;
      }
      setup.method = method;
      Searcher searcher({method, "vecext", method, "", "", {}, false}, options_.vecext, data,
                        kTable);
      live(life, data, searcher);
      ExactScan exact(options_.vecext, data, kTable);
      for (const FamilyRange& family : families) {
        keep({ask(setup, data, family, searcher, exact)});
      }
      if (life == Life::kBulk) {
        keep(ask_nothing(setup, data, families[0], searcher, exact));
      }
    }
  }

  /// Lives beside kBulk that nobody names are measured in some shapes, with their main metric.
  bool is_wanted(Life life, const Shape& shape, Metric metric) const {
    if (options_.full || life == Life::kBulk || !options_.lives.empty()) {
      return wants(options_.lives, to_string(life));
    }
    return shape.extent == Extent::kLives && metric == shape.metrics[0];
  }

  void keep(std::vector<Cell> cells) { cells_.insert(cells_.end(), cells.begin(), cells.end()); }

  ShapeOptions options_;
  Record out_;
  std::vector<Cell> cells_;
};

template <class Values, class NameOf>
CLI::IsMember one_of(const Values& values, const NameOf& name_of) {
  std::vector<std::string> names;
  for (const auto& value : values) {
    names.push_back(name_of(value));
  }
  return CLI::IsMember(names);
}

ShapeOptions parse_options(int argc, char** argv) {
  ShapeOptions options;
  bool quick = false;
  CLI::App app("Recall and speed over shapes of data");
  app.add_option("--vecext", options.vecext, "libpq connection string")->required();
  app.add_option("--json", options.json, "File for the results");
  app.add_option("--shape", options.shapes, "Shapes of data (default: all)")
      ->check(one_of(all_shapes(), [](const Shape& shape) { return shape.name; }));
  app.add_option("--metric", options.metrics, "Metrics (default: those of each shape)")
      ->check(CLI::IsMember({"l2", "cosine", "ip"}));
  app.add_option("--life", options.lives, "Life cycles of the table (default: all)")
      ->check(one_of(all_lives(), [](Life life) { return to_string(life); }));
  app.add_flag("--quick", quick,
               "A quarter of the rows, half of the queries, but for what else is given");
  app.add_flag("--full", options.full, "Every life cycle with every shape and metric");
  app.add_flag("--check", options.check, "Fails where a promise is broken");
  app.option_defaults()->always_capture_default();
  app.add_option("--method", options.methods, "Access methods")
      ->check(CLI::IsMember({"hnsw", "ivfpq", "ivfflat"}));
  app.add_option("--rows", options.rows, "Rows; fewer of more than 128 dimensions")
      ->check(CLI::Range(1000, 10'000'000));
  app.add_option("--queries", options.queries, "Of each family")->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "Of the data and the queries");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  if (quick && app.count("--rows") == 0) {
    options.rows /= 4;
  }
  if (quick && app.count("--queries") == 0) {
    options.queries /= 2;
  }
  return options;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    const bench::ShapeOptions options = bench::parse_options(argc, argv);
    bench::ShapeSearch search(options);
    search.run();
    return options.check && !search.check() ? 1 : 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "shape_search: %s\n", error.what());
    return 1;
  }
}
