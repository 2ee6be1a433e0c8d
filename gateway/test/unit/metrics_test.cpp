// What threads count, how that is written for Prometheus, and which ids of requests are taken.
#include <doctest/doctest.h>

#include <set>

#include "metrics/exposition.h"
#include "metrics/registry.h"
#include "base/request_id.h"
#include "wire/rest/router.h"

using namespace vecext::gateway;
using namespace std::chrono_literals;

TEST_CASE("durations of threads are added up by endpoint and status") {
  Registry registry(2);
  ThreadMetrics& first = registry.add_thread();
  ThreadMetrics& second = registry.add_thread();
  first.rest.record(0, 200, 3ms);
  second.rest.record(0, 200, 7ms);
  second.rest.record(0, 503, 20s);
  second.rest.record(99, 404, 1us);
  auto all = registry.rest_responses();
  REQUIRE(all.size() == 3);
  const Durations& found = all[{0, 200}];
  CHECK(found.count() == 2);
  CHECK(found.sum == doctest::Approx(0.01));
  CHECK(found.least == doctest::Approx(0.003));
  CHECK(found.most == doctest::Approx(0.007));
  CHECK(all[{0, 503}].counts.back() == 1);
  CHECK(all[{2, 404}].counts.front() == 1);
}

TEST_CASE("methods of gRPC are counted beside the routes") {
  Registry registry(2, {"/a", "/b"});
  ThreadMetrics& thread = registry.add_thread();
  thread.grpc.record(1, 0, 3ms);
  thread.grpc.record(2, 12, 1ms);
  const auto all = registry.grpc_responses();
  REQUIRE(all.size() == 2);
  CHECK(registry.grpc_method(all.begin()->first.first) == "/b");
  CHECK(registry.grpc_method(all.rbegin()->first.first) == "unknown");
  CHECK(registry.rest_responses().empty());
}

TEST_CASE("values by key") {
  KeyedValues<std::string, Counter> values;
  values.at("40001").add();
  values.at(std::string_view("40001")).add(2);
  values.at("57014").add();
  std::map<std::string, std::uint64_t> found;
  values.each([&](const std::string& key, const Counter& count) { found[key] = count.value(); });
  CHECK(found == std::map<std::string, std::uint64_t>{{"40001", 3}, {"57014", 1}});
}

TEST_CASE("the text of Prometheus") {
  Exposition out;
  out.family("points", "gauge", "Points.");
  out.sample(3, {{"id", "a\"b\\c\nd"}});
  CHECK(out.text() ==
        "# HELP points Points.\n# TYPE points gauge\npoints{id=\"a\\\"b\\\\c\\nd\"} 3\n");
  Exposition histogram;
  Histogram durations;
  durations.observe(1ms);
  durations.observe(1h);
  Durations sum;
  durations.add_to(sum);
  histogram.family("seconds", "histogram", "Seconds.");
  histogram.sample(sum, {{"a", "b"}});
  const std::string& text = histogram.text();
  CHECK(text.find("seconds_bucket{a=\"b\",le=\"0.0005\"} 0\n") != std::string::npos);
  CHECK(text.find("seconds_bucket{a=\"b\",le=\"0.001\"} 1\n") != std::string::npos);
  CHECK(text.find("seconds_bucket{a=\"b\",le=\"10\"} 1\n") != std::string::npos);
  CHECK(text.find("seconds_bucket{a=\"b\",le=\"+Inf\"} 2\n") != std::string::npos);
  CHECK(text.find("seconds_count{a=\"b\"} 2\n") != std::string::npos);
}

TEST_CASE("ids of requests that can stand in a log") {
  CHECK(sane_id("4f2a-B_9.x:1") == "4f2a-B_9.x:1");
  CHECK(sane_id("a b").empty());
  CHECK(sane_id("a\"b").empty());
  CHECK(sane_id("é").empty());
  CHECK(sane_id(std::string(64, 'a')).size() == 64);
  CHECK(sane_id(std::string(65, 'a')).empty());
  const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  CHECK(sane_traceparent(trace) == trace);
  CHECK(sane_traceparent("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01").empty());
  CHECK(sane_traceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01").empty());
  CHECK(sane_traceparent("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").empty());
  CHECK(sane_traceparent(trace + "x").empty());
  CHECK(sane_traceparent("").empty());
}

TEST_CASE("routes are said once, and what each does") {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const rest::Route& route : rest::all_routes()) {
    CHECK_MESSAGE(seen.emplace(route.method, route.pattern).second, route.pattern);
    CHECK_MESSAGE(!route.summary.empty(), route.pattern);
  }
}
