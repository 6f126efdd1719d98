// Two changes of a request that cure it together.

#include <algorithm>
#include <cmath>

#include "io/sizing/cures.h"
#include "io/sizing/knobs.h"

namespace wattloop::sizing {

namespace {

constexpr std::size_t most_first = 5, most_pairs = 6;  // what is tried, what is told
constexpr double least_progress = 1e-3;

/// An input with the values that are tried: of a number in SI, of a redundancy its place among the levels.
struct Lever {
  std::string input;
  double from = 0.0;
  std::vector<double> values;  ///< first what tells the most: of a number the end of its way
  std::function<void(Request&, double)> set;
  const Knob* knob = nullptr;  ///< nothing of a redundancy

  Cure to(double value, const Request& request) const {
    if (knob != nullptr) return {input, shown(*knob, from), shown(*knob, value), knob->unit};
    const std::string from_level = request.redundancy.at(input.substr(input.find('.') + 1)).text();
    return {input, 0.0, 0.0, "", from_level, redundancy_levels()[static_cast<std::size_t>(value)].text()};
  }
};

/// How much of what is missed a change makes good, in limits: each that is met counts 1, each that is missed by less
/// the share of the miss that is gone.
double progress(const std::vector<Shortfall>& before, const std::vector<Shortfall>& after) {
  const auto miss = [](const Shortfall& s) {
    return std::abs(s.value - s.limit) / (s.limit != 0.0 ? std::abs(s.limit) : 1.0);
  };
  double sum = 0.0;
  for (const Shortfall& s : before) {
    const auto same = [&](const Shortfall& x) { return x.constraint == s.constraint; };
    const auto left = std::find_if(after.begin(), after.end(), same);
    sum += left == after.end() ? 1.0 : std::max(0.0, 1.0 - miss(*left) / miss(s));
  }
  return sum;
}

class PairSearch {
 public:
  PairSearch(const Request& request, const Loads& loads, const std::function<bool()>& interrupted)
      : request_(request), loads_(loads), interrupted_(interrupted), knobs_(knobs(request)), levers_(levers()) {}

  std::vector<CurePair> run() const {
    std::vector<CurePair> pairs;
    for (const First& first : promising())
      for (const Lever& second : levers_) {
        if (pairs.size() == most_pairs || is_interrupted()) return pairs;
        if (second.input == first.lever->input || is_known(pairs, first.lever->input, second.input)) continue;
        if (const auto value = cure_behind(first, second)) pairs.push_back(least(first, second, *value));
      }
    return pairs;
  }

 private:
  /// A change that does not cure, and what is still missed with it.
  struct First {
    const Lever* lever;
    double value, progress;
    std::vector<Shortfall> missed;
  };

  bool is_interrupted() const { return interrupted_ && interrupted_(); }

  std::vector<Lever> levers() const {
    std::vector<Lever> list;
    for (const Knob& knob : knobs_) {
      Request r = request_;
      const double from = knob.of(r), way = knob.worst_case - from;
      if (way == 0.0 || knob.input.starts_with("objective.")) continue;
      const auto set = [&knob](Request& x, double value) { knob.of(x) = value; };
      list.push_back(
          {knob.input, from, {from + way, from + 0.5 * way, from + 0.75 * way, from + 0.25 * way}, set, &knob});
    }
    for (const std::string& name : searched_classes()) {
      Lever lever{"redundancy." + name, 0.0, {}, {}, nullptr};
      for (const std::size_t level : other_levels(request_.redundancy.at(name)))
        lever.values.push_back(static_cast<double>(level));
      lever.set = [name](Request& r, double value) {
        r.redundancy[name] = redundancy_levels()[static_cast<std::size_t>(value)];
      };
      list.push_back(std::move(lever));
    }
    return list;
  }

  /// Nothing where the request contradicts itself.
  std::optional<SearchResult> look(const Request& r) const {
    if (r.T_fws >= r.T_tcs) return std::nullopt;
    return any_design(r, with_flow(loads_, request_, r));
  }

