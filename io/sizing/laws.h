#pragma once
// Operating points of single pieces of equipment, by the same laws as their components, without a network around them.

#include <optional>

#include "io/sizing/request.h"
#include "models/fluids.h"

namespace wattloop::sizing {

/// A pump at a point of its system.
struct PumpPoint {
  double speed = 0.0;          ///< share of the nominal speed
  double P = 0.0;              // W, electrical
  double P_liquid = 0.0;       // W, to the liquid
  double q = 0.0;              ///< flow over that of best efficiency at this speed
  double NPSH_required = 0.0;  // m
};
PumpPoint pump_at(const PumpItem& pump, const Liquid& liquid, double m_flow, double dp);

/// Flow of the facility side [kg/s] with which an exchanger cools m_a from T_a_in to T_a_out; nothing if 1.5 of the
/// nominal flow is not enough.
std::optional<double> facility_flow(const CduItem& cdu, const Liquid& tcs, const Liquid& fws, double m_a, double T_a_in,
                                    double T_a_out, double T_b_in);
/// The least T_a_out - T_b_in [K] with which there is such a flow.
double least_approach(const CduItem& cdu, const Liquid& tcs, const Liquid& fws, double m_a, double T_a_in,
                      double T_a_out);
/// The valve of a CDU, open, beside its exchanger at m_b kg/s.
struct ValvePoint {
  double dp_open = 0.0, dp_b = 0.0;  // Pa
  double authority = 0.0;
};
ValvePoint valve_of(const CduItem& cdu, double m_b);
/// UA [W/K] at flows.
double exchanger_UA(const CduItem& cdu, double m_a, double m_b);

/// One cooler that brings m_flow of liquid from T_in to T_out.
struct CoolerPoint {
  double speed = 0.0;    ///< of the fans
  double P_fan = 0.0;    // W
  double make_up = 0.0;  // kg/s
};
/// The air that its coil sees, K: what no number of them cools below.
double air_behind_pads(const CoolerItem& cooler, const WeatherPoint& air, double W, bool pads);
/// Nothing if full speed is not enough.
std::optional<CoolerPoint> cooler_at(const CoolerItem& cooler, const Liquid& liquid, double m_flow, double T_in,
                                     double T_out, const WeatherPoint& air, double W, bool pads);

/// Heat [W] that the coil of a fan wall gives to m_flow of water entering at T_water, room air at T_room [K], at a
/// share of the fans' speed, and the power [W] that they draw; p: the site's pressure, Pa.
struct FanWallPoint {
  double Q = 0.0, P_fan = 0.0;
};
FanWallPoint fan_wall_at(const FanWallItem& wall, const Liquid& liquid, double m_flow, double T_water, double T_room,
                         double p, double speed);
/// Power of the fans [W] at the speed at which the coil takes up Q; at full speed if that is not enough.
double fan_wall_power(const FanWallItem& wall, const Liquid& liquid, double m_flow, double T_water, double T_room,
                      double p, double Q);

/// Capacity of a chiller [W] with its leaving water and the outdoor air [K]; 0 above its limit.
double chiller_capacity(const ChillerItem& chiller, double T_leaving, double T_air, double p);
/// Electrical power [W] of a chiller that carries Q or, if that is more, its capacity.
double chiller_power(const ChillerItem& chiller, double Q, double T_leaving, double T_air, double p);

/// A run of pipe, m: pressure loss [Pa], loss of a metre [Pa/m], velocity [m/s].
struct PipePoint {
  double dp = 0.0, gradient = 0.0, velocity = 0.0;
};
PipePoint pipe_at(double diameter, double roughness, double length, double K, const Liquid& liquid, double m_flow,
                  double T);

}  // namespace wattloop::sizing
