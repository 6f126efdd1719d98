#include "models/list_liquid.h"

#include "models/describe_list.h"

namespace wattloop {

ComponentTypes liquid_types() {
  return describe(LiquidComponents{});
}

}  // namespace wattloop
