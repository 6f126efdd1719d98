#include "io/sweep_bases.h"

#include <algorithm>

namespace wattloop {

namespace {

constexpr std::size_t thirds = 3, most_labels = 20, least_levels = 6, least_members = 10;

/// Into how many parts a parameter is cut.
std::size_t parts_of(const Study& study, const StudyParameter& p, bool cuts_numbers) {
  if (study.design == Study::Design::list) return 1;
  if (!p.is_numeric()) return p.levels() <= most_labels ? p.levels() : 1;
  const bool is_long = (study.points && p.is_range) || p.levels() >= least_levels;
  return cuts_numbers && is_long ? thirds : 1;
}

}  // namespace

SweepBases::SweepBases(const Study& study, const Ensemble& ensemble,
                       std::function<EnsembleMember(const StudyPoint&)> member_at)
    : study_(study), ensemble_(ensemble), member_at_(std::move(member_at)) {
  std::size_t cells = 1;
  for (const bool cuts_numbers : {true, false}) {
    parts_.clear();
    cells = 1;
    for (const StudyParameter& p : study.parameters) {
      parts_.push_back(parts_of(study, p, cuts_numbers));
      cells *= parts_.back();
      if (cells * least_members > study.size()) break;
    }
    if (cells * least_members <= study.size()) break;
  }
  if (cells * least_members > study.size()) {
    parts_.assign(study.parameters.size(), 1);
    cells = 1;
  }
  bases_ = std::vector<Base>(cells);
}

std::size_t SweepBases::cell_of(std::size_t member) const {
  const StudyPoint point = study_.point(member);
  std::size_t cell = 0;
  for (std::size_t k = 0; k < parts_.size(); ++k) {
    const StudyParameter& p = study_.parameters[k];
    const bool is_continuous = study_.points && p.is_range;
    std::size_t part = 0;
    if (parts_[k] > 1 && is_continuous && p.high != p.low)
      part = std::min(parts_[k] - 1, static_cast<std::size_t>(static_cast<double>(parts_[k]) *
                                                              (point.numbers[k] - p.low) / (p.high - p.low)));
    else if (parts_[k] > 1 && !is_continuous)
      part = point.levels[k] * parts_[k] / p.levels();
    cell = cell * parts_[k] + part;
  }
  return cell;
}

StudyPoint SweepBases::middle_of(std::size_t cell) const {
  StudyPoint point = study_.point(0);
  for (std::size_t k = parts_.size(); k-- > 0;) {
    const StudyParameter& p = study_.parameters[k];
    const std::size_t part = cell % parts_[k];
    cell /= parts_[k];
    if (study_.design == Study::Design::list || (parts_[k] == 1 && !p.is_numeric())) continue;
    if (study_.points && p.is_range) {
      point.numbers[k] = p.low + (p.high - p.low) * (static_cast<double>(part) + 0.5) / static_cast<double>(parts_[k]);
      point.texts[k] = p.text_of(point.numbers[k]);
      continue;
    }
    point.levels[k] = (2 * part + 1) * p.levels() / (2 * parts_[k]);
    point.numbers[k] = p.number(point.levels[k]);
    point.texts[k] = p.text(point.levels[k]);
  }
  return point;
}

const SteadyBase* SweepBases::of(std::size_t member) {
  const std::size_t cell = cell_of(member);
  Base& base = bases_[cell];
  std::call_once(base.made, [&] { base.base = ensemble_.base_at(member_at_(middle_of(cell))); });
  return base.base.get();
}

}  // namespace wattloop
