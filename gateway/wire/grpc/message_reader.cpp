#include "wire/grpc/message_reader.h"

#include <google/protobuf/io/zero_copy_stream.h>

#include <algorithm>

#include "base/failure.h"

namespace vecext::gateway::grpc {

namespace {

// A text that comes part by part, and ends early where its message has grown too large.
class BoundedInput : public google::protobuf::io::ZeroCopyInputStream {
 public:
  BoundedInput(std::string_view text, const google::protobuf::Arena& arena)
      : text_(text), arena_(arena), most_(kSlack + kFactor * text.size()) {}

  bool is_too_large() const { return arena_.SpaceAllocated() > most_; }

  bool Next(const void** data, int* size) override {
    if (at_ == text_.size() || is_too_large()) {
      return false;
    }
    const std::size_t part = std::min(kPart, text_.size() - at_);
    *data = text_.data() + at_;
    *size = static_cast<int>(part);
    at_ += part;
    return true;
  }
  void BackUp(int count) override { at_ -= static_cast<std::size_t>(count); }
  bool Skip(int count) override {
    const std::size_t size = std::min(static_cast<std::size_t>(count), text_.size() - at_);
    at_ += size;
    return size == static_cast<std::size_t>(count);
  }
  std::int64_t ByteCount() const override { return static_cast<std::int64_t>(at_); }

 private:
  static constexpr std::size_t kPart = 64u << 10;   // bytes
  static constexpr std::size_t kSlack = 64u << 20;  // bytes that any message may take
  // As many times its bytes besides. Points with a vector and small members take 8 to 17 times
  // their bytes, points of an id alone 27 times, and empty points a hundred times.
  static constexpr std::size_t kFactor = 24;

  std::string_view text_;
  const google::protobuf::Arena& arena_;
  std::size_t most_;
  std::size_t at_ = 0;
};

}  // namespace

void read_message(google::protobuf::MessageLite& message, std::string_view text,
                  const google::protobuf::Arena& arena) {
  BoundedInput input(text, arena);
  const bool is_read = message.ParseFromZeroCopyStream(&input);
  if (input.is_too_large()) {
    throw Failure(FailureKind::kBadInput, "The message has too many parts for its size");
  }
  if (!is_read) {
    throw Failure(FailureKind::kBadJson, "The message is not a " + message.GetTypeName());
  }
}

}  // namespace vecext::gateway::grpc
