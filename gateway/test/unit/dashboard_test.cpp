// How the files of the dashboard are sent.
#include <doctest/doctest.h>

#include "wire/dashboard/dashboard_files.h"
#include "wire/rest/request.h"

using namespace vecext::gateway;
using namespace vecext::gateway::rest;

namespace {

HttpReply answer_to(std::string_view target, std::string_view accept = "",
                    std::string_view match = "") {
  HttpRequest request;
  request.method = "GET";
  request.target = target;
  request.accept_encoding = accept;
  request.if_none_match = match;
  return answer_dashboard(request, parse_target(target).segments);
}

std::string_view header_of(const HttpReply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) {
      return value;
    }
  }
  return "";
}

}  // namespace

TEST_CASE("only paths below /dashboard are of the dashboard") {
  CHECK(is_dashboard(parse_target("/dashboard/app.js").segments));
  CHECK_FALSE(is_dashboard(parse_target("/dashboards").segments));
  CHECK_FALSE(is_dashboard(parse_target("/").segments));
}

TEST_CASE("files of the dashboard") {
  if (dashboard_files().empty()) {
    CHECK(answer_to("/dashboard").status == 404);
    return;
  }
  CHECK(answer_to("/dashboard").status == 308);
  CHECK(answer_to("/dashboard/x.js").status == 404);
  CHECK(answer_to("/dashboard/app.js/app.js").status == 404);
  CHECK(answer_to("/dashboard/%2e%2e/secret").status == 404);
  const HttpReply page = answer_to("/dashboard/?a=b");
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK(page.body.starts_with("<!doctype html>"));
  // The policy as a whole, since one word more may let in what the others keep out.
  CHECK(header_of(page, "Content-Security-Policy") ==
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  CHECK(header_of(page, "X-Content-Type-Options") == "nosniff");
  CHECK(header_of(page, "Referrer-Policy") == "no-referrer");
  const HttpReply small = answer_to("/dashboard/app.js", "gzip, deflate");
  CHECK(header_of(small, "Content-Encoding") == "gzip");
  CHECK(small.body.starts_with("\x1f\x8b"));
  const std::string etag(header_of(small, "ETag"));
  CHECK(header_of(answer_to("/dashboard/app.js", "gzip;q=0"), "Content-Encoding").empty());
  const HttpReply same = answer_to("/dashboard/app.js", "gzip", etag);
  CHECK(same.status == 304);
  CHECK(same.body.empty());
}
