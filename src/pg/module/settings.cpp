#include "pg/module/settings.h"

#include "core/kernel/kernel.h"
#include "pg/plan/path/partial_scan.h"
#include "pg/plan/scan/filter_policy.h"
#include "pg/shared/index_counters.h"
#include "pg/shared/shared_blocks.h"
#include "pg/sys/memory.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/guc.h"
#include "utils/plancache.h"
}

namespace vecext::pg {

namespace {

enum KernelChoice : int { kAuto, kPortable, kAvx2, kAvx512, kNeon };

constexpr config_enum_entry kKernelChoices[] = {
    {"auto", kAuto, false},     {"portable", kPortable, false}, {"avx2", kAvx2, false},
    {"avx512", kAvx512, false}, {"neon", kNeon, false},         {nullptr, 0, false},
};

constexpr config_enum_entry kFilterStrategies[] = {
    {"auto", kFilterAuto, false},     {"exact", kFilterExact, false},
    {"inline", kFilterInline, false}, {"postfilter", kFilterPostfilter, false},
    {"off", kFilterOff, false},       {nullptr, 0, false},
};

/// Sizes in kB.
constexpr int kDefaultCacheSize = 64 * 1024;
constexpr int kLeastCacheSize = 1024;
constexpr int kDefaultSharedCacheSize = 256 * 1024;

int kernel_choice = kAuto;

char* library_version;

const char* kernel_name(int choice) {
  for (const config_enum_entry* entry = kKernelChoices; entry->name != nullptr; ++entry) {
    if (entry->val == choice) {
      return entry->name;
    }
  }
  return nullptr;
}

bool is_available(const char* name) {
  for (const auto* table = kernel::available(); *table != nullptr; ++table) {
    if (strcmp((*table)->name, name) == 0) {
      return true;
    }
  }
  return false;
}

bool check_kernel(int* choice, void**, GucSource) {
  if (*choice == kAuto || is_available(kernel_name(*choice))) {
    return true;
  }
  GUC_check_errdetail("This machine or this build cannot run the \"%s\" kernels.",
                      kernel_name(*choice));
  return false;
}

void assign_kernel(int choice, void*) {
  if (choice == kAuto) {
    kernel::select_best();
  } else {
    kernel::select(kernel_name(choice));
  }
}

/// Plans are made for one value of the setting.
void assign_partial_answers(bool value, void*) {
  if (value != partial_answers) {
    ResetPlanCache();
  }
}

}  // namespace

void define_settings() {
  DefineCustomStringVariable("vecext.version", "Shows the version of the library.", nullptr,
                             &library_version, VECEXT_VERSION, PGC_INTERNAL,
                             GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE, nullptr, nullptr, nullptr);
  DefineCustomEnumVariable(
      "vecext.kernel", "Sets the instruction set that distances are computed with.",
      "\"auto\" selects the best that the machine has; the others are for tests.", &kernel_choice,
      kAuto, kKernelChoices, PGC_SUSET, GUC_NOT_IN_SAMPLE, check_kernel, assign_kernel, nullptr);
  DefineCustomEnumVariable(
      "vecext.filter_strategy",
      "Sets how the rows nearest to a vector are found in a query with other conditions.",
      "\"exact\" compares all rows that match. \"inline\" searches the vector index for rows of "
      "the set that other indexes find. \"postfilter\" searches it for any rows and rechecks them "
      "in the table. \"off\" disables FilteredVectorScan.",
      &filter_strategy, kFilterAuto, kFilterStrategies, PGC_USERSET, 0, nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "vecext.cache_size",
      "Sets the memory that a session may keep of the indexes that it has used.",
      "The least recently used indexes are dropped first. Indexes that a statement uses stay.",
      &cache_size, kDefaultCacheSize, kLeastCacheSize, MAX_KILOBYTES, PGC_USERSET, GUC_UNIT_KB,
      nullptr, nullptr, nullptr);
  DefineCustomIntVariable(
      "vecext.shared_cache_size",
      "Sets the shared memory for what sessions would else each load of an index.",
      "The least recently used parts that no session uses are dropped first. 0: each session loads "
      "all for itself.",
      &shared_cache_size, kDefaultSharedCacheSize, 0, MAX_KILOBYTES, PGC_SIGHUP, GUC_UNIT_KB,
      nullptr, nullptr, nullptr);
  DefineCustomBoolVariable(
      "vecext.track_scans", "Counts the scans of indexes, for vecext.stat_indexes.",
      "The counters lie in shared memory, and begin at zero when the server starts.", &track_scans,
      true, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomBoolVariable(
      "vecext.partial_answers",
      "Leaves out foreign partitions whose servers cannot be reached, with a warning.",
      "Off, a query that orders a partitioned table by a distance fails if one of its servers is "
      "away.",
      &partial_answers, false, PGC_USERSET, 0, nullptr, assign_partial_answers, nullptr);
  MarkGUCPrefixReserved("vecext");
}

}  // namespace vecext::pg
