// Many variants of a case: like single runs, whatever the threads, and no member harms another.

#include "io/ensemble.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "io/case_run.h"
#include "io/ensemble_batch.h"
#include "tests/io/document_support.h"
#include "tests/io/small_case.h"

namespace wattloop {
namespace {

/// Six racks in two equal pods, ten minutes of a job that steps up, down and ends; one weather signal.
const std::string pods = R"(wattloop: 1
name: pods
site: {utc_offset: -6 h, altitude: 595 m}
run: {start: 2026-07-15T12:00, duration: 10 min, record_interval: 15 s}
weather: design_day
liquids:
  tcs: {kind: propylene_glycol, fraction: 25 %, basis: mass}
  fws: {kind: propylene_glycol, fraction: 40 %, basis: mass}
workload:
  jobs:
    job: {kind: schedule, racks: [1-6], knots: [[0 s, 60 %], [2 min, 60 %], [2 min, 100 %], [6 min, 100 %], [6 min, 20 %]]}
parts:
  grid: {type: grid, V: 415 V, X: 1e-5 ohm}
  pod: {template: pod, count: 2}
  supply: {type: liquid_source, liquid: fws, p: 4 bar, T: 40 degC}
  back: {type: liquid_source, liquid: fws, p: 2.5 bar, T: 50 degC}
  hall: {type: air_zone, volume: 2000 m3, UA: 25 kW/K, T_outside: {signal: weather.T_db}}
nodes:
  fws_in: [supply.port, pod.fws_supply]
  fws_out: [pod.fws_return, back.port]
  feed: [grid.supply, pod.feed]
  air: [hall.air, pod.air]
templates:
  pod:
    ports: {fws_supply: liquid, fws_return: liquid, feed: ac, air: heat}
    parts:
      rack: {use: gb300_nvl72, count: 3}
      exchanger: {use: cdu_2300kw_exchanger}
      pump: {use: cdu_2300kw_pump, speed: {signal: flow.u}}
      valve: {use: cdu_2300kw_valve, opening: {signal: temperature.u}}
      vessel: {type: expansion_vessel, liquid: tcs, V_vessel: 0.2 m3, V_system: 1.5 m3, p_precharge: 1.5 bar, p_set: 2.5 bar, p_maximum: 10 bar}
      temperature: {type: pi_controller, action: direct, measurement: {signal: cooled.T}, set_point: 45 degC, gain: 0.1 1/K, T_i: 60 s}
      flow: {type: pi_controller, measurement: {signal: tcs_supply.p}, reference: {signal: tcs_return.p}, set_point: 150 kPa, gain: 3e-6 1/Pa, T_i: 10 s, u_min: 0.15}
    nodes:
      tcs_return: [rack.outlet, exchanger.inlet_a, vessel.port]
      cooled: [exchanger.outlet_a, pump.inlet]
      tcs_supply: [pump.outlet, rack.inlet]
      fws_supply: [exchanger.inlet_b]
      fws_outlet: [exchanger.outlet_b, valve.inlet]
      fws_return: [valve.outlet]
      feed: [pump.electric, rack.feed_a, rack.feed_b]
      air: [pump.room, rack.air]
)";

const std::string set_point = "templates.pod.parts.temperature.set_point";

EnsembleMember member(const std::string& name, std::vector<std::pair<std::string, std::string>> settings) {
  return {name, std::move(settings)};
}

/// Set points, weather, loads, a failed pump that ends in trips, another tolerance, a rack that differs.
std::vector<EnsembleMember> variants() {
  return {member("base", {}),
          member("cooler", {{set_point, "40 degC"}}),
          member("hot day", {{"weather", "record_day"}}),
          member("fails", {{"events", "[{at: 65 s, fail: pod_2.pump}]"}}),
          member("fine", {{"run.tolerance", "0.02 K"}}),
          member("uneven", {{"workload.jobs.job.racks", "[1-2, 4-6]"}}),
          member("water", {{"parts.supply.T", "42 degC"}, {"parts.hall.UA", "5 kW/K"}})};
}

const std::vector<StudyMetric> metrics = {{"T_die", "hottest_gpu.temperature_degC", {}},
                                          {"pue", "pue", {}},
                                          {"P_it", "power.it_mw", {}},
                                          {"P_grid", "power.grid_mw", {}},
                                          {"closure", "closure.energy", {}},
                                          {"T_tcs", "liquids.tcs.hottest_degC", {}},
                                          {"T_fws", "liquids.fws.hottest_degC", {}},
                                          {"off", "consequences.areas.site.off", {}}};
/// Those that a plant at rest has.
const std::vector<StudyMetric> metrics_at_rest(metrics.begin(), metrics.end() - 1);

double metric(const MemberResult& result, const std::string& name) {
  const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const StudyMetric& m) { return m.name == name; });
  return result.metrics[static_cast<std::size_t>(found - metrics.begin())];
}

