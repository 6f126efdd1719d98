// The frequency at a bus by what feeds it.

#include "io/bus_frequencies.h"

#include <cmath>

#include "io/case_run.h"
#include "tests/io/electrical_case.h"

namespace wattloop {
namespace {

/// A case that has run to a moment, and what its buses see there.
class Moment {
 public:
  Moment(const std::string& text, double t)
      : twin_(read_case(directory_.write("case.yaml", text), {}), 1), run_(twin_, false), buses_(twin_.system()) {
    run_.start();
    run_.run(t);
    buses_.look(run_.state());
  }
  /// Hz.
  double at(const std::string& bus) {
    for (int node = 0; node < twin_.system().nodes(); ++node)
      if (twin_.system().node_path(node) == bus) return buses_.at(node);
    throw std::invalid_argument("no bus " + bus);
  }
  double output(const std::string& path, const std::string& name) {
    const System& system = twin_.system();
    for (int g = 0; g < system.groups(); ++g)
      for (int i = 0; i < system.group(g).size(); ++i) {
        if (system.group(g).path(i) != path) continue;
        std::vector<double> out(system.group(g).type().outputs.size());
        system.group(g).outputs(i, run_.state().data(), out.data());
        return out[static_cast<std::size_t>(system.group(g).type().output_index(name))];
      }
    throw std::invalid_argument("no component " + path);
  }

 private:
  Directory directory_;
  Twin twin_;
  CaseRun run_;
  BusFrequencies buses_;
};

/// Sets of 2 MW and 1 MW just after a step of their load, a breaker that is open, a UPS.
std::string island(const std::string& tie) {
  return network(
      "duration: 10 s, record_interval: 1 s",
      "  grid: {type: grid, V: 415 V, X: 1 mohm, frequency: 59.5 Hz}\n"
      "  tie: {type: breaker, I_rated: 4 kA, closed: " +
          tie +
          "}\n"
          "  spare: {type: breaker, I_rated: 4 kA, closed: 0}\n"
          "  large: {type: genset, P_rated: 2 MW, H: 4 s, on: 1, closed: 1, loads: {signal: loads.y}, speeds: {signal: "
          "speeds.y}, sets: {signal: sets.y}}\n"
          "  small: {type: genset, P_rated: 1 MW, H: 0.8 s, on: 1, closed: 1, loads: {signal: loads.y}, speeds: "
          "{signal: "
          "speeds.y}, sets: {signal: sets.y}}\n"
          "  speeds: {type: sum, a: {signal: large.speed_on_bus}, b: {signal: small.speed_on_bus}}\n"
          "  loads: {type: sum, a: {signal: large.load}, b: {signal: small.load}}\n"
          "  sets: {type: sum, a: {signal: large.on_bus}, b: {signal: small.on_bus}}\n"
          "  load: {type: ac_load, power: 600 kW, power_factor: 1}\n  eye: {type: voltmeter, V_nominal: 415 V}\n"
          "  beside: {type: ac_load, power: 100 kW}\n  ups: {type: ups, P_rated: 1 MW}\n  held: {type: ac_load, power: "
          "100 kW}\n",
      "  mains: [grid.supply, tie.from, beside.supply]\n"
      "  bus: [tie.to, large.bus, small.bus, load.supply, spare.from, ups.inlet]\n"
      "  dead: [spare.to, eye.bus]\n  out: [ups.outlet, held.supply]\n"
      "  room: [hall.air, tie.room, spare.room, load.room, beside.room, ups.room, held.room]\n",
      "events:\n  - {at: 1 s, set: load.power, to: 1300 kW}\n");
}

TEST(BusFrequencies, SetsOnABusCountByTheirRating) {
  Moment moment(island("0"), 1.15);
  const double large = moment.output("large", "frequency"), small = moment.output("small", "frequency");
  ASSERT_GT(std::abs(large - small), 0.01) << "they swing against each other";
  EXPECT_NEAR(moment.at("bus"), (2.0 * large + small) / 3.0, 1e-9);
  EXPECT_EQ(moment.at("mains"), 59.5) << "the grid on the other side of an open breaker";
  EXPECT_TRUE(std::isnan(moment.at("dead"))) << "nothing feeds it";
  EXPECT_TRUE(std::isnan(moment.at("out"))) << "held by the UPS";
}

}  // namespace
}  // namespace wattloop
