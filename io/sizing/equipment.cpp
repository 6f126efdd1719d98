#include <fmt/format.h>

#include "io/sizing/design_run.h"
#include "io/sizing/schedules.h"

namespace wattloop::sizing {

std::vector<EquipmentLine> equipment(const Request&, const SizingResult& result) {
  const Design& d = *result.design;
  const Summary& s = *result.worst_hour;
  const int buildings = d.loads.buildings, blocks = buildings * d.loads.blocks;
  std::vector<EquipmentLine> list;
  // Those that stand by are at rest.
  const auto add = [&](const char* tag, const auto& chosen, int copies, double load) {
    const double rating = chosen.item.rating;
    list.push_back(
        {tag, chosen.item.name, copies * chosen.installed, copies * chosen.duty, rating, load / rating, std::nullopt});
  };
  // All run, with a share of the load each; those on duty carry it without the others.
  const auto add_running = [&](const char* tag, const auto& chosen, int copies, double loading) {
    const double all_on_duty = loading * chosen.installed / chosen.duty;
    list.push_back({tag, chosen.item.name, copies * chosen.installed, copies * chosen.duty, chosen.item.rating,
                    all_on_duty, loading});
  };
  const auto heat = [&](const char* part, const auto& chosen) {
    return value_of(s, part, "Q_flow_w") / chosen.item.rating;
  };
  add("cdu", d.cdu, blocks, value_of(s, "cdu.exchanger", "Q_flow_w"));
  add_running("dry_cooler", d.cooler, buildings, heat("cooler", d.cooler));
  add("fws_pump", d.fws_pump, buildings, value_of(s, "fws_pump", "P_w"));
  add_running("chiller", d.chiller, buildings, heat("chiller", d.chiller));
  add("chw_pump", d.chw_pump, buildings, value_of(s, "chw_pump", "P_w"));
  add_running("hall_fan_wall", d.hall_fans, blocks, heat("hall_fans", d.hall_fans));
  add_running("gallery_fan_wall", d.gallery_fans, blocks, heat("gallery_fans", d.gallery_fans));
  // Both sides share the load; either can carry all of it, and is what is on duty.
  const auto add_sides = [&](const char* tag, const Chosen<Item>& chosen, int copies, int running) {
    const double a = value_of(s, fmt::format("{}_a", tag), "loading"),
                 b = value_of(s, fmt::format("{}_b", tag), "loading");
    list.push_back({tag, chosen.item.name, 2 * copies * chosen.installed, copies * chosen.duty, chosen.item.rating,
                    (a + b) * running / chosen.duty, 0.5 * (a + b)});
  };
  add_sides("ups", d.ups, blocks, d.ups.installed);
  const double of_ups = value_of(s, "ups_a", "loading") + value_of(s, "ups_b", "loading");
  list.push_back({"ups_battery", d.battery.item.name, 2 * blocks * d.ups.installed, blocks * d.ups.duty,
                  d.ups.item.rating, of_ups * d.ups.installed / d.ups.duty, 0.5 * of_ups});
  add_sides("transformer", d.transformer, blocks, d.transformer.installed);
  add_sides("busway", d.busway, blocks, d.busway.installed);
  add_sides("hv_transformer", d.hv_transformer, 1, d.hv_transformer.duty);  // spares are at rest
  add_running("mech_transformer", d.mech_transformer, buildings, value_of(s, "mech_transformer", "loading"));
  add("genset", d.genset, buildings, s.P_grid / buildings / d.genset.duty);
  return list;
}

}  // namespace wattloop::sizing
