// Methods that search points: the universal query, and those of older clients.
#include "wire/messages/answers.h"
#include "wire/messages/query_json.h"
#include "wire/grpc/unary.h"

namespace vecext::gateway::grpc {

namespace {

template <class Request, class Response>
Task<> one(Context& context, const Request& request, Response& response) {
  SearchRequest search;
  append_request(search.json, request, search.dense);
  const PointList points = co_await query_points(context, request.collection_name(), search);
  add_points(points, response.mutable_result());
}

template <class Request, class Response>
Task<> grouped(Context& context, const Request& request, Response& response) {
  SearchRequest search;
  append_request(search.json, request, search.dense);
  const Groups groups = co_await query_groups(context, request.collection_name(), search);
  add_groups(groups, *response.mutable_result());
}

// The requests of a batch.
const auto& requests_of(const qdrant::QueryBatchPoints& batch) {
  return batch.query_points();
}
const auto& requests_of(const qdrant::SearchBatchPoints& batch) {
  return batch.search_points();
}
const auto& requests_of(const qdrant::RecommendBatchPoints& batch) {
  return batch.recommend_points();
}
const auto& requests_of(const qdrant::DiscoverBatchPoints& batch) {
  return batch.discover_points();
}

template <class Request, class Response>
Task<> many(Context& context, const Request& request, Response& response) {
  SearchRequest searches;
  append_list(searches.json, [&](JsonList& list) {
    for (const auto& each : requests_of(request)) {
      append_request(list.element(), each, searches.dense);
    }
  });
  const auto count = static_cast<std::size_t>(requests_of(request).size());
  const Batch batch = co_await query_batch(context, request.collection_name(), searches, count);
  for (const std::vector<Point>& points : batch.lists) {
    qdrant::BatchResult& result = *response.add_result();
    for (const Point& point : points) {
      read_point(point, *result.add_result());
    }
  }
}

template <class Request, class Response>
constexpr Action kOne = unary<Request, Response, one<Request, Response>>;
template <class Request, class Response>
constexpr Action kMany = unary<Request, Response, many<Request, Response>>;
template <class Request, class Response>
constexpr Action kGrouped = unary<Request, Response, grouped<Request, Response>>;

}  // namespace

const std::vector<Method>& search_methods() {
  using namespace qdrant;
  static const std::vector<Method> kMethods = {
      {"/qdrant.Points/Query", kOne<QueryPoints, QueryResponse>},
      {"/qdrant.Points/QueryBatch", kMany<QueryBatchPoints, QueryBatchResponse>},
      {"/qdrant.Points/QueryGroups", kGrouped<QueryPointGroups, QueryGroupsResponse>},
      {"/qdrant.Points/Search", kOne<SearchPoints, SearchResponse>},
      {"/qdrant.Points/SearchBatch", kMany<SearchBatchPoints, SearchBatchResponse>},
      {"/qdrant.Points/SearchGroups", kGrouped<SearchPointGroups, SearchGroupsResponse>},
      {"/qdrant.Points/Recommend", kOne<RecommendPoints, RecommendResponse>},
      {"/qdrant.Points/RecommendBatch", kMany<RecommendBatchPoints, RecommendBatchResponse>},
      {"/qdrant.Points/RecommendGroups", kGrouped<RecommendPointGroups, RecommendGroupsResponse>},
      {"/qdrant.Points/Discover", kOne<DiscoverPoints, DiscoverResponse>},
      {"/qdrant.Points/DiscoverBatch", kMany<DiscoverBatchPoints, DiscoverBatchResponse>},
  };
  return kMethods;
}

}  // namespace vecext::gateway::grpc
