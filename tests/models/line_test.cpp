#include "models/line.h"

#include <gtest/gtest.h>

#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Cable = Line<double>;
constexpr HeatPort<double> around{300.0};

TEST(Line, IsAPiCircuit) {
  const Cable line{2000.0, 70.8e-6, 120e-6, 100e-9, 600.0, 0.0, 1.0, 0.0};
  const Cable::Across<double> u{{34.5e3, 0.0}, {34.2e3, -310.0}, around};
  const auto e = test::evaluate<double>(line, {}, u);
  const std::complex<double> Z = 2000.0 * std::complex(70.8e-6, 120e-6), Y(0.0, 0.5 * 2000.0 * 100e-9);
  const auto series = (test::phasor(u.from) - test::phasor(u.to)) / Z;
  EXPECT_NEAR(std::abs(test::phasor(e.flow.from) - (series + Y * test::phasor(u.from))), 0.0, 1e-9);
  EXPECT_NEAR(std::abs(test::phasor(e.flow.to) - (-series + Y * test::phasor(u.to))), 0.0, 1e-9);
  const double loss = Z.real() * std::norm(series);
  EXPECT_NEAR(e.flow.room.Q_flow, -loss, 1e-9 * loss);
  EXPECT_NEAR(ac_power(u.from, e.flow.from) + ac_power(u.to, e.flow.to), loss, 1e-12 * 34.5e3 * std::abs(series));

  const auto out = test::outputs(line, {}, u);
  EXPECT_NEAR(out.current, std::abs(series) / std::sqrt(3.0), 1e-9);
  EXPECT_NEAR(out.loading, out.current / 600.0, 1e-12);
  EXPECT_NEAR(out.dV, 34.5e3 - std::hypot(34.2e3, 310.0), 1e-9);
  EXPECT_NEAR(out.P_in - out.P_out, out.loss, 1e-6);
}

/// Efficiency with the given active power in at power factor 1.
double efficiency(const Cable& line, double V, double power) {
  const std::complex<double> Z = line.length * std::complex(line.R_per_metre, line.X_per_metre);
  const std::complex<double> end = V - Z * (power / V);
  const auto out = test::outputs(line, {}, {{V, 0.0}, {end.real(), end.imag()}, around});
  EXPECT_NEAR(out.P_in, power, 1e-6 * power);
  return out.P_out / out.P_in;
}

TEST(Line, MediumVoltageCableAndBuswayOfTheReferenceSite) {
  const Cable mv{1200.0, 70.8e-6, 120e-6, 0.0, 700.0, 0.0, 1.0, 0.0};
  EXPECT_NEAR(efficiency(mv, 34.5e3, 28e6), 0.998, 1e-4);
  const Cable busway{20.0, 43e-6, 14e-6, 0.0, 1600.0, 0.0, 1.0, 0.0};
  EXPECT_NEAR(efficiency(busway, 415.0, 1e6), 0.995, 1e-4);
}

TEST(Line, CheckNamesAMissingImpedance) {
  EXPECT_TRUE((Cable{1.0, 1e-6, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0}.check().empty()));
  EXPECT_FALSE((Cable{1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0}.check().empty()));
}

}  // namespace
}  // namespace wattloop
