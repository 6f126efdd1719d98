#include "io/sizing/laws.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/air_coil.h"
#include "models/counterflow.h"
#include "models/crossflow.h"
#include "models/eir_curves.h"
#include "models/friction.h"
#include "models/moist_air.h"
#include "solver/component_block.h"

namespace wattloop::sizing {

namespace {

/// Where a rising f reaches `wanted`, between low (less) and high (no less), from above: the false position with the
/// halving of Illinois (Dowell & Jarratt 1971).
template <class F>
double reaching(const F& f, double wanted, double low, double high, double f_low, double f_high) {
  constexpr double tolerance = 1e-13;  // of `wanted`
  double at_low = f_low - wanted, at_high = f_high - wanted;
  int side = 0;
  for (int i = 0; i < 60 && at_high > tolerance * std::abs(wanted); ++i) {
    const double x = high - at_high * (high - low) / (at_high - at_low);
    if (!(x > low && x < high)) break;  // as near as numbers go
    const double at_x = f(x) - wanted;
    if (at_x < 0.0) {
      low = x, at_low = at_x;
      if (side == -1) at_high *= 0.5;
      side = -1;
    } else {
      high = x, at_high = at_x;
      if (side == 1) at_low *= 0.5;
      side = 1;
    }
  }
  return high;
}

double mean_cp(const Liquid& liquid, double T_1, double T_2) {
  return (liquid.enthalpy(T_1) - liquid.enthalpy(T_2)) / (T_1 - T_2);
}

}  // namespace

PumpPoint pump_at(const PumpItem& pump, const Liquid& liquid, double m_flow, double dp) {
  const double ratio = m_flow / pump.m_flow, fall = pump.dp_shutoff - pump.dp;
  PumpPoint point;
  point.speed = std::sqrt((dp + fall * ratio * ratio) / pump.dp_shutoff);
  point.q = ratio / point.speed;
  constexpr double tail = 0.3;  // least 2 - q, as in Pump
  const double shaft = dp * point.speed * pump.m_flow / (liquid.rho_ref * pump.eta * std::max(2.0 - point.q, tail));
  point.P = shaft / pump.eta_drive;
  point.P_liquid = shaft;
  point.NPSH_required = pump.NPSH * (0.3 * point.speed * point.speed + 0.7 * ratio * ratio);
  return point;
}

double exchanger_UA(const CduItem& cdu, double m_a, double m_b) {
  const double films = 0.5 * (1.0 - cdu.wall_share);
  const double resistance =
      cdu.wall_share + films * (std::pow(m_a / cdu.m_flow_a, -0.7) + std::pow(m_b / cdu.m_flow_b, -0.7));
  return cdu.UA / resistance;
}

std::optional<double> facility_flow(const CduItem& cdu, const Liquid& tcs, const Liquid& fws, double m_a, double T_a_in,
                                    double T_a_out, double T_b_in) {
  const double Q = m_a * (tcs.enthalpy(T_a_in) - tcs.enthalpy(T_a_out));
  const double C_a = m_a * mean_cp(tcs, T_a_in, T_a_out);
  const auto heat = [&](double m_b) {
    double T_b_out = T_b_in + 10.0, moved = 0.0;
    for (int i = 0; i < 4; ++i) {
      const double C_b = m_b * mean_cp(fws, T_b_out, T_b_in);
      moved = counterflow_conductance(exchanger_UA(cdu, m_a, m_b), C_a, C_b) * (T_a_in - T_b_in);
      T_b_out = T_b_in + moved / C_b;
    }
    return moved;
  };
  constexpr double most = 1.5, least = 0.02;  // of the nominal flow
  const double low = least * cdu.m_flow_b, high = most * cdu.m_flow_b, Q_low = heat(low), Q_high = heat(high);
  if (Q_high < Q) return std::nullopt;
  return Q_low >= Q ? low : reaching(heat, Q, low, high, Q_low, Q_high);
}

double least_approach(const CduItem& cdu, const Liquid& tcs, const Liquid& fws, double m_a, double T_a_in,
                      double T_a_out) {
  double low = 0.0, high = 60.0;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    (facility_flow(cdu, tcs, fws, m_a, T_a_in, T_a_out, T_a_out - middle) ? high : low) = middle;
  }
  return high;
}

ValvePoint valve_of(const CduItem& cdu, double m_b) {
  ValvePoint point;
  point.dp_open = cdu.valve_dp * std::pow(m_b / cdu.valve_m_flow, 2.0);
  point.dp_b = cdu.dp_b * std::pow(m_b / cdu.m_flow_b, 1.8);
  point.authority = point.dp_open / (point.dp_open + point.dp_b);
  return point;
}

double air_behind_pads(const CoolerItem& cooler, const WeatherPoint& air, double W, bool pads) {
  if (!pads) return air.T_db;
  return air.T_db - cooler.pad_effectiveness * (air.T_db - wet_bulb_over_water(air.T_db, W, air.p));
}

