// How snapshots come out of bodies and files.
#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/failure.h"
#include "service/row_lines.h"
#include "service/snapshot_files.h"
#include "test/unit/run.h"
#include "wire/http/multipart.h"

using namespace vecext::gateway;

TEST_CASE("the boundary of a Content-Type") {
  CHECK(boundary_of("multipart/form-data; boundary=abc") == "abc");
  CHECK(boundary_of("Multipart/Form-Data; charset=x; Boundary=\"a b\"; y") == "a b");
  CHECK(!boundary_of("multipart/form-data"));
  CHECK(!boundary_of("multipart/form-data; boundary="));
  CHECK(!boundary_of("multipart/form-data; boundary=" + std::string(71, 'x')));
  CHECK(!boundary_of("application/json; boundary=abc"));
}

TEST_CASE("a field of a body") {
  const std::string part = "--b\r\nContent-Disposition: form-data; name=\"";
  const auto content_of = [](const std::string& body, std::string_view name) {
    const auto found = result_of(find_field(body, "b", name));
    return found ? body.substr(found->offset, found->size) : "none";
  };
  const std::string two =
      part + "x\"\r\n\r\nfirst\r\n" + part +
      "snapshot\"; filename=\"f\"\r\nContent-Type: a/b\r\n\r\nse\r\n-\r\n--c\r\n--b--\r\n";
  CHECK(content_of(two, "x") == "first");
  CHECK(content_of(two, "snapshot") == "se\r\n-\r\n--c");
  CHECK(content_of(two, "f") == "none");
  CHECK(content_of(part + "snapshot\"\r\n\r\n\r\n--b--", "snapshot").empty());
  CHECK(content_of("", "x") == "none");
  CHECK(content_of(part + "x\"\r\n\r\nno end", "x") == "none");
  CHECK(content_of(part + "x\"\r\nno end of headers", "x") == "none");
  CHECK(content_of("junk" + two, "x") == "none");
  for (std::size_t size = 0; size < two.size(); ++size) {
    content_of(two.substr(0, size), "snapshot");
  }
}

TEST_CASE("a large field is found part by part") {
  const std::string boundary(66, 'a');
  const std::string head =
      "--" + boundary + "\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n";
  for (std::size_t size = (256u << 10) - 80; size < (256u << 10) + 3; ++size) {
    const std::string body = head + std::string(size, 'a') + "\r\n--" + boundary + "--\r\n";
    const auto found = result_of(find_field(body, boundary, "x"));
    CHECK(found.has_value());
    CHECK(found->size == size);
  }
  constexpr std::size_t kSize = 16u << 20;
  std::size_t turns = 0;
  CHECK_FALSE(result_of(find_field(head + std::string(kSize, 'a'), boundary, "x"), &turns));
  CHECK(turns >= 64);
}

TEST_CASE("the folder of snapshots is made, unless something else has its name") {
  const std::filesystem::path place =
      std::filesystem::temp_directory_path() / ("vecextd-prepare-" + std::to_string(getpid()));
  SnapshotOptions options;
  options.folder = (place / "new").string();
  prepare_folder(options);
  CHECK(std::filesystem::is_directory(options.folder));
  std::ofstream(place / "file") << "x";
  options.folder = (place / "file").string();
  CHECK_THROWS_AS(prepare_folder(options), Failure);
  std::filesystem::remove_all(place);
}

TEST_CASE("a folder has its files, also if it is relative or behind a link") {
  namespace fs = std::filesystem;
  const fs::path place = fs::temp_directory_path() / ("vecextd-has-" + std::to_string(getpid()));
  fs::create_directories(place / "real" / "n-c");
  fs::create_directories(place / "real" / "n-d");
  fs::create_directory_symlink(place / "real", place / "link");
  const fs::path file = fs::canonical(place / "real" / "n-c") / "c.snapshot";
  for (const fs::path& folder : {place / "real", place / "link", fs::proximate(place / "real"),
                                 place / "real" / ".." / "link"}) {
    CAPTURE(folder);
    SnapshotOptions options;
    options.folder = folder.string();
    CHECK(SnapshotFolder(options, "c").has(file));
    CHECK(SnapshotFolder(options, "c").has(place / "link" / "n-c" / "c.snapshot"));
    CHECK(!SnapshotFolder(options, "d").has(file));
    CHECK(!SnapshotFolder(options, "none").has(file));
  }
  fs::remove_all(place);
}

TEST_CASE("the rows among the text of pg_restore") {
  const std::string text =
      "SET a;\n-- COPY x FROM stdin;\nCOPY public.a (id) FROM stdin;\n1\tx\\n\n2\t\\\\.\n\\.\n"
      "DROP TABLE b;\nCOPY public.c (id) FROM stdin;\n3\n\\.\n";
  for (std::size_t part = 1; part <= text.size(); ++part) {
    RowLines lines;
    std::string rows;
    for (std::size_t begin = 0; begin < text.size(); begin += part) {
      rows += lines.take(std::string_view(text).substr(begin, part));
    }
    CHECK(rows == "1\tx\\n\n2\t\\\\.\n");
    CHECK(lines.has_ended());
  }
  RowLines split;  // names with the ends of lines in them
  CHECK(split.take("COPY public.\"a FROM stdin;\nb\" (id,\n \"v\nw\") FROM stdin;\n1\n\\.\n") ==
        "1\n");
  CHECK(split.has_ended());
  RowLines cut;
  CHECK(cut.take("COPY a FROM stdin;\n1\n2") == "1\n2");
  CHECK(!cut.has_ended());
  RowLines endless;  // what a file of one long line becomes
  CHECK_THROWS_AS(endless.take("COPY " + std::string(2 << 20, 'x')), Failure);
}

