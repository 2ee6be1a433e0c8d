#include <libpq-fe.h>

#include <stdexcept>
#include <thread>

#include "common/wire.h"
#include "gateway/clients.h"

namespace bench {

namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};

void append(std::string& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift);
  }
}

// The binary form of an array of one vector.
std::string array_of(std::span<const float> vector, Oid type) {
  const std::string element = binary_vector(vector);
  std::string bytes;
  for (const std::uint32_t number :
       {1U, 0U, type, 1U, 1U, static_cast<std::uint32_t>(element.size())}) {
    append(bytes, number);
  }
  return bytes + element;
}

class LibpqClient : public Client {
 public:
  LibpqClient(const std::string& conninfo, const Search& search, const Matrix<float>& queries,
              std::chrono::microseconds pause)
      : pause_(pause),
        connection_(PQconnectdb(conninfo.c_str())),
        collection_('"' + search.collection + '"'),
        request_(R"({"query": {"$dense": 0}, "with_payload": true, "limit": )" +
                 std::to_string(search.limit) + "}") {
    check(PQprepare(connection_.get(), "query",
                    "SELECT id, score, payload, vectors, order_value"
                    " FROM vecext.query($1, $2::jsonb, $3)",
                    0, nullptr),
          PGRES_COMMAND_OK);
    check(PQexec(connection_.get(), "SELECT 'vector'::regtype::oid"), PGRES_TUPLES_OK);
    const Oid type = static_cast<Oid>(std::stoul(PQgetvalue(answer_.get(), 0, 0)));
    for (std::size_t i = 0; i < queries.rows; ++i) {
      vectors_.push_back(array_of(queries.row(i), type));
    }
  }

  void ask(std::size_t query) override {
    if (pause_.count() > 0) {
      std::this_thread::sleep_for(pause_);
    }
    const std::string& vector = vectors_[query];
    const char* values[] = {collection_.c_str(), request_.c_str(), vector.data()};
    const int lengths[] = {0, 0, static_cast<int>(vector.size())};
    const int formats[] = {0, 0, 1};
    check(PQexecPrepared(connection_.get(), "query", 3, values, lengths, formats, 0),
          PGRES_TUPLES_OK);
  }

  std::vector<std::int32_t> ids() const override {
    std::vector<std::int32_t> ids;
    for (int row = 0; row < PQntuples(answer_.get()); ++row) {
      ids.push_back(std::stoi(PQgetvalue(answer_.get(), row, 0)));
    }
    return ids;
  }

 private:
  void check(PGresult* result, ExecStatusType expected) {
    answer_.reset(result);
    if (PQresultStatus(result) != expected) {
      throw std::runtime_error(PQerrorMessage(connection_.get()));
    }
  }

  std::chrono::microseconds pause_;
  std::unique_ptr<PGconn, Finish> connection_;
  std::unique_ptr<PGresult, Finish> answer_;
  std::string collection_;
  std::string request_;
  std::vector<std::string> vectors_;
};

}  // namespace

std::unique_ptr<Client> libpq_client(const std::string& conninfo, const Search& search,
                                     const Matrix<float>& queries,
                                     std::chrono::microseconds pause) {
  return std::make_unique<LibpqClient>(conninfo, search, queries, pause);
}

}  // namespace bench
