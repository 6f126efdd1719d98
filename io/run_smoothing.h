#pragma once
// Power smoothing of racks inside a run.

#include <vector>

#include "models/power_smoothing.h"
#include "models/workload.h"
#include "solver/archive.h"

namespace wattloop {

/// The law of PowerSmoothing for each rack, in steps much shorter than the forcing interval: what its GPUs get more or
/// less than the workload asks for. Racks are smoothed by themselves: any thread may advance any of them.
class RunSmoothing {
 public:
  /// Without ranges it acts on all racks. `step`: s, at most.
  RunSmoothing(const PowerSmoothing& law, double step, const std::vector<RackRange>& ranges, std::size_t racks);

  /// Takes a rack from t0 to t1, s, and returns the mean over that time of the power of a GPU less the power asked for,
  /// W. The same time once more begins where it began; the first begins with what is wanted then.
  double advance(std::size_t rack, const DevicePower& power, const Workload& workload, double t0, double t1);

  double burned() const;     ///< J, power of all GPUs above the demand
  double held_back() const;  ///< J, below it
  void archive(Archive& archive);

 private:
  struct Course {
    double t = 0.0;  // s
    PowerSmoothing::State state;
    double burned = 0.0, held_back = 0.0;  // J
  };
  struct Rack {
    bool is_smoothed = false;
    Course begin, end;  ///< of the last time that it was advanced over
    void archive(Archive& archive) { archive(begin, end); }
  };

  PowerSmoothing law_;
  double step_;
  std::vector<Rack> racks_;
};

}  // namespace wattloop
