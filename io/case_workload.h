#pragma once
// The `workload` of a case.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "io/reader.h"
#include "meshes/network.h"
#include "models/workload_spec.h"

namespace wattloop {

/// Where the keys of a mapping stand; under "" the mapping itself.
using Places = std::map<std::string, Origin, std::less<>>;
Places places_of(const Reader& reader);

/// A file that a case names: beside the case, or, if there is none, in the working directory.
std::filesystem::path find_file(const std::filesystem::path& directory, const std::string& name);

/// "1-320" or "7": racks counted from 1 in the file, from 0 inside.
RackRange read_rack_range(Reader& reader);

/// Reads the jobs, and into `places` where they stand; files of traces and logs are found by `find_file`.
WorkloadSpec read_workload(Reader& reader, const std::filesystem::path& directory, std::uint64_t seed,
                           std::vector<Places>& places);

}  // namespace wattloop
