// Bandwidth of this machine, and the bytes that the integrator moves in a case.
//
//   roofline CASE [--set PATH=VALUE]... [--threads N]
//
// Bandwidth is that of a[i] = b[i] + s c[i] with arrays of each thread's own: 24 bytes an element (McCalpin 1995; what
// a cache reads before it is written is not counted). Bytes follow from the sizes of what a pass over the pieces
// touches, each once a pass: what is gathered from nodes, fronts, meters, and the parameters and matrices that like
// components share are left out, so they are a lower bound.

#include <time.h>

#include <algorithm>
#include <barrier>
#include <limits>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "io/twin.h"

namespace wattloop::bench {
namespace {

/// Processor time of this thread, s: what other programs take of a core does not count.
double thread_clock() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The best of several passes over arrays of `bytes` in all for each thread, bytes/s of all threads.
double triad(std::size_t bytes, int threads) {
  constexpr double scale = 3.0, least_time = 0.02;  // s
  constexpr int repetitions = 8;
  const std::size_t n = bytes / (3 * sizeof(double));
  std::barrier together(threads);
  std::vector<double> best(threads, std::numeric_limits<double>::infinity());
  long passes = 1;
  const auto work = [&](int self) {
    std::vector<double> a(n, 0.0), b(n, 1.0), c(n, 2.0);
    const auto run = [&](long count) {
      const double begin = thread_clock();
      for (long pass = 0; pass < count; ++pass) {
        double *to = a.data(), *from = b.data(), *other = c.data();
        asm volatile("" : "+r"(to), "+r"(from), "+r"(other)::"memory");  // each pass is made
        for (std::size_t i = 0; i < n; ++i) to[i] = from[i] + scale * other[i];
      }
      return (thread_clock() - begin) / static_cast<double>(count);
    };
    run(1);
    const double once = run(1);
    if (self == 0) passes = std::max(1L, static_cast<long>(least_time / once));
    for (int r = 0; r < repetitions; ++r) {
      together.arrive_and_wait();
      best[self] = std::min(best[self], run(passes));
    }
  };
  std::vector<std::thread> pool;
  for (int i = 0; i < threads; ++i) pool.emplace_back(work, i);
  for (std::thread& t : pool) t.join();
  return threads * 3.0 * sizeof(double) * static_cast<double>(n) / *std::max_element(best.begin(), best.end());
}

/// Bytes that a pass moves beside the vectors of the integrator, and one of these.
struct Traffic {
  double components = 0.0, vector = 0.0;
};

Traffic traffic(const System& system) {
  Traffic sum;
  for (int g = 0; g < system.groups(); ++g) {
    const GroupBase& group = system.group(g);
    // What inputs hold, and through-values.
    sum.components += sizeof(double) * static_cast<double>(group.size()) * (group.across() + group.through());
  }
  sum.vector = sizeof(double) * static_cast<double>(system.size());
  return sum;
}

int run(int argc, char** argv) {
  CLI::App program("Bandwidth of the machine and bytes moved in a case");
  std::string file;
  std::vector<std::string> changes;
  int threads = 1;
  program.add_option("case", file)->required();
  program.add_option("--set", changes)->expected(1)->take_all();
  program.add_option("--threads", threads);
  CLI11_PARSE(program, argc, argv);
  std::vector<std::pair<std::string, std::string>> settings{{"run.symmetry", "false"}};
  for (const std::string& change : changes)
    settings.emplace_back(change.substr(0, change.find('=')), change.substr(change.find('=') + 1));
  const Twin twin(read_case(file, settings), threads);
  const Traffic moved = traffic(twin.network().system());
  nlohmann::json result = {{"unknowns", twin.network().system().size()},
                           {"component_bytes", moved.components},
                           {"vector_bytes", moved.vector}};
  constexpr double MiB = 1048576.0;
  for (const double size : {0.75, 24.0, 768.0})  // of each thread: L2, L3 and memory where the L3 is not huge
    result["triad_bytes_per_s"][fmt::format("{:g} MiB", size)] = triad(static_cast<std::size_t>(size * MiB), threads);
  fmt::print("{}\n", result.dump(2));
  return 0;
}

}  // namespace
}  // namespace wattloop::bench

int main(int argc, char** argv) {
  try {
    return wattloop::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 3;
  }
}
