// Whole runs: the same bits on any number of threads, ends before the end, trips, balances.

#include "io/run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "io/run_file.h"
#include "models/connectors.h"
#include "solver/component_type.h"
#include "tests/io/document_support.h"
#include "tests/io/same_records.h"

namespace wattloop {
namespace {

namespace fs = std::filesystem;
using Overrides = std::vector<std::pair<std::string, std::string>>;

Case example(const std::string& name, const Overrides& overrides) {
  return read_case(std::string(WATTLOOP_SOURCE_DIR) + "/examples/" + name + "/case.yaml", overrides);
}

RunOutcome run(Case description, const fs::path& directory, int threads = 1) {
  Twin twin(std::move(description), threads);
  RunOptions options;
  options.directory = directory.string();
  return run_case(twin, options);
}

CaseEvent set_at(double time, const std::string& path, const std::string& value) {
  CaseEvent event;
  event.time = time;
  event.path = path;
  event.value = value;
  return event;
}

const RecordGroup& group_of(const RunFile& file, const std::string& name) {
  for (const RecordGroup& group : file.groups())
    if (group.name == name) return group;
  throw std::invalid_argument("no such group: " + name);
}

/// Sixteen racks on one CDU, a job that starts after 20 s.
const Overrides short_loop = {{"run.duration", "90 s"}, {"workload.jobs.training.start", "20 s"}};

TEST(Run, HasTheSameBitsOnAnyNumberOfThreads) {
  const Directory directory;
  const std::pair<const char*, Overrides> cases[] = {
      {"cdu_loop", short_loop}, {"block", {{"run.duration", "45 s"}, {"workload.jobs.training.start", "15 s"}}}};
  for (const auto& [name, overrides] : cases) {
    const auto file_of = [&, example_name = name](int threads) {
      return directory.path() / example_name / std::to_string(threads);
    };
    for (int threads : {1, 2, 4}) EXPECT_EQ(run(example(name, overrides), file_of(threads), threads).error, "");
    const RunFile one((file_of(1) / "run.h5").string());
    EXPECT_EQ(one.times().back(), name == std::string("block") ? 45.0 : 90.0);
    for (int threads : {2, 4}) expect_same_records(one, RunFile((file_of(threads) / "run.h5").string()));
  }
}

TEST(Run, LeavesAValidFileWhenInterrupted) {
  const Directory directory;
  Twin twin(example("cdu_loop", short_loop), 1);
  double now = 0.0;
  RunOptions options;
  options.directory = (directory.path() / "interrupted").string();
  options.progress = [&](double t, double) { now = t; };
  options.interrupted = [&] { return now >= 40.0; };
  const RunOutcome outcome = run_case(twin, options);
  EXPECT_TRUE(outcome.interrupted);
  EXPECT_EQ(outcome.error, "");
  EXPECT_GE(outcome.summary.duration, 40.0);
  EXPECT_LT(outcome.summary.duration, 90.0);
  EXPECT_LE(outcome.summary.closure.energy, 1e-6);
  const RunFile file(options.directory + "/run.h5");
  EXPECT_EQ(file.times(), (std::vector<double>{0.0, 15.0, 30.0, 45.0}));
  EXPECT_TRUE(std::isfinite(file.values("site", "P_it", 3).front()));
  EXPECT_TRUE(fs::exists(options.directory + "/summary.json"));
}

/// Far more liquid than the vessel can take: the safety valve lets it out, at a pressure beyond the circuit's class.
TEST(Run, RaisesAnAlarmWhenTheVesselIsFilledUp) {
  const Directory directory;
  Case description = example("cdu_loop", short_loop);
  description.events = {set_at(40.0, "vessel.make_up", "100 kg/s")};
  const RunOutcome outcome = run(std::move(description), directory.path() / "full");
  EXPECT_EQ(outcome.error, "");
  EXPECT_LE(outcome.summary.closure.mass, 1e-9);
  std::map<std::string, double> since;
  for (const AlarmSummary& alarm : outcome.summary.alarms) since[alarm.part + "." + alarm.name] = alarm.since;
  ASSERT_TRUE(since.count("vessel.above_class"));
  EXPECT_EQ(since["vessel.above_class"], 45.0);
  EXPECT_FALSE(since.count("vessel.below_minimum"));
  const RunFile file((directory.path() / "full" / "run.h5").string());
  const double relief = file.values("expansion_vessel", "m_flow_relief", 6).front();
  EXPECT_NEAR(relief, 100.0, 1.0) << "all that comes in, at the end";
  EXPECT_EQ(file.values("expansion_vessel", "m_flow_relief", 2).front(), 0.0);
}

TEST(Run, KeepsWhatItHasComputedWhenTheCaseBecomesImpossible) {
  const Directory directory;
  Case description = example("cdu_loop", short_loop);
  description.events = {set_at(40.0, "fws_supply_main.p", "1e5 bar")};
  const RunOutcome outcome = run(std::move(description), directory.path() / "burst");
  EXPECT_NE(outcome.error.find("at t = 40"), std::string::npos) << outcome.error;
  EXPECT_NE(outcome.error.find("fws_"), std::string::npos) << outcome.error;
  EXPECT_FALSE(outcome.interrupted);
  EXPECT_GE(outcome.summary.duration, 40.0);
  EXPECT_LT(outcome.summary.duration, 60.0);
  const RunFile file((directory.path() / "burst" / "run.h5").string());
  EXPECT_EQ(file.times(), (std::vector<double>{0.0, 15.0, 30.0}));
  EXPECT_TRUE(fs::exists(directory.path() / "burst" / "summary.json"));
}

TEST(Run, WritesNothingIntoADirectoryThatCannotBe) {
  const Directory directory;
  const fs::path file = directory.write("a_file", "text");
  EXPECT_THROW(run(example("cdu_loop", short_loop), file / "results"), InputError);
  EXPECT_EQ(fs::file_size(file), 4u);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()), 1);
}

