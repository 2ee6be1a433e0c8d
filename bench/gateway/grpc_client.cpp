// gRPC by frames of HTTP/2 (RFC 9113) that are made by hand: one stream after the other, headers
// without compression.
#include <cstring>
#include <stdexcept>

#include "gateway/clients.h"
#include "gateway/socket.h"

namespace bench {

namespace {

enum class Frame : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kReset = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kWindow = 8
};
constexpr std::uint8_t kEndStream = 1;
constexpr std::uint8_t kAck = 1;
constexpr std::uint8_t kEndHeaders = 4;
constexpr std::size_t kFrameHead = 9;
constexpr std::size_t kWindow = 1 << 30;

void append_big_endian(std::string& bytes, std::uint32_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift);
  }
}

std::uint32_t big_endian(const char* bytes, int size) {
  std::uint32_t value = 0;
  for (int i = 0; i < size; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

std::string frame(Frame type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  std::string bytes;
  append_big_endian(bytes, static_cast<std::uint32_t>(payload.size()), 3);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  append_big_endian(bytes, stream, 4);
  return bytes.append(payload);
}

// A header field, literal and never indexed (RFC 7541, 6.2.3).
void append_field(std::string& block, std::string_view name, std::string_view value) {
  block += '\x10';
  block += static_cast<char>(name.size());
  block += name;
  block += static_cast<char>(value.size());
  block += value;
}

void append_varint(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    bytes += static_cast<char>(value | 0x80);
  }
  bytes += static_cast<char>(value);
}

// A field of a message that has a length.
std::string field(int number, std::string_view value) {
  std::string bytes;
  append_varint(bytes, static_cast<std::uint64_t>(number) << 3 | 2);
  append_varint(bytes, value.size());
  return bytes.append(value);
}

std::string number_field(int number, std::uint64_t value) {
  std::string bytes;
  append_varint(bytes, static_cast<std::uint64_t>(number) << 3);
  append_varint(bytes, value);
  return bytes;
}

// A message QueryPoints behind its prefix of gRPC.
std::string request(const Search& search, std::span<const float> vector) {
  const std::string_view floats(reinterpret_cast<const char*>(vector.data()), vector.size_bytes());
  const std::string dense = field(2, field(1, floats));  // VectorInput
  const std::string message = field(1, search.collection) + field(3, field(1, dense)) +
                              number_field(8, search.limit) + field(11, number_field(1, 1));
  std::string prefixed(1, '\0');
  append_big_endian(prefixed, static_cast<std::uint32_t>(message.size()), 4);
  return prefixed + message;
}

// Reads fields of a message one after the other.
class Fields {
 public:
  explicit Fields(std::string_view message) : rest_(message) {}

  /// Moves to the next field; returns false at the end.
  bool next() {
    if (rest_.empty()) {
      return false;
    }
    const std::uint64_t tag = varint();
    number = static_cast<int>(tag >> 3);
    const std::uint64_t size = (tag & 7) == 0   ? 0
                               : (tag & 7) == 1 ? 8
                               : (tag & 7) == 5 ? 4
                                                : varint();
    value = (tag & 7) == 0 ? varint() : 0;
    bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  int number = 0;
  std::uint64_t value = 0;
  std::string_view bytes;

 private:
  std::uint64_t varint() {
    std::uint64_t result = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.at(0));
      rest_.remove_prefix(1);
      result |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return result;
      }
    }
  }

  std::string_view rest_;
};

class GrpcClient : public Client {
 public:
  GrpcClient(int port, const Search& search, const Matrix<float>& queries) : socket_(port) {
    for (std::size_t i = 0; i < queries.rows; ++i) {
      requests_.push_back(request(search, queries.row(i)));
    }
    append_field(headers_, ":method", "POST");
    append_field(headers_, ":scheme", "http");
    append_field(headers_, ":path", "/qdrant.Points/Query");
    append_field(headers_, ":authority", "localhost");
    append_field(headers_, "content-type", "application/grpc");
    append_field(headers_, "te", "trailers");
    std::string window;
    append_big_endian(window, kWindow, 4);
    const std::string settings = std::string("\0\4", 2) + window;  // SETTINGS_INITIAL_WINDOW_SIZE
    socket_.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(Frame::kSettings, 0, 0, settings) +
                 frame(Frame::kWindow, 0, 0, window));
  }

  void ask(std::size_t query) override {
    const std::string& message = requests_[query];
    socket_.send(frame(Frame::kHeaders, kEndHeaders, stream_, headers_) +
                 frame(Frame::kData, kEndStream, stream_, message));
    answer_.clear();
    while (!read_frame()) {
    }
    stream_ += 2;
    give_window();
    if (answer_.size() < 5) {
      throw std::runtime_error("gRPC: an error");
    }
  }

  std::vector<std::int32_t> ids() const override {
    std::vector<std::int32_t> ids;
    for (Fields points(std::string_view(answer_).substr(5)); points.next();) {
      if (points.number == 1) {
        ids.push_back(id_of(points.bytes));
      }
    }
    return ids;
  }

 private:
  static std::int32_t id_of(std::string_view point) {
    Fields fields(point);
    while (fields.next() && fields.number != 1) {
    }
    Fields id(fields.bytes);
    id.next();
    return static_cast<std::int32_t>(id.value);
  }

  // Reads one frame; returns true if it ends the stream.
  bool read_frame() {
    socket_.receive(received_, kFrameHead);
    const std::size_t size = big_endian(received_.data(), 3);
    const auto type = static_cast<Frame>(received_[3]);
    const auto flags = static_cast<std::uint8_t>(received_[4]);
    socket_.receive(received_, kFrameHead + size);
    const std::string payload = received_.substr(kFrameHead, size);
    received_.erase(0, kFrameHead + size);
    switch (type) {
      case Frame::kData:
        answer_ += payload;
        read_ += size;
        break;
      case Frame::kSettings:
      case Frame::kPing:
        if ((flags & kAck) == 0) {
          socket_.send(frame(type, kAck, 0, type == Frame::kPing ? payload : ""));
        }
        return false;
      case Frame::kReset:
      case Frame::kGoAway:
        throw std::runtime_error("gRPC: the stream was reset");
      default:
        break;
    }
    return (type == Frame::kData || type == Frame::kHeaders) && (flags & kEndStream) != 0;
  }

  // Gives back the connection's window before it is used up.
  void give_window() {
    if (read_ > kWindow / 2) {
      std::string increment;
      append_big_endian(increment, static_cast<std::uint32_t>(read_), 4);
      socket_.send(frame(Frame::kWindow, 0, 0, increment));
      read_ = 0;
    }
  }

  Socket socket_;
  std::vector<std::string> requests_;
  std::string headers_;
  std::string received_;
  std::string answer_;
  std::size_t read_ = 0;  // bytes of data since the window was given back
  std::uint32_t stream_ = 1;
};

}  // namespace

std::unique_ptr<Client> grpc_client(int port, const Search& search, const Matrix<float>& queries) {
  return std::make_unique<GrpcClient>(port, search, queries);
}

}  // namespace bench
