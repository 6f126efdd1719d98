#include "models/workload_curve.h"

#include <stdexcept>

namespace wattloop {

Curve::Curve(std::span<const Knot> knots, bool repeats) : repeats_(repeats) {
  if (knots.size() < 2 || knots.front().x != 0.0 || !(knots.back().x > 0.0)) {
    throw std::invalid_argument("a curve needs knots from x = 0 to a later one");
  }
  for (std::size_t i = 0; i + 1 < knots.size(); ++i) {
    const double w = knots[i + 1].x - knots[i].x;
    if (w < 0.0) throw std::invalid_argument("the knots of a curve are out of order");
    if (w == 0.0) continue;
    const double slope = (knots[i + 1].value - knots[i].value) / w;
    segments_.push_back({knots[i].x, knots[i].value, slope, whole_});
    whole_ = whole_ + shifted(line(knots[i].value, slope, w), knots[i].x);
  }
  period_ = knots.back().x;
  inverse_period_ = 1.0 / period_;
  last_value_ = knots.back().value;

  const std::size_t buckets = segments_.size();
  buckets_per_x_ = static_cast<double>(buckets) / period_;
  first_.assign(buckets + 1, 0);
  std::size_t b = 0;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    for (const std::size_t here = bucket(segments_[i].begin); b <= here; ++b) {
      first_[b] = static_cast<std::uint32_t>(i == 0 ? 0 : i - 1);
    }
  }
  for (; b <= buckets; ++b) first_[b] = static_cast<std::uint32_t>(segments_.size() - 1);
}

}  // namespace wattloop
