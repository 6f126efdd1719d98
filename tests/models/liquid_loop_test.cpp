// Liquid-side components together: a closed circuit with pump, pipe, two exchangers, valve, vessel and a controller.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "models/control_valve.h"
#include "models/expansion_vessel.h"
#include "models/liquid_boundary.h"
#include "models/pi_controller.h"
#include "models/pipe.h"
#include "models/plate_heat_exchanger.h"
#include "models/pump.h"
#include "solver/component_type.h"
#include "solver/steady_state.h"

namespace wattloop {
namespace {

class LiquidLoop : public testing::Test {
 protected:
  template <template <class> class C>
  ComponentRef add(const std::string& name, const std::map<std::string, double>& parameters,
                   const std::map<std::string, int>& nodes) {
    const ComponentType& type = component_type<C>();
    const ComponentRef ref = system_.add_component(type, name, 0);
    GroupBase& group = system_.group(ref.group);
    for (const auto& [key, value] : parameters) group.set_parameter(ref.index, type.parameter_index(key), value);
    for (const auto& [port, node] : nodes) system_.connect(ref, type.port_index(port), node);
    for (std::size_t i = 0; i < type.ports.size(); ++i)
      if (type.ports[i].connector == Connector::liquid) group.set_liquid(ref.index, static_cast<int>(i), &liquid_);
    return ref;
  }
  int node(const std::string& name) { return system_.add_node(Connector::liquid, name, std::array{3e5, 315.0}); }
  void hold(ComponentRef ref, std::string_view port, double value) {
    GroupBase& group = system_.group(ref.group);
    group.held(ref.index, group.type().across_offset(group.type().port_index(port))) = value;
  }
  double state(ComponentRef ref, std::string_view name) const {
    const GroupBase& group = system_.group(ref.group);
    return y_[group.unknown(ref.index, group.type().state_index(name))];
  }
  double output(ComponentRef ref, std::string_view name) const {
    const GroupBase& group = system_.group(ref.group);
    std::vector<double> values(group.type().outputs.size());
    group.outputs(ref.index, y_.data(), values.data());
    return values[group.type().output_index(name)];
  }
  double pressure(int n) const { return y_[system_.node_unknown(n)]; }
  double temperature(int n) const { return y_[system_.node_unknown(n) + 1]; }

  Liquid liquid_ = make_liquid({LiquidKind::propylene_glycol, 0.257, FractionBasis::mass, 3e5});
  System system_;
  std::vector<double> y_;
};

TEST_F(LiquidLoop, SettlesFromAColdStartAndBalances) {
  const int suction = node("suction"), discharge = node("discharge"), heater_in = node("heater_in"),
            heater_out = node("heater_out"), cooler_out = node("cooler_out"), valve_in = node("valve_in"),
            hot_in = node("hot_in"), hot_out = node("hot_out"), cold_in = node("cold_in"), cold_out = node("cold_out");
  const double zero[] = {0.5};
  const int speed = system_.add_node(Connector::output, "speed", zero);
  const auto exchanger = [&](const std::string& name, int in, int out, int in_b, int out_b) {
    return add<PlateHeatExchanger>(name,
                                   {{"UA_nominal", 200e3},
                                    {"m_flow_nominal_a", 20.0},
                                    {"m_flow_nominal_b", 20.0},
                                    {"dp_nominal_a", 40e3},
                                    {"dp_nominal_b", 40e3}},
                                   {{"inlet_a", in}, {"outlet_a", out}, {"inlet_b", in_b}, {"outlet_b", out_b}});
  };
  const ComponentRef pump = add<Pump>("pump", {{"m_flow_nominal", 20.0}, {"dp_nominal", 200e3}, {"dp_shutoff", 260e3}},
                                      {{"inlet", suction}, {"outlet", discharge}});
  const ComponentRef pipe = add<Pipe>("pipe", {{"length", 60.0}, {"diameter", 0.108}, {"dz", 5.0}},
                                      {{"inlet", discharge}, {"outlet", heater_in}});
  const ComponentRef back = add<Pipe>("back", {{"length", 60.0}, {"diameter", 0.108}, {"dz", -5.0}},
                                      {{"inlet", cooler_out}, {"outlet", valve_in}});
  const ComponentRef heater = exchanger("heater", heater_in, heater_out, hot_in, hot_out);
  const ComponentRef cooler = exchanger("cooler", heater_out, cooler_out, cold_in, cold_out);
  const ComponentRef valve = add<ControlValve>("valve", {{"m_flow_nominal", 20.0}, {"dp_nominal", 30e3}},
                                               {{"inlet", valve_in}, {"outlet", suction}});
  const ComponentRef vessel =
      add<ExpansionVessel>("vessel", {{"V_vessel", 0.5}, {"V_system", 5.0}}, {{"port", suction}});
  const ComponentRef hot = add<FlowSource>("hot", {}, {{"port", hot_in}});
  const ComponentRef cold = add<FlowSource>("cold", {}, {{"port", cold_in}});
  add<LiquidSource>("hot_sink", {}, {{"port", hot_out}});
  add<LiquidSource>("cold_sink", {}, {{"port", cold_out}});
  const ComponentRef controller =
      add<PiController>("controller", {{"gain", 5e-6}, {"T_i", 10.0}, {"u_max", 1.1}}, {{"u", speed}});
  const ComponentType& pi = component_type<PiController>();
  system_.read(controller, pi.port_index("measurement"), {discharge, {}, 0});
  system_.read(controller, pi.port_index("reference"), {suction, {}, 0});
  system_.read(pump, component_type<Pump>().port_index("speed"), {speed, {}, 0});
  hold(controller, "set_point", 150e3);
  hold(pump, "electric", 400.0);
  hold(pump, "room", 300.0);
  hold(pipe, "room", 300.0);
  hold(back, "room", 300.0);
  hold(hot, "m_flow", 20.0);
  hold(hot, "T", 340.0);
  hold(cold, "m_flow", 20.0);
  hold(cold, "T", 305.0);
  system_.finish(1);
  y_ = find_steady_state(system_, 0.0).y;

  EXPECT_NEAR(pressure(discharge) - pressure(suction), 150e3, 1.0);
  EXPECT_NEAR(pressure(suction), 2.5e5, 1.0);
  const double m = state(pump, "m_flow");
  EXPECT_GT(m, 8.0);
  EXPECT_LT(m, 25.0);
  for (double other :
       {state(pipe, "m_flow"), state(heater, "m_flow_a"), state(cooler, "m_flow_a"), state(valve, "m_flow")})
    EXPECT_NEAR(other, m, 1e-9 * m);
  EXPECT_NEAR(state(vessel, "m_flow"), 0.0, 1e-9);
  EXPECT_NEAR(state(vessel, "T"), temperature(suction), 1e-6);

  // Friction heat of the b sides leaves with them; the loop gains the pump's work and loses to the hall.
  const double to_liquid = 0.9 * output(pump, "P");
  const double in = -output(heater, "Q_flow") + to_liquid;
  const double out = output(cooler, "Q_flow") + output(pipe, "Q_loss") + output(back, "Q_loss");
  EXPECT_NEAR(in, out, 1e-5 * in);
  EXPECT_GT(in, 1e5);

  // The same from the start with the pump stopped: the non-return valve holds, the loop stands still.
  hold(pump, "on", 0.0);
  y_ = find_steady_state(system_, 0.0).y;
  EXPECT_NEAR(state(pump, "m_flow"), 0.0, 1e-3);
  EXPECT_NEAR(output(pump, "P"), 0.0, 1e-3);
}

}  // namespace
}  // namespace wattloop
