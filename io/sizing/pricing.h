#pragma once
// What pipes, coolers and pumps of a catalogue cost in a circuit, at its flow and temperatures.

#include <optional>
#include <string>
#include <vector>

#include "io/sizing/laws.h"
#include "io/sizing/search_context.h"

namespace wattloop::sizing {

constexpr double steel = 4.5e-5, stainless = 1.5e-5;  // m, roughness
constexpr double rightmost_q = 1.3;                   // flow of a pump over that of its best point
constexpr double most_cdu_flow = 1.4;                 // TCS flow of a CDU over the nominal one

struct Piping {
  Chosen<PipeItem> main, branch;
  PipePoint main_point, branch_point;
};

/// FWS pipes of a building for M kg/s, and of its blocks; `dp` is there and back. None that others beat in both cost
/// and loss.
std::vector<Priced<Piping>> price_piping(SearchContext& s, double M, double T_return);
/// Coolers of a building that bring M kg/s from T_return to the FWS temperature in the worst hour, alike.
std::vector<Priced<Chosen<CoolerItem>>> price_coolers(SearchContext& s, double M, double T_return);
/// What is left of coolers in the worst hour with all spares out of order. The one that failed last still passes its
/// share of the water, uncooled, until it is isolated; the others are. Nothing if full speed is not enough.
std::optional<CoolerPoint> coolers_left(const SearchContext& s, const Chosen<CoolerItem>& coolers, double M,
                                        double T_return);
/// Heat [W] that a fan wall takes at full speed with dp across it, no more than its rating; 0 with water too warm.
double fan_wall_capacity(const SearchContext& s, const FanWallItem& wall, double dp, double T_room);
/// What the vessels leave to a pump whose liquid comes at T, m.
double NPSH_available(const Liquid& liquid, double T);
/// Pumps of a building's circuit ("fws", "chw") for M kg/s and a head [Pa]; nothing if a limit is missed.
std::optional<Priced<Chosen<PumpItem>>> price_pump(SearchContext& s, const std::string& circuit, const PumpItem& pump,
                                                   int duty, const Liquid& liquid, double M, double head,
                                                   double T_suction);

}  // namespace wattloop::sizing
