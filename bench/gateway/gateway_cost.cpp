// What the gateway costs beside the same statement over libpq: processor time a query, and queries
// a second of one and of two connections.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <thread>

#include "common/data_options.h"
#include "common/report.h"
#include "common/server.h"
#include "common/wire.h"
#include "gateway/clients.h"
#include "gateway/process_time.h"
#include "gateway/program.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::ordered_json;

constexpr int kHttpPort = 17633;
constexpr int kGrpcPort = 17634;

// With what a timer takes besides, this is about as long as a backend waits for the next statement
// behind the gateway.
constexpr std::chrono::microseconds kPause{50};

struct Options {
  DataOptions data;
  std::string gateway;
  std::size_t rows = 100000;
  std::size_t queries = 500;
  std::size_t rounds = 7;
  double seconds = 3;
};

/// A way to ask; it makes connections.
struct Way {
  std::string name;
  bool is_direct;  // to the server, without the gateway
  std::function<std::unique_ptr<Client>()> connect;
};

/// A collection for each number of dimensions.
std::string collection_of(const Dataset& data) {
  return "gateway_cost_" + std::to_string(data.base.columns);
}

std::string distance_of(Metric metric) {
  return metric == Metric::kCosine ? "Cosine" : metric == Metric::kEuclidean ? "Euclid" : "Dot";
}

/// Makes the collection with its graph, unless it is there with as many rows.
void load(const Options& options, const Dataset& data) {
  Server server("vecext", options.data.vecext);
  server.execute("CREATE EXTENSION IF NOT EXISTS vecext");
  const std::size_t count = std::min(options.rows, data.base.rows);
  const std::string rows = std::to_string(count);
  const std::string name = collection_of(data);
  if (server.column("SELECT 1 FROM vecext.list_collections() WHERE name = '" + name + "'").size() ==
      1) {
    if (server.column("SELECT vecext.count_points('" + name + "', NULL)") ==
        std::vector<std::string>{rows}) {
      return;
    }
    server.execute("SELECT vecext.drop_collection('" + name + "')");
  }
  server.execute("SELECT vecext.create_collection('" + name + R"(', '{"size": )" +
                 std::to_string(data.base.columns) + R"(, "distance": ")" +
                 distance_of(data.metric) + R"("}', '{}', '{"index_threshold": )" + rows + "}')");
  server.execute("CREATE TEMP TABLE loaded (id int, embedding vector)");
  server.copy("COPY loaded FROM STDIN (FORMAT binary)", CopyRows::binary_with_ids(data.base), 0,
              count);
  server.execute("INSERT INTO " + name + " (id, embedding) SELECT id, embedding FROM loaded");
  server.execute("SELECT vecext.create_vector_indexes('" + name + "')");
  server.execute("VACUUM ANALYZE " + name);
}

/// Microseconds of processor time a query: of the client's thread, of the gateway, of backends.
struct Times {
  double client;
  double gateway;
  double backends;
};

double thread_microseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

Times ask_all(Client& client, std::size_t queries, int gateway, const Backends& backends) {
  const double client_before = thread_microseconds();
  const double gateway_before = processor_microseconds(gateway);
  const double backends_before = backends.processor_microseconds();
  for (std::size_t i = 0; i < queries; ++i) {
    client.ask(i);
  }
  const auto count = static_cast<double>(queries);
  return {(thread_microseconds() - client_before) / count,
          (processor_microseconds(gateway) - gateway_before) / count,
          (backends.processor_microseconds() - backends_before) / count};
}

/// The least of each over the rounds, in which the ways take turns.
ordered_json cost_table(const Options& options, const std::vector<Way>& ways, int gateway) {
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<Times> least(ways.size(), {1e9, 1e9, 1e9});
  for (const Way& way : ways) {
    clients.push_back(way.connect());
    for (std::size_t i = 0; i < options.queries; ++i) {
      clients.back()->ask(i);
    }
  }
  Backends backends(options.data.vecext);
  backends.find();
  for (std::size_t round = 0; round < options.rounds; ++round) {
    for (std::size_t i = 0; i < ways.size(); ++i) {
      const Times times = ask_all(*clients[i], options.queries, gateway, backends);
      least[i].client = std::min(least[i].client, times.client);
      least[i].gateway = std::min(least[i].gateway, times.gateway);
      least[i].backends = std::min(least[i].backends, times.backends);
    }
  }
  ordered_json table = ordered_json::array();
  const double libpq = least[0].client + least[0].backends;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const double in_front = ways[i].is_direct ? least[i].client : least[i].gateway;
    table.push_back({{"way", ways[i].name},
                     {"client us", least[i].client},
                     {"gateway us", least[i].gateway},
                     {"backend us", least[i].backends},
                     {"gateway and backend above libpq's client and backend us",
                      in_front + least[i].backends - libpq}});
  }
  return table;
}

