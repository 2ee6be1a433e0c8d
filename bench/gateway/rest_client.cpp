#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "gateway/clients.h"
#include "gateway/socket.h"

namespace bench {

namespace {

// A request as a client writes it: numbers that are as short as they can be without a loss.
std::string request(const Search& search, std::span<const float> vector) {
  std::string body = R"({"query":[)";
  for (const float element : vector) {
    char number[32];
    const auto end = std::to_chars(number, number + sizeof(number), element);
    body.append(number, end.ptr) += ',';
  }
  body.back() = ']';
  body += R"(,"with_payload":true,"limit":)" + std::to_string(search.limit) + "}";
  return "POST /collections/" + search.collection +
         "/points/query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

class RestClient : public Client {
 public:
  RestClient(int port, const Search& search, const Matrix<float>& queries) : socket_(port) {
    for (std::size_t i = 0; i < queries.rows; ++i) {
      requests_.push_back(request(search, queries.row(i)));
    }
  }

  void ask(std::size_t query) override {
    socket_.send(requests_[query]);
    answer_.clear();
    std::size_t head;
    while ((head = answer_.find("\r\n\r\n")) == std::string::npos) {
      socket_.receive(answer_, answer_.size() + 1);
    }
    socket_.receive(answer_, head + 4 + content_length(head));
    if (!answer_.starts_with("HTTP/1.1 200 ")) {
      throw std::runtime_error(answer_);
    }
    body_ = head + 4;
  }

  std::vector<std::int32_t> ids() const override {
    const auto answer =
        nlohmann::json::parse(answer_.begin() + static_cast<long>(body_), answer_.end());
    std::vector<std::int32_t> ids;
    for (const auto& point : answer.at("result").at("points")) {
      ids.push_back(point.at("id"));
    }
    return ids;
  }

 private:
  std::size_t content_length(std::size_t head) const {
    constexpr std::string_view kField = "\r\nContent-Length: ";
    const std::size_t at = answer_.find(kField);
    if (at > head) {
      throw std::runtime_error("an answer without a length: " + answer_.substr(0, head));
    }
    return std::stoul(answer_.substr(at + kField.size(), 20));
  }

  Socket socket_;
  std::vector<std::string> requests_;
  std::string answer_;
  std::size_t body_ = 0;  // where it begins in the answer
};

}  // namespace

std::unique_ptr<Client> rest_client(int port, const Search& search, const Matrix<float>& queries) {
  return std::make_unique<RestClient>(port, search, queries);
}

}  // namespace bench