/// With water at 99 degC racks are above their trip before anything rises: they do not hide what comes after.
TEST(Run, TripsRacksThatBeginTooHot) {
  const Directory directory;
  Twin twin(example("cdu_loop", {{"run.duration", "30 s"},
                                 {"parts.fws_supply_main.T", "99 degC"},
                                 {"workload.jobs.training.start", "0 s"}}),
            1);
  RunOptions options;
  options.directory = directory.path().string();
  EXPECT_EQ(run_case(twin, options).error, "");
  ASSERT_FALSE(twin.log().empty());
  EXPECT_EQ(twin.log().front().time, 0.0);
  EXPECT_TRUE(twin.log().front().what.starts_with("trips"));
}

/// The only pump stops: GPUs throttle as they warm, then their racks trip and are off in the records.
TEST(Run, TripsRacksThatLoseTheirFlow) {
  const Directory directory;
  Case description = example("cdu_loop", {{"run.duration", "6 min"}, {"workload.jobs.training.start", "0 s"}});
  description.events = {set_at(60.0, "cdu.pump.on", "0")};
  Twin twin(std::move(description), 1);
  RunOptions options;
  options.directory = (directory.path() / "trip").string();
  const RunOutcome outcome = run_case(twin, options);
  ASSERT_EQ(outcome.error, "");
  int trips = 0;
  double first_trip = std::numeric_limits<double>::infinity();
  for (const LogEntry& entry : twin.log())
    if (entry.what.starts_with("trips")) ++trips, first_trip = std::min(first_trip, entry.time);
  EXPECT_EQ(trips, 16);
  EXPECT_GT(first_trip, 60.0);

  const RunFile file(options.directory + "/run.h5");
  ASSERT_EQ(group_of(file, "racks").elements.size(), 16u);
  double throttle = 0.0;
  for (std::size_t record = 0; record < file.times().size(); ++record) {
    const double t = file.times()[record];
    const double P_in = file.values("racks", "P_in", record).front();
    if (t < first_trip) {
      EXPECT_GT(P_in, 0.0) << t;
      throttle = std::max(throttle, file.values("racks", "throttle_max", record).front());
    }
    if (t < 60.0) {
      EXPECT_EQ(throttle, 0.0) << t;
    }
  }
  EXPECT_GT(throttle, 0.01);
  for (double P_in : file.values("racks", "P_in", file.times().size() - 1)) EXPECT_TRUE(std::isnan(P_in));
  EXPECT_LE(outcome.summary.closure.energy, 1e-6);
}

/// The examples as they are.
TEST(Run, ClosesItsBalances) {
  const Directory directory;
  for (const char* name : {"cold_plate", "rack", "cdu_loop", "block"}) {
    const RunOutcome outcome = run(example(name, {}), directory.path() / name);
    ASSERT_EQ(outcome.error, "") << name;
    const Closure& closure = outcome.summary.closure;
    EXPECT_LE(closure.energy, 1e-6) << name;
    EXPECT_LE(closure.mass, 1e-9) << name;
    EXPECT_LE(closure.electrical, 1e-9) << name;
    EXPECT_LE(closure.energy_component, 1e-6) << name << ", " << closure.worst_component;
    EXPECT_LE(closure.mass_component, 1e-9) << name << ", " << closure.worst_in_mass;
  }
}

/// Records in step with the pauses of a job change neither mean power nor PUE.
TEST(Run, MeansDoNotDependOnTheRecords) {
  const Directory directory;
  const auto mean = [&](const char* interval) {
    const Overrides pauses = {{"run.duration", "10 min"},
                              {"run.record_interval", interval},
                              {"workload.jobs",
                               "{job: {kind: training, racks: [1-16], checkpoint_interval: 60 s, "
                               "checkpoint_pause: 15 s, ramp_time: 1 s}}"}};
    const Summary summary = run(example("cdu_loop", pauses), directory.path() / interval).summary;
    return std::pair{summary.P_it, summary.pue};
  };
  const auto [coarse, coarse_pue] = mean("60 s");
  const auto [fine, fine_pue] = mean("3 s");
  EXPECT_NEAR(coarse / fine, 1.0, 1e-5);
  EXPECT_NEAR(coarse_pue, fine_pue, 1e-5);
  EXPECT_GT(fine, 16 * 90e3);
}