std::vector<MemberResult> results_of(const Directory& directory, const std::vector<EnsembleMember>& members,
                                     int threads = 1, std::size_t batch = 16) {
  const Ensemble ensemble(directory.write("case.yaml", pods), Study::Computes::run, metrics, members.front());
  std::vector<MemberResult> results(members.size());
  for_each_index((members.size() + batch - 1) / batch, threads, [&](std::size_t b) {
    const std::size_t begin = b * batch, n = std::min(batch, members.size() - begin);
    std::ranges::copy(ensemble.run(std::span(members).subspan(begin, n)), results.begin() + begin);
  });
  return results;
}

/// To the bit; NaN equals NaN.
void expect_same(const MemberResult& a, const MemberResult& b) {
  EXPECT_EQ(a.error, b.error);
  ASSERT_EQ(a.metrics.size(), b.metrics.size());
  for (std::size_t m = 0; m < a.metrics.size(); ++m)
    EXPECT_TRUE(a.metrics[m] == b.metrics[m] || (std::isnan(a.metrics[m]) && std::isnan(b.metrics[m]))) << m;
}

/// Temperatures within the tolerance of the runs, 0.05 K, energies to 1e-4.
TEST(Ensemble, MembersAreLikeSingleRuns) {
  const Directory directory;
  const std::vector<EnsembleMember> members = variants();
  const std::vector<MemberResult> together = results_of(directory, members);
  for (std::size_t i = 0; i < members.size(); ++i) {
    SCOPED_TRACE(members[i].name);
    ASSERT_EQ(together[i].error, "");
    Twin twin(read_case(directory.path() / "case.yaml", members[i].settings), 1);  // with all its copies
    CaseRun run(twin, false);
    const System& system = twin.system();
    double T_return = 0.0;
    run.on_record([&](int, double, const auto&) {
      for (int node = 0; node < system.nodes(); ++node)
        if (twin.network().liquid_of(node) == twin.network().liquid("fws"))
          T_return = std::max(T_return, run.state()[system.node_unknown(node) + 1]);
    });
    run.start();
    run.run(twin.description().run.duration);
    const Summary alone = run.finish();
    EXPECT_NEAR(metric(together[i], "T_die"), alone.T_die_max - 273.15, 0.05);
    EXPECT_NEAR(metric(together[i], "pue"), alone.pue, 1e-4 * alone.pue);
    EXPECT_NEAR(metric(together[i], "P_it"), alone.P_it / 1e6, 1e-10 * alone.P_it);
    EXPECT_NEAR(metric(together[i], "P_grid"), alone.P_grid / 1e6, 1e-10 * alone.P_grid);
    EXPECT_LT(metric(together[i], "closure"), 1e-6) << "as every example";
    EXPECT_NEAR(metric(together[i], "T_fws"), T_return - 273.15, 0.05);
    const bool fails = members[i].name == "fails";
    const int off = alone.consequences.areas.empty() ? 0 : alone.consequences.areas.front().off;
    EXPECT_EQ(off > 0, fails);
    EXPECT_EQ(metric(together[i], "off"), off);
  }
  EXPECT_LT(metric(together[1], "T_tcs"), metric(together[0], "T_tcs") - 3.0);
}

