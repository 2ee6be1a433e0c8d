// A test with every instruction set of the machine.
#pragma once

#include <doctest/doctest.h>

#include "core/kernel/kernel.h"

namespace vecext::test {

/// Calls check() with every table of kernels that this machine has, each as the active one.
template <class Check>
void for_all_kernels(const Check& check) {
  const kernel::Kernels& before = kernel::active();
  for (const kernel::Kernels* const* table = kernel::available(); *table != nullptr; ++table) {
    CAPTURE((*table)->name);
    REQUIRE(kernel::select((*table)->name));
    check();
  }
  REQUIRE(kernel::select(before.name));
}

}  // namespace vecext::test
