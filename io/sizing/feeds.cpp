#include "io/sizing/feeds.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "io/sizing/margins.h"

namespace wattloop::sizing {

namespace {

// What follows is of a first guess: what one side carries is known from a run as soon as there is a design.

/// Voltage behind a transformer that carries its rating, over the nominal one: 0.036 lower by the main transformer of a
/// side that carries all (uk 12 %, X sin(phi) + (X cos(phi))^2/2 at a power factor of 0.97), 0.014 by its own 6 %.
/// Loads of constant power draw more current by as much.
constexpr double sagged = 0.95;

/// Busways lose with the square of the current: those of one side that carries all lose twice what both lose together.
constexpr double busways_of_one_side = 1.005;

constexpr double pf_plant = 0.95;

/// W that the racks of a block draw more with one feed lost.
double more_on_one_side(const SearchContext& s) {
  double more = 0.0;
  for (std::size_t i = 0; i < s.request.racks.size(); ++i)
    more += s.loads.racks[i] * s.request.racks[i].power * (s.request.racks[i].one_feed - 1.0);
  return more;
}

/// W of heat that a building's rooms have more with one side lost: shelves on one feed, and UPS at full load instead of
/// half of it, 1/0.964 - 1 for 2.7 %, busways 0.5 % (of the entries of the catalogue).
double more_heat_on_one_side(const SearchContext& s) {
  constexpr double losses = 0.015;
  return s.loads.blocks * (more_on_one_side(s) + losses * s.loads.P_ups) * s.load;
}

/// The type and number of least objective that carries a load up to `limit` of the ratings, `copies` times.
Priced<Chosen<Item>> price_units(const SearchContext& s, const std::vector<Item>& items, double load, double limit,
                                 const Redundancy& redundancy, int copies) {
  std::optional<Priced<Chosen<Item>>> best;
  for (const Item& item : items) {
    constexpr double most = 1e6;  // where a combination that cannot work asks for a load without bounds
    const double units = std::ceil(load / (limit * item.rating) - 1e-9);
    const int duty = static_cast<int>(units < most ? std::max(units, 1.0) : most);
    const int n = redundancy.installed(duty);
    const Worth worth{copies * n * item.price, 0.0, 0.0, copies * n * item.area};
    const double objective = worth.objective(s.objective);
    const bool is_less =
        best && (objective < best->objective || (objective == best->objective && worth.price < best->worth.price));
    if (!best || is_less) best = {{item, duty, n}, worth, objective};
  }
  return *best;
}

/// That of a UPS, of the type of least objective for a kWh.
Battery battery_of(const SearchContext& s, const Item& ups) {
  const auto objective = [&](const BatteryItem& b) { return Worth{b.price, 0.0, 0.0, b.area}.objective(s.objective); };
  const auto& types = s.catalogue.batteries;
  const auto least = std::min_element(types.begin(), types.end(), [&](const BatteryItem& a, const BatteryItem& b) {
    return objective(a) < objective(b);
  });
  constexpr double kWh = 3.6e6;
  return {*least, ups.rating * s.request.battery_time / kWh};
}

/// UPS of the catalogue, each with its battery.
std::vector<Item> ups_with_batteries(const SearchContext& s) {
  std::vector<Item> list = s.catalogue.ups;
  for (Item& ups : list) {
    const Battery battery = battery_of(s, ups);
    ups.price += battery.energy * battery.item.price;
    ups.area += battery.energy * battery.item.area;
  }
  return list;
}

}  // namespace

void choose_electrical(const SearchContext& s, Design& d) {
  const double P = (busways_of_one_side * s.loads.P_ups + more_on_one_side(s)) * s.load;
  constexpr double ups_efficiency = 0.964, pf_ups = 0.99, pf_racks = 0.98;
  const auto known = [&](double found, double guess) { return found > 0.0 ? found * s.load : guess; };
  const auto sides = [&](const char* constraint, const std::vector<Item>& items, double load, double limit,
                         const Redundancy& of_a_side) {
    const auto units = price_units(s, items, load, limit, of_a_side, 2 * s.units);
    d.worth += units.worth;
    d.margins.push_back(loading_margin(constraint, units.what, items, load, limit));
    return units.what;
  };
  const Limits& l = s.request.limits;
  const auto& redundancy = s.request.redundancy;
  d.ups = sides("ups_loading", ups_with_batteries(s), known(s.loads.P_one_ups, P), l.ups_loading,
                redundancy.at("ups").of_a_side());
  d.battery = battery_of(s, d.ups.item);
  d.transformer = sides("transformer_loading", s.catalogue.transformers,
                        known(s.loads.S_transformer, P / ups_efficiency / pf_ups / sagged), l.transformer_loading,
                        redundancy.at("transformer").of_a_side());
  d.busway =
      sides("busway_loading", s.catalogue.busways, known(s.loads.S_busway, P / pf_racks), l.busway_loading, {0, false});
}

FeedLoads feed_loads(const SearchContext& s, double P) {
  // Voltage falls further behind the transformers of the plant that are left without the standby, by half of their 1.4
  // % at most, and a plant that catches up after a blackout draws more than it settles to: assumed, seen by the proof.
  constexpr double fewer = 1.05;
  const Loads& l = s.loads;
  const double more = P - l.P_plant, more_S = more / pf_plant / sagged;
  FeedLoads x;
  if (l.P_building > 0.0) {
    x.P_building = l.P_building * s.load + more;
  } else {
    constexpr double losses = 1.07;  // grid over IT and plant
    x.P_building = losses * l.P_ups * l.blocks * s.load + P;
  }
  if (l.S_hv > 0.0) {
    x.S_mech = l.S_mech * s.load + more_S;
    x.S_hv = l.S_hv * s.load + more_S * l.buildings;
  } else {
    // Chillers take the heat of one side at the peak: 2.5 W for a watt more, assumed (2.7 in a run at 47 degC).
    constexpr double marginal_COP = 2.5, one_side = 1.05;
    x.S_mech = P / pf_plant / sagged + more_heat_on_one_side(s) / marginal_COP / pf_plant;
    x.S_hv = one_side * x.P_building * l.buildings / pf_plant + more_on_one_side(s) * s.load * s.units / pf_plant;
  }
  x.S_mech *= fewer;
  return x;
}

Priced<Feeds> price_feeds(const SearchContext& s, double P) {
  const FeedLoads load = feed_loads(s, P);
  const Catalogue& c = s.catalogue;
  const auto& redundancy = s.request.redundancy;
  const auto plant =
      price_units(s, c.transformers, load.S_mech, 1.0, redundancy.at("mech_transformer"), s.loads.buildings);
  const auto genset = price_units(s, c.gensets, load.P_building, 1.0, redundancy.at("genset"), s.loads.buildings);
  const auto hv = price_units(s, c.hv_transformers, load.S_hv, 1.0, redundancy.at("hv_transformer").of_a_side(), 2);
  Priced<Feeds> x{{plant.what, genset.what, hv.what}, plant.worth, 0.0, 0.0, P};
  x.worth += genset.worth;
  x.worth += hv.worth;
  x.objective = plant.objective + genset.objective + hv.objective;
  return x;
}

void choose_feeds(const SearchContext& s, Design& d) {
  const auto feeds = price_feeds(s, d.P_plant);
  static_cast<Feeds&>(d) = feeds.what;
  d.worth += feeds.worth;
  const FeedLoads load = feed_loads(s, d.P_plant);
  const Catalogue& c = s.catalogue;
  d.margins.push_back(loading_margin("mech_transformer_loading", d.mech_transformer, c.transformers, load.S_mech, 1.0));
  d.margins.push_back(loading_margin("genset_loading", d.genset, c.gensets, load.P_building, 1.0));
  d.margins.push_back(loading_margin("hv_transformer_loading", d.hv_transformer, c.hv_transformers, load.S_hv, 1.0));
}

}  // namespace wattloop::sizing
