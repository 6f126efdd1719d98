#pragma once
// Fans and chillers whose motors are on the bus without a drive.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "models/air_cooled_chiller.h"
#include "models/closed_tower.h"
#include "models/cooling_tower.h"
#include "models/dry_cooler.h"
#include "models/fan_wall.h"
#include "models/motor.h"
#include "models/water_cooled_chiller.h"

namespace wattloop {

/// A machine turned by a motor on its bus, in place of OnDrive: its speed is a state.
template <class S, class P>
struct OnLine {
  DirectMotor<P> motor;
  S speed, on, frequency;

  template <class V>
  S share(const S&, const AcPort<S>&, const V&) const {
    return speed;
  }
  /// `P_shaft` goes with the cube of the speed, so that its torque ends with the speed.
  template <class V>
  MotorLoad<S> draw(const S& P_shaft, const AcPort<S>& u, const V&, const V&) const {
    return turn(torque(P_shaft), u);
  }

 protected:
  /// P/s without its 0/0 at standstill, W at synchronous speed.
  S torque(const S& P_shaft) const {
    constexpr double standing = 1e-3;  // share of the nominal speed
    return P_shaft * speed / (speed * speed + standing * standing);
  }
  /// What does not go into the turning masses is heat: of windings, bearings and the machine.
  MotorLoad<S> turn(const S& torque, const AcPort<S>& u) const {
    const auto o = motor.operate(speed, on, frequency, u);
    const S power = ac_power(u, o.supply), left = o.torque - torque - motor.bearings(speed);
    return {power, power - speed * left, o.supply, left};
  }
};

/// A compressor turned by a motor on its bus. It starts unloaded, with guide vanes or slide valve closed, and gives no
/// capacity below 80 % of its speed and all of it above 90 %: below, a centrifugal compressor does not lift the
/// refrigerant to the condenser's pressure (assumed; in truth capacity falls a little with the speed, and vanes open
/// within half a minute).
template <class S, class P>
struct CompressorOnLine : OnLine<S, P> {
  P eta_motor, idle_torque;

  template <class V>
  S share(const S& asked, const AcPort<S>&, const V&) const {
    return asked * loaded();
  }
  /// The curves' power is that at the terminals.
  template <class V>
  MotorLoad<S> draw(const S& P_curves, const AcPort<S>& u, const V&, const V&) const {
    const S idle = idle_torque * (1.0 - loaded()) * this->motor.P_nominal * this->speed * this->speed;
    return this->turn(this->torque(S(eta_motor * P_curves)) + idle, u);
  }

 private:
  S loaded() const { return smooth_step(this->speed, 0.8, 0.9); }
};

namespace detail {
/// The table of a machine with that of its motor: parameters behind the machine's, the speed before its states. The
/// input `frequency` takes the place of `fan_speed`, the speed that is asked of a drive, or stands behind the others.
template <class Self, class Machine, class P, std::size_t n>
constexpr auto table_with_motor(const std::array<Parameter<Self, P>, n>& motor) {
  constexpr auto machine = Machine::fields();
  constexpr bool replaces = [] {
    for (const Port& p : Machine::fields().ports)
      if (p.name == "fan_speed") return true;
    return false;
  }();
  constexpr Port frequency =
      input("frequency", "1", "of the bus over the nominal one: the motor follows it", Range{0.0, 2.0}, 1.0);
  Table<Self, P, machine.parameters.size() + n, machine.ports.size() + (replaces ? 0 : 1), machine.states.size() + 1,
        machine.outputs.size()>
      t;
  std::size_t to = 0;
  for (const auto& p : machine.parameters)
    t.parameters[to++] = {p.name, p.member, p.unit, p.meaning, p.range, p.default_value, p.choices};
  for (const auto& p : motor) t.parameters[to++] = p;
  for (std::size_t i = 0; i < machine.ports.size(); ++i)
    t.ports[i] = machine.ports[i].name == "fan_speed" ? frequency : machine.ports[i];
  if (!replaces) t.ports.back() = frequency;
  t.states[0] = differential("speed_actual", "1", "speed, share of the synchronous one at nominal frequency", 1.0);
  for (std::size_t i = 0; i < machine.states.size(); ++i) t.states[i + 1] = machine.states[i];
  t.outputs = machine.outputs;
  return t;
}
}  // namespace detail

/// What a machine may have: its own start, a store of mass, energy and mass from beyond its ports.
template <class Machine>
concept HasStart = requires(const Machine m) {
  m.start();
};
template <class Machine, class S>
concept StoresMass = requires(const Machine m, typename Machine::template State<S> x) {
  m.stored_mass(x);
};
template <class Machine, class S>
concept TakesEnergy = requires(const Machine m, typename Machine::template State<S> x,
                               typename Machine::template Across<S> u) {
  m.energy_from_outside(x, u);
};
template <class Machine, class S>
concept TakesMass = requires(const Machine m, typename Machine::template State<S> x,
                             typename Machine::template Across<S> u) {
  m.mass_from_outside(x, u);
};

/// What fans and chillers with motors on the bus have in common: the speed beside the machine's states, and its energy.
/// `Self` says where its Across has that of the machine, and which motor turns it: OnLine or CompressorOnLine.
template <class Self, class Machine, class P>
struct MachineOnLine : Machine {
  P V_motor, H, R_1, R_2, X, X_m;

