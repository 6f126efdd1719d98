// Any bytes given as an EPANET file either make a network or are refused with an error; what is read is also solved.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "io/importers/epanet_reader.h"
#include "meshes/extended_period.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wattloop;
  try {
    WaterNetwork net = read_epanet_text("fuzz.inp", {reinterpret_cast<const char*>(data), size});
    net.times.duration = 0;  // one moment is enough
    WaterPeriod(net).run([](const WaterPeriod&) {});
  } catch (const InputError& error) {
    if (error.problems().empty()) std::abort();
  }
  return 0;
}
