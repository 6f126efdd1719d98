#include "io/sizing/proof.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "io/case_run.h"
#include "io/sizing/design_run.h"
#include "solver/errors.h"

namespace wattloop::sizing {

namespace {

constexpr double allowed_drift = 1.0;       // K of the FWS supply, where there is a standby
constexpr double allowed_room_drift = 3.0;  // K of hall and gallery
/// Loading of a transformer that passes within half an hour: IEC 60076-7 (2018) allows distribution transformers more
/// in an emergency.
constexpr double most_for_a_while = 1.3;
constexpr double allowed_it_error = 0.005;  // of the IT power that was asked for

/// What a run shows, looked at record by record.
class Watch {
 public:
  Watch(const Recorder& recorder, double P_generators, ProofEvent& event) : event_(event), P_generators_(P_generators) {
    const auto& groups = recorder.groups();
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (groups[g].name == "racks") racks_ = {g, &groups[g]};
      if (groups[g].name == "liquid_nodes") nodes_ = {g, &groups[g]};
      if (groups[g].name == "air_zone") rooms_ = {g, &groups[g]};
      if (groups[g].name == "site") site_ = {g, &groups[g]};
      if (groups[g].name == "transformer") transformers_ = {g, &groups[g]};
      for (const char* name : {"pi_controller", "transformer", "ups", "line"})
        if (groups[g].name == name) limited_.push_back({g, &groups[g]});
    }
  }

  void look(double t, const std::vector<std::vector<double>>& values) {
    if (racks_.group) look_at_racks(t, values);
    const double P = site("P_it", values);
    if (P_generators_ > 0.0) look_at_generators(t, site("P_grid", values));
    if (P_it_first_ == 0.0) P_it_first_ = P_it_least_ = P;
    P_it_least_ = std::min(P_it_least_, P);
    if (nodes_.group)
      look_at(nodes_, values, "T", "fws_supply", [&](double T, const std::string&) {
        event_.T_fws = std::max(event_.T_fws, T);
        T_fws_last_ = std::max(T_fws_last_, T);
      });
    if (rooms_.group)
      look_at(rooms_, values, "T", "hall_air",
              [&](double T, const std::string&) { T_hall_last_ = std::max(T_hall_last_, T); });
    if (transformers_.group)
      look_at(transformers_, values, "loading", "mech_transformer", [&](double loading, const std::string&) {
        loading_most_ = std::max(loading_most_, loading);
        loading_last_ = std::max(loading_last_, loading);
      });
    for (const Place& place : limited_) {
      const char* variable = place.group->name == "pi_controller" ? "output" : "loading";
      look_at(place, values, variable, "", [&](double share, const std::string& path) {
        auto [at, is_new] = shares_.try_emplace(path, Share{share, share});
        if (t <= event_time) at->second.before = share;
        at->second.most = std::max(at->second.most, share);
      });
    }
  }
  /// What came nearest to its end, of what the event has moved if it has moved anything; of several at their ends what
  /// it has moved most.
  std::string binding() const {
    constexpr double moves = 0.02, near = 5e-3;
    const std::pair<const std::string, Share>* best = nullptr;
    const auto is_better = [&](const Share& a, const Share& b) {
      const bool a_moved = a.rise() > moves, b_moved = b.rise() > moves;
      if (a_moved != b_moved) return a_moved;
      if (std::abs(a.most - b.most) > near) return a.most > b.most;
      return a.rise() > b.rise();
    };
    for (const auto& entry : shares_)
      if (std::isfinite(entry.second.most) && (!best || is_better(entry.second, best->second))) best = &entry;
    if (!best) return {};
    const std::string before =
        best->second.rise() > moves ? fmt::format(", {:.0f} % before", 100.0 * best->second.before) : "";
    return fmt::format("{} at {:.0f} %{}", best->first, 100.0 * best->second.most, before);
  }
  /// Before each record.
  void begin() { T_fws_last_ = T_hall_last_ = loading_last_ = 0.0; }
  double T_fws_last() const { return T_fws_last_; }
  double T_hall_last() const { return T_hall_last_; }
  /// Of the plant's transformers.
  double loading_most() const { return loading_most_; }
  double loading_last() const { return loading_last_; }
  double loading_of_generators() const { return loading_of_generators_; }
  double P_it_first() const { return P_it_first_; }
  double P_it_least() const { return P_it_least_; }

 private:
  struct Place {
    std::size_t index = 0;
    const RecordGroup* group = nullptr;
  };

  template <class Use>
  static void look_at(const Place& place, const std::vector<std::vector<double>>& values, const char* variable,
                      const std::string& name, const Use& use) {
    const std::size_t n = place.group->elements.size();
    for (std::size_t v = 0; v < place.group->variables.size(); ++v) {
      if (place.group->variables[v].name != variable) continue;
      for (std::size_t i = 0; i < n; ++i)
        if (name.empty() || place.group->elements[i].ends_with(name))
          use(values[place.index][v * n + i], place.group->elements[i]);
    }
  }

  double site(const char* name, const std::vector<std::vector<double>>& values) const {
    const auto& variables = site_.group->variables;
    const auto at = std::find_if(variables.begin(), variables.end(), [&](const Variable& v) { return v.name == name; });
    return values[site_.index][static_cast<std::size_t>(at - variables.begin())];
  }

  void look_at_racks(double, const std::vector<std::vector<double>>& values) {
    std::size_t i = 0;
    look_at(racks_, values, "m_flow", "", [&](double m, const std::string&) {
      if (flow_before_.size() <= i) flow_before_.push_back(m);
      if (std::isfinite(m)) event_.lowest_flow = std::min(event_.lowest_flow, m / flow_before_[i]);
      ++i;
    });
  }

