// Clients that ask a collection for neighbors: by SQL over libpq, by REST, by gRPC. Their requests
// are made beforehand, and an answer is read to its end but not decoded, so that they take little
// time themselves.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/dataset.h"

namespace bench {

/// One connection. Every member throws std::runtime_error if the other side fails or refuses.
class Client {
 public:
  virtual ~Client() = default;

  /// Asks for the neighbors of a query by its number; returns when the whole answer is here.
  virtual void ask(std::size_t query) = 0;

  /// Returns the ids of the last answer, nearest first.
  virtual std::vector<std::int32_t> ids() const = 0;
};

/// What is asked: the ten or so nearest points of a collection, with payload.
struct Search {
  std::string collection;
  std::size_t limit = 10;
};

/// A connection to the server: the statement that the gateway sends, vectors in binary. It sleeps
/// before each query for so long.
std::unique_ptr<Client> libpq_client(const std::string& conninfo, const Search& search,
                                     const Matrix<float>& queries,
                                     std::chrono::microseconds pause = {});

/// A keep-alive connection to the gateway on this machine: POST /collections/C/points/query.
std::unique_ptr<Client> rest_client(int port, const Search& search, const Matrix<float>& queries);

/// An HTTP/2 connection to the gateway on this machine: qdrant.Points/Query.
std::unique_ptr<Client> grpc_client(int port, const Search& search, const Matrix<float>& queries);

}  // namespace bench
