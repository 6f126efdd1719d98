#include "models/list_electrical.h"

#include "models/describe_list.h"

namespace wattloop {

ComponentTypes electrical_types() {
  return describe(ElectricalComponents{});
}

}  // namespace wattloop
