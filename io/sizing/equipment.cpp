#include <fmt/format.h>

#include "io/sizing/design_run.h"
#include "io/sizing/schedules.h"

namespace wattloop::sizing {

std::vector<EquipmentLine> equipment(const Request&, const SizingResult& result) {
  const Design& d = *result.design;
  const Summary& s = *result.worst_hour;
  const int buildings = d.loads.buildings, blocks = buildings * d.loads.blocks;
  std::vector<EquipmentLine> list;
  const auto add = [&](const char* tag, const auto& chosen, int copies, double load) {
    const double rating = chosen.item.rating;
    list.push_back({tag, chosen.item.name, copies * chosen.installed, copies * chosen.duty, rating, load / rating});
  };
  add("cdu", d.cdu, blocks, value_of(s, "cdu.exchanger", "Q_flow_w"));
  add("dry_cooler", d.cooler, buildings, value_of(s, "cooler", "Q_flow_w"));
  add("fws_pump", d.fws_pump, buildings, value_of(s, "fws_pump", "P_w"));
  add("chiller", d.chiller, buildings, value_of(s, "chiller", "Q_flow_w"));
  add("chw_pump", d.chw_pump, buildings, value_of(s, "chw_pump", "P_w"));
  add("hall_fan_wall", d.hall_fans, blocks, value_of(s, "hall_fans", "Q_flow_w"));
  add("gallery_fan_wall", d.gallery_fans, blocks, value_of(s, "gallery_fans", "Q_flow_w"));
  // Both sides share the load; either can carry all of it.
  const auto add_sides = [&](const char* tag, const Chosen<Item>& chosen, int copies, double load) {
    list.push_back(
        {tag, chosen.item.name, 2 * copies * chosen.installed, copies * chosen.duty, chosen.item.rating, load});
  };
  add_sides("ups", d.ups, blocks, value_of(s, "ups_a", "loading"));
  add_sides("ups_battery", {Item{d.battery.item.name, {}, 0.0, 0.0, d.ups.item.rating}, d.ups.duty, d.ups.installed},
            blocks, value_of(s, "ups_a", "loading"));
  add_sides("transformer", d.transformer, blocks, value_of(s, "transformer_a", "loading"));
  add_sides("busway", d.busway, blocks, value_of(s, "busway_a", "loading"));
  add_sides("hv_transformer", d.hv_transformer, 1, value_of(s, "hv_transformer_a", "loading"));
  list.push_back({"mech_transformer", d.mech_transformer.item.name, buildings * d.mech_transformer.installed,
                  buildings * d.mech_transformer.duty, d.mech_transformer.item.rating,
                  value_of(s, "mech_transformer", "loading")});
  const double P_building = s.P_grid / buildings;
  list.push_back({"genset", d.genset.item.name, buildings * d.genset.installed, buildings * d.genset.duty,
                  d.genset.item.rating, P_building / (d.genset.duty * d.genset.item.rating)});
  return list;
}

}  // namespace wattloop::sizing
