#include "solver/shared_values.h"

namespace wattloop {

SharedValues::Part& SharedValues::of(int rank) {
  if (rank >= static_cast<int>(parts_.size())) parts_.resize(rank + 1);
  return parts_[rank];
}

template <class F>
void SharedValues::for_each(const Part& part, double* vector, const F& f) {
  for (double* place : part.places) f(*place);
  for (int entry : part.entries) f(vector[entry]);
}

void SharedValues::update(Ranks& ranks, double* vector) {
  if (ranks.size() == 1 || parts_.empty()) return;
  counts_.assign(ranks.size(), 0);
  std::size_t all = 0, own = 0;
  for (std::size_t r = 0; r < parts_.size(); ++r) {
    counts_[r] = static_cast<int>(parts_[r].places.size() + parts_[r].entries.size());
    if (static_cast<int>(r) < ranks.rank()) own += counts_[r];
    all += counts_[r];
  }
  buffer_.resize(all);
  if (ranks.rank() < static_cast<int>(parts_.size())) {
    double* to = buffer_.data() + own;
    for_each(parts_[ranks.rank()], vector, [&](double value) { *to++ = value; });
  }
  ranks.gather(buffer_, counts_);
  const double* from = buffer_.data();
  for (std::size_t r = 0; r < parts_.size(); ++r)
    if (static_cast<int>(r) == ranks.rank())
      from += counts_[r];
    else
      for_each(parts_[r], vector, [&](double& value) { value = *from++; });
}

}  // namespace wattloop
