#include "core/base/status.h"

#include <doctest/doctest.h>

namespace vecext::status_test {
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

TEST_CASE("status: damage is of the page where it was found first") {
  CHECK(!corrupt().has_page);
  CHECK(!corrupt().in_page(kNoPage).has_page);
  CHECK(corrupt().in_page(7).page == 7);
  const Status status = corrupt_record(2).in_page(7).in_page(8);
  CHECK(status.code == StatusCode::kCorrupt);
  CHECK(status.page == 7);
  CHECK(status.offset == 3);
}

TEST_CASE("status: of an index that has not changed, what is stale is damaged") {
  const Status stale = Status{.code = StatusCode::kStale}.in_page(7);
  CHECK(corrupt_if_stale(stale).code == StatusCode::kCorrupt);
  CHECK(corrupt_if_stale(stale).page == 7);
  CHECK(corrupt_if_stale(out_of_memory()).code == StatusCode::kOutOfMemory);
  CHECK(corrupt_if_stale({}).ok());
}

}  // namespace
}  // namespace vecext::status_test
