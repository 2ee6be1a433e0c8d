#include "common/data_options.h"

namespace bench {

void add_data_options(CLI::App& app, DataOptions& options) {
  app.add_option("--vecext", options.vecext, "Connection string of the server with vecext");
  app.add_option("--pgvector", options.pgvector, "Connection string of the server with pgvector");
  app.add_option("--data", options.data, "Data set in the HDF5 layout of ann-benchmarks")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--json", options.json, "File for the results");
}

}  // namespace bench
