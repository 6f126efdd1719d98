#pragma once
// How large equipment is and what kind of room it wants.

#include <string_view>

#include "meshes/layout.h"
#include "meshes/network.h"

namespace wattloop {

/// Where a kind of equipment belongs.
enum class Room {
  none,       ///< stands nowhere: controllers, signals, air
  hall,       ///< among the racks
  fan_wall,   ///< along a wall of the hall
  gallery,    ///< electrical gear
  pump_room,  ///< pumps, vessels, exchangers, valves
  yard,       ///< outdoors
  line        ///< runs between equipment
};

Room room_of(std::string_view kind);

inline constexpr Point rack_size{0.6, 1.2, 2.3};  ///< m, along the row, deep, high

/// The box of a component [m]: its type's, scaled by its rating, as a bank if it stands for units in parallel.
Point equipment_size(const Network& network, const Instance& instance);

/// The drawn diameter of a pipe or line [m].
double line_diameter(const Network& network, const Instance& instance);

/// Units in parallel that an instance stands for within its parent.
int units_of(const Network& network, const Instance& instance);

}  // namespace wattloop
