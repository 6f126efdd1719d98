#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wattloop {

/// Integrals of a function v from 0 to x: area = ∫ v dx, moment = ∫ x v dx.
struct Moments {
  double area = 0.0;
  double moment = 0.0;

  friend constexpr Moments operator+(Moments a, Moments b) { return {a.area + b.area, a.moment + b.moment}; }
  friend constexpr Moments operator-(Moments a, Moments b) { return {a.area - b.area, a.moment - b.moment}; }
  friend constexpr Moments operator*(double factor, Moments a) { return {factor * a.area, factor * a.moment}; }
};

/// The integrals of v(x - by).
constexpr Moments shifted(Moments m, double by) {
  return {m.area, m.moment + by * m.area};
}

/// The integrals of `count` copies of v, one behind another at the distance `period`.
constexpr Moments repeated(Moments m, double period, double count) {
  return {count * m.area, count * m.moment + period * m.area * (0.5 * count * (count - 1.0))};
}

/// Whole number of turns in x >= 0, at most 2^63: the floor of x, without a call into the mathematical library.
inline double whole_turns(double x) {
  return static_cast<double>(static_cast<std::int64_t>(x));
}

/// A piecewise linear function of x >= 0 with jumps, its value and its exact integrals at any x in constant time.
/// It repeats itself after its last knot, or holds the last value.
class Curve {
 public:
  struct Knot {
    double x, value;
  };

  /// Knots in order, the first at x = 0, the last later; several knots at one place make a jump. A jump belongs to its
  /// right side.
  Curve(std::span<const Knot> knots, bool repeats);

  double period() const { return period_; }
  Moments whole() const { return whole_; }

  double value(double x) const {
    const Place p = place(x);
    if (p.x >= period_) return last_value_;
    const Segment& s = find(p.x);
    return s.value + s.slope * (p.x - s.begin);
  }

  /// Integrals from 0 to x.
  Moments until(double x) const {
    const Place p = place(x);
    return p.turns == 0.0 ? partial(p.x)
                          : repeated(whole_, period_, p.turns) + shifted(partial(p.x), p.turns * period_);
  }

  /// ∫ v dx from a to b; whole turns are counted, so that nothing is lost far from the origin.
  double integral(double a, double b) const {
    const Place from = place(a);
    const Place to = place(b);
    return (to.turns - from.turns) * whole_.area + (partial(to.x).area - partial(from.x).area);
  }

 private:
  struct Segment {
    double begin, value, slope;
    Moments before;  // integrals from 0 to begin
  };
  struct Place {
    double turns, x;
  };

  Place place(double x) const {
    if (!repeats_) return {0.0, x};
    const double turns = whole_turns(x * inverse_period_);
    return {turns, std::clamp(x - turns * period_, 0.0, period_)};
  }

  std::size_t bucket(double x) const {
    return std::min(static_cast<std::size_t>(x * buckets_per_x_), first_.size() - 2);
  }

  const Segment& find(double x) const {
    if (segments_.size() <= few_) {  // counting needs no branch which could be guessed wrongly
      std::size_t i = 0;
      for (std::size_t k = 1; k < segments_.size(); ++k) i += segments_[k].begin <= x ? 1 : 0;
      return segments_[i];
    }
    const std::size_t b = bucket(x);
    const auto first = segments_.begin() + first_[b];
    const auto last = segments_.begin() + first_[b + 1];
    return *(std::upper_bound(first, last + 1, x, [](double y, const Segment& s) { return y < s.begin; }) - 1);
  }

  Moments partial(double x) const {
    if (x >= period_) {
      const double w = x - period_;
      return whole_ + shifted({last_value_ * w, 0.5 * last_value_ * w * w}, period_);
    }
    const Segment& s = find(x);
    const double w = x - s.begin;
    return s.before + shifted(line(s.value, s.slope, w), s.begin);
  }

  static constexpr Moments line(double value, double slope, double w) {
    return {w * (value + 0.5 * slope * w), w * w * (0.5 * value + slope * w * (1.0 / 3.0))};
  }

  static constexpr std::size_t few_ = 5;

  std::vector<Segment> segments_;
  std::vector<std::uint32_t> first_;  // for each bucket of x: the last segment which begins in an earlier bucket
  Moments whole_;
  double period_ = 0.0;
  double inverse_period_ = 0.0;
  double buckets_per_x_ = 0.0;
  double last_value_ = 0.0;
  bool repeats_ = false;
};

}  // namespace wattloop
