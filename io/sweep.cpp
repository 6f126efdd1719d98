#include "io/sweep.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "io/results.h"
#include "io/sweep_bases.h"

namespace wattloop {

namespace {

/// Of what stands behind a point: the settings of all members, then those of each parameter.
EnsembleMember member_at(const Study& study, const StudyPoint& point) {
  EnsembleMember member;
  member.settings = study.settings;
  member.origins.assign(study.settings.size(), Origin{study.file, 0, 0, "set"});
  for (std::size_t k = 0; k < study.parameters.size(); ++k) {
    const StudyParameter& p = study.parameters[k];
    if (point.texts[k].empty()) continue;
    for (const std::string& path : p.paths) {
      member.settings.emplace_back(path, point.texts[k]);
      member.origins.push_back(p.origins[p.origins.size() > 1 ? point.levels[k] : 0]);
    }
  }
  return member;
}

}  // namespace

Sweep::Sweep(Study study)
    : study_(std::move(study)),
      ensemble_(study_.case_file, study_.computes, study_.metrics, member(0)),
      id_(fnv1a_64(describe())) {}

EnsembleMember Sweep::member(std::size_t i) const {
  return member_at(study_, study_.point(i));
}

std::string Sweep::describe() const {
  std::string text =
      fmt::format("{} {} {} {} {} {}\n", WATTLOOP_VERSION, ensemble_.fingerprint(),
                  study_.computes == Study::Computes::steady, study_.together, to_string(study_.design), study_.size());
  for (const StudyMetric& metric : study_.metrics) text += metric.name + "=" + metric.path + "\n";
  for (const auto& [path, value] : study_.settings) text += path + "=" + value + "\n";
  if (study_.points) text += fmt::format("seed {}\n", study_.seed);
  for (const StudyParameter& p : study_.parameters) {
    text += fmt::format("{}: {} to {} {}, {} from {}, {}\n", p.name, p.low, p.high, p.unit, p.count, p.epoch,
                        p.scale == StudyParameter::Scale::logarithmic);
    for (const auto* list : {&p.paths, &p.values, &p.labels}) {
      for (const std::string& entry : *list) text += fmt::format("{} {}\n", entry.size(), entry);
      text += '\n';
    }
  }
  return text;
}

void Sweep::check(int threads) const {
  constexpr std::size_t most_rows = 1000, most_levels = 1000;
  std::vector<EnsembleMember> probes;
  if (study_.design == Study::Design::list) {
    for (std::size_t i = 0; i < std::min(study_.size(), most_rows); ++i) probes.push_back(member(i));
    return ensemble_.check(probes, threads);
  }
  const StudyPoint first = study_.point(0);
  for (std::size_t k = 0; k < study_.parameters.size(); ++k) {
    const StudyParameter& p = study_.parameters[k];
    StudyPoint point = first;
    if (p.is_range)
      for (const double end : {p.low, p.high}) {
        point.texts[k] = p.text_of(end);
        probes.push_back(member_at(study_, point));
      }
    else
      for (std::size_t level = 0; level < std::min(p.levels(), most_levels); ++level) {
        point.levels[k] = level;
        point.texts[k] = p.text(level);
        probes.push_back(member_at(study_, point));
      }
  }
  ensemble_.check(probes, threads);
}

void Sweep::run(const SweepOptions& options) const {
  const std::size_t n = study_.size(), size = study_.computes == Study::Computes::run ? study_.together : 1;
  const SweepResults done = read_journals(options.directory, id_, n);
  SweepJournal journal(options.directory, id_, options.part, options.parts);
  const auto end_of = [&](std::size_t unit) { return std::min(n, (unit + 1) * size); };
  const auto is_done = [&](std::size_t unit) {
    return std::all_of(done.begin() + static_cast<std::ptrdiff_t>(unit * size),
                       done.begin() + static_cast<std::ptrdiff_t>(end_of(unit)), [](const auto& r) { return r; });
  };
  std::vector<std::size_t> units;
  std::size_t all = 0, computed = 0;
  for (std::size_t u = static_cast<std::size_t>(options.part); u * size < n;
       u += static_cast<std::size_t>(options.parts)) {
    all += end_of(u) - u * size;
    if (is_done(u))
      computed += end_of(u) - u * size;
    else
      units.push_back(u);
  }
  SweepBases bases(study_, ensemble_, [this](const StudyPoint& point) { return member_at(study_, point); });
  std::mutex mutex;
  for_each_index(units.size(), options.threads, [&](std::size_t k) {
    if (options.interrupted && options.interrupted()) return;
    const std::size_t first = units[k] * size;
    std::vector<EnsembleMember> members;
    for (std::size_t i = first; i < end_of(units[k]); ++i) members.push_back(member(i));
    const SteadyBase* base = study_.computes == Study::Computes::steady ? bases.of(first) : nullptr;
    const std::vector<MemberResult> results = ensemble_.run(members, options.interrupted, base);
    const std::lock_guard lock(mutex);
    journal.add(first, results);
    computed += members.size();
    if (options.progress) options.progress(computed, all);
  });
  journal.sync();
}

}  // namespace wattloop
