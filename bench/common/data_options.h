// The options of every program that searches in a server: where to search, for what, and where the
// results go.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace bench {

struct DataOptions {
  std::string vecext;
  std::string pgvector;
  std::string data;
  std::string json;

  /// The data set's file name.
  std::string data_name() const { return data.substr(data.rfind('/') + 1); }
};

/// Adds --vecext, --pgvector, --data, which is required, and --json.
inline void add_data_options(CLI::App& app, DataOptions& options) {
  app.add_option("--vecext", options.vecext, "Connection string of the server with vecext");
  app.add_option("--pgvector", options.pgvector, "Connection string of the server with pgvector");
  app.add_option("--data", options.data, "Data set in the HDF5 layout of ann-benchmarks")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--json", options.json, "File for the results");
}

}  // namespace bench
