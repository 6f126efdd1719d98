#include "io/twin.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "io/case_checks.h"
#include "io/units.h"
#include "models/moist_air.h"
#include "solver/errors.h"
#include "solver/ida.h"
#include "solver/symmetric_integrator.h"

namespace wattloop {

namespace {

/// A piecewise linear function of time; its ends hold outside.
double interpolate(const std::vector<std::pair<double, double>>& knots, double t) {
  const auto after =
      std::upper_bound(knots.begin(), knots.end(), t, [](double time, const auto& knot) { return time < knot.first; });
  if (after == knots.begin()) return knots.front().second;
  if (after == knots.end()) return knots.back().second;
  const auto before = after - 1;
  return before->second + (after->second - before->second) * (t - before->first) / (after->first - before->first);
}

}  // namespace

Twin::Twin(Case description, Workers workers) : case_(std::move(description)), workers_(workers) {
  try {
    network_ = std::make_unique<Network>(case_.network, workers);
  } catch (const NetworkError& error) {
    throw input_error(error);
  }
  CaseFindings findings = check_case(case_, *network_);
  if (!findings.problems.empty()) throw InputError(std::move(findings.problems));
  for (const InputProblem& warning : findings.warnings) warnings_.push_back(to_string(warning));
  bind_weather();
  bind_schedules();
  bind_workload();
  if (case_.run.sampled_controllers) bind_controllers();
  for (const CaseEvent& event : case_.events) events_.push_back(bind_event(event));
}

int Twin::gpus() const {
  int sum = 0;
  for (const RackInstance& rack : network_->racks()) sum += rack.racks() * rack.spec->power.gpus;
  return sum;
}

/// Weather drives its signal nodes continuously; the wet bulb is over water (smooth through freezing).
void Twin::bind_weather() {
  System& s = system();
  if (!case_.weather) {
    // Without weather the inputs that read it see a mild day.
    const WeatherSample mild = constant_weather(298.15, 285.15, case_.site).at(0.0);
    for (const auto& [name, value] : {std::pair{"T_db", mild.T_db}, {"T_wb", 291.15}, {"W", mild.W}, {"p", mild.p}})
      s.drive(network_->weather_node(name), [v = value](double) { return v; });
    return;
  }
  const Weather& weather = *case_.weather;
  weather.require(case_.run.start, case_.run.start + case_.run.duration);
  const double t0 = case_.run.start;
  s.drive(network_->weather_node("T_db"), [&weather, t0](double t) { return weather.at(t0 + t).T_db; });
  s.drive(network_->weather_node("W"), [&weather, t0](double t) { return weather.at(t0 + t).W; });
  s.drive(network_->weather_node("p"), [&weather, t0](double t) { return weather.at(t0 + t).p; });
  s.drive(network_->weather_node("T_wb"), [&weather, t0](double t) {
    const WeatherSample w = weather.at(t0 + t);
    return wet_bulb_over_water(w.T_db, w.W, w.p);
  });
}

void Twin::bind_schedules() {
  std::map<std::vector<std::pair<double, double>>, std::uint64_t> keys;  // copies have the same knots
  for (const ScheduledSignal& schedule : network_->schedules()) {
    const std::uint64_t key = keys.try_emplace(schedule.knots, keys.size() + 1).first->second;
    system().drive(
        schedule.node, [knots = schedule.knots](double t) { return interpolate(knots, t); }, key);
  }
}

void Twin::bind_controllers() {
  for (int g = 0; g < system().groups(); ++g) {
    const GroupBase& group = system().group(g);
    const int sample_time = group.type().parameter_index("sample_time");
    if (sample_time < 0) continue;
    for (int i = 0; i < group.size(); ++i)
      if (const double h = group.parameter(i, sample_time); h > 0.0) sampled_[h].push_back({g, i});
  }
}

std::vector<double> Twin::sample_times() const {
  std::vector<double> times;
  for (const auto& [time, controllers] : sampled_) times.push_back(time);
  return times;
}

void Twin::release_controllers() {
  for (int g = 0; g < system().groups(); ++g) {
    GroupBase& group = system().group(g);
    const int sample_time = group.type().parameter_index("sample_time"), sampled = group.type().port_index("sampled");
    if (sample_time < 0) continue;
    for (int i = 0; i < group.size(); ++i)
      if (!case_.run.sampled_controllers || group.parameter(i, sample_time) <= 0.0)
        group.held(i, group.type().across_offset(sampled)) = 0.0;
  }
}

bool Twin::sample_controllers(double sample_time, const std::vector<double>& y) {
  bool changed = false;
  for (const ComponentRef c : sampled_.at(sample_time)) {
    GroupBase& group = system().group(c.group);
    const ComponentType& type = group.type();
    std::vector<double> outputs(type.outputs.size());
    group.outputs(c.index, y.data(), outputs.data());
    // The law itself stays as it is while its last sample is held.
    const double asked = outputs[type.output_index("asked")];
    const auto held = [&](const char* input) -> double& {
      return group.held(c.index, type.across_offset(type.port_index(input)));
    };
    changed = changed || held("sampled") != 1.0 || held("sample") != asked;
    held("sampled") = 1.0;
    held("sample") = asked;
  }
  return changed;
}

/// check_case has found the paths and values of the case's events to be good.
Twin::BoundEvent Twin::bind_event(const CaseEvent& event) const {
  BoundEvent bound{&event, {}, {}};
  if (event.kind == CaseEvent::Kind::set || event.kind == CaseEvent::Kind::restore) {
    bound.inputs = network_->find_inputs(0, event.path);
    const InputRef& first = bound.inputs.front();
    const Port& port = network_->system().group(first.component.group).type().ports[first.port];
    for (const InputRef& input : bound.inputs) {
      const double of_case = network_->system().group(input.component.group).held(input.component.index, input.across);
      bound.values.push_back(event.kind == CaseEvent::Kind::restore ? of_case
                             : std::isnan(event.share)              ? quantity(event.value, port.unit)
                                                                    : event.share * of_case);
    }
  } else {
    for (const int part : network_->find_all(event.path))
      bound.parts.emplace_back(network_->instances()[part].path, network_->switches(part));
  }
  return bound;
}

bool Twin::sample_sequences(double t, const std::vector<double>& y) {
  bool changed = false;
  for (const auto& sequence : network_->sequences()) changed |= sequence->sample(t, y.data(), log_);
  return changed;
}

double Twin::indicator(const std::vector<double>& y) const {
  double most = hottest_above_trip(y);
  const auto& sequences = network_->sequences();
  if (std::none_of(sequences.begin(), sequences.end(), [](const auto& s) { return s->acts_at_once(); })) return most;
  std::vector<double> whole;
  const double* values = y.data();
  if (ranks().size() > 1) {
    whole = y;
    network_->system().complete(whole);
    values = whole.data();
  }
  for (const auto& sequence : sequences) most = std::max(most, sequence->indicator(values));
  return most;
}

double Twin::next_due() const {
  double next = std::numeric_limits<double>::infinity();
  for (const auto& sequence : network_->sequences()) next = std::min(next, sequence->next_due());
  return next;
}

bool Twin::apply_event(const CaseEvent& event, double t) {
  const auto of_case =
      std::find_if(events_.begin(), events_.end(), [&](const BoundEvent& b) { return b.event == &event; });
  const BoundEvent bound = of_case != events_.end() ? *of_case : bind_event(event);
  if (!bound.inputs.empty()) {
    for (std::size_t i = 0; i < bound.inputs.size(); ++i) {
      const InputRef& input = bound.inputs[i];
      system().group(input.component.group).held(input.component.index, input.across) = bound.values[i];
    }
    log_.push_back({t, event.path,
                    event.kind == CaseEvent::Kind::set ? fmt::format("set to {}", event.value)
                                                       : std::string("set back to the value of the case")});
    return true;
  }
  const bool fails = event.kind == CaseEvent::Kind::fail;
  for (const auto& [path, switches] : bound.parts)
    if (fails)
      failed_[path] = switches;
    else  // with all that is in it
      std::erase_if(failed_,
                    [&, &repaired = path](const auto& part) { return (part.first + ".").starts_with(repaired + "."); });
  const InputSet out_of_order = announce_failures();
  for (const auto& [path, switches] : bound.parts)
    for (const InputRef& input : switches)
      system().group(input.component.group).held(input.component.index, input.across) =
          out_of_order.count(input.key()) ? network_->value_when_failed(input)
                                          : 1.0 - network_->value_when_failed(input);
  log_.push_back({t, event.path, fails ? "fails" : "is repaired"});
  return true;
}

InputSet Twin::announce_failures() {
  InputSet inputs;
  for (const auto& [path, switches] : failed_)
    for (const InputRef& input : switches) inputs.insert(input.key());
  for (const auto& sequence : network_->sequences()) sequence->set_failed(inputs);
  return inputs;
}

bool Twin::is_on(const RackInstance& rack) const {
  return network_->system().group(rack.shelf.group).held(rack.shelf.index, switch_across_) > 0.5;
}

double& Twin::rack_switch(const RackInstance& rack) {
  GroupBase& shelves = system().group(rack.shelf.group);
  return shelves.held(rack.shelf.index, switch_across_);
}

double Twin::above_trip(std::size_t rack, const std::vector<double>& y, bool only_here) const {
  const RackGpus& gpus = rack_gpus_[rack];
  if (only_here && !gpus.plates.empty() && !network_->system().is_here(gpus.plates.front()))
    return -std::numeric_limits<double>::infinity();  // all of a rack is in one region
  return gpus.hottest(y) - gpus.T_trip;
}

double Twin::hottest_above_trip(const std::vector<double>& y) const {
  const auto& racks = network_->racks();
  std::vector<double> excess(racks.size(), -1.0);
  network_->system().pool().parallel_for(static_cast<int>(racks.size()), 32, [&](int begin, int end) {
    for (int i = begin; i < end; ++i)
      if (is_on(racks[i])) excess[i] = std::max(excess[i], above_trip(i, y, true));
  });
  return ranks().max(excess.empty() ? -1.0 : *std::max_element(excess.begin(), excess.end()));
}

bool Twin::trip_racks(double t, const std::vector<double>& y) {
  constexpr double resolution = 1e-3;  // K: racks this close trip together
  bool any = false;
  const auto& racks = network_->racks();
  for (std::size_t i = 0; i < racks.size(); ++i) {
    if (rack_switch(racks[i]) < 0.5 || above_trip(i, y) < -resolution) continue;
    rack_switch(racks[i]) = 0.0;
    log_.push_back({t, racks[i].path, "trips: a GPU has reached its trip temperature"});
    any = true;
  }
  return any;
}

std::unique_ptr<Integrator> Twin::integrator(bool reference) {
  static_assert(Sdirk::linearisations >= Ida::linearisations);
  const Tolerances tolerances{case_.run.tolerance};
  const double max_step = case_.run.forcing_interval;
  const auto make = [=, this](System& system) -> std::unique_ptr<Integrator> {
    dealt_regions_ = system.dealt_regions();
    if (reference) return std::make_unique<Ida>(system, tolerances, max_step);
    return std::make_unique<Sdirk>(system, tolerances, max_step);
  };
  if (!case_.run.symmetry) {
    system().prepare_to_solve(Sdirk::linearisations);
    return make(system());
  }
  auto symmetric = std::make_unique<SymmetricIntegrator>(system(), workers_, Sdirk::linearisations, make);
  symmetric->on_grouping([this](double t, const Symmetry& symmetry, ComponentRef told_apart) {
    std::string path,
        text = is_worthwhile(symmetry)
                   ? fmt::format("{} of {} components are solved, the others equal them", symmetry.distinct(),
                                 symmetry.all())
                   : fmt::format("all {} components are solved, {} differ", symmetry.all(), symmetry.distinct());
    if (told_apart.group >= 0) path = system().group(told_apart.group).path(told_apart.index);
    groupings_.push_back({t, std::move(path), std::move(text)});
  });
  return symmetric;
}

void Twin::archive(Archive& archive) {
  system().archive(archive);
  archive.expect("twin");
  archive(failed_, log_, groupings_);
  std::vector<std::string> warnings = warnings_;
  archive(warnings);
  for (std::string& warning : warnings)
    if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end())
      warnings_.push_back(std::move(warning));
  for (const auto& sequence : network_->sequences()) sequence->archive(archive);
  if (smoothing_) smoothing_->archive(archive);
  if (archive.reads()) announce_failures();
}

}  // namespace wattloop