TEST(Ensemble, ThreadsDoNotChangeABit) {
  const Directory directory;
  const auto one = results_of(directory, variants(), 1, 2), three = results_of(directory, variants(), 3, 2);
  for (std::size_t i = 0; i < one.size(); ++i) expect_same(one[i], three[i]);
}

/// One describes no plant, one ends before its weather does, one has no solution from 65 s on, one meets infinities:
/// they are reported, the others have the bits that they have without them.
TEST(Ensemble, BadMembersHarmNoOther) {
  const Directory directory;
  directory.write("ends.csv", "time,T_db [degC],T_dp [degC]\n2026-07-15T00:00,30,10\n2026-07-15T00:05,31,10\n");
  const std::vector<EnsembleMember> good = variants();
  const std::vector<EnsembleMember> bad = {
      member("no plant", {{"events", "[{at: 1 min, fail: pod_7}]"}}), member("weather ends", {{"weather", "ends.csv"}}),
      member("no solution", {{"events", "[{at: 65 s, set: supply.p, to: 1e12 Pa}]"}}),
      member("not a number", {{"events", "[{at: 125 s, set: supply.p, to: 1e300 Pa}]"}})};
  const std::vector<std::string> reasons = {"pod_7", "does not cover the run", "t = 65", "t = 125"};
  std::vector<EnsembleMember> all;
  for (std::size_t i = 0; i < good.size(); ++i) {
    all.push_back(good[i]);
    if (i < bad.size()) all.push_back(bad[i]);
  }
  const auto without = results_of(directory, good), with_bad = results_of(directory, all);
  for (std::size_t i = 0, g = 0; i < all.size(); ++i) {
    SCOPED_TRACE(all[i].name);
    if (const bool is_bad = i % 2 == 1 && i / 2 < bad.size(); is_bad) {
      EXPECT_NE(with_bad[i].error.find(reasons[i / 2]), std::string::npos) << with_bad[i].error;
      EXPECT_TRUE(std::all_of(with_bad[i].metrics.begin(), with_bad[i].metrics.end(), [](double m) { return m != m; }));
    } else {
      expect_same(with_bad[i], without[g++]);
    }
  }
}

/// A signal that is inf - inf from 65 s on in one lane of a pack of four: the member is reported, the others have the
/// bits that they have without it.
TEST(Ensemble, ANumberThatIsNoneStaysInItsMember) {
  const Directory directory;
  const auto trimmed = [](const std::string& name, const std::string& gains, const std::string& events) {
    return member(name, {{"parts.trim", "{type: sum, offset: 308.15, a: 0, b: 0, " + gains + "}"},
                         {"parts.hall.T_outside", "{signal: trim.y}"},
                         {"events", "[" + events + "]"}});
  };
  const std::string cancelling = "k_a: 1e10, k_b: -1e10", small = "{at: 65 s, set: trim.a, to: 2e-10}",
                    huge = "{at: 65 s, set: trim.a, to: 1e300}, {at: 65 s, set: trim.b, to: 1e300}";
  const std::vector<EnsembleMember> good = {trimmed("plain", "k_a: 1, k_b: 1", ""), trimmed("small", cancelling, small),
                                            trimmed("finite", "k_a: 1, k_b: -1", huge)};
  const EnsembleMember bad = trimmed("not a number", cancelling, huge);

  Twin twin(read_case(directory.write("case.yaml", pods), bad.settings), 1);
  System& system = twin.system();
  const std::vector<double> y = twin.steady_state().y, rate(y.size(), 0.0);
  std::vector<double> residual(y.size());
  for (const CaseEvent& event : twin.description().events) twin.apply_event(event, 65.0);
  system.residual(0.0, y.data(), rate.data(), residual.data());
  EXPECT_TRUE(std::any_of(residual.begin(), residual.end(), [](double r) { return std::isnan(r); }));

  const auto without = results_of(directory, good), with_bad = results_of(directory, {good[0], bad, good[1], good[2]});
  EXPECT_NE(with_bad[1].error.find("t = 65"), std::string::npos) << with_bad[1].error;
  EXPECT_TRUE(std::all_of(with_bad[1].metrics.begin(), with_bad[1].metrics.end(), [](double m) { return m != m; }));
  for (const MemberResult& result : without) EXPECT_EQ(result.error, "");
  expect_same(with_bad[0], without[0]);
  expect_same(with_bad[2], without[1]);
  expect_same(with_bad[3], without[2]);
}

