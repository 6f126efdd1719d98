#include "io/grid_window.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include "io/rack_courses.h"
#include "models/grid.h"
#include "models/transformer.h"
#include "solver/group_base.h"

namespace wattloop {

namespace {

constexpr double held = 1e-3;  // s: heat and machines stand still for so long, currents do not

/// The grid components of a case, read together.
class PointOfConnection {
 public:
  explicit PointOfConnection(const System& system) : system_(system) {
    for (int g = 0; g < system.groups(); ++g)
      if (system.group(g).type().name == Grid<>::type) group_ = g;
    if (group_ < 0 || system.group(group_).size() == 0)
      throw InputError({{"", 0, 0, "parts", "there is no grid that could see the case", "", "a part of type grid"}});
    const ComponentType& type = grid().type();
    P_ = type.output_index("P"), Q_ = type.output_index("Q");
    V_ = type.across_offset(type.port_index("V"));
    R_ = type.parameter_index("R"), X_ = type.parameter_index("X");
  }

  double V_nominal() const { return grid().held(0, V_); }
  double R() const { return grid().parameter(0, R_); }
  double X() const { return grid().parameter(0, X_); }

  /// Active and reactive power of all of them.
  std::pair<double, double> power(const std::vector<double>& y) const {
    std::vector<double> outputs(grid().type().outputs.size());
    double P = 0.0, Q = 0.0;
    for (int i = 0; i < grid().size(); ++i) {
      grid().outputs(i, y.data(), outputs.data());
      P += grid().multiplicity(i) * outputs[P_];
      Q += grid().multiplicity(i) * outputs[Q_];
    }
    return {P, Q};
  }

 private:
  const GroupBase& grid() const { return system_.group(group_); }
  const System& system_;
  int group_ = -1, P_ = 0, Q_ = 0, V_ = 0, R_ = 0, X_ = 0;
};

/// Solves the network for activities of its racks while everything that stores heat or turns is held.
class HeldPlant {
 public:
  HeldPlant(Twin& twin, double t, std::vector<double> y)
      : twin_(twin), point_(twin.system()), integrator_(twin.integrator(false)), t_(t), y_(std::move(y)) {}

  const PointOfConnection& point() const { return point_; }
  /// After the last level.
  const std::vector<double>& state() const { return integrator_->state(); }

  /// `activity(rack)` of each rack of the network.
  template <class Activity>
  GridResponse::Level level(const Activity& activity) {
    double P_it = 0.0;
    for (const RackInstance& rack : twin_.network().racks()) {
      const double a = activity(rack);
      twin_.apply_activity(rack, a);
      P_it += rack.racks() * rack.spec->power.rack(a);
    }
    integrator_->restart(t_, y_);
    integrator_->jumped();
    integrator_->advance(t_ + held);
    const auto [P, Q] = point_.power(integrator_->state());
    return {P_it, P, Q};
  }

 private:
  Twin& twin_;
  PointOfConnection point_;
  std::unique_ptr<Integrator> integrator_;
  double t_;
  std::vector<double> y_;
};

std::vector<double> divided_differences(const std::vector<GridResponse::Level>& levels,
                                        double GridResponse::Level::*quantity) {
  std::vector<double> d;
  for (const auto& level : levels) d.push_back(level.*quantity);
  for (std::size_t order = 1; order < d.size(); ++order)
    for (std::size_t i = d.size() - 1; i >= order; --i)
      d[i] = (d[i] - d[i - 1]) / (levels[i].P_it - levels[i - order].P_it);
  return d;
}

/// Each rack at a share of the way from its least to its greatest power.
GridResponse::Level level_at(HeldPlant& plant, const RackCourses& courses, double share) {
  constexpr double least_range = 1e-3;  // of activity: levels differ where nothing swings
  return plant.level([&](const RackInstance& rack) {
    double sum = 0.0;
    for (const int number : rack.numbers) sum += courses.least(number) + share * (courses.range(number) + least_range);
    return sum / rack.racks();
  });
}

/// Chebyshev's points with the ends.
std::vector<GridResponse::Level> levels_of(HeldPlant& plant, const RackCourses& courses) {
  constexpr int count = 6;
  std::vector<GridResponse::Level> levels;
  for (int k = 0; k < count; ++k)
    levels.push_back(level_at(plant, courses, 0.5 - 0.5 * std::cos(std::numbers::pi * k / (count - 1))));
  return levels;
}

/// The transformers between the grid's voltage and the next.
class MainTransformers {
 public:
  MainTransformers(System& system, double V_grid) {
    for (int g = 0; g < system.groups(); ++g)
      if (system.group(g).type().name == Transformer<>::type) group_ = &system.group(g);
    if (group_ == nullptr) return;
    const ComponentType& type = group_->type();
    tap_ = type.across_offset(type.port_index("tap"));
    V_out_ = type.output_index("V_out");
    V_secondary_ = type.parameter_index("V_secondary");
    constexpr double same = 0.02;
    for (int i = 0; i < group_->size(); ++i)
      if (std::abs(group_->parameter(i, type.parameter_index("V_primary")) / V_grid - 1.0) < same)
        members_.push_back(i);
  }

