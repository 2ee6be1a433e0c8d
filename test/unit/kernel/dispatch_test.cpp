// The choice of a table.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "core/kernel/kernel.h"

namespace vecext::kernel::dispatch_test {
namespace {

TEST_CASE("the portable table comes first and names are different") {
  CHECK(std::string(available()[0]->name) == "portable");
  std::set<std::string> names;
  std::size_t count = 0;
  for (const Kernels* const* table = available(); *table != nullptr; ++table, ++count) {
    names.insert((*table)->name);
  }
  CHECK(names.size() == count);
}

TEST_CASE("tables are selected by name") {
  const std::string before = active().name;
  for (const Kernels* const* table = available(); *table != nullptr; ++table) {
    CHECK(select((*table)->name));
    CHECK(&active() == *table);
  }
  CHECK(select("portable"));
  for (const char* unknown : {"", "none", "Portable", "avx", "avx5120"}) {
    CAPTURE(unknown);
    CHECK_FALSE(select(unknown));
    CHECK(std::string(active().name) == "portable");
  }
  CHECK(select(before.c_str()));
}

TEST_CASE("the best table is the last") {
  const std::string before = active().name;
  select_best();
  const Kernels* const* last = available();
  while (last[1] != nullptr) {
    ++last;
  }
  CHECK(&active() == *last);
  CHECK(select(before.c_str()));
}

}  // namespace
}  // namespace vecext::kernel::dispatch_test
