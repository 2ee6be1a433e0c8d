#include "core/base/status.h"

#include <doctest/doctest.h>

namespace vecext {
namespace {

Status fail_at(int step, int failing, int* steps) {
  ++*steps;
  return sound_if(step != failing);
}

/// Three steps, of which the second is within a function that the first is given.
Status run(int failing, int* steps) {
  const auto visit = [](const auto& function) { return function(); };
  VECEXT_TRY(visit([&]() -> Status {
    VECEXT_TRY(fail_at(1, failing, steps));
    VECEXT_TRY(fail_at(2, failing, steps));
    return {};
  }));
  return fail_at(3, failing, steps);
}

TEST_CASE("status: a call that fails ends the function") {
  for (int failing = 0; failing <= 3; ++failing) {
    CAPTURE(failing);
    int steps = 0;
    CHECK(run(failing, &steps).ok() == (failing == 0));
    CHECK(steps == (failing == 0 ? 3 : failing));
  }
}

}  // namespace
}  // namespace vecext
