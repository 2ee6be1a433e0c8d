#include "pool/hosts.h"

#include <doctest/doctest.h>

using namespace vecext::gateway;

TEST_CASE("connections begin behind a host that does not answer") {
  const HostLists lists{"a,b,c", "", "1,2,3"};
  CHECK(begin_behind(lists, "a", "1") == HostLists{"b,c,a", "", "2,3,1"});
  CHECK(begin_behind(lists, "c", "3") == lists);
  CHECK(begin_behind({"b,c,a", "", "2,3,1"}, "b", "2") == HostLists{"c,a,b", "", "3,1,2"});
  // Hosts may differ in their ports alone, or have one port.
  CHECK(begin_behind({"a,a", "", "1,2"}, "a", "2") == HostLists{"a,a", "", "1,2"});
  CHECK(begin_behind({"a,a", "", "1,2"}, "a", "1") == HostLists{"a,a", "", "2,1"});
  CHECK(begin_behind({"a,b", "", "1"}, "a", "1") == HostLists{"b,a", "", "1"});
  // A host may have no name, but an address.
  CHECK(begin_behind({"", "::1,::2", "1"}, "::1", "1") == HostLists{"", "::2,::1", "1"});
  CHECK(begin_behind({"a,b", "::1,::2", "1"}, "a", "1") == HostLists{"b,a", "::2,::1", "1"});
  // Nothing is to be skipped.
  CHECK(begin_behind({"a", "", "1"}, "a", "1") == HostLists{"a", "", "1"});
  CHECK(begin_behind({"", "", "1"}, "/var/run/postgresql", "1") == HostLists{"", "", "1"});
}
