#pragma once
// What a disturbance does to the racks: who warns, throttles and trips, when, what work is lost, and who is back when.

#include <limits>
#include <string>
#include <vector>

#include "io/twin.h"

namespace wattloop {

/// Of something that did not happen, s.
inline constexpr double never = std::numeric_limits<double>::quiet_NaN();

/// Times count in s from the start of the run.
struct RackConsequence {
  std::string path;
  int racks = 1;             ///< it stands for
  double warned = never;     ///< a GPU reached T_warn
  double throttled = never;  ///< a GPU reached T_throttle: its power falls
  double off = never;        ///< the rack tripped, was switched off or its busbar died
  double recovered = never;  ///< it was on, fully served and below T_warn again, for good
  double T_die_max = 0.0;    ///< K
  double worst_cut = 0.0;    ///< largest share of a GPU's power that was cut, by its regulation or the busbar
  double lost = 0.0;         ///< s of its work

  void archive(Archive& archive) {
    archive(path, racks, warned, throttled, off, recovered, T_die_max, worst_cut, lost);
  }
  bool any() const { return warned == warned || off == off || worst_cut > 0.0; }
};

/// The racks of a block, a building or the whole site (path "site").
struct AreaConsequence {
  std::string path;
  int racks = 0, warned = 0, throttled = 0, off = 0;
  int still_out = 0;  ///< off, short of power or above T_warn at the end
  double first_warned = never, first_throttled = never, first_off = never, last_recovered = never;  // s
  double worst_cut = 0.0;
  double lost = 0.0;  ///< rack-seconds of work
};

struct JobConsequence {
  std::string name;
  double lost = 0.0;     ///< s: the job is this much later
  double slowest = 1.0;  ///< its lowest speed
  void archive(Archive& archive) { archive(name, lost, slowest); }
};

struct Consequences {
  double first_event = never;          ///< first `fail` or `set` before the end, s
  std::vector<RackConsequence> racks;  ///< those that warned, were off or got too little power
  std::vector<AreaConsequence> areas;  ///< the site, then every area with such a rack
  std::vector<JobConsequence> jobs;    ///< those that lost time
};

/// Watches the racks along a run.
///
/// Crossings are interpolated between looks. A rack is on if it is switched on and its busbar has at least half of its
/// set voltage (assumed), as the first look finds it: up to a step after the voltage has jumped. Below V_minimum its
/// GPUs get a part of what they ask for. A GPU works at the share of the power asked for that it gets (assumed; real
/// chips lose less at first); a training job, being synchronous, at the speed of its slowest rack, other jobs at the
/// mean of their racks.
class ConsequenceMonitor {
 public:
  explicit ConsequenceMonitor(Twin& twin);

  void look(double t, const std::vector<double>& y);
  Consequences finish() const;
  /// What has been seen so far.
  void archive(Archive& archive);

 private:
  /// A rack at one look.
  struct Look {
    double to_warn = -1.0, to_throttle = -1.0;  ///< hottest GPU above these, K
    double T_die = 0.0;                         // K
    double cut = 0.0;                           ///< share of a GPU's power, the largest
    bool switched_on = true;
    bool on = true;  ///< and with a busbar that is alive
    void archive(Archive& archive) { archive(to_warn, to_throttle, T_die, cut, switched_on, on); }
  };
  /// Mean speed of a rack between two looks: racks are switched at the second of them.
  static double speed(const Look& before, const Look& now) {
    return before.on ? 1.0 - 0.5 * (before.cut + now.cut) : 0.0;
  }
  struct Watched {
    int bus = -1;  ///< unknown
    double V_set = 0.0;
  };
  void watch(const RackInstance& rack);
  Look look_at(std::size_t rack, const std::vector<double>& y) const;
  void note(std::size_t rack, const Look& before, const Look& now, double t_before, double t);
  void add_lost_work(double duration);

  Twin& twin_;
  std::vector<Watched> watched_;  ///< of each rack
  std::vector<RackConsequence> racks_;
  std::vector<Look> before_, now_;
  std::vector<JobConsequence> jobs_;
  std::vector<std::vector<int>> job_racks_;  ///< rack instances of each job
  double begin_ = 0.0, t_ = 0.0;             ///< of the first and the last look, s
  bool any_ = false;
};

/// A table for people; empty if nothing happened and there were no events.
std::string to_text(const Consequences& c, const std::string& time_of_first_event);
/// One line a rack and an area that was hit.
std::string to_csv(const Consequences& c);

}  // namespace wattloop
