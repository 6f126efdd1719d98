#include "io/ensemble.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>

#include <fmt/format.h>

#include "io/checkpoint.h"
#include "io/ensemble_batch.h"
#include "io/nearest.h"
#include "io/summary_json.h"
#include "solver/errors.h"

namespace wattloop {

namespace {

double wall_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A problem with a setting stands where the setting does.
InputProblem placed(InputProblem problem, const EnsembleMember& member) {
  for (std::size_t i = member.origins.size(); i-- > 0;) {
    const auto& [path, value] = member.settings[i];
    if (problem.file != "--set" || !problem.path.starts_with(path)) continue;
    problem.file = member.origins[i].file;
    problem.line = member.origins[i].line;
    problem.column = member.origins[i].column;
    break;
  }
  return problem;
}

std::vector<InputProblem> placed(const InputError& error, const EnsembleMember& member) {
  std::vector<InputProblem> problems;
  for (const InputProblem& problem : error.problems()) problems.push_back(placed(problem, member));
  return problems;
}

/// What happens before anything else.
void apply_first_events(Twin& twin) {
  for (const CaseEvent& event : twin.description().events)
    if (event.time <= 0.0) twin.apply_event(event, 0.0);
}

}  // namespace

void for_each_index(std::size_t n, int threads, const std::function<void(std::size_t)>& f) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::size_t failed = n;
  std::exception_ptr error;
  const auto work = [&] {
    for (std::size_t i; (i = next++) < n;) try {
        f(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < failed) failed = i, error = std::current_exception();
      }
  };
  std::vector<std::thread> workers;
  for (int k = 1; k < threads; ++k) workers.emplace_back(work);
  work();
  for (std::thread& worker : workers) worker.join();
  if (error) std::rethrow_exception(error);
}

Ensemble::Ensemble(std::filesystem::path case_file, Study::Computes computes, std::vector<StudyMetric> metrics,
                   const EnsembleMember& base)
    : file_(find_case(case_file)),
      document_(Document::parse_file(file_)),
      catalog_(Catalog::for_case(file_)),
      computes_(computes),
      metrics_(std::move(metrics)) {
  try {
    base_ = std::make_unique<Twin>(read(base), 1);
  } catch (const InputError& error) {
    throw InputError(placed(error, base));
  }
  require_metrics();
  fingerprint_ = wattloop::fingerprint(*base_, false);
}

std::unique_ptr<SteadyBase> Ensemble::base_at(const EnsembleMember& member) const {
  auto base = std::make_unique<SteadyBase>();
  try {
    base->twin = std::make_unique<Twin>(read(member), 1);
    apply_first_events(*base->twin);
    base->y = base->twin->steady_state().y;
  } catch (const std::exception&) {
    return nullptr;  // members like it say why
  }
  return base;
}

Case Ensemble::read(const EnsembleMember& member) const {
  Document document = document_.copy();
  for (const auto& [path, value] : member.settings) document.set(path, value);
  Case description = read_case(std::move(document), file_, catalog_);
  description.overrides = member.settings;
  description.network.pool = liquids_;
  merge_copies(description);
  return description;
}

/// The names are those of any summary of the base.
void Ensemble::require_metrics() const {
  Summary summary = summarise_steady(*base_, base_->system().start());
  if (computes_ == Study::Computes::run) {
    summary.duration = base_->description().run.duration;
    summary.consequences = ConsequenceMonitor(*base_).finish();
  }
  const nlohmann::json tree = summary_json(summary);
  std::vector<std::string> known = number_paths(tree);
  std::erase_if(known, [](const std::string& path) { return path.starts_with("components."); });
  std::vector<InputProblem> problems;
  for (const StudyMetric& metric : metrics_)
    if (!number_at(tree, metric.path))
      problems.push_back({metric.origin.file, metric.origin.line, metric.origin.column, metric.origin.path,
                          "not a number of the summary", metric.path, suggestion(metric.path, known)});
  base_->system().reset_meters();
  if (!problems.empty()) throw InputError(std::move(problems));
}

void Ensemble::check(std::span<const EnsembleMember> members, int threads) const {
  constexpr std::size_t most_built = 200;
  std::mutex mutex;
  std::vector<std::tuple<std::size_t, InputProblem>> found;
  for_each_index(members.size(), threads, [&](std::size_t i) {
    try {
      Case description = read(members[i]);
      if (i < most_built) Twin(std::move(description), 1);
    } catch (const InputError& error) {
      const std::lock_guard lock(mutex);
      for (const InputProblem& problem : placed(error, members[i])) found.emplace_back(i, problem);
    }
  });
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return std::get<0>(a) < std::get<0>(b); });
  std::vector<InputProblem> problems;
  for (auto& [member, problem] : found)
    if (std::none_of(problems.begin(), problems.end(),
                     [&, &p = problem](const InputProblem& known) { return to_string(known) == to_string(p); }))
      problems.push_back(std::move(problem));
  if (!problems.empty()) throw InputError(std::move(problems));
}

