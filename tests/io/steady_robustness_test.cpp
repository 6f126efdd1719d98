// The steady state of every example, cold and far from where it was designed.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "io/summary.h"
#include "io/twin.h"
#include "solver/errors.h"
#include "tests/support/random.h"

namespace wattloop {
namespace {

constexpr double kelvin = 273.15;

Case read_example(const std::string& name, const std::vector<std::pair<std::string, std::string>>& overrides = {}) {
  return read_case(std::string(WATTLOOP_SOURCE_DIR) + "/examples/" + name + "/case.yaml", overrides);
}

Case example(const std::string& name) {
  if (name == "childress_200mw") return read_example(name, {{"run.resolution", "block"}});
  return read_example(name);
}

/// Factor on a power that turns it off: not zero, so that it can be taken back.
constexpr double no_power = 1e-6;

/// What is different from the example.
struct Perturbation {
  double T_tcs, T_fws;     // K, what the CDUs and the coolers are to hold
  double pressure;         // factor on all pressure differences that drive or control flow
  double activity, power;  // activity of all GPUs; factor on the power of all devices
  double T_db, T_dp;       // K, weather
  bool with_failure;
  double which;  // the unit that has failed, by its place in the list of all: 0 the first, 1 behind the last

  explicit Perturbation(std::uint64_t seed) {
    test::Random random(seed);
    T_tcs = kelvin + random.uniform(30.0, 50.0);
    T_fws = kelvin + random.uniform(20.0, 45.0);
    pressure = random.uniform(0.5, 1.5);
    activity = random.uniform();
    power = random.uniform(0.0, 1.2);
    if (random.chance(0.1)) power = no_power;
    T_db = kelvin + random.uniform(-15.0, 47.0);
    T_dp = T_db - random.uniform(1.0, 20.0);
    with_failure = random.chance(0.5);
    which = random.uniform();
  }

