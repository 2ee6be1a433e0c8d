// Rules of values in the JSON of requests.
#include <doctest/doctest.h>

#include <string>

#include "base/failure.h"
#include "wire/json/checks.h"

using namespace vecext::gateway;

TEST_CASE("numbers of payloads are those of doubles") {
  for (const char* payload : {"{}", "null", "[]", "1e308",
                              R"({"a": [1, -2.5E-300, 0.0], "b": {"c": 18446744073709551615}})",
                              R"({"s": "1e999", "t": "\\"})", R"(["\"", 1e99, 0e999, 5e-324])"}) {
    CAPTURE(payload);
    CHECK_NOTHROW(check_numbers(payload));
  }
  const std::string digits(400, '9');
  for (const std::string& payload :
       {std::string("1e309"), std::string(R"({"a": [1, {"b": -1E+131071}]})"),
        std::string(R"({"s": "\\", "n": 1e400})"), "[" + digits + "]", digits + ".5",
        std::string("[0.1e-16383]")}) {
    CAPTURE(payload);
    CHECK_THROWS_WITH_AS(check_numbers(payload), "Format error in JSON body: number out of range",
                         Failure);
  }
  CHECK_NOTHROW(check_numbers(digits.substr(0, 308)));
}
