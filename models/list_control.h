#pragma once
// Controllers, sensors and blocks of signals. To add a component, write its header and add it here.

#include "models/component_list.h"
#include "models/dew_point.h"
#include "models/pi_controller.h"
#include "models/sensor.h"
#include "models/signal_blocks.h"

namespace wattloop {

using ControlComponents =
    ComponentList<DewPoint, Lag, LinearMap, MinMaxSelect, PiController, Product, RateLimiter, Sensor, Sum>;

}  // namespace wattloop
