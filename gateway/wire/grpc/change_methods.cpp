// Methods that change points, payload indexes and vectors of collections.
#include "base/failure.h"
#include "service/collections.h"
#include "wire/messages/changes.h"
#include "wire/messages/config_json.h"
#include "wire/messages/enum_names.h"
#include "wire/grpc/proto/points.pb.h"
#include "wire/grpc/unary.h"
#include "wire/json/collection_json.h"

namespace vecext::gateway::grpc {

namespace {

using qdrant::PointsOperationResponse;

// A change has been carried out when it is answered, if the client waits for it or not. Clients
// that do not wait expect another word.
template <class Request>
void complete(const Request& request, qdrant::UpdateResult& result) {
  result.set_operation_id(0);
  result.set_status(request.wait() ? qdrant::Completed : qdrant::Acknowledged);
}

// --- Points --------------------------------------------------------------------------------------

template <class Request>
Task<> change(Context& context, const Request& request, PointsOperationResponse& response) {
  ChangeTexts texts;
  std::vector<Change> changes;
  changes.push_back(change_of(request, texts));
  co_await change_points(context, request.collection_name(), changes);
  complete(request, *response.mutable_result());
}

Task<> overwrite_payload(Context& context, const qdrant::SetPayloadPoints& request,
                         PointsOperationResponse& response) {
  ChangeTexts texts;
  std::vector<Change> changes;
  changes.push_back(overwrite_of(request, texts));
  co_await change_points(context, request.collection_name(), changes);
  complete(request, *response.mutable_result());
}

Task<> batch(Context& context, const qdrant::UpdateBatchPoints& request,
             qdrant::UpdateBatchResponse& response) {
  ChangeTexts texts;
  std::vector<Change> changes;
  for (const qdrant::PointsUpdateOperation& operation : request.operations()) {
    changes.push_back(change_of(operation, texts));
  }
  co_await change_points(context, request.collection_name(), changes);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    complete(request, *response.add_result());
  }
}

// --- Payload indexes and vectors -----------------------------------------------------------------

std::string_view name_of(qdrant::FieldType type) {
  constexpr std::string_view kNames[] = {"keyword", "integer", "float",    "geo",
                                         "text",    "bool",    "datetime", "uuid"};
  return name_among(kNames, type, "FieldType");
}

// Reads the index as REST does, with the same checks.
PayloadIndex index_of(const qdrant::CreateFieldIndexCollection& request) {
  const qdrant::PayloadIndexParams& params = request.field_index_params();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  params.GetReflection()->ListFields(params, &fields);
  const std::string body = json_object([&](JsonWriter& index) {
    index.string("field_name", request.field_name());
    if (fields.empty()) {
      index.string("field_schema", name_of(request.field_type()));
      return;
    }
    index.object("field_schema", [&](JsonWriter& options) {
      constexpr std::string_view kSuffix = "_index_params";
      const std::string& name = fields.front()->name();
      options.string("type", std::string_view(name).substr(0, name.size() - kSuffix.size()));
      write_fields(options, params.GetReflection()->GetMessage(params, fields.front()));
    });
  });
  return gateway::index_of(JsonObject::parse(body, "body"));
}

Task<> create_index(Context& context, const qdrant::CreateFieldIndexCollection& request,
                    PointsOperationResponse& response) {
  const PayloadIndex index = index_of(request);
  co_await set_payload_index(context, request.collection_name(), index);
  complete(request, *response.mutable_result());
}

Task<> delete_index(Context& context, const qdrant::DeleteFieldIndexCollection& request,
                    PointsOperationResponse& response) {
  co_await drop_payload_index(context, request.collection_name(), request.field_name());
  complete(request, *response.mutable_result());
}

Task<> create_vector(Context& context, const qdrant::CreateVectorNameRequest& request,
                     PointsOperationResponse& response) {
  const bool is_dense = request.has_dense_config();
  if (!is_dense && !request.has_sparse_config()) {
    throw Failure(FailureKind::kBadJson, "The configuration of the vector is missing");
  }
  const std::string config = json_object([&](JsonWriter& object) {
    if (is_dense) {
      write_fields(object, request.dense_config());
    } else {
      write_fields(object, request.sparse_config());
    }
  });
  const VectorDefinition vector =
      is_dense ? dense_of(request.vector_name(), config) : sparse_of(request.vector_name(), config);
  co_await add_vector(context, request.collection_name(), vector);
  complete(request, *response.mutable_result());
}

Task<> delete_vector(Context& context, const qdrant::DeleteVectorNameRequest& request,
                     PointsOperationResponse& response) {
  co_await drop_vector(context, request.collection_name(), request.vector_name());
  complete(request, *response.mutable_result());
}

template <class Request>
constexpr Action kChange = unary<Request, PointsOperationResponse, change<Request>>;

}  // namespace

const std::vector<Method>& change_methods() {
  static const std::vector<Method> kMethods = {
      {"/qdrant.Points/Upsert", kChange<qdrant::UpsertPoints>},
      {"/qdrant.Points/Delete", kChange<qdrant::DeletePoints>},
      {"/qdrant.Points/UpdateVectors", kChange<qdrant::UpdatePointVectors>},
      {"/qdrant.Points/DeleteVectors", kChange<qdrant::DeletePointVectors>},
      {"/qdrant.Points/SetPayload", kChange<qdrant::SetPayloadPoints>},
      {"/qdrant.Points/OverwritePayload",
       unary<qdrant::SetPayloadPoints, PointsOperationResponse, overwrite_payload>},
      {"/qdrant.Points/DeletePayload", kChange<qdrant::DeletePayloadPoints>},
      {"/qdrant.Points/ClearPayload", kChange<qdrant::ClearPayloadPoints>},
      {"/qdrant.Points/UpdateBatch",
       unary<qdrant::UpdateBatchPoints, qdrant::UpdateBatchResponse, batch>},
      {"/qdrant.Points/CreateFieldIndex",
       unary<qdrant::CreateFieldIndexCollection, PointsOperationResponse, create_index>},
      {"/qdrant.Points/DeleteFieldIndex",
       unary<qdrant::DeleteFieldIndexCollection, PointsOperationResponse, delete_index>},
      {"/qdrant.Points/CreateVectorName",
       unary<qdrant::CreateVectorNameRequest, PointsOperationResponse, create_vector>},
      {"/qdrant.Points/DeleteVectorName",
       unary<qdrant::DeleteVectorNameRequest, PointsOperationResponse, delete_vector>},
  };
  return kMethods;
}

}  // namespace vecext::gateway::grpc
