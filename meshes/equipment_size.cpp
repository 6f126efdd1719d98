#include "meshes/equipment_size.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace wattloop {

namespace {

/// A type of equipment: its box at a rating, and the power of the rating with which its edges grow.
struct EquipmentType {
  std::string_view kind;
  Room room;
  Point size{};                  // m
  std::string_view rating = "";  // parameter, or input with a held value
  double at = 1.0;               // rating of a unit of `size`
  double exponent = 0.0;
};

/// Outlines of common products, rounded. Edges grow with the cube root of a volume or a flow, the square root of a
/// coil's face, and the fourth root of a transformer's rating (its mass grows with S^0.75); the gear of a grid
/// connection goes from a panel at 415 V to a bay at 345 kV.
constexpr EquipmentType types[] = {
    {"rack", Room::hall, rack_size},
    {"ac_load", Room::hall, {9.6, 1.2, 2.3}},  // sixteen cabinets
    {"fan_wall", Room::fan_wall, {3.0, 1.2, 4.0}, "UA_nominal", 140e3, 0.5},
    {"transformer", Room::gallery, {2.4, 1.8, 2.4}, "S_n", 2.5e6, 0.25},
    {"ups", Room::gallery, {4.7, 0.9, 2.0}, "P_rated", 2.1e6, 0.5},
    {"breaker", Room::gallery, {0.8, 0.8, 2.2}, "I_rated", 4000.0, 0.25},
    {"genset", Room::yard, {3.0, 13.0, 4.0}, "P_rated", 3e6, 1.0 / 3.0},
    {"grid", Room::gallery, {6.0, 5.0, 7.0}, "V", 345e3, 0.3},
    {"power_shelf", Room::gallery, {0.6, 0.9, 0.2}},
    {"pump", Room::pump_room, {1.0, 0.6, 1.2}, "m_flow_nominal", 45.0, 1.0 / 3.0},
    {"plate_heat_exchanger", Room::pump_room, {1.0, 1.0, 2.0}, "UA_nominal", 488e3, 1.0 / 3.0},
    {"control_valve", Room::pump_room, {0.5, 0.4, 0.6}, "m_flow_nominal", 60.0, 1.0 / 3.0},
    {"expansion_vessel", Room::pump_room, {1.0, 1.0, 1.8}, "V_vessel", 1.0, 1.0 / 3.0},
    {"resistance", Room::pump_room, {0.3, 0.3, 0.3}},
    {"orifice", Room::pump_room, {0.3, 0.3, 0.3}},
    {"check_valve", Room::pump_room, {0.4, 0.4, 0.4}, "m_flow_nominal", 60.0, 1.0 / 3.0},
    {"picv", Room::pump_room, {0.3, 0.2, 0.4}, "m_flow_nominal", 10.0, 1.0 / 3.0},
    {"isolation_valve", Room::pump_room, {0.4, 0.4, 0.6}, "m_flow_nominal", 60.0, 1.0 / 3.0},
    {"strainer", Room::pump_room, {0.6, 0.4, 0.6}, "m_flow_nominal", 60.0, 1.0 / 3.0},
    {"heat_reuse", Room::pump_room, {1.0, 1.0, 2.0}, "UA_nominal", 488e3, 1.0 / 3.0},
    {"manifold", Room::pump_room, {0.2, 0.2, 1.8}},
    {"cold_plate", Room::pump_room, {0.12, 0.12, 0.05}},
    {"liquid_source", Room::pump_room, {0.3, 0.3, 0.3}},
    {"flow_source", Room::pump_room, {0.3, 0.3, 0.3}},
    {"dc_load", Room::pump_room, {0.5, 0.9, 0.2}},
    {"dry_cooler", Room::yard, {2.4, 12.0, 2.8}, "UA_nominal", 190e3, 0.5},
    {"air_cooled_chiller", Room::yard, {2.3, 11.0, 2.6}, "Q_nominal", 1.25e6, 0.5},
    {"cooling_tower", Room::yard, {4.3, 5.5, 5.5}, "m_flow_nominal", 100.0, 0.5},
    {"closed_tower", Room::yard, {2.6, 5.5, 4.5}, "m_flow_nominal", 25.0, 0.5},
    {"water_cooled_chiller", Room::pump_room, {2.4, 5.0, 2.8}, "Q_nominal", 5.5e6, 1.0 / 3.0},
    {"storage_tank", Room::yard, {9.0, 9.0, 8.0}, "volume", 500.0, 1.0 / 3.0},
    {"pipe", Room::line},
    {"line", Room::line},
    {"switchgear", Room::none},
    {"voltmeter", Room::none},
    {"pi_controller", Room::none},
    {"ambient", Room::none},
    {"air_zone", Room::none},
    {"lag", Room::none},
    {"rate_limiter", Room::none},
    {"linear_map", Room::none},
    {"min_max_select", Room::none},
    {"sum", Room::none},
    {"product", Room::none},
};

constexpr EquipmentType other{"", Room::pump_room, {1.0, 1.0, 1.5}};

/// A machine with its motors on the bus is as large as that with drives.
const EquipmentType& type_of(std::string_view kind) {
  constexpr std::string_view direct = "_direct";
  if (kind.ends_with(direct)) kind.remove_suffix(direct.size());
  const auto found = std::find_if(std::begin(types), std::end(types), [&](const auto& t) { return t.kind == kind; });
  return found == std::end(types) ? other : *found;
}

/// A parameter or held input of a component, or NaN.
double value_of(const Network& network, const Instance& instance, std::string_view name) {
  if (name.empty() || instance.component.group < 0) return std::nan("");
  const GroupBase& group = network.system().group(instance.component.group);
  const int component = instance.component.index, parameter = group.type().parameter_index(name);
  if (parameter >= 0) return group.parameter(component, parameter);
  const auto& ports = group.type().ports;
  for (std::size_t port = 0; port < ports.size(); ++port)
    if (ports[port].name == name && ports[port].connector == Connector::input)
      return group.held(component, group.type().across_offset(static_cast<int>(port)));
  return std::nan("");
}

/// Units side by side along x: one row along a wall, otherwise about as wide as deep.
Point bank(const Point& unit, int units, Room room) {
  constexpr double passage = 0.9;  // m, between two ranks of units
  const double n = units;
  const double along = room == Room::fan_wall ? n : std::min(n, std::ceil(std::sqrt(n * unit[1] / unit[0])));
  const double ranks = std::ceil(n / along);
  return {along * unit[0], ranks * unit[1] + (ranks - 1.0) * passage, unit[2]};
}

}  // namespace

Room room_of(std::string_view kind) {
  return type_of(kind).room;
}

int units_of(const Network& network, const Instance& instance) {
  const double above = instance.parent < 0 ? 1.0 : network.instances()[instance.parent].multiplicity;
  constexpr double most = 1e4;
  return static_cast<int>(std::lround(std::clamp(instance.multiplicity / above, 1.0, most)));
}

Point equipment_size(const Network& network, const Instance& instance) {
  const EquipmentType& type = type_of(instance.kind);
  const double rating = value_of(network, instance, type.rating);
  constexpr double least = 0.2, most = 5.0;
  const double scale = rating > 0.0 ? std::clamp(std::pow(rating / type.at, type.exponent), least, most) : 1.0;
  const Point unit{scale * type.size[0], scale * type.size[1], scale * type.size[2]};
  return bank(unit, units_of(network, instance), type.room);
}

double line_diameter(const Network& network, const Instance& instance) {
  constexpr double cable = 0.15;  // m, a few cables or a busway in its casing
  const double inner = value_of(network, instance, "diameter");
  return inner > 0.0 ? inner : cable;
}

}  // namespace wattloop
