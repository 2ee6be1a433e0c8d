#include "pg/collection/search/search_params.h"

#include "pg/sys/setting.h"

extern "C" {
#include "utils/guc.h"
}

namespace vecext::pg {

namespace {

constexpr int kMostEf = 1000;
constexpr int kMostProbes = 32768;
constexpr int kMostSeconds = 1000000;
constexpr double kLeastRecall = .5;
constexpr double kMostRecall = .9999;

/// Checks "quantization", and returns the oversampling that it asks for, or 0 if it asks for none.
double check_quantization(const Json& json) {
  check_members(json, {"ignore", "rescore", "oversampling"});
  bool_member(json, "ignore", false);
  bool_member(json, "rescore", true);
  const Json* oversampling = member(json, "oversampling");
  if (oversampling == nullptr) {
    return 0;
  }
  const double factor = number_of(*oversampling);
  if (factor < 1) {
    refuse(*oversampling, "expected a number of at least 1");
  }
  return factor;
}

/// Checks "acorn", which has no effect: a search with a filter has the recall of a search without
/// one anyway.
void check_acorn(const Json& json) {
  check_members(json, {"enable", "max_selectivity"});
  bool_member(json, "enable", false);
  number_member(json, "max_selectivity", 0);
}

/// Checks parameters of Qdrant's that change nothing here.
void check_without_effect(const Json& json) {
  bool_member(json, "indexed_only", false);  // all points are in an index, or are compared
  if (const Json* acorn = member(json, "acorn"); acorn != nullptr) {
    check_acorn(*acorn);
  }
  const Json* idf = member(json, "idf");
  if (idf != nullptr && !(is_string(*idf) && text_of(idf->value) == "global")) {
    refuse(*idf, "expected global");
  }
}

double recall_of(const Json& json) {
  const double recall = number_of(json);
  if (recall != 0 && (recall < kLeastRecall || recall > kMostRecall)) {
    refuse(json, "expected 0, or a number of 0.5 to 0.9999");
  }
  return recall;
}

const char* strategy_of(const Json& json) {
  const char* strategy = string_of(json);
  for (const char* known : {"auto", "exact", "inline", "postfilter", "off"}) {
    if (strcmp(strategy, known) == 0) {
      return strategy;
    }
  }
  refuse(json, "expected auto, exact, inline, postfilter or off");
}

}  // namespace

SearchParams search_params(const Json* json) {
  SearchParams params;
  if (json == nullptr) {
    return params;
  }
  check_members(*json, {"hnsw_ef", "probes", "exact", "target_recall", "filter_strategy",
                        "quantization", "timeout", "indexed_only", "acorn", "idf"});
  check_without_effect(*json);
  params.hnsw_ef = static_cast<int>(integer_member(*json, "hnsw_ef", 1, PG_INT32_MAX, 0));
  params.probes = static_cast<int>(integer_member(*json, "probes", 1, kMostProbes, 0));
  params.timeout = static_cast<int>(integer_member(*json, "timeout", 1, kMostSeconds, 0));
  params.exact = bool_member(*json, "exact", false);
  if (const Json* recall = member(*json, "target_recall"); recall != nullptr) {
    params.target_recall = recall_of(*recall);
  }
  if (const Json* strategy = member(*json, "filter_strategy"); strategy != nullptr) {
    params.filter_strategy = strategy_of(*strategy);
  }
  if (const Json* quantization = member(*json, "quantization"); quantization != nullptr) {
    params.oversampling = check_quantization(*quantization);
  }
  return params;
}

int begin_settings(const SearchParams& params) {
  if (params.hnsw_ef == 0 && params.probes == 0 && params.target_recall < 0 &&
      params.filter_strategy == nullptr) {
    return 0;
  }
  const int level = NewGUCNestLevel();
  if (params.hnsw_ef > 0) {
    set_for_level("hnsw.ef_search", psprintf("%d", Min(params.hnsw_ef, kMostEf)));
  }
  if (params.probes > 0) {
    set_for_level("ivfpq.probes", psprintf("%d", params.probes));
    set_for_level("ivfflat.probes", psprintf("%d", params.probes));
  }
  if (params.target_recall >= 0) {
    set_for_level("vecext.target_recall", psprintf("%g", params.target_recall));
  }
  if (params.filter_strategy != nullptr) {
    set_for_level("vecext.filter_strategy", params.filter_strategy);
  }
  return level;
}

void raise_recall(SearchParams* params) {
  constexpr double kRecallOfPages = .999;
  if (params->hnsw_ef > 0 || params->probes > 0 || params->target_recall >= 0) {
    return;
  }
  const char* value = GetConfigOption("vecext.target_recall", true, false);
  const double recall = value == nullptr ? 0 : strtod(value, nullptr);
  if (recall > 0 && recall < kRecallOfPages) {
    params->target_recall = kRecallOfPages;
  }
}

std::uint16_t filter_strategy_key() {
  // The values differ in their first letter.
  const char* value = GetConfigOption("vecext.filter_strategy", true, false);
  return value == nullptr ? 0 : static_cast<std::uint8_t>(*value);
}

void end_settings(int level) {
  if (level != 0) {
    AtEOXact_GUC(true, level);
  }
}

}  // namespace vecext::pg
