#pragma once
// What pipes, coolers and pumps of a catalogue cost in a circuit, at its flow and temperatures.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/sizing/laws.h"
#include "io/sizing/search_context.h"

namespace wattloop::sizing {

/// Whether one of them is no worse in objective, pressure loss and power at the peak alike: whatever hangs together
/// with a choice costs more with any of these.
template <class T>
bool is_beaten(const std::vector<Priced<T>>& by, double objective, double dp, double P) {
  return std::any_of(by.begin(), by.end(),
                     [&](const Priced<T>& b) { return b.objective <= objective && b.dp <= dp && b.P <= P; });
}

/// Keeps a choice unless it is beaten; those that it beats go.
template <class T>
void keep(std::vector<Priced<T>>& unbeaten, Priced<T> x) {
  if (is_beaten(unbeaten, x.objective, x.dp, x.P)) return;
  std::erase_if(unbeaten, [&](const Priced<T>& b) { return x.objective <= b.objective && x.dp <= b.dp && x.P <= b.P; });
  unbeaten.push_back(std::move(x));
}

constexpr double steel = 4.5e-5, stainless = 1.5e-5;  // m, roughness
constexpr double rightmost_q = 1.3;                   // flow of a pump over that of its best point
constexpr double most_cdu_flow = 1.4;                 // TCS flow of a CDU over the nominal one

struct Piping {
  Chosen<PipeItem> main, branch;
  PipePoint main_point, branch_point;
};

/// Pipes of a circuit of buildings: mains, and branches to the blocks.
struct Circuit {
  std::string name;  ///< "fws", "chw"
  const Liquid* liquid = nullptr;
  const std::vector<PipeItem>* types = nullptr;
  double main = 0.0, branch = 0.0, K = 0.0;  // m one way, m, 1
  double velocity = 0.0, gradient = 0.0;     // m/s, Pa/m: limits
  double T_supply = 0.0, T_return = 0.0;     // K
};
Circuit fws_circuit(const SearchContext& s, double T_return);
Circuit chw_circuit(const SearchContext& s, double T_return);
/// Those for M kg/s of a building, unbeaten; `dp` is there and back.
std::vector<Priced<Piping>> price_piping(SearchContext& s, const Circuit& circuit, double M);
/// Coolers of a building that bring M kg/s from T_return to the FWS temperature in the worst hour, unbeaten.
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
