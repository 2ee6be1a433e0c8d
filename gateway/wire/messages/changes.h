// Changes of points: from messages to those of the service.
#pragma once

#include <deque>
#include <string>

#include "service/points.h"
#include "wire/grpc/proto/changes.pb.h"

namespace vecext::gateway::grpc {

/// Texts that changes point into.
using ChangeTexts = std::deque<std::string>;

/// Return the change that a request asks for. Throw a Failure if a part of it is empty.
Change change_of(const qdrant::UpsertPoints& request, ChangeTexts& texts);
Change change_of(const qdrant::DeletePoints& request, ChangeTexts& texts);
Change change_of(const qdrant::UpdatePointVectors& request, ChangeTexts& texts);
Change change_of(const qdrant::DeletePointVectors& request, ChangeTexts& texts);
Change change_of(const qdrant::SetPayloadPoints& request, ChangeTexts& texts);
Change overwrite_of(const qdrant::SetPayloadPoints& request, ChangeTexts& texts);
Change change_of(const qdrant::DeletePayloadPoints& request, ChangeTexts& texts);
Change change_of(const qdrant::ClearPayloadPoints& request, ChangeTexts& texts);
/// An operation of a batch.
Change change_of(const qdrant::PointsUpdateOperation& operation, ChangeTexts& texts);

/// Returns the points of a read or change: ids, or a filter.
Selector selector_of(const qdrant::PointsSelector& selector, ChangeTexts& texts);

}  // namespace vecext::gateway::grpc
