// `params` of a search: settings for this call alone.
#pragma once

#include "pg/collection/common/request_value.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

struct SearchParams {
  int hnsw_ef = 0;                        // 0 if not given; what the setting cannot have counts
                                          // as the most that it can have
  int probes = 0;                         // 0 if not given
  double target_recall = -1;              // -1 if not given
  const char* filter_strategy = nullptr;  // null if not given
  double oversampling = 0;                // 0 if not given
  int timeout = 0;                        // seconds; 0 if not given
  bool exact = false;                     // compares all rows that the filter admits
};

/// Reads {"hnsw_ef", "probes", "exact", "target_recall", "filter_strategy", "quantization",
/// "timeout"}, and members of Qdrant's that are without effect here. `json` is null if no params
/// are given. "quantization" gives the oversampling alone: indexes always rerank by the rows
/// themselves.
SearchParams search_params(const Json* json);

/// Applies the settings that are given, and returns a level for end_settings(), which takes them
/// back. An error takes them back, too.
int begin_settings(const SearchParams& params);
void end_settings(int level);

/// Raises the target recall for a page behind the first one, so that its search finds nearly all
/// rows that the searches for other pages find. Does nothing if the request says how far its search
/// goes, or if vecext.target_recall is 0 or high enough.
void raise_recall(SearchParams* params);

/// Returns a number for the present value of vecext.filter_strategy. It is a part of the keys of
/// plans, as plans depend on the setting.
std::uint16_t filter_strategy_key();

}  // namespace vecext::pg
