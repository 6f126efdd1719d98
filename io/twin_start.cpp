// The steady state in which a run begins.

#include <algorithm>

#include <fmt/format.h>

#include "io/twin.h"
#include "models/fluids.h"
#include "solver/errors.h"
#include "solver/symmetric_integrator.h"

namespace wattloop {

namespace {

/// Batteries rest while a steady state is sought: they have none while they give or take power.
class StandingClock {
 public:
  explicit StandingClock(System& system) : system_(system) { write(0.0); }
  ~StandingClock() { write(1.0); }
  StandingClock(const StandingClock&) = delete;
  StandingClock& operator=(const StandingClock&) = delete;

 private:
  void write(double runs) {
    for (int g = 0; g < system_.groups(); ++g) {
      GroupBase& group = system_.group(g);
      const int input = group.type().port_index("clock");
      if (input < 0) continue;
      for (int i = 0; i < group.size(); ++i) group.held(i, group.type().across_offset(input)) = runs;
    }
  }
  System& system_;
};

/// Beyond the ends of their properties liquids go on as if they were none: what balances there is no plant.
void require_liquids(const System& system, const std::vector<double>& y) {
  for (int node = 0; node < system.nodes(); ++node) {
    if (system.node_connector(node) != Connector::liquid) continue;
    const double T = y[system.node_unknown(node) + 1];
    if (T < Liquid::T_low || T > Liquid::T_high)
      throw SolverError(
          fmt::format("no steady state: the liquid at {} settles at {:.4g} K; a likely cause is heat that "
                      "nothing carries away, such as that of a circuit without flow",
                      system.node_path(node), T));
  }
}

}  // namespace

SteadyStateResult Twin::steady_state(double t, double span, std::vector<double> near) {
  constexpr double longest_first_step = 1e9;  // s
  start_ = {t, span > 0.0 ? span : case_.run.forcing_interval};
  apply_workload(start_.time, start_.time + start_.span);
  const bool has_near = !near.empty();
  std::vector<double> y = has_near ? std::move(near) : system().start();
  // What a sequence first does is set its equipment up; that needs readings of the weather only.
  for (const char* name : {"T_db", "T_wb", "W", "p"}) {
    const int u = system().node_unknown(network_->weather_node(name));
    y[u] = system().source_value(network_->weather_node(name), start_.time);
  }
  sample_sequences(start_.time, y);
  const bool is_near = has_near || come_near(y);
  SteadyStateResult result =
      settle_with_sequences(std::move(y), is_near ? longest_first_step : shortest_first_step, case_.run.symmetry);
  require_liquids(system(), result.y);
  return result;
}

SteadyStateResult Twin::settle_with_sequences(std::vector<double> y, double first_step, bool merges) {
  constexpr int most_rounds = 8;
  SteadyStateResult result = settle(std::move(y), first_step, merges);
  for (int round = 0; round < most_rounds && sample_sequences(start_.time, result.y); ++round) try {
      result = settle(result.y, shortest_first_step, merges);
    } catch (const SolverError& error) {
      // Fewer machines than the load needs, say: the plant is on its way when the run begins.
      warnings_.push_back(fmt::format("the run starts from a steady state that its sequences leave: {}", error.what()));
      break;
    }
  return result;
}

/// Where nothing but the workload tells racks apart: the steady state with the mean load of those that have a like one,
/// which symmetry makes a small plant. False if there is no such short cut.
bool Twin::come_near(std::vector<double>& y) {
  constexpr int large = 10000;      // unknowns: smaller plants settle in no time
  constexpr std::size_t least = 5;  // times fewer components than without levelling: else it does not pay
  if (!workload_ || system().size() < large) return false;
  const std::size_t distinct = Symmetry::of(system(), y).distinct();
  level_workload(start_.time, start_.time + start_.span);
  bool is_near = least * Symmetry::of(system(), y).distinct() < distinct;
  const std::size_t warnings = warnings_.size();
  if (is_near) try {
      y = settle_with_sequences(y, shortest_first_step, true).y;
    } catch (const SolverError&) {
      is_near = false;
    }
  warnings_.resize(warnings);
  apply_workload(start_.time, start_.time + start_.span);
  return is_near;
}

/// Gives each rack the mean activity of all that have nearly the same.
void Twin::level_workload(double t0, double t1) {
  constexpr double gap = 0.02;  // of activity: more of it parts one kind of load from the next
  const auto& racks = network_->racks();
  std::vector<std::pair<double, std::size_t>> sorted;
  for (std::size_t i = 0; i < racks.size(); ++i) sorted.emplace_back(mean_activity(racks[i], t0, t1), i);
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    double sum = 0.0;
    for (; end < sorted.size() && (end == begin || sorted[end].first - sorted[end - 1].first < gap); ++end)
      sum += sorted[end].first;
    for (std::size_t k = begin; k < end; ++k)
      for (const RackDevice& device : racks[sorted[k].second].devices)
        write_power(racks[sorted[k].second], device, sum / static_cast<double>(end - begin));
  }
}

SteadyStateResult Twin::settle(std::vector<double> y, double first_step, bool merges) {
  const StandingClock standing(system());
  Symmetry symmetry;
  if (merges) symmetry = Symmetry::of(system(), y);
  if (!merges || !is_worthwhile(symmetry)) {
    system().prepare_to_solve(Sdirk::linearisations);
    return find_steady_state(system(), start_.time, std::move(y), first_step);
  }
  Quotient quotient(system(), std::move(symmetry), workers_, 1);
  SteadyStateResult result = find_steady_state(quotient.system(), start_.time, quotient.reduce(y), first_step);
  quotient.expand(std::vector<double>(result.y), result.y);
  return result;
}

}  // namespace wattloop
