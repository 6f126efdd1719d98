#include "io/frequency_monitor.h"

#include <algorithm>
#include <cmath>

namespace wattloop {

FrequencyMonitor::FrequencyMonitor(const Twin& twin) : twin_(twin) {
  const System& system = twin.network().system();
  bool any = false;  // a grid alone has the frequency of the case, unless something drives or sets it
  for (int g = 0; g < system.groups(); ++g) {
    const ComponentType& type = system.group(g).type();
    if (type.output_index("frequency") < 0 || !type.is_reference) continue;
    const int input = type.port_index("frequency");
    for (int i = 0; i < system.group(g).size(); ++i) {
      sources_.push_back({{g, i}, {}});
      any = any || type.name != "grid" || system.group(g).across_slot(i, type.across_offset(input)) >= 0;
    }
  }
  for (const CaseEvent& event : twin.description().events) any = any || event.path.ends_with(".frequency");
  if (!any) sources_.clear();
}

void FrequencyMonitor::look(double t, const std::vector<double>& y) {
  constexpr double feeding = 1e-3;  // of the rating
  for (Source& source : sources_) {
    const GroupBase& group = twin_.network().system().group(source.component.group);
    const ComponentType& type = group.type();
    outputs_.resize(type.outputs.size());
    group.outputs(source.component.index, y.data(), outputs_.data());
    const double f = outputs_[type.output_index("frequency")];
    const int rating = type.parameter_index("P_rated");
    const double least = rating < 0 ? 0.0 : feeding * group.parameter(source.component.index, rating);
    if (std::abs(outputs_[type.output_index("P")]) < least) {
      source.rocof.interrupt();
      continue;
    }
    source.rocof.add(t, f);
    if (type.name == "grid") continue;
    least_ = std::min(least_, f);
    most_ = std::max(most_, f);
  }
}

FrequencyMonitor::Extremes FrequencyMonitor::extremes() const {
  Extremes extremes{least_, most_, 0.0};
  for (const Source& source : sources_) extremes.rocof = std::max(extremes.rocof, source.rocof.largest());
  return extremes;
}

void FrequencyMonitor::archive(Archive& archive) {
  archive.expect("frequency");
  for (Source& source : sources_) source.rocof.archive(archive);
  archive(least_, most_);
}

}  // namespace wattloop
