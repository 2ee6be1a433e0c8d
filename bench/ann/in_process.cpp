// The same sweep in the libraries that this program was built with, FAISS and hnswlib: no server,
// no protocol, searched by one thread.
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#ifdef BENCH_FAISS
#include <faiss/IndexIVF.h>
#include <faiss/IndexRefine.h>
#include <faiss/index_factory.h>
#include <omp.h>
#endif
#ifdef BENCH_HNSWLIB
#include "common/hnswlib_graph.h"
#endif

#include "common/dataset.h"
#include "common/items.h"
#include "common/record.h"
#include "common/sweep.h"
#include "common/task.h"

namespace bench {
namespace {

using Search = std::function<std::vector<std::int32_t>(std::span<const float>)>;

/// A setting of a library's index.
struct Effort {
  std::string label;
  std::function<void()> set;
};

#ifdef BENCH_FAISS
struct FaissIndex {
  const char* factory;
  std::vector<std::size_t> probes;
};

const FaissIndex kFaissNarrow = {"IVF1024,PQ50x4fsr,RFlat", {4, 8, 16, 32, 64, 128, 256}};
const FaissIndex kFaissWide = {"IVF256,PQ392x4fsr,RFlat", {1, 2, 4, 8, 16, 32}};
#endif

class InProcess {
 public:
  explicit InProcess(Options options)
      : options_(std::move(options)), queries_(read_queries(options_)), out_(options_.json) {
    base_ = prepared(data().metric, data().base);
  }

  void run() {
    out_["data"] = options_.data_name();
    out_["sweeps"] = nlohmann::ordered_json::array();
    print_header(std::cout);
#ifdef BENCH_FAISS
    if (options_.wants("faiss")) {
      measure_faiss();
    }
#endif
#ifdef BENCH_HNSWLIB
    if (options_.wants("hnswlib")) {
      measure_hnswlib();
    }
#endif
    out_.write();
  }

 private:
  const Dataset& data() const {
    return queries_[0].data;
  }

#ifdef BENCH_FAISS
  void measure_faiss() {
    const FaissIndex& form = base_.columns > 200 ? kFaissWide : kFaissNarrow;
    const std::unique_ptr<faiss::Index> index(
        faiss::index_factory(static_cast<int>(base_.columns), form.factory));
    const auto rows = static_cast<std::int64_t>(base_.rows);
    const double seconds = milliseconds([&] {
                             index->train(rows, base_.values.data());
                             index->add(rows, base_.values.data());
                           }) /
                           1e3;
    omp_set_num_threads(1);
    auto& refined = dynamic_cast<faiss::IndexRefineFlat&>(*index);
    refined.k_factor = 16;  // at 4 recall suffers, at 64 speed
    auto& cells = dynamic_cast<faiss::IndexIVF&>(*refined.base_index);
    std::vector<Effort> efforts;
    for (const std::size_t probes : form.probes) {
      efforts.push_back(
          {"nprobe " + std::to_string(probes), [&cells, probes] { cells.nprobe = probes; }});
    }
    sweep("faiss", seconds, efforts, [&](std::span<const float> query) {
      float distances[kNeighbors];
      std::int64_t found[kNeighbors];
      index->search(1, query.data(), kNeighbors, distances, found);
      return std::vector<std::int32_t>(found, found + kNeighbors);
    });
  }
#endif

#ifdef BENCH_HNSWLIB
  void measure_hnswlib() {
    std::optional<HnswlibGraph> index;
    const double seconds =
        milliseconds([&] { index.emplace(data().metric, base_, 16, 200); }) / 1e3;
    std::vector<Effort> efforts;
    for (const std::size_t ef : {10, 20, 40, 80, 120, 200, 400, 800}) {
      efforts.push_back({"ef " + std::to_string(ef), [&index, ef] { index->set_ef(ef); }});
    }
    sweep("hnswlib", seconds, efforts,
          [&](std::span<const float> query) { return index->search(query, kNeighbors); });
  }
#endif

  void sweep(const std::string& name, double build_seconds, const std::vector<Effort>& efforts,
             const Search& search) {
    for (const Queries& queries : queries_) {
      const Matrix<float> asked = prepared(data().metric, queries.data.queries);
      Sweep sweep{name, queries.name, build_seconds, 0, std::vector<Point>(efforts.size())};
      for (std::size_t round = 0; round < options_.rounds; ++round) {
        for (std::size_t i = 0; i < efforts.size(); ++i) {
          ask(efforts[i], queries.data, asked, search, sweep.points[i]);
        }
      }
      print(std::cout, sweep);
      out_["sweeps"].push_back(json(sweep));
    }
  }

  static void ask(const Effort& effort, const Dataset& data, const Matrix<float>& asked,
                  const Search& search, Point& point) {
    point.setting.label = effort.label;
    effort.set();
    std::vector<std::vector<std::int32_t>> found(asked.rows);
    std::vector<double> times;
    for (std::size_t query = 0; query < asked.rows; ++query) {
      times.push_back(milliseconds([&] { found[query] = search(asked.row(query)); }));
    }
    point.rounds.push_back(std::move(times));
    point.recall = mean_recall(data, found, kNeighbors);
  }

  Options options_;
  std::vector<Queries> queries_;
  Matrix<float> base_;
  Record out_;
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    bench::InProcess(bench::parse(argc, argv, "Approximate search in libraries, without a server"))
        .run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "in_process: %s\n", error.what());
    return 1;
  }
}