/// Queries a second of so many connections at a time.
double rate(const Options& options, const Way& way, std::size_t connections) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < connections; ++i) {
    clients.push_back(way.connect());
    clients.back()->ask(0);
  }
  std::vector<std::future<double>> rates;
  for (std::size_t i = 0; i < connections; ++i) {
    rates.push_back(std::async(std::launch::async, [&options, &client = *clients[i], i] {
      const auto start = Clock::now();
      double elapsed = 0;
      std::size_t asked = 0;
      for (; elapsed < options.seconds; ++asked) {
        client.ask((asked + i * options.queries / 2) % options.queries);
        elapsed = std::chrono::duration<double>(Clock::now() - start).count();
      }
      return static_cast<double>(asked) / elapsed;
    }));
  }
  double sum = 0;
  for (std::future<double>& result : rates) {
    sum += result.get();
  }
  return sum;
}

/// The ways take turns in each round; ratios to the first way are formed within a round.
ordered_json rate_table(const Options& options, const std::vector<Way>& ways) {
  ordered_json table = ordered_json::array();
  for (const std::size_t connections : {1, 2}) {
    std::vector<std::vector<double>> rates(ways.size()), ratios(ways.size());
    for (std::size_t round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < ways.size(); ++i) {
        rates[i].push_back(rate(options, ways[i], connections));
        ratios[i].push_back(rates[i].back() / rates[0].back());
      }
    }
    for (std::size_t i = 0; i < ways.size(); ++i) {
      table.push_back({{"way", ways[i].name},
                       {"connections", connections},
                       {"queries a second", median(rates[i])},
                       {"ratio to libpq", median(ratios[i])}});
    }
  }
  return table;
}

/// Throws std::runtime_error unless all ways return the same points.
void check_answers(const Options& options, const std::vector<Way>& ways) {
  std::vector<std::unique_ptr<Client>> clients;
  for (const Way& way : ways) {
    clients.push_back(way.connect());
  }
  for (std::size_t query = 0; query < options.queries; ++query) {
    for (const std::unique_ptr<Client>& client : clients) {
      client->ask(query);
      if (client->ids().size() != 10 || client->ids() != clients[0]->ids()) {
        throw std::runtime_error("the ways return other points");
      }
    }
  }
}

void run(const Options& options) {
  Dataset data = read_dataset(options.data.data);
  load(options, data);
  data.queries.rows = std::min(options.queries, data.queries.rows);
  const std::string& conninfo = options.data.vecext;
  const Search search{collection_of(data)};
  const std::vector<Way> ways = {
      {"libpq", true, [&] { return libpq_client(conninfo, search, data.queries); }},
      {"REST", false, [&] { return rest_client(kHttpPort, search, data.queries); }},
      {"gRPC", false, [&] { return grpc_client(kGrpcPort, search, data.queries); }}};
  std::vector<Way> ways_with_pause = ways;
  ways_with_pause.push_back({"libpq after a pause", true,
                             [&] { return libpq_client(conninfo, search, data.queries, kPause); }});
  ordered_json results;
  {
    const Program gateway(options.gateway, conninfo, 1, kHttpPort, kGrpcPort);
    check_answers(options, ways);
    results["cost"] = cost_table(options, ways_with_pause, gateway.process());
    print_rows(std::cout, "processor time a query, one connection", results["cost"]);
  }
  const Program gateway(options.gateway, conninfo, 2, kHttpPort, kGrpcPort);
  results["rate"] = rate_table(options, ways);
  print_rows(std::cout, "rate", results["rate"]);
  if (!options.data.json.empty()) {
    std::ofstream(options.data.json) << results.dump(2) << '\n';
  }
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  CLI::App app("What the gateway costs beside libpq");
  bench::Options options;
  bench::add_data_options(app, options.data);
  app.add_option("--gateway", options.gateway, "The program vecextd")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--rows", options.rows, "Rows of the data set that the collection has");
  app.add_option("--queries", options.queries, "Queries that are asked");
  app.add_option("--rounds", options.rounds, "Rounds of which the least time is shown");
  app.add_option("--seconds", options.seconds, "Seconds of a measurement of rates");
  CLI11_PARSE(app, argc, argv);
  try {
    bench::run(options);
  } catch (const std::exception& error) {
    std::cerr << "gateway_cost: " << error.what() << '\n';
    return 1;
  }
}
