#include "io/units.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "io/errors.h"

namespace wattloop {
namespace {

std::string refusal(const std::string& text, const std::string& unit) {
  try {
    const double value = quantity(text, unit);
    return "accepted as " + std::to_string(value);
  } catch (const InputError& error) {
    return error.what();
  }
}

struct Case {
  const char* text;
  const char* unit;
  double value;
};

// Factors: NIST SP 811 (2008); US gallon 231 in3; Btu_IT 1055.05585262 J; conventional water 1000 kg/m3 at 9.80665
// m/s2.
TEST(Units, QuantitiesOfTheField) {
  constexpr double gallon = 231 * 0.0254 * 0.0254 * 0.0254;         // m3
  constexpr double psi = 0.45359237 * 9.80665 / (0.0254 * 0.0254);  // Pa
  constexpr double ton = 12000 * 1055.05585262 / 3600;              // W
  const Case cases[] = {
      {"45 degC", "K", 318.15},
      {"45degC", "K", 318.15},
      {"45 °C", "K", 318.15},
      {"45 ℃", "K", 318.15},
      {"50 °F", "K", 283.15},
      {"488 kW/°C", "W/K", 488e3},
      {"100 degF", "K", 310.9277777777778},
      {"1200 gpm", "m3/s", 1200 * gallon / 60},
      {"1000 cfm", "m3/s", 1000 * 0.3048 * 0.3048 * 0.3048 / 60},
      {"35 psi", "Pa", 35 * psi},
      {"5 psid", "Pa", 5 * psi},
      {"500 tons_of_refrigeration", "W", 500 * ton},
      {"500 TR", "W", 500 * ton},
      {"1.3 L/min/kW", "m3/s/W", 1.3e-6 / 60},
      {"0.0389 K/W", "K/W", 0.0389},
      {"0.0389 degC/W", "K/W", 0.0389},
      {"488 kW/K", "W/K", 488e3},
      {"25 %", "1", 0.25},
      {"25 percent", "1", 0.25},
      {"400 ppm", "1", 400e-6},
      {"0.95 pu", "1", 0.95},
      {"0.3", "1", 0.3},
      {"+1e-3", "1", 1e-3},
      {"595 m", "m", 595},
      {"24 h", "s", 86400},
      {"15 min", "s", 900},
      {"2 kWh", "J", 7.2e6},
      {"3 MWh", "kWh", 3000},
      {"4 Mvar", "var", 4e6},
      {"50 kvar", "W", 50e3},
      {"2.5 MVA", "VA", 2.5e6},
      {"1 inH2O", "Pa", 0.0254 * 9806.65},
      {"1 ftH2O", "Pa", 0.3048 * 9806.65},
      {"1 mH2O", "Pa", 9806.65},
      {"3000 rpm", "Hz", 50},
      {"0.07 USD/kWh", "USD/J", 0.07 / 3.6e6},
      {"-15 degC", "K", 258.15},
      {"6 1/h", "Hz", 6.0 / 3600},
      {"4.18 kJ/(kg K)", "J/kg/K", 4180},
      {"7850 kg m-3", "kg/m3", 7850},
  };
  for (const Case& c : cases) {
    EXPECT_NEAR(quantity(c.text, c.unit), c.value, 1e-9 * std::abs(c.value)) << c.text << " in " << c.unit;
  }
}

TEST(Units, TemperatureDifferencesAreNotTemperatures) {
  EXPECT_DOUBLE_EQ(quantity("3 K", "delta_K"), 3.0);
  EXPECT_DOUBLE_EQ(quantity("5 delta_degC", "delta_K"), 5.0);
  EXPECT_DOUBLE_EQ(quantity("9 delta_degF", "delta_K"), 5.0);
  EXPECT_DOUBLE_EQ(quantity("300 K", "K"), 300.0);
  EXPECT_EQ(refusal("3 degC", "delta_K"),
            "a temperature where a difference is needed: write K, got 3 degC, allowed a temperature difference in K");
  EXPECT_EQ(refusal("5 delta_degC", "K"),
            "a temperature difference where a temperature is needed, got 5 delta_degC, "
            "allowed a temperature in degC or K");
}

TEST(Units, Refusals) {
  EXPECT_EQ(refusal("45", "K"), "unit missing, got 45, allowed a temperature in degC or K");
  EXPECT_EQ(refusal("0", "W"), "unit missing, got 0, allowed a quantity in W");
  EXPECT_EQ(refusal("45 kg", "K"), "wrong dimension, got 45 kg, allowed a temperature in degC or K");
  EXPECT_EQ(refusal("5 m", "1"), "wrong dimension, got 5 m, allowed a number without a unit or in %");
  EXPECT_EQ(refusal("45 C", "K"), "C is the coulomb, got 45 C, allowed a temperature in degC or K");
  EXPECT_EQ(refusal("45 F", "K"), "F is the farad, got 45 F, allowed a temperature in degC or K");
  EXPECT_EQ(refusal("45 C", "W"), "wrong dimension, got 45 C, allowed a quantity in W");
  EXPECT_EQ(refusal("5 watz", "W"), "unknown unit, got 5 watz, allowed a quantity in W");
  for (const char* text : {"nan", "NaN W", ".nan", "inf W", "-inf W", ".inf", "-.Inf W", "1e400 W"}) {
    EXPECT_EQ(refusal(text, "W"), "not a finite number, got " + std::string(text) + ", allowed a quantity in W");
  }
  for (const char* text : {"fast", "1,200 W", "1 200 W", "1.2.3 W", "kW 5", "--5 W"}) {
    EXPECT_EQ(refusal(text, "W"), "not a number, got " + std::string(text) + ", allowed a quantity in W");
  }
  EXPECT_EQ(refusal("", "W"), "not a number, allowed a quantity in W");
}

TEST(Units, AnglesAreNotPlainNumbers) {
  EXPECT_EQ(refusal("50 Hz", "rad/s"), "wrong dimension, got 50 Hz, allowed a quantity in rad/s");
  EXPECT_EQ(refusal("20 degrees", "1"), "wrong dimension, got 20 degrees, allowed a number without a unit or in %");
}

TEST(Units, NoHiddenNumbersOrOrigins) {
  for (const char* text : {"5 K @ 3", "5 K from 3", "5 K * 3", "5 m^", "5 K)))", "5 \x01", "5 m99999999999999999999"}) {
    EXPECT_TRUE(refusal(text, "K").starts_with("unknown unit")) << refusal(text, "K");
  }
  EXPECT_TRUE(refusal("5 " + std::string(100000, '('), "K").starts_with("unknown unit"));
}

TEST(Units, ConvertBothWays) {
  EXPECT_DOUBLE_EQ(convert(318.15, "K", "degC"), 45.0);
  EXPECT_NEAR(convert(0.1, "m3/s", "L/min"), 6000.0, 1e-9);
  EXPECT_NEAR(convert(quantity("1200 gpm", "m3/s"), "m3/s", "gpm"), 1200.0, 1e-9);
  EXPECT_THROW(convert(1.0, "W", "K"), InputError);
  EXPECT_EQ(written_unit("1200 gpm"), "gpm");
  EXPECT_EQ(written_unit(" 0.3 "), "1");
}

TEST(Units, AnyThread) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t, &wrong] {
      for (int i = 0; i < 500; ++i) {
        if (quantity("2 kWh", "J") != 7.2e6) ++wrong[t];
        if (refusal("2 kWh", "K").rfind("wrong dimension", 0) != 0) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(Units, NothingOnStandardError) {
  testing::internal::CaptureStderr();
  EXPECT_TRUE(refusal("5 blah", "K").starts_with("unknown unit"));
  EXPECT_TRUE(refusal("5 kg", "K").starts_with("wrong dimension"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Units, NothingHasNoSign) {
  EXPECT_EQ(fmt::format("{:.2f}", without_sign_of_zero(-0.004, 2)), "0.00");
  EXPECT_EQ(fmt::format("{:.2f}", without_sign_of_zero(-0.0, 2)), "0.00");
  EXPECT_EQ(fmt::format("{:.2f}", without_sign_of_zero(-0.006, 2)), "-0.01");
}

}  // namespace
}  // namespace wattloop
