#include "io/importers/epanet_units.h"

#include <cmath>
#include <cstring>

namespace wattloop {

namespace {

struct FlowUnit {
  const char* name;
  double si;              // m3/s, exact
  double per_cubic_foot;  // units in a ft3/s as EPANET rounds them
  bool metric;
};

constexpr double gallon = 0.003785411784;       // m3
constexpr double imperial_gallon = 0.00454609;  // m3
constexpr double acre_foot = 1233.48183754752;  // m3
constexpr double day = 86400.0;                 // s

constexpr FlowUnit flow_units[] = {
    {"CFS", foot* foot* foot, 1.0, false},       {"GPM", gallon / 60.0, 448.831, false},
    {"MGD", gallon * 1e6 / day, 0.64632, false}, {"IMGD", imperial_gallon * 1e6 / day, 0.5382, false},
    {"AFD", acre_foot / day, 1.9837, false},     {"LPS", 1e-3, 28.317, true},
    {"LPM", 1e-3 / 60.0, 1699.0, true},          {"MLD", 1000.0 / day, 2.4466, true},
    {"CMH", 1.0 / 3600.0, 101.94, true},         {"CMD", 1.0 / day, 2446.6, true},
};

}  // namespace

bool EpanetUnits::set_flow_unit(const char* name) {
  for (const FlowUnit& unit : flow_units) {
    if (std::strcmp(unit.name, name) != 0) continue;
    metric = unit.metric;
    flow = unit.si;
    cubic_foot = unit.si * unit.per_cubic_foot;
    length = metric ? 1.0 : foot;
    diameter = metric ? 1e-3 : foot / 12.0;
    roughness = metric ? 1e-3 : foot / 1000.0;
    power = metric ? 1.0 / 0.7457 : 1.0;
    volume = metric ? cubic_foot / (foot * foot * foot) : cubic_foot;
    return true;
  }
  return false;
}

void EpanetUnits::set_pressure(bool kilopascals, double specific_gravity) {
  constexpr double psi_per_foot = 0.4333;
  constexpr double kilopascals_per_psi = 6.895;
  if (!metric) {
    pressure = foot / (psi_per_foot * specific_gravity);
  } else if (kilopascals) {
    pressure = foot / (kilopascals_per_psi * psi_per_foot * specific_gravity);
  } else {
    pressure = 1.0 / specific_gravity;
  }
}

double EpanetUnits::resistance(double feet_per_flow, double n) const {
  return feet_per_flow * foot / std::pow(cubic_foot, n);
}

}  // namespace wattloop
