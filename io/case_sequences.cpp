// The sampled controllers of a case.

#include <algorithm>

#include "io/case_network.h"
#include "io/case_workload.h"
#include "io/nearest.h"
#include "io/units.h"

namespace wattloop {

namespace {

constexpr std::pair<const char*, Over> reductions[] = {
    {"max", Over::max}, {"min", Over::min}, {"mean", Over::mean}, {"sum", Over::sum}};

/// A quantity in any unit, and the SI unit that it is in.
double read_any(Reader& reader, std::string_view key, double default_value, std::string& unit) {
  if (!reader.has(key)) return default_value;
  unit = chosen_unit(reader, key, "SI");
  return reader.quantity(key, "SI");
}

/// "cold.T", or {max: cdu.control.u}.
SignalPath read_measure(Reader& reader, std::string_view key) {
  Reader value = reader.child(key);
  if (!value.is_mapping()) return {value.as_text(), Over::one};
  const std::optional<SignalPath> reduced = read_reduction(value);
  if (!reduced)
    value.report("a path, or a reduction of the values at a path", "a mapping", "{max: path}, min, mean, sum");
  value.finish();
  return reduced.value_or(SignalPath{});
}

std::vector<Condition> read_conditions(Reader& reader, std::string_view key) {
  std::vector<Condition> conditions;
  for (Reader& item : reader.items(key)) {
    Condition c;
    c.measure = read_measure(item, "measure");
    if (item.has("minus")) c.minus = read_measure(item, "minus");
    if (item.is_mapping() && !item.has("above") && !item.has("below"))
      item.report("a condition has a limit", "", "above, below or both");
    c.above = read_any(item, "above", c.above, c.unit);
    c.below = read_any(item, "below", c.below, c.unit);
    if (c.above >= c.below) item.report("this condition never holds", "above is not below `below`", "above < below");
    item.finish();
    conditions.push_back(std::move(c));
  }
  return conditions;
}

StagingSpec read_staging(Reader& reader) {
  constexpr long many = 1000;
  StagingSpec s;
  s.unit = reader.text("unit");
  s.enable = reader.texts("enable");
  if (s.enable.empty()) reader.report("which inputs switch a unit is missing", "", "at least one", "enable");
  s.duty = static_cast<int>(reader.integer("duty", 1, 100000));
  s.minimum = static_cast<int>(reader.integer("minimum", 0, s.duty, s.duty));
  if (reader.has("measure")) s.measure = read_measure(reader, "measure");
  s.up_above = read_any(reader, "up_above", s.up_above, s.limit_unit);
  s.down_below = read_any(reader, "down_below", s.down_below, s.limit_unit);
  if (s.down_below > s.up_above)
    reader.report("a unit would stop and start at once", "down_below above up_above", "below it", "down_below");
  s.delay = reader.quantity("delay", "s", not_negative, s.delay);
  s.min_run = reader.quantity("min_run", "s", not_negative, s.min_run);
  s.between = reader.quantity("between", "s", not_negative, s.min_run);
  s.min_stop = reader.quantity("min_stop", "s", not_negative, s.min_stop);
  s.stagger = reader.quantity("stagger", "s", not_negative, s.stagger);
  s.changeover = reader.quantity("changeover", "s", not_negative, s.changeover);
  s.rotate = reader.quantity("rotate", "s", not_negative, s.rotate);
  s.starts_per_hour = static_cast<int>(reader.integer("starts_per_hour", 1, many, s.starts_per_hour));
  if (reader.has("only_while")) s.only_while = read_conditions(reader, "only_while");
  return s;
}

/// The unit of a threshold, "1" if there is none.
std::string read_unit(Reader& reader) {
  std::string unit = reader.text("unit", "1");
  try {
    convert(1.0, unit, unit);
  } catch (const InputError& error) {
    reader.report(error.problems().front().what, unit, "a unit in SI", "unit");
    return "1";
  }
  return unit;
}

ThresholdSpec read_threshold(Reader& reader) {
  ThresholdSpec s;
  s.measure = read_measure(reader, "measure");
  s.write = reader.texts("write");
  if (s.write.empty()) reader.report("which inputs are written is missing", "", "at least one", "write");
  const std::string unit = read_unit(reader);
  s.on_above = reader.quantity("on_above", unit);
  s.off_below = reader.quantity("off_below", unit);
  s.on_value = reader.quantity("on_value", "1", any_value, s.on_value);
  s.off_value = reader.quantity("off_value", "1", any_value, s.off_value);
  s.min_hold = reader.quantity("min_hold", "s", not_negative, s.min_hold);
  return s;
}

Mode read_mode(const std::string& name, Reader& reader, const std::vector<std::string>& names) {
  Mode mode;
  mode.name = name;
  mode.hold = reader.quantity("hold", "s", not_negative, 0.0);
  if (reader.has("write")) {
    Reader write = reader.child("write");
    for (const auto& [input, unused] : write.entries()) {
      WrittenValue written{input, 0.0, "1"};
      written.value = read_any(write, input, 0.0, written.unit);
      mode.write.push_back(std::move(written));
    }
  }
  if (reader.has("leave"))
    for (Reader& item : reader.items("leave")) {
      ModeChange change;
      change.to = item.text("to");
      if (!change.to.empty() && std::find(names.begin(), names.end(), change.to) == names.end())
        item.report("there is no mode of this name", change.to, suggestion(change.to, names), "to");
      if (item.has("when")) change.when = read_conditions(item, "when");
      change.lasting = item.quantity("for", "s", not_negative, 0.0);
      change.entered = static_cast<int>(item.integer("entered", 1, 1000, change.entered));
      change.within = item.quantity("within", "s", not_negative, 0.0);
      if (item.is_mapping() && (change.entered > 1) != (change.within > 0.0))
        item.report("a count of entries has a time within which they are counted", "", "entered and within",
                    item.has("entered") ? "entered" : "within");
      if (item.is_mapping() && change.when.empty() && change.lasting == 0.0)
        item.report("a mode is left when something holds or after some time", "", "when, for or both");
      item.finish();
      mode.leave.push_back(std::move(change));
    }
  reader.finish();
  return mode;
}

ModesSpec read_modes(Reader& reader) {
  ModesSpec spec;
  spec.at_once = reader.boolean("at_once", false);
  Reader modes = reader.child("modes");
  auto entries = modes.entries();
  std::vector<std::string> names;
  for (const auto& [name, unused] : entries) names.push_back(name);
  for (auto& [name, mode] : entries) spec.modes.push_back(read_mode(name, mode, names));
  if (modes.is_mapping() && entries.empty())
    reader.report("at least one mode is missing", "", "name: {write: ...}", "modes");
  return spec;
}

NoiseSpec read_noise(Reader& reader) {
  NoiseSpec s;
  s.write = reader.texts("write");
  if (s.write.empty()) reader.report("which inputs are written is missing", "", "at least one", "write");
  s.amplitude = read_any(reader, "amplitude", 0.0, s.unit);
  if (s.unit.empty()) reader.report("how strong the noise is is missing", "", "0.1 K", "amplitude");
  s.interval = reader.quantity("interval", "s", positive, s.interval);
  return s;
}

}  // namespace

std::optional<SignalPath> read_reduction(Reader& value) {
  for (const auto& [key, over] : reductions)
    if (value.has(key)) return SignalPath{value.text(key), over};
  return std::nullopt;
}

std::vector<SequenceLine> read_sequences(Reader& body) {
  std::vector<SequenceLine> lines;
  if (!body.has("sequences")) return lines;
  Reader sequences = body.child("sequences");
  for (auto& [name, reader] : sequences.entries()) {
    SequenceLine line{name, places_of(reader).at(""), StagingSpec{}};
    const std::string type = reader.text("type");
    if (type == "threshold")
      line.spec = read_threshold(reader);
    else if (type == "staging")
      line.spec = read_staging(reader);
    else if (type == "modes")
      line.spec = read_modes(reader);
    else if (type == "noise")
      line.spec = read_noise(reader);
    else if (!type.empty())
      reader.report("there is no sequence of this type", type, "staging, threshold, modes or noise", "type");
    if (type != "threshold" && type != "staging" && type != "modes" && type != "noise") continue;
    reader.finish();
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace wattloop
