#include <iterator>
#include <optional>

#include "wire/rest/router.h"

namespace vecext::gateway::rest {

namespace {

// What is answered without a key. As endpoints they stand behind those of the routes.
constexpr std::string_view kOpenPatterns[] = {"/", "/healthz", "/livez", "/readyz"};

}  // namespace

const std::vector<Route>& all_routes() {
  static const std::vector<Route> kRoutes = [] {
    std::vector<Route> all;
    for (const std::vector<Route>* routes :
         {&collection_routes(), &point_routes(), &search_routes(), &service_routes(),
          &metrics_routes(), &document_routes(), &snapshot_routes()}) {
      all.insert(all.end(), routes->begin(), routes->end());
    }
    return all;
  }();
  return kRoutes;
}

const std::vector<Endpoint>& Router::all_endpoints() {
  static const std::vector<Endpoint> kEndpoints = [] {
    std::vector<Endpoint> endpoints;
    for (const Route& route : all_routes()) {
      endpoints.push_back({route.method, route.pattern});
    }
    for (const std::string_view pattern : kOpenPatterns) {
      endpoints.push_back({"GET", pattern});
    }
    return endpoints;
  }();
  return kEndpoints;
}

std::optional<std::size_t> open_endpoint(const Target& target) {
  if (target.segments.size() > 1) {
    return std::nullopt;
  }
  const std::string path = "/" + (target.segments.empty() ? "" : target.segments.front());
  for (std::size_t i = 0; i < std::size(kOpenPatterns); ++i) {
    if (path == kOpenPatterns[i]) {
      return all_routes().size() + i;
    }
  }
  return std::nullopt;
}

}  // namespace vecext::gateway::rest
