// The indexes that are compared, as data.
#pragma once

#include <string>
#include <vector>

namespace bench {

/// A search setting and the statement that makes it.
struct Setting {
  std::string label;
  std::string sql;
};

/// An index configuration of one server.
struct Variant {
  std::string name;         // in reports, and for --variant
  std::string server;       // "vecext" or "pgvector"
  std::string method;       // access method
  std::string with;         // storage parameters; empty: the defaults
  std::string parameter;    // the search setting that is swept
  std::vector<int> values;  // beside its default
  bool drifts;              // whether the measure of drift is for it; see drift.h
  std::string key = {};     // a further column of the index; empty: none

  /// True if searches aim at vecext.target_recall unless the swept parameter is set.
  bool aims() const;
  /// The defaults of the swept parameter and of vecext.target_recall.
  Setting automatic() const;
  /// What a sweep goes through: the defaults, other targets, then the values.
  std::vector<Setting> settings() const;
};

/// Every variant, in the order of reports.
const std::vector<Variant>& all_variants();

}  // namespace bench
