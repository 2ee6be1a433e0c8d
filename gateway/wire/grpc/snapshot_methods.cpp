// Methods of snapshots. Their files are sent and received by REST alone, as in Qdrant.
#include <google/protobuf/util/time_util.h>

#include "service/snapshots.h"
#include "wire/grpc/proto/snapshots.pb.h"
#include "wire/grpc/unary.h"

namespace vecext::gateway::grpc {

namespace {

void describe(const Snapshot& snapshot, qdrant::SnapshotDescription& description) {
  description.set_name(snapshot.name);
  google::protobuf::util::TimeUtil::FromString(snapshot.created + "Z",
                                               description.mutable_creation_time());
  description.set_size(static_cast<std::int64_t>(snapshot.size));
  description.set_checksum(snapshot.checksum);
}

void describe_all(const std::vector<Snapshot>& snapshots, qdrant::ListSnapshotsResponse& response) {
  for (const Snapshot& snapshot : snapshots) {
    describe(snapshot, *response.add_snapshot_descriptions());
  }
}

Task<> create_file(Exchange& exchange, const qdrant::CreateSnapshotRequest& request,
                   qdrant::CreateSnapshotResponse& response) {
  const Snapshot snapshot =
      co_await create_snapshot(exchange.context, exchange.snapshots, request.collection_name());
  describe(snapshot, *response.mutable_snapshot_description());
}

Task<> list_files(Exchange& exchange, const qdrant::ListSnapshotsRequest& request,
                  qdrant::ListSnapshotsResponse& response) {
  const std::vector<Snapshot> snapshots =
      co_await list_snapshots(exchange.context, exchange.snapshots, request.collection_name());
  describe_all(snapshots, response);
}

Task<> remove_file(Exchange& exchange, const qdrant::DeleteSnapshotRequest& request,
                   qdrant::DeleteSnapshotResponse&) {
  co_await delete_snapshot(exchange.context, exchange.snapshots, request.collection_name(),
                           request.snapshot_name());
}

Task<> create_full(Exchange& exchange, const qdrant::CreateFullSnapshotRequest&,
                   qdrant::CreateSnapshotResponse& response) {
  const Snapshot snapshot = co_await create_full_snapshot(exchange.context, exchange.snapshots);
  describe(snapshot, *response.mutable_snapshot_description());
}

Task<> list_full(Exchange& exchange, const qdrant::ListFullSnapshotsRequest&,
                 qdrant::ListSnapshotsResponse& response) {
  const std::vector<Snapshot> snapshots =
      co_await list_full_snapshots(exchange.context, exchange.snapshots);
  describe_all(snapshots, response);
}

Task<> remove_full(Exchange& exchange, const qdrant::DeleteFullSnapshotRequest& request,
                   qdrant::DeleteSnapshotResponse&) {
  co_await delete_full_snapshot(exchange.context, exchange.snapshots, request.snapshot_name());
}

}  // namespace

const std::vector<Method>& snapshot_methods() {
  static const std::vector<Method> kMethods = {
      {"/qdrant.Snapshots/Create",
       unary<qdrant::CreateSnapshotRequest, qdrant::CreateSnapshotResponse, create_file>},
      {"/qdrant.Snapshots/List",
       unary<qdrant::ListSnapshotsRequest, qdrant::ListSnapshotsResponse, list_files>},
      {"/qdrant.Snapshots/Delete",
       unary<qdrant::DeleteSnapshotRequest, qdrant::DeleteSnapshotResponse, remove_file>},
      {"/qdrant.Snapshots/CreateFull",
       unary<qdrant::CreateFullSnapshotRequest, qdrant::CreateSnapshotResponse, create_full>},
      {"/qdrant.Snapshots/ListFull",
       unary<qdrant::ListFullSnapshotsRequest, qdrant::ListSnapshotsResponse, list_full>},
      {"/qdrant.Snapshots/DeleteFull",
       unary<qdrant::DeleteFullSnapshotRequest, qdrant::DeleteSnapshotResponse, remove_full>},
  };
  return kMethods;
}

}  // namespace vecext::gateway::grpc
