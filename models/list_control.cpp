#include "models/list_control.h"

#include "models/describe_list.h"

namespace wattloop {

ComponentTypes control_types() {
  return describe(ControlComponents{});
}

}  // namespace wattloop
