// The file, and the machine's load.
#include "common/record.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/report.h"

namespace bench {

void Record::report(const char* key, const char* title, nlohmann::ordered_json rows) {
  print_rows(std::cout, title, rows);
  out_[key] = std::move(rows);
}

void Record::note_load() {
  std::vector<double> loads(3);
  if (getloadavg(loads.data(), 3) != 3) {
    loads.clear();
  }
  out_["load_averages"].push_back(loads);
}

void Record::finish() {
  note_load();
  std::cout << "\nphases, s " << out_["phases"].dump() << "\nload averages "
            << out_["load_averages"].dump() << std::endl;
  write();
}

void Record::write() const {
  if (path_.empty()) {
    return;
  }
  std::ofstream file(path_);
  if (!(file << out_.dump(1) << '\n')) {
    throw std::runtime_error("cannot write " + path_);
  }
}

}  // namespace bench