  template <class S>
  struct State {
    S speed;
    typename Machine::template State<S> machine;
  };
  template <class S>
  using Through = typename Machine::template Through<S>;
  template <class S>
  using Outputs = typename Machine::template Outputs<S>;

  template <class S, class U>
  void equations(const State<S>& x, const State<S>& dx, const U& u, State<S>& r, Through<S>& flow) const {
    const auto motor = self().motor(x.speed, u);
    const MotorLoad<S> load = Machine::equations(x.machine, dx.machine, Self::of_machine(u), r.machine, flow, motor);
    r.speed = motor.motor.speed_residual(dx.speed, load.acceleration);
  }
  template <class S, class U>
  void outputs(const State<S>& x, const U& u, Outputs<S>& out) const {
    Machine::outputs(x.machine, Self::of_machine(u), out, self().motor(x.speed, u));
  }
  State<P> start() const requires HasStart<Machine> { return {P(1.0), Machine::start()}; }

  FaultSource fault_source() const { return self().direct_motor().fault_source(); }
  /// J.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return Machine::stored_energy(x.machine) + self().direct_motor().stored_energy(x.speed);
  }
  template <class S>
  S stored_mass(const State<S>& x) const requires StoresMass<Machine, S> {
    return Machine::stored_mass(x.machine);
  }
  template <class S, class U>
  S energy_from_outside(const State<S>& x, const U& u) const requires TakesEnergy<Machine, S> {
    return Machine::energy_from_outside(x.machine, Self::of_machine(u), self().motor(x.speed, u));
  }
  template <class S, class U>
  S mass_from_outside(const State<S>& x, const U& u) const requires TakesMass<Machine, S> {
    return Machine::mass_from_outside(x.machine, Self::of_machine(u), self().motor(x.speed, u));
  }

 protected:
  DirectMotor<P> motor_of(const P& P_nominal) const { return {P_nominal, V_motor, H, R_1, R_2, X, X_m}; }

 private:
  const Self& self() const { return static_cast<const Self&>(*this); }
};

/// The fans of a machine as motors on the bus: P_fan_nominal is their shaft power and P_n, losses of the motors come on
/// top and heat the same air. Their speed is that of the bus less the slip; `on` is their contactor. A machine with
/// several fans has one speed, count or in_parallel make steps. power_factor and V_minimum, of drives, count for
/// nothing but a tower's spray pump. H of 1.5 s is assumed: small axial fans have about 0.5 s, those of large towers 5
/// s.
template <template <class> class Machine, class P>
struct FansOnLine : MachineOnLine<FansOnLine<Machine, P>, Machine<P>, P> {
  static constexpr auto fields() {
    return detail::table_with_motor<FansOnLine, Machine<P>, P>(
        motor_parameters<FansOnLine, P>(1.5, "inertia of motors and fans on P_fan_nominal, their shaft power [A]"));
  }
  /// Of the machine's, with the frequency in `fan_speed`.
  template <class S>
  using Across = typename Machine<P>::template Across<S>;

