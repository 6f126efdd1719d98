#pragma once
// From the grid to the busbar of a rack. To add a component, write its header and add it here.

#include "models/breaker.h"
#include "models/component_list.h"
#include "models/genset.h"
#include "models/grid.h"
#include "models/grid_following_battery.h"
#include "models/grid_forming_battery.h"
#include "models/line.h"
#include "models/loads.h"
#include "models/power_shelf.h"
#include "models/switchgear.h"
#include "models/transfer_switch.h"
#include "models/transformer.h"
#include "models/ups.h"
#include "models/voltmeter.h"

namespace wattloop {

using ElectricalComponents =
    ComponentList<AcLoad, Breaker, DcLoad, Genset, Grid, GridFollowingBattery, GridFormingBattery, Line, PowerShelf,
                  Switchgear, TransferSwitch, Transformer, Ups, Voltmeter>;

}  // namespace wattloop
