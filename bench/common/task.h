// What approximate search is asked: the options and the queries that the programs share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "common/data_options.h"
#include "common/dataset.h"

namespace bench {

/// Neighbors that a query asks for.
constexpr std::size_t kNeighbors = 10;

/// Of ann_search, filter_search and in_process; each uses what concerns it, so that both take the
/// same words.
struct Options : DataOptions {
  std::string restart;
  std::vector<std::string> variants;
  std::size_t queries = 1000;
  std::size_t phrases = 1000;
  std::size_t rounds = 3;
  double seconds = 1;
  std::size_t copy_rows = 20'000;
  std::size_t drift_rows = 200'000;
  std::size_t vacuum_limit = 120;

  /// Whether --variant asks for it, or for nothing.
  bool wants(const std::string& variant) const;
};

/// Ends the program with a message where the options are wrong. `description` is for --help; `more`
/// adds what a program has beside these.
Options parse(int argc, char** argv, const char* description,
              const std::function<void(CLI::App&)>& more = {});

struct Queries {
  std::string name;
  Dataset data;
};

/// The data set with its own queries, "file", and then with means of its rows, "phrase".
std::vector<Queries> read_queries(const Options& options);

}  // namespace bench