  template <class S>
  static const Across<S>& of_machine(const Across<S>& u) {
    return u;
  }
  DirectMotor<P> direct_motor() const { return this->motor_of(this->P_fan_nominal); }
  template <class S>
  OnLine<S, P> motor(const S& speed, const Across<S>& u) const {
    return {direct_motor(), speed, u.on, u.fan_speed};
  }
};

/// The compressor of a chiller as a motor on the bus (CompressorOnLine). The curves' power is that at its terminals at
/// nominal voltage and speed; its share eta_motor turns the shaft, P_n = eta_motor Q_nominal / COP_nominal, and the
/// circuit draws what it takes to give it (with the default circuit the motor loses 6 % at P_n). What the motor loses
/// goes where the machine's own power goes. Below PLR_minimum the mean of the cycles is drawn while the motor turns on:
/// starts of single cycles are not resolved. A power that leaves the curves' box follows them, not the motor's rating.
/// Of an air-cooled chiller the condenser's fans are part of the curves and of the motor. H of 1 s and the torque
/// unloaded are assumed: Motor A of the WECC composite load model has 0.1 s, without gear and impeller.
template <template <class> class Machine, class P>
struct ChillerOnLine : MachineOnLine<ChillerOnLine<Machine, P>, Machine<P>, P> {
  P eta_motor, idle_torque;

  static constexpr auto fields() {
    using C = ChillerOnLine;
    constexpr auto motor = motor_parameters<C, P>(1.0, "inertia of motor and compressor on P_n [A]");
    return detail::table_with_motor<C, Machine<P>, P>(std::array{
        motor[0], motor[1], motor[2], motor[3], motor[4], motor[5],
        parameter("eta_motor", &C::eta_motor, "1", "share of the curves' power at the shaft [A]", {0.5, 1.0}, 0.94),
        parameter("idle_torque", &C::idle_torque, "1", "of the unloaded compressor at full speed, on P_n [A]", fraction,
                  0.15)});
  }
  template <class S>
  struct Across {
    typename Machine<P>::template Across<S> machine;
    S frequency;
  };

  template <class S>
  static const auto& of_machine(const Across<S>& u) {
    return u.machine;
  }
  DirectMotor<P> direct_motor() const { return this->motor_of(eta_motor * this->Q_nominal / this->COP_nominal); }
  template <class S>
  CompressorOnLine<S, P> motor(const S& speed, const Across<S>& u) const {
    return {{direct_motor(), speed, u.machine.on, u.frequency}, eta_motor, idle_torque};
  }
};

template <class P = double>
struct DryCoolerDirect : FansOnLine<DryCooler, P> {
  static constexpr std::string_view type = "dry_cooler_direct";
  static constexpr std::string_view summary = "a dry cooler with fans direct on line and adiabatic pads";
};

template <class P = double>
struct CoolingTowerDirect : FansOnLine<CoolingTower, P> {
  static constexpr std::string_view type = "cooling_tower_direct";
  static constexpr std::string_view summary = "an open wet cooling tower with fans direct on line";
};

template <class P = double>
struct ClosedTowerDirect : FansOnLine<ClosedTower, P> {
  static constexpr std::string_view type = "closed_tower_direct";
  static constexpr std::string_view summary = "a closed wet cooling tower with fans direct on line";
};

template <class P = double>
struct FanWallDirect : FansOnLine<FanWall, P> {
  static constexpr std::string_view type = "fan_wall_direct";
  static constexpr std::string_view summary = "a fan wall with fans direct on line";
};

template <class P = double>
struct AirCooledChillerDirect : ChillerOnLine<AirCooledChiller, P> {
  static constexpr std::string_view type = "air_cooled_chiller_direct";
  static constexpr std::string_view summary = "an air-cooled chiller with its motor direct on line";
};

template <class P = double>
struct WaterCooledChillerDirect : ChillerOnLine<WaterCooledChiller, P> {
  static constexpr std::string_view type = "water_cooled_chiller_direct";
  static constexpr std::string_view summary = "a water-cooled chiller with its motor direct on line";
};

}  // namespace wattloop
