#include "io/results_directory.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "io/errors.h"

namespace wattloop {

namespace {

namespace fs = std::filesystem;

constexpr const char* mark = "results_of.txt";
constexpr const char* new_mark = ".results_of.";
constexpr const char* probe_name = ".writable";
constexpr const char* another = "another directory with -o";

InputError refused(const std::string& directory, std::string what, std::string got, std::string allowed) {
  return InputError({{directory, 0, 0, "", std::move(what), std::move(got), std::move(allowed)}});
}

/// Names of what is in a directory, in order; nothing if there is none.
std::vector<std::string> content_of(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (!fs::exists(status)) return names;
  if (!fs::is_directory(status)) throw refused(directory, "not a directory", "a file", another);
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    std::string name = entry.path().filename().string();
    // What another process that claims the directory for the same has there for a moment.
    if (name != probe_name && !name.starts_with(new_mark)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The line that the mark of a directory holds; empty if there is none.
std::string owner_of(const std::string& directory) {
  std::ifstream in(fs::path(directory) / mark);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

void make_results_directory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  const fs::path probe = fs::path(directory) / probe_name;
  if (error || !std::ofstream(probe).good())
    throw refused(directory, "cannot write into this directory", error ? error.message() : "",
                  "a directory that can be written");
  fs::remove(probe, error);
}

void claim_directory(const std::string& directory, const std::string& what) {
  const std::vector<std::string> names = content_of(directory);
  const std::string owner = owner_of(directory);
  const bool is_free = names.empty() || names == std::vector<std::string>{mark};  // of one that was interrupted
  if (!is_free && owner != what)
    throw refused(directory, "results of something else are here", owner.empty() ? names.front() : owner, another);
  make_results_directory(directory);
  if (owner == what) return;
  const fs::path fresh = fs::path(directory) / fmt::format("{}{}", new_mark, getpid());
  std::ofstream(fresh) << what << '\n';
  fs::rename(fresh, fs::path(directory) / mark);  // whoever reads it reads all of it
}

void release_directory(const std::string& directory) {
  std::error_code error;
  if (content_of(directory) == std::vector<std::string>{mark}) fs::remove_all(directory, error);
}

}  // namespace wattloop
