// `params` of a search: settings for this call alone.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct SearchParams {
  int hnsw_ef = 0;                        // 0 if not given
  int probes = 0;                         // 0 if not given
  double target_recall = -1;              // -1 if not given
  const char* filter_strategy = nullptr;  // null if not given
  double oversampling = 0;                // 0 if not given
  int timeout = 0;                        // seconds; 0 if not given
  bool exact = false;                     // compares all rows that the filter admits
};

/// Reads {"hnsw_ef", "probes", "exact", "target_recall", "filter_strategy", "quantization",
/// "timeout", "indexed_only"}; null if nothing given. Of "quantization" only the form is checked:
/// indexes always compare the rows themselves at the end.
SearchParams search_params(const Json* json);

/// Applies the settings that are given, and returns what end_settings() needs to take them back.
/// An error takes them back, too.
int begin_settings(const SearchParams& params);
void end_settings(int level);

/// For a page behind the first one: the list that it is a part of has nearly all rows that a longer
/// list puts among them, unless the request or the session says how far a search goes.
void raise_recall(SearchParams* params);

/// A number for vecext.filter_strategy as it is now. It is part of the keys of plans, which depend
/// on the setting.
std::uint16_t filter_strategy_key();

}  // namespace vecext::pg
