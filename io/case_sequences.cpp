// The sampled controllers of a case.

#include "io/case_network.h"
#include "io/case_workload.h"
#include "io/units.h"

namespace wattloop {

namespace {

StagingSpec read_staging(Reader& reader) {
  StagingSpec s;
  s.unit = reader.text("unit");
  s.enable = reader.texts("enable");
  if (s.enable.empty()) reader.report("which inputs switch a unit is missing", "", "at least one", "enable");
  s.duty = static_cast<int>(reader.integer("duty", 1, 100000));
  s.minimum = static_cast<int>(reader.integer("minimum", 0, s.duty, s.duty));
  s.measure = reader.text("measure", "");
  s.up_above = reader.quantity("up_above", "1", any_value, s.up_above);
  s.down_below = reader.quantity("down_below", "1", any_value, s.down_below);
  if (s.down_below > s.up_above)
    reader.report("a unit would stop and start at once", "down_below above up_above", "below it", "down_below");
  s.delay = reader.quantity("delay", "s", not_negative, s.delay);
  s.min_run = reader.quantity("min_run", "s", not_negative, s.min_run);
  s.changeover = reader.quantity("changeover", "s", not_negative, s.changeover);
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
  s.measure = reader.text("measure");
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

}  // namespace

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
    else if (!type.empty())
      reader.report("there is no sequence of this type", type, "staging or threshold", "type");
    if (type != "threshold" && type != "staging") continue;
    reader.finish();
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace wattloop
