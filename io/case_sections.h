#pragma once
// Sections that cases and other inputs have in common.

#include <filesystem>
#include <optional>

#include "io/reader.h"
#include "io/weather.h"
#include "models/fluids.h"

namespace wattloop {

/// The section `site`, where there is one.
void read_site(Reader& document, WeatherSite& site);

/// Weather at a key: a name or file, or a mapping: {file: ..., clock: daylight}, {T_db: ..., T_dp: ...} for constant
/// weather, or {T_high: ..., T_low: ..., T_dp: ...} for a day for ever. Nothing where the key is missing or wrong,
/// which is then reported.
std::optional<Weather> read_weather(Reader& document, const std::string& key, const WeatherSite& site,
                                    const std::filesystem::path& directory, std::uint64_t seed);

/// A liquid: {kind: ..., fraction: ..., basis: ...}.
LiquidSpec read_liquid(Reader& reader);

}  // namespace wattloop