TEST(Ensemble, CopiesAreOneWhereNothingTellsThemApart) {
  const Directory directory;
  const auto components = [&](const std::vector<std::pair<std::string, std::string>>& settings) {
    Case description = read_case(directory.write("case.yaml", pods), settings);
    merge_copies(description);
    const Twin twin(std::move(description), 1);
    return std::pair(twin.network().racks().size(), twin.gpus());
  };
  EXPECT_EQ(components({}), std::pair(std::size_t{1}, 6 * 72));
  EXPECT_EQ(components({{"events", "[{at: 1 min, fail: pod_2.pump}]"}}), std::pair(std::size_t{2}, 6 * 72));
  EXPECT_EQ(components({{"workload.jobs.job.racks", "[1-2, 4-5]"}}), std::pair(std::size_t{3}, 6 * 72));
  EXPECT_EQ(components({{"workload.jobs.job.racks", "[1-4]"}}), std::pair(std::size_t{4}, 6 * 72));
  EXPECT_EQ(components({{"run.symmetry", "false"}}), std::pair(std::size_t{6}, 6 * 72));
}

/// Steady members begin at the base; what they come to does not depend on it beyond the tolerance of Newton's method.
TEST(Ensemble, SteadyStatesDoNotDependOnWhereTheyBegin) {
  const Directory directory;
  const auto file = directory.write("case.yaml", pods);
  const std::vector<EnsembleMember> members = {
      member("base", {}), member("cooler", {{set_point, "41 degC"}}), member("hot day", {{"weather", "record_day"}}),
      member("water", {{"parts.supply.T", "44 degC"}}), member("later", {{"run.start", "2026-07-16T00:00"}})};
  const Ensemble ensemble(file, Study::Computes::steady, metrics_at_rest, members.front());
  const auto first = ensemble.base_at(members.front()), last = ensemble.base_at(members[3]);
  const auto a = ensemble.run(members, {}, first.get()), b = ensemble.run(members, {}, last.get());
  for (std::size_t i = 0; i < members.size(); ++i) {
    SCOPED_TRACE(members[i].name);
    ASSERT_EQ(a[i].error, "");
    Twin twin(read_case(file, members[i].settings), 1);
    const Summary alone = summarise_steady(twin, twin.steady_state().y);
    EXPECT_NEAR(metric(a[i], "T_die"), metric(b[i], "T_die"), 1e-6);
    EXPECT_NEAR(metric(a[i], "T_die"), alone.T_die_max - 273.15, 1e-6);
    EXPECT_NEAR(metric(a[i], "pue"), alone.pue, 1e-8);
    EXPECT_LT(metric(a[i], "closure"), 1e-6) << "as every example";
  }
  EXPECT_LT(metric(a[1], "T_die"), metric(a[0], "T_die") - 3.0);
}

TEST(Ensemble, AnInterruptedEnsembleKeepsWhatIsDone) {
  const Directory directory;
  const std::vector<EnsembleMember> members(4, member("base", {}));
  const Ensemble ensemble(directory.write("case.yaml", pods), Study::Computes::steady, metrics_at_rest,
                          members.front());
  int asked = 0;
  const std::vector<MemberResult> results = ensemble.run(members, [&] { return ++asked > 2; });
  ASSERT_EQ(results.size(), 4u);
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].was_run, i < 2) << i;
}

}  // namespace
}  // namespace wattloop
