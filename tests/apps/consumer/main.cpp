// A program of somebody else: density of PG25 at the supply temperature, kg/m3.
#include <cstdio>

#include "io/units.h"
#include "models/fluids.h"

int main() {
  const wattloop::Liquid liquid = wattloop::make_liquid({wattloop::LiquidKind::propylene_glycol, 0.25});
  std::printf("%.1f\n", liquid.density(wattloop::quantity("45 degC", "K")));
}