  std::string text() const {
    return fmt::format(
        "TCS {:.1f}, FWS {:.1f} degC, pressures x {:.2f}, activity {:.2f}, power x {:.2f}, air {:.1f} degC",
        T_tcs - kelvin, T_fws - kelvin, pressure, activity, power, T_db - kelvin);
  }
};

/// The value that an input of a part holds, or nothing.
double* held(Part& part, std::string_view input) {
  if (!part.type) return nullptr;
  for (InputBinding& binding : part.inputs)
    if (part.type->ports[binding.port].name == input && binding.signal.path.empty()) return &binding.held;
  return nullptr;
}

void scale(DevicePower& power, double factor) {
  for (double* p : {&power.gpu_idle, &power.gpu_cap, &power.cpu_idle, &power.cpu_cap, &power.switch_tray_idle,
                    &power.switch_tray_cap, &power.tray_rest_idle, &power.tray_rest_cap})
    *p *= factor;
}

void perturb(Part& part, const Perturbation& change) {
  if (part.rack) {
    RackSpec spec = *part.rack;
    scale(spec.power, change.power);
    spec.flow_per_power /= change.power;  // the same rack otherwise
    part.rack = std::make_shared<const RackSpec>(spec);
  }
  if (double* set_point = held(part, "set_point")) {
    if (part.name == "temperature_control") *set_point = change.T_tcs;
    if (part.name == "fan_control") *set_point = change.T_fws;
    if (part.name.ends_with("dp_control")) *set_point *= change.pressure;
  }
  if (part.name == "supply") *held(part, "T") = change.T_tcs;
  if (part.name == "fws_supply_main") *held(part, "T") = change.T_fws;
  for (InputBinding& binding : part.inputs)
    if (part.type && part.type->ports[binding.port].unit == "W") {
      binding.held *= change.power;
      for (auto& [time, power] : binding.schedule) power *= change.power;
    }
}

/// The pressure between a pair of sources.
void perturb_sources(Template& network, double factor) {
  const std::pair<std::string, std::string> pairs[] = {
      {"supply", "back"}, {"fws_supply_main", "fws_return_main"}, {"chw_supply_main", "chw_return_main"}};
  const auto pressure = [&](const std::string& name) -> double* {
    for (Part& part : network.parts)
      if (part.name == name) return held(part, "p");
    return nullptr;
  };
  for (const auto& [from, to] : pairs) {
    double *high = pressure(from), *low = pressure(to);
    if (high && low) *high = *low + factor * (*high - *low);
  }
}

Case perturbed(const Case& original, const Perturbation& change) {
  Case description = original;
  NetworkDefinition& network = description.network;
  for (Part& part : network.site.parts) perturb(part, change);
  for (auto& [name, network_template] : network.templates)
    for (Part& part : network_template.parts) perturb(part, change);
  perturb_sources(network.site, change.pressure);
  description.weather = constant_weather(change.T_db, change.T_dp, description.site);
  if (description.workload) {
    for (JobSpec& job : description.workload->jobs) {
      JobSpec constant;
      constant.name = job.name;
      constant.racks = job.racks;
      constant.kind = ConstantSpec{change.activity};
      job = constant;
    }
  }
  return description;
}

/// Fails one pump, CDU, cooler or chiller, as an event of a run does; returns its path.
std::string fail_one(Twin& twin, double which) {
  std::vector<std::string> units;
  for (const Instance& instance : twin.network().instances())
    for (const char* kind : {"pump", "cdu", "dry_cooler", "air_cooled_chiller"})
      if (instance.kind == kind) units.push_back(instance.path);
  if (units.empty()) return "nothing";
  const std::string& unit = units[static_cast<std::size_t>(which * static_cast<double>(units.size()))];
  twin.apply_event({0.0, CaseEvent::Kind::fail, unit, "", {}}, 0.0);
  return unit;
}

/// A closed circuit whose every pump stands has no flow: the heat of its racks has nowhere to go, however little it is.
bool is_infeasible(Twin& twin) {
  if (twin.network().racks().empty()) return false;
  int pumps = 0, running = 0;
  for (const Instance& instance : twin.network().instances()) {
    if (instance.kind != "pump") continue;
    const GroupBase& group = twin.system().group(instance.component.group);
    const ComponentType& type = group.type();
    ++pumps;
    if (group.held(instance.component.index, type.across_offset(type.port_index("on"))) > 0.5) ++running;
  }
  return pumps > 0 && running == 0;
}

/// A steady state balances, and no part of the plant is beyond what its liquids and chips stand.
void expect_plausible(Twin& twin, const SteadyStateResult& result, const std::string& what) {
  const Summary summary = summarise_steady(twin, result.y);
  EXPECT_LE(summary.closure.energy, 1e-9) << what;
  EXPECT_LE(summary.closure.mass, 1e-9) << what;
  EXPECT_LE(summary.closure.electrical, 1e-9) << what;
  const System& system = twin.system();
  for (int node = 0; node < system.nodes(); ++node)
    if (system.node_connector(node) == Connector::liquid) {
      const double T = result.y[system.node_unknown(node) + 1];
      EXPECT_TRUE(T > kelvin - 20.0 && T < kelvin + 110.0) << what << ": " << system.node_path(node) << " " << T;
    }
}

/// Of the perturbations that have a steady state at least 98 % converge; the others are refused.
void expect_most_to_converge(const std::string& name, int first, int last) {
  const Case original = example(name);
  int feasible = 0, converged = 0;
  std::string failures;
  for (int seed = first; seed < last; ++seed) {
    const Perturbation change(static_cast<std::uint64_t>(seed));
    Twin twin(perturbed(original, change), 1);
    const std::string failed = change.with_failure ? fail_one(twin, change.which) : "nothing";
    const std::string what = fmt::format("{} {}: {}; fails: {}", name, seed, change.text(), failed);
    if (is_infeasible(twin)) {
      EXPECT_THROW(twin.steady_state(), SolverError) << what;
      continue;
    }
    ++feasible;
    try {
      expect_plausible(twin, twin.steady_state(), what);
      ++converged;
    } catch (const SolverError& error) {
      failures += fmt::format("{}\n  {}\n", what, error.what());
    }
  }
  EXPECT_GT(feasible, (last - first) / 3) << "with one CDU every failure, in half of the changes, leaves no flow";
  EXPECT_GE(converged, 0.98 * feasible) << failures;
}

TEST(SteadyRobustness, EveryExampleConvergesFromAColdStart) {
  for (const char* name : {"cold_plate", "rack", "cdu_loop", "block", "childress_200mw"}) {
    Twin twin(example(name), 1);
    expect_plausible(twin, twin.steady_state(), name);
  }
}

TEST(SteadyRobustness, PerturbationsReachThePlant) {
  const Perturbation change(3);
  Twin twin(perturbed(example("cdu_loop"), change), 1);
  twin.steady_state();
  const System& system = twin.system();
  const auto held_at = [&](const char* path) {
    const InputRef input = twin.network().find_inputs(0, path).front();
    return system.group(input.component.group).held(input.component.index, input.across);
  };
  EXPECT_EQ(held_at("cdu.temperature_control.set_point"), change.T_tcs);
  EXPECT_EQ(held_at("fws_supply_main.T"), change.T_fws);
  EXPECT_DOUBLE_EQ(held_at("tcs_dp_control.set_point"), change.pressure * 150e3);
  EXPECT_DOUBLE_EQ(held_at("fws_supply_main.p"), 2.5e5 + change.pressure * 1.5e5);
  EXPECT_DOUBLE_EQ(system.source_value(twin.network().weather_node("T_db"), 0.0), change.T_db);
  const RackDevice& gpu = twin.network().racks().front().devices.front();
  const GroupBase& plates = system.group(gpu.component.group);
  const ComponentType& plate = plates.type();
  const RackSpec designed;
  EXPECT_NEAR(plates.held(gpu.component.index, plate.across_offset(plate.port_index("power"))),
              change.power * designed.power.gpu(change.activity), 1e-9 * designed.power.gpu_cap);
}

TEST(SteadyRobustness, ColdPlate) {
  expect_most_to_converge("cold_plate", 0, 100);
}
TEST(SteadyRobustness, Rack) {
  expect_most_to_converge("rack", 0, 100);
}
TEST(SteadyRobustness, CduLoop) {
  expect_most_to_converge("cdu_loop", 0, 100);
}
TEST(SteadyRobustness, BlockSlow) {
  expect_most_to_converge("block", 0, 100);
}
TEST(SteadyRobustness, SiteSlow) {
  expect_most_to_converge("childress_200mw", 0, 20);
}

/// Takes a minute and more.
TEST(SteadyRobustness, SiteHeavy) {
  expect_most_to_converge("childress_200mw", 20, 100);
}

}  // namespace
}  // namespace wattloop
