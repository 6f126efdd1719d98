// Any bytes given as a case either make one or are refused with an error: text, tree, units, parts, network, weather,
// workload, all but the System.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "io/case.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wattloop;
  static const Catalog catalog = Catalog::for_case("/nowhere/case.yaml");
  const std::string text(reinterpret_cast<const char*>(data), size);
  // A case may name any file; a device would be read for ever.
  for (const char* device : {"/dev", "/proc", "/sys"}) {
    if (text.find(device) != std::string::npos) return 0;
  }
  try {
    read_case(Document::parse_text(text, "/nowhere/case.yaml"), "/nowhere/case.yaml", catalog);
  } catch (const InputError& error) {
    if (error.problems().empty()) std::abort();
  }
  return 0;
}
