// Searches of an index of texts in plain memory: microseconds a query of this thread's time, with
// pruning and without, of all rows and of sets; sizes, and rates of the kernels. The corpus is
// synthetic: a Zipf-Mandelbrot vocabulary, log-normal lengths, repeats, and topics, from which half
// of a document's terms come. Queries are terms of a random document, as many as those of MS MARCO.
// Results are compared with those of searches without pruning.
//
//   text_bench [--documents 1000000] [--queries 500] [--topics 500] [--only -1]
//
// --only: the number of the one row of the table to measure, from 0 on, without comparing.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "core/filter/row_bits.h"
#include "core/postings/search/postings_search.h"
#include "core/postings/update/create.h"

namespace vecext {
namespace {

/// Pages in memory that are only read once they are written.
class Pages {
 public:
  class Edit {
   public:
    Status page(PageId, std::byte**) { return {.code = StatusCode::kCorrupt}; }
    Status add(PageId*, std::byte**) { return {.code = StatusCode::kCorrupt}; }
    Status fill(PageId, std::byte**) { return {.code = StatusCode::kCorrupt}; }
    void commit() {}
    void abandon() {}
    void set_hole(std::byte*, std::size_t, std::size_t) {}
  };
  template <class Visit>
  Status read(PageId page, Visit visit) {
    ++reads;
    return visit(static_cast<const std::byte*>(pages_[page]->data()));
  }
  template <class Plan>
  Status patch(PageId, const Plan&) {
    return {.code = StatusCode::kCorrupt};
  }
  void hole(std::size_t, std::size_t, PagePatch*) {}
  PageId pages() const { return static_cast<PageId>(pages_.size()); }
  void prefetch(PageId page, std::size_t from, std::size_t bytes) {
    for (std::size_t at = from; at < from + bytes; at += 64) {
      __builtin_prefetch(pages_[page]->data() + at);
    }
  }
  void prefetch_far(PageId, std::size_t, std::size_t) {}
  void poll() {}
  void at(Moment) {}
  void release(PageId) {}
  Edit edit() { return {}; }

  Status add(PageId* page, std::byte** bytes) {
    *page = pages();
    pages_.push_back(std::make_unique<std::array<std::byte, kPageSize>>());
    *bytes = pages_.back()->data();
    return {};
  }
  void end_change() {}
  Status reserve(PageId*, PageKind, std::uint32_t) { return {.code = StatusCode::kCorrupt}; }
  Status fill(PageId, std::byte**) { return {.code = StatusCode::kCorrupt}; }
  Status change(PageId page, std::byte** bytes) {
    *bytes = pages_[page]->data();
    return {};
  }

  std::int64_t reads = 0;

 private:
  std::vector<std::unique_ptr<std::array<std::byte, kPageSize>>> pages_;
};

/// Memory that is used again for each query, as a memory context that is reset.
class Memory {
 public:
  operator Arena() { return {allocate, this}; }
  void reset() {
    for (void* large : large_) {
      std::free(large);
    }
    large_.clear();
    used_ = 0;
  }
  ~Memory() { reset(); }

 private:
  static constexpr std::size_t kRoom = std::size_t{64} << 20;

  static void* allocate(void* self, std::size_t bytes) {
    auto* memory = static_cast<Memory*>(self);
    bytes = (bytes + 63) / 64 * 64;
    if (memory->used_ + bytes > kRoom) {
      memory->large_.push_back(std::aligned_alloc(64, bytes + 64));
      return memory->large_.back();
    }
    void* at = memory->bytes_.get() + memory->used_;
    memory->used_ += bytes;
    return at;
  }
  std::unique_ptr<std::byte[], void (*)(void*)> bytes_{
      static_cast<std::byte*>(std::aligned_alloc(64, kRoom)), std::free};
  std::size_t used_ = 0;
  std::vector<void*> large_;
};

double seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void check(const Status& status) {
  if (!status.ok()) {
    std::fprintf(stderr, "failed with code %d\n", static_cast<int>(status.code));
    std::exit(1);
  }
}

struct Corpus {
  std::vector<std::uint32_t> starts;  // of each document's terms, and one more
  std::vector<std::uint32_t> terms;   // numbers of terms, different ones of a document
  std::vector<std::uint8_t> frequency;
  std::vector<std::uint32_t> lengths;
  std::uint32_t vocabulary;

