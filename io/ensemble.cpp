#include "io/ensemble.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <tuple>

#include <fmt/format.h>

#include "io/ensemble_batch.h"
#include "solver/errors.h"

namespace wattloop {

namespace {

/// f(i) for all i < n, by several threads. Rethrows the exception of the lowest i that threw.
template <class F>
void for_each_index(std::size_t n, int threads, const F& f) {
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

}  // namespace

Ensemble::Ensemble(std::filesystem::path case_file, std::vector<EnsembleMember> members, int threads)
    : members_(std::move(members)) {
  file_ = find_case(case_file);
  text_ = Document::parse_file(file_).text();
  catalog_ = Catalog::for_case(file_);
  check(threads);
  if (!members_.empty())
    for (const auto& [name, spec] : read(0).network.liquids) liquid_names_.push_back(name);
  metric_names_ = member_metric_names(liquid_names_);
}

Case Ensemble::read(std::size_t member) const {
  Document document = Document::parse_text(text_, file_.string());
  for (const auto& [path, value] : members_[member].settings) document.set(path, value);
  Case description = read_case(std::move(document), file_, catalog_);
  description.overrides = members_[member].settings;
  description.network.pool = liquids_;
  merge_copies(description);
  return description;
}

void Ensemble::check(int threads) const {
  std::mutex mutex;
  std::vector<std::tuple<std::size_t, InputProblem>> found;
  for_each_index(members_.size(), threads, [&](std::size_t i) {
    try {
      Case description = read(i);
      if (i == 0) MemberRun(std::move(description), {});
    } catch (const InputError& error) {
      const std::lock_guard lock(mutex);
      for (const InputProblem& problem : error.problems()) found.emplace_back(i, placed(problem, members_[i]));
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

std::vector<MemberResult> Ensemble::run_batch(std::size_t begin, std::size_t end,
                                              const EnsembleOptions& options) const {
  std::vector<MemberResult> results(end - begin);
  const auto is_stopped = [&] { return options.interrupted && options.interrupted(); };
  const auto attempt = [&](std::size_t i, const auto& f) {
    try {
      f();
      return true;
    } catch (const InputError& error) {
      std::vector<InputProblem> problems;
      for (const InputProblem& problem : error.problems()) problems.push_back(placed(problem, members_[i]));
      results[i - begin].error = InputError(std::move(problems)).what();
    } catch (const std::exception& error) {
      results[i - begin].error = error.what();
    }
    results[i - begin].metrics.assign(metric_names_.size(), std::nan(""));
    results[i - begin].was_run = true;
    return false;
  };
  using Run = std::unique_ptr<MemberRun>;
  const auto build = [&](std::size_t i) { return std::make_unique<MemberRun>(read(i), liquid_names_); };
  const auto keep = [&](std::size_t i, MemberRun& run) {
    if (!is_stopped()) results[i - begin] = {"", run.metrics(), true};
  };
  /// Runs members together and keeps their results; false if one of them has failed.
  const auto run_together = [&](const std::vector<std::size_t>& list, std::vector<Run> runs) {
    std::vector<MemberRun*> members;
    for (const Run& run : runs) members.push_back(run.get());
    try {
      Batch(members).run(is_stopped);
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
  for (std::size_t i = begin; i < end && !is_stopped(); ++i)
    attempt(i, [&] {
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
      if (attempt(i, [&] {
            const Run run = build(i);
            Batch({run.get()}).run(is_stopped);
            keep(i, *run);
          }))
        sound.push_back(i);
    if (!sound.empty() && sound.size() < list.size()) run_together(sound, build_all(sound));
  }
  return results;
}

std::vector<MemberResult> Ensemble::run(const EnsembleOptions& options) const {
  const std::size_t n = members_.size(), size = static_cast<std::size_t>(std::max(options.batch, 1));
  std::vector<MemberResult> results(n);
  for (MemberResult& result : results) result.metrics.assign(metric_names_.size(), std::nan(""));
  std::mutex mutex;
  std::size_t done = 0;
  for_each_index((n + size - 1) / size, options.threads, [&](std::size_t b) {
    if (options.interrupted && options.interrupted()) return;
    const std::size_t begin = b * size, end = std::min(begin + size, n);
    std::vector<MemberResult> of_batch = run_batch(begin, end, options);
    const std::lock_guard lock(mutex);
    for (std::size_t i = begin; i < end; ++i)
      if (of_batch[i - begin].was_run) results[i] = std::move(of_batch[i - begin]);
    done += end - begin;
    if (options.progress) options.progress(done, n);
  });
  return results;
}

}  // namespace wattloop
