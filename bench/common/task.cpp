// Command line and queries of the programs for approximate search.
#include "common/task.h"

#include <algorithm>
#include <cstdlib>

#include "core/kernel/kernel.h"
#include "common/neighbors.h"
#include "common/variants.h"

namespace bench {
namespace {

/// What --variant knows.
std::vector<std::string> variant_names() {
  std::vector<std::string> names = {"faiss", "hnswlib"};
  for (const Variant& variant : all_variants()) {
    names.push_back(variant.name);
  }
  return names;
}

/// --quick: enough to see a change of a tenth, without what takes minutes. What else is given
/// stays as given.
void make_quick(const CLI::App& app, Options& options) {
  const auto set = [&](const char* name, auto& option, auto value) {
    if (app.count(name) == 0) {
      option = value;
    }
  };
  set("--queries", options.queries, 200);
  set("--phrases", options.phrases, 200);
  set("--rounds", options.rounds, 1);
  set("--seconds", options.seconds, .5);
  set("--copy-rows", options.copy_rows, 0);
  set("--drift-rows", options.drift_rows, 0);
  options.restart.clear();
}

}  // namespace

bool Options::wants(const std::string& variant) const {
  return variants.empty() || std::find(variants.begin(), variants.end(), variant) != variants.end();
}

Options parse(int argc, char** argv, const char* description,
              const std::function<void(CLI::App&)>& more) {
  Options options;
  bool quick = false;
  CLI::App app(description);
  add_data_options(app, options);
  app.add_option("--restart", options.restart,
                 "Command that restarts the servers, with options for them as its argument; "
                 "without it cold searches are left out");
  app.add_option("--variant", options.variants, "Indexes to measure (default: all)")
      ->check(CLI::IsMember(variant_names()));
  app.add_flag("--quick", quick, "Few queries, one round, nothing cold, no changes to the table");
  if (more) {
    more(app);
  }
  app.option_defaults()->always_capture_default();
  app.add_option("--queries", options.queries, "Queries of the data set; 0: all");
  app.add_option("--phrases", options.phrases, "Queries that are means of rows");
  app.add_option("--rounds", options.rounds, "Rounds")->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds,
                 "Of each measure of concurrent connections, or of a filter");
  app.add_option("--copy-rows", options.copy_rows,
                 "Rows of the COPY into an indexed table; 0 leaves input and VACUUM out");
  app.add_option("--drift-rows", options.drift_rows,
                 "Last rows, added after the build; 0, and a smaller data set, leave drift out");
  app.add_option("--vacuum-limit", options.vacuum_limit, "Seconds after which a VACUUM is ended");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  if (quick) {
    make_quick(app, options);
  }
  return options;
}

std::vector<Queries> read_queries(const Options& options) {
  vecext::kernel::select_best();  // for the exact neighbors
  std::vector<Queries> queries;
  queries.push_back({"file", read_dataset(options.data)});
  Matrix<float>& own = queries[0].data.queries;
  if (options.queries > 0) {
    own.rows = std::min(options.queries, own.rows);
  }
  if (options.phrases > 0) {
    Dataset data = queries[0].data;
    data.queries = phrases(data.base, options.phrases, 1);
    find_neighbors(data, kNeighbors, [](std::size_t) { return true; });
    queries.push_back({"phrase", std::move(data)});
  }
  return queries;
}

}  // namespace bench