std::optional<CoolerPoint> cooler_at(const CoolerItem& c, const Liquid& liquid, double m_flow, double T_in,
                                     double T_out, const WeatherPoint& air, double W, bool pads) {
  constexpr double cp_water = 4186.0, T_make_up = 293.15, rho_nominal = 1.2, draught = 0.03, dT_air = 12.0;
  const double Q = m_flow * (liquid.enthalpy(T_in) - liquid.enthalpy(T_out));
  const double T_pads = air_behind_pads(c, air, W, pads);
  const double evaporation_heat =
      air::h_vapour + air::cp_vapour * (T_pads - air::T_zero) - cp_water * (T_make_up - air::T_zero);
  const double W_pads = W + moist_air_cp(W) * (air.T_db - T_pads) / evaporation_heat;
  const double density = 1.0 / (rho_nominal * moist_air_volume(air.T_db, W, air.p));
  const AirCoil<double> coil{c.UA, c.m_air, c.m_flow, c.liquid_share};
  double m_air = 0.0, P = 0.0;
  const auto heat = [&](double s) {
    m_air = c.m_air * density * std::sqrt(s * s * (1.0 - draught * draught) + draught * draught);
    P = c.P_fan * density * s * s * s;
    const double C_air = m_air * moist_air_cp(W_pads);
    const auto law = coil.law(liquid, m_flow, T_out, T_in, T_out, m_air, C_air, 0.0);
    const double warming = c.dT_recirculation / dT_air / C_air;
    return law.heat(T_pads + warming * P) / (1.0 + warming * law.K);
  };
  constexpr double least = 0.05;  // speed that the controller goes down to
  const double Q_full = heat(1.0), Q_least = heat(least);
  if (Q_full < Q) return std::nullopt;
  const double speed = Q_least >= Q ? least : reaching(heat, Q, least, 1.0, Q_least, Q_full);
  heat(speed);
  const double evaporation = m_air * (W_pads - W);
  return CoolerPoint{speed, P, evaporation * (1.0 + 1.0 / (c.cycles - 1.0))};
}

FanWallPoint fan_wall_at(const FanWallItem& w, const Liquid& liquid, double m_flow, double T_water, double T_room,
                         double p, double speed) {
  const double density = 1.0 / (w.rho_nominal * moist_air_volume(T_room, w.W_room, p)),
               d2 = std::pow(w.natural_draught, 2);
  const double m_air = w.m_air * density * std::sqrt(speed * speed * (1.0 - d2) + d2);
  const AirCoil<double> coil{w.UA, w.m_air, w.m_flow, w.liquid_share};
  double Q = 0.0;
  for (int i = 0; i < 4; ++i) {
    const double T_out = T_water + Q / (m_flow * liquid.cp(T_water));
    Q = -coil.law(liquid, m_flow, T_out, T_water, T_out, m_air, m_air * moist_air_cp(w.W_room), 0.0).heat(T_room);
  }
  return {Q, w.P_fan * density * std::pow(speed, 3)};
}

double fan_wall_power(const FanWallItem& wall, const Liquid& liquid, double m_flow, double T_water, double T_room,
                      double p, double Q) {
  constexpr double least = 0.1;  // speed that its controller goes down to
  const auto heat = [&](double speed) { return fan_wall_at(wall, liquid, m_flow, T_water, T_room, p, speed).Q; };
  const double Q_least = heat(least), Q_full = heat(1.0);
  const double speed = Q_least >= Q ? least : Q_full <= Q ? 1.0 : reaching(heat, Q, least, 1.0, Q_least, Q_full);
  return fan_wall_at(wall, liquid, m_flow, T_water, T_room, p, speed).P_fan;
}

namespace {

// The default curves of AirCooledChiller; machines of a sizing catalogue keep them.
double held_air(double T_air) {
  return std::max(T_air, 298.15) - air::T_zero;
}

}  // namespace

double chiller_capacity(const ChillerItem& chiller, double T_leaving, double T_air, double p) {
  if (T_air >= chiller.T_air_maximum) return 0.0;
  const double x = T_leaving - air::T_zero, altitude = 1.0 - 0.3 * (1.0 - p / air::p_sea_level);
  return chiller.rating * (0.77 + 0.025 * x - 0.01 * held_air(T_air)) * altitude;
}

double chiller_power(const ChillerItem& chiller, double Q, double T_leaving, double T_air, double p) {
  const double x = T_leaving - air::T_zero, y = held_air(T_air), full = chiller_capacity(chiller, T_leaving, T_air, p);
  if (full <= 0.0) return 0.0;  // off: the air is too hot
  const double PLR = std::min(1.0, Q / full);
  const double EIR = 0.6605528 - 0.0356 * x + 0.0001227 * x * x + 0.03296 * y - 0.0001085 * x * y;
  const double running = std::min(1.0, PLR / 0.1), part = std::max(PLR, 0.1);
  return full / chiller.COP * EIR * (0.1 + 0.5 * part + 0.4 * part * part) * running;
}

PipePoint pipe_at(double diameter, double roughness, double length, double K, const Liquid& liquid, double m_flow,
                  double T) {
  const double area = 0.25 * std::numbers::pi * diameter * diameter, rho = liquid.density(T);
  PipePoint point;
  point.velocity = m_flow / (rho * area);
  const double Re = m_flow * diameter / (area * liquid.viscosity(T));
  const double f = friction_f_Re(Re, roughness / diameter) / Re;
  const double dynamic = 0.5 * rho * point.velocity * point.velocity;
  point.gradient = f / diameter * dynamic;
  point.dp = point.gradient * length + K * dynamic;
  return point;
}

}  // namespace wattloop::sizing
