#pragma once
// Directories that results are written into.

#include <string>

namespace wattloop {

/// Makes it unless it is there. Throws InputError if that or writing into it is not possible.
void make_results_directory(const std::string& directory);

/// Makes a directory ready for the results of `what`, one line: a new or an empty one, or one that holds such results
/// already, which are then written again. `results_of.txt` in it says whose they are. Throws InputError, and leaves
/// all as it is, where there is anything else, with whose it is or the name of a file.
void claim_directory(const std::string& directory, const std::string& what);

/// Takes that back where nothing has been written since: the directory goes with its mark.
void release_directory(const std::string& directory);

}  // namespace wattloop