  bool fits(const Lever& a, double x, const Lever& b, double y) const {
    Request r = request_;
    a.set(r, x);
    b.set(r, y);
    const auto found = look(r);
    return found && found->best;
  }

  /// The changes that alone make good the most of what is missed.
  std::vector<First> promising() const {
    const auto before = look(request_);
    std::vector<First> list;
    if (!before) return list;
    for (const Lever& lever : levers_) {
      if (is_interrupted()) break;
      First best{&lever, 0.0, least_progress, {}};
      for (std::size_t i = 0; i < lever.values.size(); ++i) {
        Request r = request_;
        lever.set(r, lever.values[i]);
        const auto found = look(r);
        if (!found) continue;
        const double made_good = progress(before->shortfalls, found->shortfalls);
        if (made_good > best.progress) best = {&lever, lever.values[i], made_good, found->shortfalls};
      }
      if (!best.missed.empty()) list.push_back(std::move(best));
    }
    std::stable_sort(list.begin(), list.end(), [](const First& a, const First& b) { return a.progress > b.progress; });
    if (list.size() > most_first) list.resize(most_first);
    return list;
  }

  /// The value of a second input with which the request is feasible. One of which neither the end nor the middle makes
  /// anything good is given up.
  std::optional<double> cure_behind(const First& first, const Lever& second) const {
    bool helps = false;
    for (std::size_t i = 0; i < second.values.size(); ++i) {
      if (i == 2 && !helps) break;
      Request r = request_;
      first.lever->set(r, first.value);
      second.set(r, second.values[i]);
      const auto found = look(r);
      if (found && found->best) return second.values[i];
      helps = helps || (found && progress(first.missed, found->shortfalls) > least_progress);
    }
    return std::nullopt;
  }

  /// The good end of ten halvings of what lies between a value that is good and one that is not.
  template <class IsGood>
  static double halved(double good, double bad, const IsGood& is_good) {
    for (int i = 0; i < 10; ++i) {
      const double middle = 0.5 * (good + bad);
      (is_good(middle) ? good : bad) = middle;
    }
    return good;
  }

  /// The least change of one input with which `is_good`, rounded; `good` is one.
  template <class IsGood>
  static double least_change(const Lever& lever, double good, const IsGood& is_good) {
    if (lever.knob == nullptr) return good;
    const double least = halved(good, lever.from, is_good), round = rounded_away(*lever.knob, least, lever.from);
    return is_good(round) ? round : least;
  }

  /// Both by the same share of their ways, then each as little as the other allows.
  CurePair least(const First& first, const Lever& second, double y) const {
    const Lever& a = *first.lever;
    double x = first.value;
    if (a.knob != nullptr && second.knob != nullptr) {
      const double x_way = x - a.from, y_way = y - second.from;
      const auto both_fit = [&](double share) {
        return fits(a, a.from + share * x_way, second, second.from + share * y_way);
      };
      const double share = halved(1.0, 0.0, both_fit);
      x = a.from + share * x_way, y = second.from + share * y_way;
    }
    y = least_change(second, y, [&](double at) { return fits(a, x, second, at); });
    x = least_change(a, x, [&](double at) { return fits(a, at, second, y); });
    return {a.to(x, request_), second.to(y, request_)};
  }

  static bool is_known(const std::vector<CurePair>& pairs, const std::string& a, const std::string& b) {
    return std::any_of(pairs.begin(), pairs.end(), [&](const CurePair& p) {
      return (p.first.input == a && p.second.input == b) || (p.first.input == b && p.second.input == a);
    });
  }

  const Request& request_;
  const Loads& loads_;
  const std::function<bool()>& interrupted_;
  std::vector<Knob> knobs_;
  std::vector<Lever> levers_;
};

}  // namespace

std::vector<CurePair> find_cure_pairs(const Request& request, const Loads& loads,
                                      const std::function<bool()>& interrupted) {
  return PairSearch(request, loads, interrupted).run();
}

}  // namespace wattloop::sizing