  std::uint32_t documents() const { return static_cast<std::uint32_t>(lengths.size()); }
};

constexpr std::uint32_t kRowsOfPage = 20;

RowId row_of(std::uint32_t document) {
  return {document / kRowsOfPage, static_cast<std::uint16_t>(1 + document % kRowsOfPage)};
}

/// Terms in the order of their numbers.
std::string name_of(std::uint32_t term) {
  char name[16];
  std::snprintf(name, sizeof name, "%07x", term);
  return name;
}

Corpus make_corpus(std::uint32_t documents, std::uint32_t topics, std::mt19937& random) {
  Corpus corpus;
  corpus.vocabulary = 300000;
  std::vector<double> sums;
  double sum = 0;
  for (std::uint32_t i = 0; i < corpus.vocabulary; ++i) {
    sum += 1 / std::pow(i + 2.7, 1.05);
    sums.push_back(sum);
  }
  // A term's number is not its rank.
  std::vector<std::uint32_t> numbers(corpus.vocabulary);
  std::iota(numbers.begin(), numbers.end(), 0);
  std::shuffle(numbers.begin(), numbers.end(), random);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::lognormal_distribution<double> length(3.55, 0.45);
  std::vector<std::uint32_t> tokens;
  corpus.starts.push_back(0);
  for (std::uint32_t i = 0; i < documents; ++i) {
    const auto n = static_cast<std::uint32_t>(1 + length(random));
    // Documents of a topic lie together, with some of others between them.
    const std::uint32_t own =
        topics == 0 ? 0
        : random() % 4 == 0
            ? static_cast<std::uint32_t>(random()) % topics
            : static_cast<std::uint32_t>(std::uint64_t{i} * topics * 4 / documents) % topics;
    tokens.clear();
    for (std::uint32_t j = 0; j < n; ++j) {
      if (j > 0 && random() % 5 == 0) {
        tokens.push_back(tokens[random() % tokens.size()]);
        continue;
      }
      auto rank = static_cast<std::uint32_t>(
          std::upper_bound(sums.begin(), sums.end() - 1, uniform(random) * sums.back()) -
          sums.begin());
      if (topics > 0 && rank > 200 && random() % 2 == 0) {
        rank = 200 + (rank / topics * topics + own) % (corpus.vocabulary - 200);
      }
      tokens.push_back(numbers[rank]);
    }
    std::sort(tokens.begin(), tokens.end());
    for (std::uint32_t j = 0; j < n;) {
      std::uint32_t same = j;
      while (same < n && tokens[same] == tokens[j]) {
        ++same;
      }
      corpus.terms.push_back(tokens[j]);
      corpus.frequency.push_back(static_cast<std::uint8_t>(std::min(same - j, 255u)));
      j = same;
    }
    corpus.starts.push_back(static_cast<std::uint32_t>(corpus.terms.size()));
    corpus.lengths.push_back(n);
  }
  return corpus;
}

/// Writes the index; prints its sizes and how long it took.
void build(Pages& pages, const Corpus& corpus) {
  // Postings by term.
  std::vector<std::uint32_t> starts(corpus.vocabulary + std::size_t{1});
  for (const std::uint32_t term : corpus.terms) {
    ++starts[term + 1];
  }
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<std::uint32_t> at(starts.begin(), starts.end() - 1);
  std::vector<std::uint32_t> documents(corpus.terms.size());
  std::vector<std::uint8_t> frequency(corpus.terms.size());
  for (std::uint32_t i = 0; i < corpus.documents(); ++i) {
    for (std::uint32_t j = corpus.starts[i]; j < corpus.starts[i + 1]; ++j) {
      const std::uint32_t place = at[corpus.terms[j]]++;
      documents[place] = i;
      frequency[place] = corpus.frequency[j];
    }
  }
  Memory memory;
  const double begin = seconds();
  check(postings::create_index(pages, {}));
  const auto writer = std::make_unique<postings::SegmentWriter>();
  check(writer->begin(memory, postings::sink_of(pages), {}, 1));
  for (std::uint32_t i = 0; i < corpus.documents(); ++i) {
    check(writer->add_document(row_of(i), corpus.lengths[i]));
  }
  check(writer->end_documents());
  for (std::uint32_t term = 0; term < corpus.vocabulary; ++term) {
    const std::string name = name_of(term);
    writer->begin_term({name.data(), static_cast<std::uint32_t>(name.size())});
    for (std::uint32_t i = starts[term]; i < starts[term + 1]; ++i) {
      check(writer->add_posting(documents[i], frequency[i]));
    }
    check(writer->end_term());
  }
  SegmentEntry entry;
  check(writer->finish(&entry));
  check(postings::add_built_segment(pages, entry));
  const double took = seconds() - begin;
  const auto postings = static_cast<double>(entry.postings);
  std::printf("%u documents, %u terms, %.1f M postings; written in %.2f s, %.0f M postings/s\n",
              entry.documents, entry.terms, postings / 1e6, took, postings / took / 1e6);
  const char* names[] = {"lengths", "rows", "live", "blocks", "heads", "short", "terms"};
  double all = 0;
  for (int part = 0; part < kTextParts; ++part) {
    const double bytes = entry.pages[part] * static_cast<double>(kPageSize);
    all += bytes;
    std::printf("  %-8s %7.2f MB\n", names[part], bytes / 1e6);
  }
  std::printf("  all      %7.2f MB, %.2f bits a posting\n", all / 1e6, 8 * all / postings);
}

using QueryTerms = std::vector<std::string>;

/// As many terms as queries of MS MARCO have after stemming and without stop words.
std::size_t query_length(std::mt19937& random) {
  const double shares[] = {3.5, 16.3, 30.2, 26.1, 14.2, 5.9, 2.2, 1.6};
  double at = std::uniform_real_distribution<double>(0, 100)(random);
  for (std::size_t i = 0; i < std::size(shares); ++i) {
    at -= shares[i];
    if (at < 0) {
      return i + 1;
    }
  }
  return std::size(shares);
}

std::vector<QueryTerms> make_queries(const Corpus& corpus, std::size_t n, std::mt19937& random) {
  std::vector<QueryTerms> queries;
  while (queries.size() < n) {
    const auto document = static_cast<std::uint32_t>(random()) % corpus.documents();
    std::vector<std::uint32_t> terms(corpus.terms.begin() + corpus.starts[document],
                                     corpus.terms.begin() + corpus.starts[document + 1]);
    std::shuffle(terms.begin(), terms.end(), random);
    const std::size_t length = query_length(random);
    if (terms.size() < length) {
      continue;
    }
    QueryTerms query;
    for (std::size_t i = 0; i < length; ++i) {
      query.push_back(name_of(terms[i]));
    }
    queries.push_back(query);
  }
  return queries;
}

struct Run {
  const char* name;
  std::int32_t k;
  bool prunes;
  const RowBits* set;
};

/// Scores of what a query finds.
std::vector<double> search(Pages& pages, const postings::Model& model, const QueryTerms& query,
                           const Run& run, Memory& memory, postings::SearchCounts* counts) {
  postings::Term terms[16];
  for (std::size_t i = 0; i < query.size(); ++i) {
    terms[i] = {query[i].data(), static_cast<std::uint32_t>(query[i].size())};
  }
  memory.reset();
  Candidates found(memory);
  if (!found.reset(run.k)) {
    std::exit(1);
  }
  const postings::TextRequest request{terms, static_cast<std::uint32_t>(query.size()), run.k,
                                      run.set == nullptr ? RowFilter{} : run.set->filter(),
                                      run.prunes};
  check(postings::search(pages, model, request, &found, counts));
  std::int64_t n;
  const Candidate* rows = found.sorted(&n);
  std::vector<double> scores;
  for (std::int64_t i = 0; i < n; ++i) {
    scores.push_back(rows[i].bound);
  }
  return scores;
}

void measure(Pages& pages, const postings::Model& model, const std::vector<QueryTerms>& queries,
             const Run& run, const std::vector<std::vector<double>>* truth) {
  Memory memory;
  std::vector<double> times;
  std::vector<std::vector<double>> by_length(9);
  postings::SearchCounts counts;
  const std::int64_t reads = pages.reads;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    postings::SearchCounts unused;
    const auto scores = search(pages, model, queries[i], run, memory, &counts);
    wrong += truth != nullptr && scores != (*truth)[i] ? 1 : 0;
    double least = 1e9;
    for (int round = 0; round < 3; ++round) {
      const double begin = seconds();
      search(pages, model, queries[i], run, memory, &unused);
      least = std::min(least, 1e6 * (seconds() - begin));
    }
    times.push_back(least);
    by_length[queries[i].size()].push_back(least);
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  const auto n = static_cast<double>(times.size());
  std::printf("%-28s %7.0f %7.0f %7.0f %7.0f %9.0f %7.0f %7.0f %6.0f %6.0f ", run.name,
              std::accumulate(times.begin(), times.end(), 0.0) / n, at(0.5), at(0.95), at(0.99),
              static_cast<double>(counts.postings) / n, static_cast<double>(counts.probes) / n,
              static_cast<double>(counts.blocks) / n, static_cast<double>(counts.windows) / n,
              static_cast<double>(pages.reads - reads) / n / 4);
  for (std::size_t length = 1; length < by_length.size(); ++length) {
    auto& some = by_length[length];
    std::sort(some.begin(), some.end());
    std::printf(" %.0f", some.empty() ? 0.0 : some[some.size() / 2]);
  }
  std::printf("%s\n", wrong == 0 ? "" : "  WRONG");
}

/// A set of about that share of the rows.
void fill(RowBits* set, const Corpus& corpus, double share, std::mt19937& random) {
  std::uniform_real_distribution<double> uniform(0, 1);
  for (std::uint32_t page = 0; page * kRowsOfPage < corpus.documents(); ++page) {
    std::uint16_t lines[kRowsOfPage];
    std::int32_t n = 0;
    for (std::uint16_t line = 1; line <= kRowsOfPage; ++line) {
      if (uniform(random) < share) {
        lines[n++] = line;
      }
    }
    if (n > 0) {
      set->add(page, lines, n);
    }
  }
}

/// Postings a second of decoding and of scoring, in the cache.
void measure_kernels() {
  const kernel::TextKernels& kernels = kernel::active().text;
  std::vector<std::uint8_t> lengths(kWindowDocuments + std::size_t{3}, 40);
  postings::Norms norms;
  norms.set({}, 40);
  postings::Postings postings;
  std::uint32_t gaps[kBlockPostings];
  for (std::uint32_t i = 0; i < kBlockPostings; ++i) {
    gaps[i] = i % 61;
  }
  gaps[0] = 0;
  std::uint8_t packed[16 * 31];
  kernels.pack(gaps, 6, packed);
  constexpr int kRounds = 200000;
  double begin = seconds();
  for (int i = 0; i < kRounds; ++i) {
    kernels.unpack_gaps(packed, 6, 0, postings.documents);
    kernels.unpack(packed, 2, postings.extra);
  }
  const double postings_done = static_cast<double>(kRounds) * kBlockPostings;
  const double decode = postings_done / (seconds() - begin);
  std::int32_t scores[kBlockPostings];
  begin = seconds();
  for (int i = 0; i < kRounds; ++i) {
    kernels.score(postings.documents, postings.extra, kBlockPostings,
                  {1e8F, norms.of, lengths.data(), 0}, scores);
  }
  const double score = postings_done / (seconds() - begin);
  std::uint32_t hashes[540];
  for (std::uint32_t i = 0; i < std::size(hashes); ++i) {
    hashes[i] = i * 2654435761u;
  }
  const std::uint32_t wanted[] = {1, 2, 3, 4};
  std::uint16_t places[std::size(hashes)];
  std::size_t found = 0;
  begin = seconds();
  for (int i = 0; i < kRounds / 10; ++i) {
    hashes[i % std::size(hashes)] = static_cast<std::uint32_t>(i);
    found += kernels.find_hashes(hashes, std::size(hashes), wanted, std::size(wanted), places);
  }
  const double page = 1e9 * (seconds() - begin) / (kRounds / 10);
  std::printf(
      "%-10s decodes %.2f, scores %.2f G postings/s; 4 hashes in a page of pending: %.0f ns "
      "(%zu)\n",
      kernel::active().name, decode / 1e9, score / 1e9, page, found);
}

int run(std::uint32_t documents, std::size_t queries_wanted, std::uint32_t topics, int only) {
  for (const kernel::Kernels* const* table = kernel::available(); *table != nullptr; ++table) {
    kernel::select((*table)->name);
    measure_kernels();
  }
  kernel::select_best();
  std::mt19937 random(1);
  const Corpus corpus = make_corpus(documents, topics, random);
  Pages pages;
  build(pages, corpus);
  Memory model_memory;
  postings::Model model;
  check(postings::load_model(pages, model_memory, nullptr, &model));
  const auto queries = make_queries(corpus, queries_wanted, random);
  Memory sets_memory;
  RowBits tenth(sets_memory);
  RowBits hundredth(sets_memory);
  RowBits thousandth(sets_memory);
  fill(&tenth, corpus, 0.1, random);
  fill(&hundredth, corpus, 0.01, random);
  fill(&thousandth, corpus, 0.001, random);
  std::printf("%-28s %7s %7s %7s %7s %9s %7s %7s %6s %6s  p50 by terms 1 .. 8\n", "us a query",
              "mean", "p50", "p95", "p99", "postings", "probes", "blocks", "window", "reads");
  int row = 0;
  for (const Run& run :
       {Run{"k 10", 10, true, nullptr}, Run{"k 100", 100, true, nullptr},
        Run{"k 1000", 1000, true, nullptr}, Run{"k 10 of 10 %", 10, true, &tenth},
        Run{"k 10 of 1 %", 10, true, &hundredth}, Run{"k 10 of .1 %", 10, true, &thousandth}}) {
    if (only >= 0 && only != row++) {
      continue;
    }
    std::vector<std::vector<double>> truth;
    if (only >= 0) {
      measure(pages, model, queries, run, nullptr);
      continue;
    }
    Memory memory;
    postings::SearchCounts counts;
    Run exhaustive = run;
    exhaustive.prunes = false;
    for (const QueryTerms& query : queries) {
      truth.push_back(search(pages, model, query, exhaustive, memory, &counts));
    }
    measure(pages, model, queries, run, &truth);
  }
  if (only < 0) {
    measure(pages, model, queries, {"k 10, all postings", 10, false, nullptr}, nullptr);
  }
  return 0;
}

}  // namespace
}  // namespace vecext

int main(int argc, char** argv) {
  std::uint32_t documents = 1000000;
  std::size_t queries = 500;
  std::uint32_t topics = 500;
  int only = -1;
  for (int i = 1; i + 1 < argc; i += 2) {
    const auto value = static_cast<std::uint32_t>(std::atoi(argv[i + 1]));
    if (std::strcmp(argv[i], "--documents") == 0) {
      documents = value;
    } else if (std::strcmp(argv[i], "--queries") == 0) {
      queries = value;
    } else if (std::strcmp(argv[i], "--topics") == 0) {
      topics = value;
    } else if (std::strcmp(argv[i], "--only") == 0) {
      only = static_cast<int>(value);
    }
  }
  return vecext::run(documents, queries, topics, only);
}
