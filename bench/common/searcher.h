// An index of a table of vectors, with a connection of its own to search it by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/dataset.h"
#include "common/server.h"
#include "common/sweep.h"
#include "common/variants.h"

namespace bench {

/// Sessions have generic plans, and a strong preference for an index; vecext observes no query.
class Searcher {
 public:
  /// Connects. `data` says what vectors the table holds, and by which metric they are compared.
  Searcher(const Variant& variant, const std::string& conninfo, const Dataset& data,
           std::string table);

  const Variant& variant() const { return variant_; }
  Server& server() { return server_; }
  const std::string& table() const { return table_; }
  /// The index's name.
  std::string index() const;

  /// Makes the index; returns the seconds that took.
  double create();

  /// Makes the index the only one of vectors that plans of its table can use, in all sessions,
  /// until another is chosen.
  void make_valid();
  /// Makes this session ready to search. Throws where the plan is without the index.
  void prepare();
  /// Both.
  void choose();

  void set(const Setting& setting) { server_.execute(setting.sql); }

  /// Milliseconds to plan and run a search that is not prepared.
  double time_unprepared(std::span<const float> query);

  /// The nearest rows by the index.
  std::vector<std::int32_t> search(std::span<const float> query);

  /// Asks the queries that come first, uncounted.
  void warm_up(const Dataset& data);

  /// Asks all queries once at the present setting, and adds the round to `point`, with its recall.
  void time(const Dataset& data, Point& point);
  /// The same at `setting`, warm.
  void ask(const Setting& setting, const Dataset& data, Point& point);

 private:
  std::string statement() const;

  Variant variant_;
  Server server_;
  std::string table_;
  Metric metric_;
};

}  // namespace bench
