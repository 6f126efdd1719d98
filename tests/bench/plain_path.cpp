// Runs a case on one or more integrators and prints what each costs, and how far it is from the most exact one.
//
//   plain_path CASE [--set PATH=VALUE]... [--threads N] --run fast@0.05 --run plain@0.05 --run reference@0.0001
//
// `fast` is the integrator of the program, `plain` IDA with one sparse analytic Jacobian of all unknowns and KLU,
// `reference` IDA on the program's own linear solver; the tolerance is that of temperatures, K. Nothing is recorded.
// With several runs the errors are those to the last one: the largest difference of any rack's hottest GPU and
// of its return at any forcing interval.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "io/rack_record.h"
#include "io/twin.h"
#include "solver/simulation.h"
#include "tests/bench/plain_ida.h"

namespace wattloop::bench {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

struct Outcome {
  std::string name;
  double setup = 0.0, seconds = 0.0;  // s
  Statistics statistics;
  std::vector<std::vector<double>> T_die, T_return;  ///< of the racks, at each forcing interval; K
};

std::unique_ptr<Integrator> integrator_of(Twin& twin, const std::string& path, double tolerance) {
  if (path == "plain") {
    twin.system().prepare_to_solve(0);
    return std::make_unique<PlainIda>(twin.system(), Tolerances{tolerance}, twin.description().run.forcing_interval);
  }
  return twin.integrator(path == "reference");
}

/// What a run does, as io/case_run.cpp plans it, without what it writes.
Outcome run(const std::string& file, Settings settings, int threads, const std::string& name) {
  const std::size_t at = name.find('@');
  const std::string path = name.substr(0, at);
  const double tolerance = std::stod(name.substr(at + 1));
  settings.emplace_back("run.tolerance", fmt::format("{} K", tolerance));
  Outcome outcome{name, 0.0, 0.0, {}, {}, {}};
  double clock = wall_clock();
  Twin twin(read_case(file, settings), threads);
  const std::vector<double> start = twin.steady_state().y;
  const std::unique_ptr<Integrator> integrator = integrator_of(twin, path, tolerance);
  Simulation simulation(*integrator);
  const Case& c = twin.description();
  const double h = c.run.forcing_interval;
  const auto sample = [&](double t, const auto& y) { return twin.sample_sequences(t, y); };
  for (const CaseEvent& event : c.events) {
    simulation.at(event.time, [&](double t, const auto&) { return twin.apply_event(event, t); });
    simulation.at(event.time, sample);
    simulation.at(event.time + 0.3, sample);
  }
  simulation.every(h, [&](double t, const auto&) { return twin.apply_workload(t, t + h); });
  simulation.every(c.run.sample_interval, sample);
  for (const double s : twin.sample_times())
    simulation.every(s, [&, s](double, const auto& y) { return twin.sample_controllers(s, y); });
  simulation.when([&](const auto& y) { return twin.hottest_above_trip(y); },
                  [&](double t, const auto& y) { return twin.trip_racks(t, y); });
  std::vector<double> out;
  simulation.record_every(h, [&](double, const auto& y) {
    auto &die = outcome.T_die.emplace_back(), &back = outcome.T_return.emplace_back();
    for (const RackInstance& rack : twin.network().racks()) {
      const RackStatistics s = statistics_of(twin.system(), rack, y, out);
      die.push_back(s.T_die_max);
      back.push_back(s.T_return);
    }
  });
  integrator->restart(0.0, start);
  outcome.setup = wall_clock() - clock;
  clock = wall_clock();
  simulation.run(c.run.duration);
  outcome.seconds = wall_clock() - clock;
  outcome.statistics = integrator->statistics();
  return outcome;
}

double largest_difference(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b) {
  double most = 0.0;
  for (std::size_t t = 0; t < std::min(a.size(), b.size()); ++t)
    for (std::size_t i = 0; i < a[t].size(); ++i) most = std::max(most, std::abs(a[t][i] - b[t][i]));
  return most;
}

int run_all(int argc, char** argv) {
  CLI::App program("Times integrators side by side");
  std::string file;
  std::vector<std::string> changes, runs{"fast@0.05"};
  int threads = 1;
  program.add_option("case", file)->required();
  program.add_option("--set", changes)->expected(1)->take_all();
  program.add_option("--run", runs, "INTEGRATOR@TOLERANCE")->expected(1)->take_all();
  program.add_option("--threads", threads);
  CLI11_PARSE(program, argc, argv);
  Settings settings{{"run.symmetry", "false"}};
  for (const std::string& change : changes)
    settings.emplace_back(change.substr(0, change.find('=')), change.substr(change.find('=') + 1));
  std::vector<Outcome> outcomes;
  for (const std::string& name : runs) outcomes.push_back(run(file, settings, threads, name));
  nlohmann::json result = nlohmann::json::array();
  for (const Outcome& o : outcomes) {
    result.push_back({{"run", o.name},
                      {"setup_s", o.setup},
                      {"seconds", o.seconds},
                      {"steps", o.statistics.steps},
                      {"residuals", o.statistics.residuals},
                      {"linearisations", o.statistics.linearisations},
                      {"restarts", o.statistics.restarts},
                      {"peak_mb", peak_mb()}});
    if (outcomes.size() > 1) {
      result.back()["T_die_error_k"] = largest_difference(o.T_die, outcomes.back().T_die);
      result.back()["T_return_error_k"] = largest_difference(o.T_return, outcomes.back().T_return);
    }
  }
  fmt::print("{}\n", result.dump(2));
  return 0;
}

}  // namespace
}  // namespace wattloop::bench

int main(int argc, char** argv) {
  try {
    return wattloop::bench::run_all(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
}
