// What is served, as an OpenAPI document and as a page to read. Both are made of the routes.
#include <map>

#include "service/health.h"
#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

// The names in the braces of a pattern.
std::vector<std::string_view> parameters_of(std::string_view pattern) {
  std::vector<std::string_view> names;
  for (std::size_t open = pattern.find('{'); open != std::string_view::npos;
       open = pattern.find('{', open + 1)) {
    names.push_back(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
  }
  return names;
}

// "get", as OpenAPI has methods.
std::string in_lower_case(std::string_view method) {
  std::string lower;
  for (const char c : method) {
    lower += static_cast<char>(c | 0x20);
  }
  return lower;
}

void write_operation(JsonWriter& object, const Route& route) {
  object.string("summary", route.summary);
  object.list("parameters", [&](JsonList& parameters) {
    for (const std::string_view name : parameters_of(route.pattern)) {
      parameters.object([&](JsonWriter& parameter) {
        parameter.string("name", name);
        parameter.string("in", "path");
        parameter.boolean("required", true);
        parameter.raw("schema", R"({"type":"string"})");
      });
    }
  });
  const bool has_body = route.method != "GET" && route.method != "DELETE";
  if (has_body) {
    object.raw("requestBody", R"({"content":{"application/json":{"schema":{"type":"object"}}}})");
  }
  const bool is_raw = std::holds_alternative<RawAction>(route.action);
  object.raw(
      "responses",
      is_raw
          ? R"({"200":{"description":"success"},"4XX":{"$ref":"#/components/responses/error"},"5XX":{"$ref":"#/components/responses/error"}})"
          : R"({"200":{"$ref":"#/components/responses/success"},"4XX":{"$ref":"#/components/responses/error"},"5XX":{"$ref":"#/components/responses/error"}})");
}

constexpr std::string_view kComponents = R"({
"securitySchemes":{"api-key":{"type":"apiKey","in":"header","name":"api-key"},"bearer":{"type":"http","scheme":"bearer"}},
"responses":{
"success":{"description":"success","content":{"application/json":{"schema":{"type":"object","required":["result","status","time"],"properties":{"result":{},"status":{"type":"string"},"time":{"type":"number"}}}}}},
"error":{"description":"failure","content":{"application/json":{"schema":{"type":"object","properties":{"status":{"type":"object","properties":{"error":{"type":"string"}}},"time":{"type":"number"}}}}}}}})";

HttpReply openapi_reply() {
  // Operations of a path stand together, paths in the order of routes.
  std::vector<std::string_view> paths;
  std::map<std::string_view, std::vector<const Route*>> by_path;
  for (const Route& route : all_routes()) {
    std::vector<const Route*>& routes = by_path[route.pattern];
    if (routes.empty()) {
      paths.push_back(route.pattern);
    }
    routes.push_back(&route);
  }
  HttpReply reply;
  append_object(reply.body, [&](JsonWriter& document) {
    document.string("openapi", "3.0.3");
    document.object("info", [](JsonWriter& info) {
      info.string("title", "vecextd");
      info.string("description", "Qdrant's REST interface " + std::string(kQdrantVersion) +
                                     " in front of PostgreSQL with vecext");
      info.string("version", VECEXTD_VERSION);
    });
    document.raw("security", R"([{"api-key":[]},{"bearer":[]},{}])");
    document.object("paths", [&](JsonWriter& all) {
      for (const std::string_view path : paths) {
        all.object(path, [&](JsonWriter& operations) {
          for (const Route* route : by_path[path]) {
            operations.object(in_lower_case(route->method),
                              [&](JsonWriter& object) { write_operation(object, *route); });
          }
        });
      }
    });
    document.raw("components", kComponents);
  });
  return reply;
}

constexpr std::string_view kPageStart = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>vecextd: routes</title><style>
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25em .8em .25em 0;border-bottom:1px solid #8884;vertical-align:top}
td:first-child,td:nth-child(2){font-family:ui-monospace,monospace;font-size:90%;overflow-wrap:anywhere}
</style></head><body><h1>vecextd</h1>
<p>Qdrant's REST interface in front of PostgreSQL with vecext: the routes that are served. Requests and answers are as in
<a href="https://api.qdrant.tech/api-reference">Qdrant's reference</a>. As a document: <a href="openapi.json">openapi.json</a></p>
<table><thead><tr><th>method</th><th>path</th><th>what it does</th></tr></thead><tbody>
)";

// Patterns and summaries are ours, and have nothing that HTML would take for its own.
HttpReply page_reply() {
  HttpReply reply;
  reply.content_type = "text/html; charset=utf-8";
  reply.body = kPageStart;
  for (const Route& route : all_routes()) {
    reply.body += "<tr><td>" + std::string(route.method) + "</td><td>" +
                  std::string(route.pattern) + "</td><td>" + std::string(route.summary) +
                  "</td></tr>\n";
  }
  reply.body += "</tbody></table></body></html>\n";
  return reply;
}

Task<HttpReply> openapi(Request&) {
  co_return openapi_reply();
}

Task<HttpReply> docs(Request&) {
  co_return page_reply();
}

}  // namespace

const std::vector<Route>& document_routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/openapi.json", openapi, "describes the routes as OpenAPI has it", Access::kRead,
       true},
      {"GET", "/docs", docs, "lists the routes as a page", Access::kRead, true},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
