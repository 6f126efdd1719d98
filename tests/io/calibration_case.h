#pragma once
// A small plant with a calibration, in a directory of its own.

#include <string>

#include "tests/io/document_support.h"

namespace wattloop::test {

/// A heat exchanger between two streams, the colder one behind a valve.
inline const char* const exchanger_case = R"(wattloop: 1
name: an exchanger and a valve
run: {start: 2026-07-15T00:00, duration: 90 min, record_interval: 1 min, forcing_interval: 1 min}
weather: {T_db: 25 degC, T_dp: 10 degC}
liquids:
  tcs: {kind: propylene_glycol, fraction: 25 %, basis: mass}
  fws: {kind: propylene_glycol, fraction: 25 %, basis: mass}
parts:
  hot: {type: flow_source, T: {schedule: [[0 min, 56 degC], [20 min, 56 degC], [24 min, 50 degC], [50 min, 58 degC], [90 min, 52 degC]]}, m_flow: 45 kg/s}
  cooled: {type: liquid_source, liquid: tcs, p: 3 bar, T: 45 degC}
  exchanger: {use: cdu_2300kw_exchanger, C_a: 20 MJ/K}
  supply: {type: liquid_source, liquid: fws, p: 4 bar, T: 40 degC}
  valve: {use: cdu_2300kw_valve, opening: {schedule: [[0 min, 60 %], [30 min, 60 %], [33 min, 90 %], [60 min, 70 %], [63 min, 95 %], [90 min, 80 %]]}}
  back: {type: liquid_source, liquid: fws, p: 2.5 bar, T: 45 degC}
nodes:
  in_a: [hot.port, exchanger.inlet_a]
  out_a: [exchanger.outlet_a, cooled.port]
  in_b: [supply.port, exchanger.inlet_b]
  out_b: [exchanger.outlet_b, valve.inlet]
  behind: [valve.outlet, back.port]
calibration:
  hold_out: 25 %
  boundaries:
    T_hot: {path: parts.hot.T, unit: degC}
    opening: {path: parts.valve.opening, unit: "%"}
  sensors:
    T_cooled: {path: out_a.T, unit: degC, noise: 0.1 K, offset: 0.3 K}
    T_fws_out: {path: out_b.T, unit: degC, noise: 0.1 K}
    flow: {path: valve.m_flow, unit: kg/s, noise: 0.5 kg/s}
  parameters:
    UA: {path: parts.exchanger.UA_nominal, min: 200 kW/K, max: 900 kW/K, start: 400 kW/K}
    capacity: {path: parts.valve.m_flow_nominal, min: 30 kg/s, max: 90 kg/s, start: 50 kg/s}
    thermal mass: {path: parts.exchanger.C_a, min: 4 MJ/K, max: 60 MJ/K, start: 10 MJ/K}
    offset: {path: calibration.sensors.T_cooled.offset, min: -2 K, max: 2 K, start: 0 K}
)";

/// A directory of its own with a case in it.
class CalibrationFiles {
 public:
  explicit CalibrationFiles(const std::string& case_text = exchanger_case) { write("case.yaml", case_text); }

  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  void write(const std::string& name, const std::string& text) const { directory_.write(name, text); }

 private:
  Directory directory_;
};

/// The text with the first `from` replaced.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("not in the text: " + from);
  return text.replace(at, from.size(), to);
}

}  // namespace wattloop::test