/// The standby unit picks up: six CDUs of seven run before and after, and no rack feels it. A part of a unit that fails
/// takes the unit with it.
TEST(Run, StartsTheStandbyWhenACduFails) {
  const Directory directory;
  for (const auto& [time, path] : {std::pair{0.0, "block.cdu_2"}, {40.0, "block.cdu_2"}, {40.0, "block.cdu_2.pump"}}) {
    Twin twin(
        example("block", {{"run.duration", "3 min"}, {"events", fmt::format("[{{at: {} s, fail: {}}}]", time, path)}}),
        1);
    RunOptions options;
    options.directory = (directory.path() / fmt::format("{}_{:g}", path, time)).string();
    EXPECT_EQ(run_case(twin, options).error, "");
    ASSERT_EQ(twin.log().size(), 2u) << path << " at " << time;
    EXPECT_EQ(twin.log()[1].path, "block.cdu_7");
    EXPECT_EQ(twin.log()[1].what, "starts");
    EXPECT_LT(twin.log()[1].time, time + 0.5);
    const RunFile file(options.directory + "/run.h5");
    const std::vector<double> speed = file.values("pump", "speed_actual", file.times().size() - 1);
    ASSERT_EQ(speed.size(), 7u);
    EXPECT_LT(speed[1], 0.01);
    EXPECT_GT(speed[6], 0.5);
    for (double T : file.values("racks", "T_supply", file.times().size() - 1)) EXPECT_NEAR(T, 318.15, 0.5);
  }
}

/// A failure of a template or a rack turns off what is in it, a repair all that is not still out of order otherwise.
TEST(Run, SwitchesEverythingInAPartThatFails) {
  Twin twin(example("cdu_loop", {{"events",
                                  "[{at: 1 s, fail: cdu}, {at: 2 s, fail: cdu.pump}, {at: 3 s, repair: cdu.pump}, "
                                  "{at: 4 s, repair: cdu}, {at: 5 s, fail: rack}, {at: 6 s, repair: rack_4}]"}}),
            1);
  const InputRef pump = twin.network().find_inputs(0, "cdu.pump.on").front();
  std::vector<double> on;
  for (const CaseEvent& event : twin.description().events) {
    EXPECT_TRUE(twin.apply_event(event, event.time));
    on.push_back(twin.system().group(pump.component.group).held(pump.component.index, pump.across));
  }
  EXPECT_EQ(on, (std::vector<double>{0.0, 0.0, 0.0, 1.0, 1.0, 1.0}));
  for (const RackInstance& rack : twin.network().racks())
    EXPECT_EQ(twin.is_on(rack), rack.path == "rack_4") << rack.path;
}

/// A resistance that loses a thousandth of the enthalpy that flows through it. What a leak in any flow of any component
/// does to the meters of that component is tested with all of them (EveryComponentsBalance); this shows that a run sees
/// what its meters say.
template <class P = double>
struct LeakyResistance {
  static constexpr std::string_view type = "leaky_resistance", summary = "loses energy on its way";
  const Liquid* liquid = nullptr;
  static constexpr auto fields() {
    return table<LeakyResistance, P>(port("inlet", Connector::liquid, "in"), port("outlet", Connector::liquid, "out"),
                                     algebraic("m_flow", "kg/s", "flow", 1.0));
  }
  template <class S>
  struct State {
    S m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
  };
  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double kept_share = 0.999, resistance = 1e3;  // Pa s/kg
    adiabatic_flow(*liquid, x.m_flow, 1e-3, u.inlet, u.outlet, flow.inlet, flow.outlet);
    flow.outlet.H_flow = kept_share * flow.outlet.H_flow;
    r.m_flow = u.inlet.p - u.outlet.p - resistance * x.m_flow;
  }
};

TEST(Run, FindsALeakInTheBalance) {
  const Directory directory;
  Case description = example("rack", {{"run.duration", "1 min"}});
  Template& site = description.network.site;
  Part leak;
  leak.name = "leak";
  leak.type = &component_type<LeakyResistance>();
  site.parts.push_back(leak);
  for (Junction& node : site.nodes)
    if (node.name == "inlet") node = {node.name, node.origin, {"supply.port", "leak.inlet"}};
  site.nodes.push_back({"behind_leak", {}, {"leak.outlet", "rack.inlet"}});
  const Closure closure = run(std::move(description), directory.path() / "leak").summary.closure;
  EXPECT_GT(closure.energy, 1e-4);
  EXPECT_EQ(closure.worst_component, "leak");
  EXPECT_NEAR(closure.energy_component, 0.001 / 1.999, 1e-6);
}

}  // namespace
}  // namespace wattloop