  bool empty() const { return members_.empty(); }
  std::vector<double> taps() const {
    std::vector<double> taps;
    for (const int i : members_) taps.push_back(group_->held(i, tap_));
    return taps;
  }
  void set(const std::vector<double>& taps) {
    for (std::size_t k = 0; k < members_.size(); ++k) group_->held(members_[k], tap_) = taps[k];
  }
  /// Extends least and most by the voltages of the secondaries, pu.
  void look(const std::vector<double>& y, double& least, double& most) const {
    std::vector<double> outputs(group_->type().outputs.size());
    for (const int i : members_) {
      group_->outputs(i, y.data(), outputs.data());
      const double V = outputs[V_out_] / group_->parameter(i, V_secondary_);
      least = std::min(least, V), most = std::max(most, V);
    }
  }

 private:
  GroupBase* group_ = nullptr;
  int tap_ = 0, V_out_ = 0, V_secondary_ = 0;
  std::vector<int> members_;
};

/// Taps that have been tried; the transformers are left as they were.
std::vector<TapSetting> tap_settings(HeldPlant& plant, Twin& twin, const RackCourses& courses,
                                     const std::vector<double>& taps, GridWindow& window) {
  std::vector<TapSetting> settings;
  MainTransformers transformers(twin.system(), window.V_nominal);
  if (!taps.empty() && transformers.empty())
    window.notes.emplace_back("no transformer stands at the voltage of the grid: there are no taps to try");
  if (transformers.empty()) return settings;
  const std::vector<double> as_they_were = transformers.taps();
  for (const double tap : taps) {
    transformers.set(std::vector<double>(as_they_were.size(), tap));
    TapSetting setting{tap, std::numeric_limits<double>::infinity(), 0.0};
    for (const double share : {0.0, 0.5, 1.0}) {
      setting.levels.push_back(level_at(plant, courses, share));
      transformers.look(plant.state(), setting.V_least, setting.V_most);
    }
    settings.push_back(std::move(setting));
  }
  transformers.set(as_they_were);
  return settings;
}

/// The network at a few moments, with each rack's own power, beside what the levels give for their sum.
std::vector<GridCheck> checks_of(HeldPlant& plant, const Twin& twin, const GridWindowSpan& span,
                                 const GridResponse& response) {
  constexpr int count = 3;
  std::vector<GridCheck> checks;
  for (int k = 0; k < count; ++k) {
    const double step = std::floor(static_cast<double>(span.steps()) * (k + 0.37) / count);
    const double t = span.begin + step * span.step;
    const auto solved = plant.level([&](const RackInstance& rack) {
      double sum = 0.0;
      for (const int number : rack.numbers) sum += twin.workload()->mean_rack(number, t, t + span.step);
      return sum / rack.racks();
    });
    checks.push_back({t, solved.P, response.at(solved.P_it).P});
  }
  return checks;
}

void note_what_is_left_out(const Twin& twin, GridWindow& window) {
  const Case& c = twin.description();
  const double end = window.span.begin + window.span.duration;
  const auto events = std::count_if(c.events.begin(), c.events.end(), [&](const CaseEvent& e) { return e.time < end; });
  if (events > 0)
    window.notes.push_back(fmt::format("{} event(s) of the case before the end of the window are not applied", events));
  if (end > c.run.duration * (1.0 + 1e-9)) window.notes.emplace_back("the window ends after the run of the case");
}

}  // namespace

GridResponse::GridResponse(std::vector<Level> levels)
    : levels_(std::move(levels)),
      P_(divided_differences(levels_, &Level::P)),
      Q_(divided_differences(levels_, &Level::Q)) {}

GridResponse::Level GridResponse::at(double P_it) const {
  const double x = std::clamp(P_it, levels_.front().P_it, levels_.back().P_it);
  double P = 0.0, Q = 0.0, dP = 0.0, dQ = 0.0;
  for (std::size_t i = levels_.size(); i-- > 0;) {
    dP = dP * (x - levels_[i].P_it) + P;
    dQ = dQ * (x - levels_[i].P_it) + Q;
    P = P * (x - levels_[i].P_it) + P_[i];
    Q = Q * (x - levels_[i].P_it) + Q_[i];
  }
  return {P_it, P + dP * (P_it - x), Q + dQ * (P_it - x)};
}

GridWindow grid_window(Twin& twin, const GridWindowSpan& span, const std::vector<SmoothingVariant>& variants,
                       const std::vector<double>& taps) {
  if (!twin.workload())
    throw InputError({{"", 0, 0, "parts", "there are no racks whose power could swing", "", "a part of type rack"}});
  GridWindow window;
  window.span = span;
  note_what_is_left_out(twin, window);
  const SteadyStateResult steady = twin.steady_state(span.begin, span.duration);
  HeldPlant plant(twin, span.begin, steady.y);
  window.V_nominal = plant.point().V_nominal();
  window.R = plant.point().R(), window.X = plant.point().X();
  window.P_steady = plant.point().power(steady.y).first;

  window.rack_paths.resize(twin.workload()->racks());
  for (const RackInstance& rack : twin.network().racks())
    for (const int number : rack.numbers) window.rack_paths[number] = rack.path;
  RackCourses courses(twin, span, variants);
  window.courses = courses.run();
  window.P_it_mean = courses.exact_mean();
  const GridResponse response(levels_of(plant, courses));
  window.levels = response.levels();
  for (GridCourse& course : window.courses)
    for (const double P_it : course.P_it) {
      const GridResponse::Level level = response.at(P_it);
      course.P.push_back(level.P);
      course.Q.push_back(level.Q);
    }
  window.checks = checks_of(plant, twin, span, response);
  window.taps = tap_settings(plant, twin, courses, taps, window);
  return window;
}

}  // namespace wattloop
