// Any bytes given as a MATPOWER case either make a network or are refused with an error; what is small is also solved.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "io/importers/matpower_reader.h"
#include "meshes/power_flow.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wattloop;
  try {
    const PowerNetwork net = read_matpower_text("fuzz.m", {reinterpret_cast<const char*>(data), size});
    constexpr std::size_t small = 40;
    if (net.buses.size() <= small) PowerFlow(net).solve();
  } catch (const InputError& error) {
    if (error.problems().empty()) std::abort();
  }
  return 0;
}
