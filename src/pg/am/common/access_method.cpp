#include "pg/am/common/access_method.h"

#include <algorithm>

extern "C" {
#include "lib/stringinfo.h"
}

namespace vecext::pg {

namespace {

constexpr int kMostMethods = 8;
const AccessMethod* methods[kMostMethods];
int method_count = 0;

const AccessMethod* find_method(amcostestimate_function cost_estimate) {
  for (int i = 0; i < method_count; ++i) {
    if (methods[i]->cost_estimate == cost_estimate) {
      return methods[i];
    }
  }
  return nullptr;
}

}  // namespace

void add_access_method(const AccessMethod& method) {
  if (method_count == kMostMethods) {
    elog(ERROR, "too many access methods");
  }
  methods[method_count++] = &method;
}

const AccessMethod* access_method_of(Relation index) {
  return index->rd_indam == nullptr ? nullptr : find_method(index->rd_indam->amcostestimate);
}

const AccessMethod* access_method_of(const IndexOptInfo* index) {
  // The server declares the callback in IndexOptInfo without parameters.
  return find_method(reinterpret_cast<amcostestimate_function>(index->amcostestimate));
}

const AccessMethod* access_method_named(const char* name) {
  const AccessMethod** end = methods + method_count;
  const AccessMethod** found = std::find_if(
      methods, end, [&](const AccessMethod* method) { return strcmp(method->name, name) == 0; });
  return found == end ? nullptr : *found;
}

const char* access_method_names() {
  StringInfoData names;
  initStringInfo(&names);
  for (int i = 0; i < method_count; ++i) {
    const char* separator = i == 0 ? "" : i + 1 < method_count ? ", " : " or ";
    appendStringInfo(&names, "%s%s", separator, methods[i]->name);
  }
  return names.data;
}

}  // namespace vecext::pg
