#include "service/snapshot_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <random>

#include "base/digest.h"
#include "base/failure.h"
#include "base/turn.h"

namespace vecext::gateway {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTemporary = ".new-";  // begins the name of a temporary file
constexpr std::string_view kExtension = ".snapshot";
constexpr std::string_view kChecksum = ".sha256";
constexpr std::string_view kMagic = "vecext-snapshot1";

bool is_harmless(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-';
}

// The name of a folder for a collection: its own name if that is harmless, and a digest otherwise.
std::string folder_name(std::string_view collection) {
  if (collection.size() <= 100 && std::ranges::all_of(collection, is_harmless)) {
    return "n-" + std::string(collection);
  }
  return "h-" + hexadecimal(sha256(collection));
}

std::string random_digits() {
  thread_local std::mt19937_64 numbers{std::random_device{}()};
  std::array<unsigned char, 8> bytes;
  const std::uint64_t number = numbers();
  std::memcpy(bytes.data(), &number, sizeof number);
  return hexadecimal(bytes);
}

std::string time_text(std::time_t seconds, const char* format) {
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, format, &parts));
}

bool is_snapshot_name(std::string_view name) {
  return name.size() <= 200 && name.ends_with(kExtension) &&
         std::ranges::all_of(name.substr(0, name.size() - kExtension.size()), is_harmless);
}

[[noreturn]] void refuse_file(std::string_view what, FailureKind kind = FailureKind::kInternal) {
  throw Failure(kind, "The folder of snapshots cannot be used: " + std::string(what));
}

// The file that has the checksum of a snapshot.
fs::path checksum_of(const fs::path& file) {
  return file.string() + std::string(kChecksum);
}

// Returns nothing if the file is not there: another gateway may have removed it meanwhile.
std::optional<Snapshot> snapshot_of(const fs::path& file) {
  struct stat state {};
  if (stat(file.c_str(), &state) != 0) {
    return std::nullopt;
  }
  Snapshot snapshot;
  snapshot.name = file.filename();
  snapshot.size = static_cast<std::uint64_t>(state.st_size);
  snapshot.created = time_text(state.st_mtime, "%Y-%m-%dT%H:%M:%S");
  std::ifstream(checksum_of(file)) >> snapshot.checksum;
  return snapshot;
}

// Opens a file and locks it. Returns -1 if somebody else has the lock, or has removed the file.
// Where the file system has no locks, a new file goes without one.
int open_locked(const fs::path& file, int flags) {
  const int descriptor = open(file.c_str(), flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return -1;
  }
  const bool is_new = (flags & O_CREAT) != 0;
  struct stat state {};
  const bool is_ours =
      flock(descriptor, LOCK_EX | LOCK_NB) == 0 || (is_new && errno != EWOULDBLOCK);
  if (is_ours && fstat(descriptor, &state) == 0 && state.st_nlink > 0) {
    return descriptor;
  }
  close(descriptor);
  return -1;
}

}  // namespace

// Another gateway that is starting may lock the file first, and remove it.
TemporaryFile::TemporaryFile(const fs::path& folder) {
  constexpr int kTries = 3;
  for (int tries = 0; file_ < 0; ++tries) {
    if (tries == kTries) {
      refuse_file("no file can be made");
    }
    path_ = folder / (std::string(kTemporary) + random_digits());
    file_ = open_locked(path_, O_CREAT | O_EXCL);
  }
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  fs::remove(path_, ignored);
  close(file_);
}

std::string program_of(const SnapshotOptions& options, const char* name) {
  return options.programs.empty() ? name : options.programs + "/" + name;
}

void prepare_folder(const SnapshotOptions& options) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (!error && access(options.folder.c_str(), W_OK | X_OK) != 0) {
    error.assign(errno, std::generic_category());
  }
  if (std::error_code unknown; error || !fs::is_directory(options.folder, unknown)) {
    refuse_file(options.folder + ": " + (error ? error.message() : "not a folder"));
  }
}

void remove_stale_files(const SnapshotOptions& options) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator entry(options.folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with(kTemporary)) {
      files.push_back(entry->path());
    }
  }
  for (const fs::path& file : files) {
    const int descriptor = open_locked(file, 0);
    if (descriptor >= 0) {
      fs::remove(file, error);
      close(descriptor);
    }
  }
}

