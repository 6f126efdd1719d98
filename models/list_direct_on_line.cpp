#include "models/list_direct_on_line.h"

#include "models/describe_list.h"

namespace wattloop {

ComponentTypes direct_on_line_types() {
  return describe(DirectOnLineComponents{});
}

}  // namespace wattloop
