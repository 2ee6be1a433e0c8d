// The list, and what is derived from a line of it.
#include "common/variants.h"

namespace bench {
namespace {

/// From recalls that hardly anyone wants to what the harder queries need, so that all can be
/// compared at .95 and .98; 1000 is the most that hnsw.ef_search takes.
const std::vector<int> kPqProbes = {2, 4, 8, 16, 32, 64, 128, 256, 512};
const std::vector<int> kEfSearch = {10, 20, 48, 80, 120, 200, 400, 1000};
const std::vector<int> kFlatProbes = {2, 4, 8, 16, 32, 64};

/// Beside the default of .95.
constexpr const char* kTargets[] = {"0.8", "0.9", "0.98", "0.99"};

}  // namespace

/// A COPY of hundreds of thousands of rows into an `hnsw` would take longer than the rest of the
/// run: it does not drift here.
const std::vector<Variant>& all_variants() {
  static const std::vector<Variant> all = {
      {"ivfpq", "vecext", "ivfpq", "", "ivfpq.probes", kPqProbes, true},
      {"ivfpq-bits2", "vecext", "ivfpq", "bits = 2", "ivfpq.probes", kPqProbes, true},
      {"ivfpq-fp16-bits2", "vecext", "ivfpq", "rerank = fp16, bits = 2", "ivfpq.probes", kPqProbes,
       true},
      {"ivfpq-int8", "vecext", "ivfpq", "rerank = int8", "ivfpq.probes", kPqProbes, true},
      {"hnsw", "vecext", "hnsw", "m = 16", "hnsw.ef_search", kEfSearch, false},
      {"hnsw-m32", "vecext", "hnsw", "m = 32", "hnsw.ef_search", kEfSearch, false},
      {"ivfflat", "vecext", "ivfflat", "lists = 1000", "ivfflat.probes", kFlatProbes, true},
      {"pgvector-hnsw", "pgvector", "hnsw", "m = 16, ef_construction = 64", "hnsw.ef_search",
       kEfSearch, false},
      {"pgvector-ivfflat", "pgvector", "ivfflat", "lists = 1000", "ivfflat.probes", kFlatProbes,
       true},
  };
  return all;
}

bool Variant::aims() const {
  return server == "vecext";
}

Setting Variant::automatic() const {
  return {"default", (aims() ? "RESET vecext.target_recall; RESET " : "RESET ") + parameter};
}

std::vector<Setting> Variant::settings() const {
  const Setting reset = automatic();
  const std::string short_name = parameter.substr(parameter.find('.') + 1);
  std::vector<Setting> settings = {reset};
  if (aims()) {
    for (const char* target : kTargets) {
      settings.push_back(
          {std::string("target ") + target, reset.sql + "; SET vecext.target_recall = " + target});
    }
  }
  for (const int value : values) {
    const std::string text = std::to_string(value);
    settings.push_back({short_name + ' ' + text, reset.sql + "; SET " + parameter + " = " + text});
  }
  return settings;
}

}  // namespace bench
