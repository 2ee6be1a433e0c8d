// Calls whose clients go.
#include "pool/stand_in.h"

#include <doctest/doctest.h>

#include <optional>

using namespace vecext::gateway;

TEST_CASE("calls go on without their clients as long as there is a place") {
  StandIn::Places places{.all = 1};
  Client first;
  Client second;
  std::optional<StandIn> goes_on(std::in_place, places, &first);
  StandIn ends(places, &second);
  int ended = 0;
  const OnLeave end(ends.client(), [&] { ++ended; });
  first.leave();
  first.leave();
  CHECK(!goes_on->client()->has_gone());
  CHECK(places.taken == 1);
  second.leave();
  CHECK(ends.client()->has_gone());
  CHECK(ended == 1);

  goes_on.reset();
  CHECK(places.taken == 0);
  second.leave();  // it has been given up already
  CHECK(ended == 2);
  CHECK(places.taken == 0);
}

TEST_CASE("calls without a client stand by themselves") {
  StandIn::Places places{.all = 1};
  StandIn alone(places, nullptr);
  CHECK(!alone.client()->has_gone());
}