std::vector<double> Ensemble::metrics_of(const Summary& summary) const {
  const nlohmann::json tree = summary_json(summary);
  std::vector<double> values;
  for (const StudyMetric& metric : metrics_)
    values.push_back(number_at(tree, metric.path).value_or(std::numeric_limits<double>::quiet_NaN()));
  return values;
}

namespace {

/// f(), with what it throws as the reason of a member.
template <class F>
bool attempt(const EnsembleMember& member, MemberResult& result, const F& f) {
  try {
    f();
    return true;
  } catch (const InputError& error) {
    result.error = InputError(placed(error, member)).what();
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  std::fill(result.metrics.begin(), result.metrics.end(), std::nan(""));
  result.was_run = true;
  return false;
}

}  // namespace

MemberResult Ensemble::settle(const EnsembleMember& member, const SteadyBase* base) const {
  MemberResult result;
  result.metrics.assign(metrics_.size(), std::nan(""));
  attempt(member, result, [&] {
    Twin twin(read(member), 1);
    apply_first_events(twin);
    std::vector<double> near;
    if (base != nullptr && network_difference(base->twin->network(), twin.network()).empty()) near = base->y;
    result.metrics = metrics_of(summarise_steady(twin, twin.steady_state(0.0, 0.0, std::move(near)).y));
    result.was_run = true;
  });
  return result;
}

std::vector<MemberResult> Ensemble::run(std::span<const EnsembleMember> members,
                                        const std::function<bool()>& interrupted, const SteadyBase* base) const {
  const double begin = wall_clock();
  std::vector<MemberResult> results;
  if (computes_ == Study::Computes::run) {
    results = run_batch(members, interrupted);
    for (MemberResult& result : results) result.seconds = (wall_clock() - begin) / static_cast<double>(results.size());
    return results;
  }
  double last = begin;
  for (const EnsembleMember& member : members) {
    if (interrupted && interrupted()) break;
    results.push_back(settle(member, base));
    results.back().seconds = wall_clock() - last;
    last += results.back().seconds;
  }
  results.resize(members.size());
  return results;
}

std::vector<MemberResult> Ensemble::run_batch(std::span<const EnsembleMember> members,
                                              const std::function<bool()>& interrupted) const {
  std::vector<MemberResult> results(members.size());
  for (MemberResult& result : results) result.metrics.assign(metrics_.size(), std::nan(""));
  const auto is_stopped = [&] { return interrupted && interrupted(); };
  const auto build = [&](std::size_t i) { return std::make_unique<MemberRun>(read(members[i])); };
  const auto keep = [&](std::size_t i, MemberRun& run) {
    if (is_stopped()) return;
    results[i].metrics = metrics_of(run.summary());
    results[i].was_run = true;
  };
  using Run = std::unique_ptr<MemberRun>;
  /// Runs members together and keeps their results; false if one of them has failed.
  const auto run_together = [&](const std::vector<std::size_t>& list, std::vector<Run> runs) {
    std::vector<MemberRun*> plants;
    for (const Run& run : runs) plants.push_back(run.get());
    try {
      Batch(plants).run(is_stopped);
    } catch (const std::exception&) {
      return false;
    }
    for (std::size_t k = 0; k < list.size(); ++k) keep(list[k], *runs[k]);
    return true;
  };
  const auto build_all = [&](const std::vector<std::size_t>& list) {
    std::vector<Run> runs;
    for (std::size_t i : list) runs.push_back(build(i));
    return runs;
  };

  using Key = std::tuple<double, double, double>;  // what members that go together share
  std::map<Key, std::pair<std::vector<std::size_t>, std::vector<Run>>> small;
  for (std::size_t i = 0; i < members.size() && !is_stopped(); ++i)
    attempt(members[i], results[i], [&] {
      Run run = build(i);
      if (run->is_large()) {
        run->run_alone(is_stopped);
        return keep(i, *run);
      }
      const RunSettings& s = run->settings();
      auto& [list, runs] = small[{s.tolerance, s.forcing_interval, s.duration}];
      list.push_back(i);
      runs.push_back(std::move(run));
    });
  for (auto& [key, together] : small) {
    if (is_stopped()) break;
    auto& [list, runs] = together;
    if (run_together(list, std::move(runs))) continue;
    // One by one tells which of them fail; the others go again, as if those had not been there.
    std::vector<std::size_t> sound;
    for (std::size_t i : list)
      if (attempt(members[i], results[i], [&] {
            const Run run = build(i);
            Batch({run.get()}).run(is_stopped);
            keep(i, *run);
          }))
        sound.push_back(i);
    if (!sound.empty() && sound.size() < list.size()) run_together(sound, build_all(sound));
  }
  return results;
}

}  // namespace wattloop