SnapshotFolder::SnapshotFolder(const SnapshotOptions& options,
                               std::optional<std::string_view> collection) {
  if (options.folder.empty()) {
    throw Failure(FailureKind::kBadInput,
                  "Snapshots are off: the gateway was started without --snapshots");
  }
  const std::string name = collection ? folder_name(*collection) : "all";
  folder_ = fs::path(options.folder) / name;
  prefix_ = name.starts_with("n-") ? name.substr(2) : collection ? "collection" : "full";
}

std::vector<Snapshot> SnapshotFolder::list() const {
  std::vector<Snapshot> all;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_snapshot_name(entry->path().filename().string())) {
      if (std::optional<Snapshot> snapshot = snapshot_of(entry->path())) {
        all.push_back(std::move(*snapshot));
      }
    }
  }
  std::ranges::sort(all, {}, &Snapshot::name);
  return all;
}

fs::path SnapshotFolder::find(std::string_view name) const {
  std::error_code error;
  if (is_snapshot_name(name) && fs::is_regular_file(folder_ / name, error)) {
    return folder_ / name;
  }
  throw Failure(FailureKind::kNotFound, "Snapshot " + std::string(name) + " does not exist");
}

bool SnapshotFolder::has(const fs::path& file) const {
  std::error_code error;
  const fs::path path = fs::absolute(file, error);
  return !error && fs::equivalent(path.parent_path(), folder_, error);
}

void SnapshotFolder::remove(std::string_view name) const {
  const fs::path file = find(name);
  std::error_code error;
  if (fs::remove(file, error); error) {
    refuse_file(error.message());
  }
  fs::remove(checksum_of(file), error);
}

TemporaryFile SnapshotFolder::new_file() const {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) {
    refuse_file(error.message());
  }
  fs::permissions(folder_, fs::perms::owner_all, error);
  return TemporaryFile(folder_);
}

Snapshot SnapshotFolder::adopt(const fs::path& file, const std::string& checksum) const {
  const std::string name = prefix_ + "-" + time_text(std::time(nullptr), "%Y-%m-%d-%H-%M-%S") +
                           "-" + random_digits().substr(0, 6) + std::string(kExtension);
  const fs::path place = folder_ / name;
  std::ofstream out(checksum_of(place));
  out << checksum << '\n';
  out.close();
  std::error_code error;
  if (out) {
    fs::rename(file, place, error);
  }
  const std::optional<Snapshot> snapshot = snapshot_of(place);
  if (!snapshot) {
    fs::remove(checksum_of(place), error);
    refuse_file("a file cannot be written",
                out ? FailureKind::kInternal : FailureKind::kOutOfSpace);
  }
  return *snapshot;
}

Task<std::string> sha256_of(fs::path file) {
  constexpr std::size_t kPart = 1 << 20;
  std::ifstream in(file, std::ios::binary);
  std::string part(kPart, '\0');
  Sha256 digest;
  while (in) {
    in.read(part.data(), kPart);
    digest.add(std::string_view(part).substr(0, static_cast<std::size_t>(in.gcount())));
    co_await let_others_run();
  }
  if (!in.eof()) {
    refuse_file("a file cannot be read");
  }
  co_return hexadecimal(digest.finish());
}

// The JSON, eight digits of its size, and a word to know it by.
void append_definition(const fs::path& file, std::string_view json) {
  std::string size = std::to_string(json.size());
  size.insert(0, 8 - std::min<std::size_t>(size.size(), 8), '0');
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out << json << size << kMagic;
  out.flush();
  if (!out || size.size() != 8) {
    refuse_file("a file cannot be written", FailureKind::kOutOfSpace);
  }
}

std::string read_definition(const fs::path& file) {
  const Failure fault(FailureKind::kBadInput, "The file is not a snapshot of vecextd");
  constexpr std::size_t kEnd = 8 + kMagic.size();
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  const std::uint64_t size = in ? static_cast<std::uint64_t>(in.tellg()) : 0;
  std::string end(kEnd, '\0');
  if (size < kEnd || !in.seekg(static_cast<std::streamoff>(size - kEnd)) ||
      !in.read(end.data(), kEnd) || !end.ends_with(kMagic) ||
      end.find_first_not_of("0123456789") != 8) {
    throw fault;
  }
  const std::uint64_t length = std::stoull(end.substr(0, 8));
  if (length + kEnd > size) {
    throw fault;
  }
  std::string json(length, '\0');
  if (!in.seekg(static_cast<std::streamoff>(size - kEnd - length)) ||
      !in.read(json.data(), static_cast<std::streamsize>(length))) {
    throw fault;
  }
  return json;
}

}  // namespace vecext::gateway