  /// What the grid of the case gives after a blackout is what generators have to.
  void look_at_generators(double t, double P) {
    const double loading = P / P_generators_;
    if (t <= event_time) {
      shares_.insert_or_assign("gensets", Share{loading, 0.0});
    } else {
      loading_of_generators_ = std::max(loading_of_generators_, loading);
      shares_.at("gensets").most = loading_of_generators_;
    }
  }

  ProofEvent& event_;
  double P_generators_, loading_of_generators_ = 0.0;
  /// How much of what a part can do it does.
  struct Share {
    double before, most;
    double rise() const { return most - before; }
  };

  Place racks_, nodes_, rooms_, site_, transformers_;
  std::vector<Place> limited_;
  std::map<std::string, Share> shares_;
  std::vector<double> flow_before_;
  double loading_most_ = 0.0, loading_last_ = 0.0;
  double T_fws_last_ = 0.0, T_hall_last_ = 0.0, P_it_first_ = 0.0, P_it_least_ = 0.0;
};

/// Alarms that a design must not raise.
bool is_serious(const AlarmSummary& alarm) {
  for (const char* name : {"cavitation", "boiling", "freeze_alarm", "suction_low", "overloaded", "liquid_out_of_range"})
    if (alarm.name == name) return true;
  return false;
}

class Proof {
 public:
  Proof(const Request& request, const std::string& text) : r_(request), text_(text) {}

  ProofEvent run(const ProofTest& test) const {
    ProofEvent e;
    e.event = test.event, e.settings = run_settings(test), e.not_asked = test.not_asked;
    e.has_generators = test.P_generators > 0.0;
    e.time_to_throttle = std::numeric_limits<double>::quiet_NaN();
    try {
      run_through(test, e);
    } catch (const SolverError& error) {
      e.verdict = std::string("no answer: ") + error.what();
    }
    return e;
  }

 private:
  void run_through(const ProofTest& test, ProofEvent& e) const {
    Twin twin(design_case(r_, text_, run_settings(test)), 1);
    CaseRun run(twin, false);
    run.start();
    Watch watch(run.recorder(), test.P_generators, e);
    run.on_record([&](int series, double t, const CaseRun::Values& values) {
      if (series != 0) return;
      watch.begin();
      watch.look(t, values);
    });
    run.run(twin.description().run.duration);
    const Summary s = run.finish();
    e.T_gpu_max = s.T_die_max;
    e.binding = watch.binding();
    judge(test, s, watch, e);
  }

  void judge(const ProofTest& test, const Summary& s, const Watch& watch, ProofEvent& e) const {
    int off = 0;
    for (const AreaConsequence& area : s.consequences.areas) {
      if (area.path != "site") continue;
      if (area.first_throttled == area.first_throttled) e.time_to_throttle = area.first_throttled - event_time;
      off = area.off;
    }
    const double warm = watch.T_fws_last() - r_.T_fws, hall_warm = watch.T_hall_last() - T_hall;
    const double P_it = watch.P_it_first();
    // The plant that catches up after its return may load its transformers beyond their rating for a while.
    const bool catches_up = !test.is_steady && watch.loading_most() <= most_for_a_while && watch.loading_last() <= 1.0;
    const auto serious = std::find_if(s.alarms.begin(), s.alarms.end(), [&](const AlarmSummary& alarm) {
      return is_serious(alarm) &&
             !(catches_up && alarm.name == "overloaded" && alarm.part.ends_with("mech_transformer"));
    });
    if (off > 0)
      e.verdict = fmt::format("{} rack(s) go off", off);
    else if (s.throttle_max > 0.0)
      e.verdict = "GPUs throttle";
    else if (serious != s.alarms.end())
      e.verdict = fmt::format("alarm {} of {}", serious->name, serious->first);
    else if (watch.loading_of_generators() > 1.0)
      e.verdict = fmt::format("generators at {:.1f} %", 100.0 * watch.loading_of_generators());
    else if (test.P_it > 0.0 && std::abs(P_it / test.P_it - 1.0) > allowed_it_error)
      e.verdict = fmt::format("IT draws {:.4g} MW, {:.4g} MW were asked for", P_it / 1e6, test.P_it / 1e6);
    else if (watch.P_it_least() < (1.0 - allowed_it_error) * P_it)
      e.verdict = fmt::format("IT falls from {:.4g} to {:.4g} MW", P_it / 1e6, watch.P_it_least() / 1e6);
    else if (test.holds_supply && warm > allowed_drift)
      e.verdict = fmt::format("the FWS supply is {:.1f} K too warm", warm);
    else if (test.holds_rooms && hall_warm > allowed_room_drift)
      e.verdict = fmt::format("a hall is {:.1f} K too warm", hall_warm);
    else
      e.verdict = "holds";
  }

  const Request& r_;
  const std::string& text_;
};

}  // namespace

std::vector<ProofEvent> prove(const Request& request, const std::string& case_text, const std::vector<ProofTest>& tests,
                              const ProofOptions& options) {
  const Proof proof(request, case_text);
  std::vector<ProofEvent> events;
  const auto at_once = static_cast<std::size_t>(std::max(1, options.threads));
  for (std::size_t begin = 0; begin < tests.size(); begin += at_once) {
    if (options.interrupted && options.interrupted()) break;
    std::vector<std::future<ProofEvent>> running;
    for (std::size_t i = begin; i < std::min(tests.size(), begin + at_once); ++i)
      running.push_back(std::async(std::launch::async, [&proof, &test = tests[i]] { return proof.run(test); }));
    for (auto& result : running) events.push_back(result.get());
    if (options.progress) options.progress(events.size(), tests.size(), events.back().event);
  }
  return events;
}

}  // namespace wattloop::sizing
