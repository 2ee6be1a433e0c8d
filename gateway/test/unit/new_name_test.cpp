// Names that collections and aliases may be given.
#include <doctest/doctest.h>

#include <string>

#include "base/failure.h"
#include "sql/names.h"

using namespace vecext::gateway;

TEST_CASE("names of collections") {
  for (const std::string& name :
       {std::string("films"), std::string("Über 9.5"), std::string("a'b;c"), std::string("..."),
        std::string(255, 'x')}) {
    CAPTURE(name);
    CHECK_NOTHROW(sql::check_new_name(name));
  }
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("\"\""),
        std::string("a\nb"), std::string("a\0b", 3), std::string("*"), std::string(256, 'x')}) {
    CAPTURE(name);
    CHECK_THROWS_AS(sql::check_new_name(name), Failure);
  }
}
