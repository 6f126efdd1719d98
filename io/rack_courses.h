#pragma once
// The power of every rack in steps of milliseconds, with and without what evens it out, and its sum.

#include <vector>

#include "io/grid_window.h"

namespace wattloop {

/// Throws InputError where ranges name racks that are not there.
void require_racks(const std::vector<RackRange>& ranges, int last_rack, const std::string& where);

/// Racks are taken in fixed chunks, whose sums are added in order: the bits do not depend on the number of threads.
class RackCourses {
 public:
  RackCourses(Twin& twin, const GridWindowSpan& span, const std::vector<SmoothingVariant>& variants);

  /// The courses, P_it only, first the one that the workload asks for.
  std::vector<GridCourse> run();

  /// W behind the supplies of all racks, from the exact integral of the workload over the window.
  double exact_mean() const;
  /// The least activity of a rack's power in any course, and how much more there is at most; those of what is drawn
  /// from its supplies.
  double least(int number) const { return racks_[number].least; }
  double range(int number) const { return racks_[number].most - racks_[number].least; }

 private:
  struct Rack {
    const DevicePower* power = nullptr;
    std::vector<char> has;           ///< whether it is smoothed, by course
    double least = 0.0, most = 0.0;  ///< activity
    std::vector<PowerSmoothing::State> gpu;
    std::vector<RackStorage::State> storage;
    std::vector<double> energy;  ///< J drawn, by course
  };
  /// What a chunk of racks adds to each course.
  struct Sums {
    std::vector<std::vector<double>> P_it;  ///< W by course and step of the tile
    std::vector<double> burned, held_back, storage_loss;
  };
  void advance(int number, std::size_t begin, std::size_t end, bool counts, Sums& sums);
  void advance_chunk(int chunk, std::size_t begin, std::size_t end, bool counts);
  double time(std::size_t step) const;

  Twin& twin_;
  GridWindowSpan span_;
  std::vector<SmoothingVariant> variants_;
  std::size_t lead_ = 0;  ///< steps before the window in which smoothing comes to its course
  std::vector<Rack> racks_;
  std::vector<Sums> chunks_;
};

}  // namespace wattloop
