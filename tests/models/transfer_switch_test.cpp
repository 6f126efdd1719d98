#include "models/transfer_switch.h"

#include <gtest/gtest.h>

#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Switch = TransferSwitch<double>;

Switch::Across<double> at(double V_1, double V_2) {
  return {{V_1, 0.0}, {V_2, 0.0}, {0.0, 0.0}, {300.0}, 1.0, 1.0};
}

/// Timer and contacts after a time at given voltages, by small steps of Euler; when z passes 1/4 and 3/4 on the way.
struct Course {
  double lost = 0.0, z = 0.0, opened = -1.0, closed = -1.0;
};
Course play(const Switch& s, Course c, double V_1, double V_2, double duration) {
  c.opened = c.closed = -1.0;
  const double step = 1e-6;
  for (double t = 0.0; t < duration; t += step) {
    const auto rate = test::evaluate<double>(s, {c.lost, c.z, 0.0, 0.0, 0.0, 0.0}, at(V_1, V_2)).residual;
    const double before = c.z;
    c.lost -= step * rate.lost;
    c.z -= step * rate.z;
    if (before < 0.25 && c.z >= 0.25) c.opened = t;
    if (before < 0.75 && c.z >= 0.75) c.closed = t;
  }
  return c;
}

TEST(TransferSwitch, LeavesALostSourceAfterDetectionWithABreak) {
  const Switch s = test::with_defaults<TransferSwitch>();
  const Course c = play(s, {}, 0.0, 415.0, 0.02);
  EXPECT_NEAR(c.z, 1.0, 1e-6);
  EXPECT_NEAR(c.opened, 0.95 * 2e-3 + 0.25 * 4e-3, 0.3e-3);  // the timer, then a quarter of the way
  EXPECT_NEAR(c.closed - c.opened, 2e-3, 0.05e-3);           // the break
}

TEST(TransferSwitch, StaysWhereTheOtherSourceIsNoBetter) {
  const Switch s = test::with_defaults<TransferSwitch>();
  EXPECT_NEAR(play(s, {}, 0.0, 0.0, 0.02).z, 0.0, 1e-6);
  EXPECT_NEAR(play(s, {}, 0.87 * 415.0, 415.0, 0.02).z, 0.0, 1e-6);  // between drop and return: not lost
}

TEST(TransferSwitch, GoesBackAfterTheRetransferTimeAndAtOnceWhenTheOtherFails) {
  Switch s = test::with_defaults<TransferSwitch>();
  s.retransfer = 0.1;
  const Course away = play(s, {}, 0.0, 415.0, 0.02);
  EXPECT_NEAR(play(s, away, 415.0, 415.0, 0.08).z, 1.0, 1e-6);
  EXPECT_NEAR(play(s, away, 415.0, 415.0, 0.15).z, 0.0, 1e-6);
  EXPECT_NEAR(play(s, away, 415.0, 0.0, 0.01).z, 0.0, 1e-6);
}

}  // namespace
}  // namespace wattloop
