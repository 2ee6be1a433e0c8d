// Methods that read points.
#include <algorithm>
#include <limits>

#include "wire/messages/answers.h"
#include "wire/messages/filter_json.h"
#include "wire/messages/search_parts.h"
#include "wire/grpc/unary.h"
#include "wire/messages/value_json.h"
#include "wire/messages/vector_json.h"

namespace vecext::gateway::grpc {

namespace {

// Returns a number of a request. Throws a Failure kValidation if it is below `least`.
std::int32_t number_of(std::uint64_t value, std::string_view name, std::uint64_t least) {
  if (value < least) {
    throw Failure(FailureKind::kValidation, "Validation error in body: [" + std::string(name) +
                                                ": value " + std::to_string(value) +
                                                " invalid, must be " + std::to_string(least) +
                                                " or larger]");
  }
  return static_cast<std::int32_t>(
      std::min<std::uint64_t>(value, std::numeric_limits<std::int32_t>::max()));
}

template <class Request>
std::string filter_of(const Request& request) {
  std::string filter;
  if (request.has_filter()) {
    append_filter(filter, request.filter());
  }
  return filter;
}

Json json_or_nothing(const std::string& text) {
  return text.empty() ? std::nullopt : Json(text);
}

Task<> retrieve(Context& context, const qdrant::GetPoints& request, qdrant::GetResponse& response) {
  const std::string ids = json_list([&](JsonList& list) {
    for (const qdrant::PointId& id : request.ids()) {
      append_id(list.element(), id);
    }
  });
  const std::string with_payload = payload_selector(request.with_payload(), "true");
  const std::string with_vectors = vectors_selector(request.with_vectors());
  const PointList points =
      co_await get_points(context, request.collection_name(), ids, with_payload, with_vectors);
  add_points(points, response.mutable_result());
}

Task<> count(Context& context, const qdrant::CountPoints& request,
             qdrant::CountResponse& response) {
  const std::string filter = filter_of(request);
  const bool is_exact = !request.has_exact() || request.exact();
  const std::int64_t points =
      co_await count_points(context, request.collection_name(), json_or_nothing(filter), is_exact);
  response.mutable_result()->set_count(static_cast<std::uint64_t>(points));
}

Task<> scroll(Context& context, const qdrant::ScrollPoints& request,
              qdrant::ScrollResponse& response) {
  const std::string filter = filter_of(request);
  const std::string with_payload = payload_selector(request.with_payload(), "true");
  const std::string with_vectors = vectors_selector(request.with_vectors());
  std::string order;
  PageRequest page;
  page.limit = number_of(request.has_limit() ? request.limit() : 10, "limit", 1);
  page.filter = json_or_nothing(filter);
  page.with_payload = with_payload;
  page.with_vectors = with_vectors;
  if (request.has_order_by()) {
    append_order(order, request.order_by());
    page.order_by = order;
  }
  if (request.has_offset()) {
    page.from_id = request.offset().has_num() ? std::to_string(request.offset().num())
                                              : request.offset().uuid();
  }
  const Page found = co_await scroll_points(context, request.collection_name(), page);
  add_points(found.points, response.mutable_result());
  if (!found.next_id.empty()) {
    read_id(found.next_id, *response.mutable_next_page_offset());
  }
}

Task<> facets(Context& context, const qdrant::FacetCounts& request,
              qdrant::FacetResponse& response) {
  const std::string filter = filter_of(request);
  const std::int32_t limit = number_of(request.has_limit() ? request.limit() : 10, "limit", 1);
  const Result rows = co_await facet(context, request.collection_name(), request.key(),
                                     json_or_nothing(filter), limit, request.exact());
  for (int row = 0; row < rows.size(); ++row) {
    qdrant::FacetHit& hit = *response.add_hits();
    read_facet(rows.json(row, 0), *hit.mutable_value());
    hit.set_count(static_cast<std::uint64_t>(rows.int64(row, 1)));
  }
}

Task<std::string> matrix_of(Context& context, const qdrant::SearchMatrixPoints& request,
                            std::string_view form) {
  const std::string filter = filter_of(request);
  const std::int32_t sample = number_of(request.has_sample() ? request.sample() : 10, "sample", 2);
  const std::int32_t limit = number_of(request.has_limit() ? request.limit() : 3, "limit", 1);
  std::optional<std::string_view> vector;
  if (request.has_using_()) {
    vector = request.using_();
  }
  co_return co_await distance_matrix(context, request.collection_name(), json_or_nothing(filter),
                                     sample, limit, vector, form);
}

Task<> matrix_pairs(Context& context, const qdrant::SearchMatrixPoints& request,
                    qdrant::SearchMatrixPairsResponse& response) {
  const std::string matrix = co_await matrix_of(context, request, "pairs");
  read_pairs(matrix, *response.mutable_result());
}

Task<> matrix_offsets(Context& context, const qdrant::SearchMatrixPoints& request,
                      qdrant::SearchMatrixOffsetsResponse& response) {
  const std::string matrix = co_await matrix_of(context, request, "offsets");
  read_offsets(matrix, *response.mutable_result());
}

}  // namespace

const std::vector<Method>& read_methods() {
  static const std::vector<Method> kMethods = {
      {"/qdrant.Points/Get", unary<qdrant::GetPoints, qdrant::GetResponse, retrieve>},
      {"/qdrant.Points/Count", unary<qdrant::CountPoints, qdrant::CountResponse, count>},
      {"/qdrant.Points/Scroll", unary<qdrant::ScrollPoints, qdrant::ScrollResponse, scroll>},
      {"/qdrant.Points/Facet", unary<qdrant::FacetCounts, qdrant::FacetResponse, facets>},
      {"/qdrant.Points/SearchMatrixPairs",
       unary<qdrant::SearchMatrixPoints, qdrant::SearchMatrixPairsResponse, matrix_pairs>},
      {"/qdrant.Points/SearchMatrixOffsets",
       unary<qdrant::SearchMatrixPoints, qdrant::SearchMatrixOffsetsResponse, matrix_offsets>},
  };
  return kMethods;
}

}  // namespace vecext::gateway::grpc
