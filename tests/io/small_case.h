#pragma once
// A small good case as text, and what reading a changed copy of it reports.

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "io/case.h"
#include "io/case_checks.h"
#include "tests/io/document_support.h"

namespace wattloop {

/// One rack, one pump, one dry cooler.
inline const std::string small_case = R"(wattloop: 1
name: one rack
site: {utc_offset: -6 h, altitude: 595 m}
run: {start: 2026-07-15T00:00, duration: 1 h}
weather: {T_db: 30 degC, T_dp: 10 degC}
liquids:
  loop: {kind: propylene_glycol, fraction: 25 %, basis: mass}
workload:
  jobs:
    job: {kind: constant, racks: [1], activity: 80 %}
parts:
  grid: {type: grid, V: 415 V, X: 1 mohm}
  outdoor_air:
    type: ambient
    T_db: {signal: weather.T_db}
    W: {signal: weather.W}
    p: {signal: weather.p}
  hall_air: {type: air_zone, volume: 100 m3, UA: 5 kW/K, T_outside: 25 degC}
  vessel:
    type: expansion_vessel
    liquid: loop
    V_vessel: 50 L
    V_system: 500 L
    m_flow_nominal: 0.1 kg/s
  rack: {type: rack}
  pump:
    type: pump
    m_flow_nominal: 3 kg/s
    dp_nominal: 250 kPa
    dp_shutoff: 350 kPa
  cooler:
    type: dry_cooler
    UA_nominal: 20 kW/K
    m_flow_nominal: 3 kg/s
    dp_nominal: 50 kPa
    C_fluid: 300 kJ/K
    m_air_nominal: 12 kg/s
    P_fan_nominal: 3 kW
    fan_speed: {signal: fan_control.u}
  fan_control:
    type: pi_controller
    action: direct
    measurement: {signal: cold.T}
    set_point: 45 degC
    gain: 0.1 1/K
    T_i: 100 s
nodes:
  bus: [grid.supply, pump.electric, cooler.supply, rack.feed_a, rack.feed_b]
  outdoors: [outdoor_air.air, cooler.air]
  hall: [hall_air.air, pump.room, rack.air]
  cold: [cooler.outlet, vessel.port, pump.inlet]
  pumped: [pump.outlet, rack.inlet]
  warm: [rack.outlet, cooler.inlet]
sequences:
  pads: {type: threshold, measure: weather.T_db, unit: K, write: [cooler.pads], on_above: 25 degC, off_below: 22 degC}
)";

/// Pairs of a text and what it becomes.
using Changes = std::vector<std::pair<std::string, std::string>>;

/// The small case with parts of its text replaced; each must be there once.
inline std::string with(const Changes& changes, std::string text = small_case) {
  for (const auto& [from, to] : changes) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos || text.find(from, at + 1) != std::string::npos)
      throw std::invalid_argument("not there once: " + from);
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Everything a program that runs a case checks before it begins. Throws InputError.
inline CaseFindings load(const std::filesystem::path& file,
                         const std::vector<std::pair<std::string, std::string>>& overrides = {}) {
  Case description = read_case(file, overrides);
  try {
    const Network network(description.network, 1);
    CaseFindings findings = check_case(description, network);
    if (!findings.problems.empty()) throw InputError(findings.problems);
    if (!description.workload) return findings;
    for (const RackInstance& rack : network.racks()) description.workload->racks += rack.racks();
    const Workload workload(*description.workload);
    return findings;
  } catch (const NetworkError& error) {
    throw input_error(error);
  } catch (const WorkloadError& error) {
    throw workload_error(description, error);
  }
}

/// What is wrong with a case, a problem a line, its directory left out.
inline std::string problems_of_case(const std::string& text, const Directory& directory = {},
                                    const std::vector<std::pair<std::string, std::string>>& overrides = {}) {
  const std::string prefix = directory.path().string() + "/";
  try {
    load(directory.write("case.yaml", text), overrides);
  } catch (const InputError& error) {
    std::string message = error.what();
    for (std::size_t at; (at = message.find(prefix)) != std::string::npos;) message.erase(at, prefix.size());
    return message;
  }
  return "";
}

/// What is wrong with the small case when parts of its text are replaced.
inline std::string problems_after(const Changes& changes) {
  return problems_of_case(with(changes));
}

}  // namespace wattloop