TEST_CASE("rows go on as they come, and take no longer for long lines") {
  RowLines lines;
  CHECK(lines.take("COPY a FROM stdin;\n").empty());
  const std::string part(1000, 'x');
  std::size_t size = 0;
  for (int i = 0; i < 20000; ++i) {
    size += lines.take(part).size();
  }
  CHECK(size == 20'000'000);
  CHECK(lines.take("\n\\").size() == 1);
  CHECK(lines.take(".").empty());
  CHECK(!lines.has_ended());
  CHECK(lines.take(".\n\\.\n") == "\\..\n");
  CHECK(lines.has_ended());
}

TEST_CASE("files of snapshots") {
  const std::filesystem::path root =
      std::filesystem::temp_directory_path() / ("vecextd-" + std::to_string(::getpid()));
  SnapshotOptions options;
  CHECK_THROWS_AS(SnapshotFolder(options, "c"), Failure);
  options.folder = root;
  const SnapshotFolder folder(options, "films");
  CHECK(folder.list().empty());
  const TemporaryFile file = folder.new_file();
  CHECK(folder.has(file.path()));
  CHECK_FALSE(SnapshotFolder(options, "other").has(file.path()));
  CHECK(file.path().parent_path() == root / "n-films");
  std::ofstream(file.path()) << "dump";
  CHECK_THROWS_AS(read_definition(file.path()), Failure);
  append_definition(file.path(), R"({"a":1})");
  CHECK(read_definition(file.path()) == R"({"a":1})");
  const Snapshot made = folder.adopt(file.path(), "00ff");
  REQUIRE(folder.list().size() == 1);
  CHECK(folder.list()[0].name == made.name);
  CHECK(folder.list()[0].checksum == "00ff");
  CHECK(made.size == 4 + 7 + 8 + 16);
  CHECK(std::filesystem::exists(folder.find(made.name)));
  for (const std::string& name : {"../" + made.name, std::string("a.snapshot"),
                                  std::string(".snapshot"), made.name + ".sha256", std::string()}) {
    CHECK_THROWS_AS(folder.find(name), Failure);
  }
  // Names of collections that could lead elsewhere are digests.
  for (const std::string& name : std::vector<std::string>{"..", "a/b", "ä", "a b"}) {
    const std::string other = SnapshotFolder(options, name).new_file().path().parent_path();
    CHECK(other.starts_with((root / "h-").string()));
  }
  std::filesystem::create_symlink(root / "none",
                                  folder.find(made.name).parent_path() / "gone.snapshot");
  CHECK(folder.list().size() == 1);  // a file that goes meanwhile is left out
  CHECK_THROWS_AS(folder.find("gone.snapshot"), Failure);
  CHECK_THROWS_AS(read_definition(root / "none"), Failure);
  CHECK_THROWS_AS(folder.adopt(root / "none", "00ff"), Failure);
  const std::filesystem::directory_iterator files(root / "n-films");
  CHECK(std::distance(begin(files), end(files)) == 3);  // those of before
  folder.remove(made.name);
  CHECK(folder.list().empty());
  std::filesystem::remove_all(root);
}

TEST_CASE("what is wrong with a file is said without its path") {
  namespace fs = std::filesystem;
  SnapshotOptions options;
  options.folder = fs::temp_directory_path() / ("vecextd-path-" + std::to_string(::getpid()));
  const SnapshotFolder folder(options, "c");
  const TemporaryFile file = folder.new_file();
  const auto message_of = [](auto act) {
    try {
      act();
      return std::string("none");
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
  };
  for (const std::string& message :
       {message_of([&] { folder.adopt(options.folder + "/none", ""); }),
        message_of([&] { folder.find("none.snapshot"); }),
        message_of([&] { read_definition(options.folder + "/none"); })}) {
    CAPTURE(message);
    CHECK(message != "none");
    CHECK(message.find(options.folder) == std::string::npos);
  }
  fs::remove_all(options.folder);
}

TEST_CASE("temporary files of gateways that were killed are removed") {
  SnapshotOptions options;
  options.folder =
      std::filesystem::temp_directory_path() / ("vecextd-new-" + std::to_string(::getpid()));
  std::filesystem::path gone;
  {
    const TemporaryFile file = SnapshotFolder(options, "c").new_file();
    const std::filesystem::path stale = file.path().parent_path() / ".new-stale";
    std::ofstream(stale) << "dump";
    remove_stale_files(options);
    CHECK(std::filesystem::exists(file.path()));
    CHECK(!std::filesystem::exists(stale));
    gone = file.path();
  }
  CHECK(!std::filesystem::exists(gone));
  std::filesystem::remove_all(options.folder);
  remove_stale_files(options);  // there is no such folder
}
