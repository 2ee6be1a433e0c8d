#include "core/json/place.h"

#include <doctest/doctest.h>

#include <string>

using vecext::JsonPlace;

namespace vecext::place_test {
namespace {

std::string path_of(const JsonPlace& place) {
  std::string room(vecext::text_size(place), '?');
  char* const end = room.data() + room.size();
  const char* begin = vecext::write_before(end, place);
  CHECK(begin >= room.data());
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

TEST_CASE("places: members and elements, with quotes where a key needs them") {
  const JsonPlace whole;
  CHECK(path_of(whole) == "");
  const JsonPlace list = whole.at("$and");
  CHECK(path_of(list) == "$and");
  const JsonPlace third = list.at(2);
  CHECK(path_of(third) == "$and[2]");
  CHECK(path_of(third.at("x_1-y")) == "$and[2].x_1-y");
  CHECK(path_of(third.at("a.b")) == "$and[2].\"a.b\"");
  CHECK(path_of(third.at("größe")) == "$and[2].\"größe\"");
  CHECK(path_of(third.at("")) == "$and[2].\"\"");
  CHECK(path_of(whole.at(2147483647)) == "[2147483647]");
  CHECK(path_of(third.at(0).at(1)) == "$and[2][0][1]");
}

TEST_CASE("places: long keys are shown in part, whole characters of them") {
  const JsonPlace whole;
  CHECK(path_of(whole.at(std::string(100000, 'x'))) == std::string(64, 'x'));
  const std::string key = "x" + std::string(40, 'y') + std::string(22, 'z') + "äb";
  CHECK(path_of(whole.at(key)) == key.substr(0, 63));
}

TEST_CASE("places: of a named argument") {
  const JsonPlace points = JsonPlace::argument("points");
  CHECK(path_of(points) == "points");
  CHECK(path_of(points.at(9223372036854775807).at("vector")) ==
        "points[9223372036854775807].vector");
}

}  // namespace vecext::place_test
