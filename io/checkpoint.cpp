#include "io/checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "solver/archive.h"

namespace wattloop {

namespace {

namespace fs = std::filesystem;

/// Raised by every change of what an archive holds, and of the order of its unknowns.
constexpr std::uint32_t format_version = 6;
constexpr char magic[8] = {'w', 'a', 't', 't', 'l', 'o', 'o', 'p'};

/// The file begins with it; the state follows.
struct Header {
  char what[8] = {};
  std::uint32_t version = format_version;
  std::uint32_t reserved = 0;
  char program[32] = {};
  char fingerprint[16] = {};
  double time = 0.0;           // s
  std::uint64_t size = 0;      ///< of the state, bytes
  std::uint64_t checksum = 0;  ///< of the header with a zero here and of the state
};
static_assert(sizeof(Header) == 88, "no bytes between");

std::uint64_t checksum_of(Header header, std::string_view state) {
  header.checksum = 0;
  const std::string_view bytes(reinterpret_cast<const char*>(&header), sizeof header);
  return checksum(state, checksum(bytes));
}

template <std::size_t n>
void set(char (&field)[n], std::string_view text) {
  text.copy(field, n);
}
template <std::size_t n>
std::string get(const char (&field)[n]) {
  return {field, strnlen(field, n)};
}

[[noreturn]] void refuse(const std::string& path, std::string what, std::string got = {}, std::string allowed = {}) {
  throw InputError({{path, 0, 0, "", std::move(what), std::move(got), std::move(allowed)}});
}

/// A file descriptor that is closed.
struct File {
  int number;
  explicit File(int n) : number(n) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (number >= 0) ::close(number);
  }
};

bool write_all(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

/// The header of a checkpoint, or nothing.
std::optional<Header> read_header(std::istream& file) {
  Header header;
  file.read(reinterpret_cast<char*>(&header), sizeof header);
  if (!file || std::memcmp(header.what, magic, sizeof magic) != 0) return std::nullopt;
  return header;
}

}  // namespace

std::string checkpoint_path(const std::string& directory) {
  return (fs::path(directory) / "checkpoint.bin").string();
}

std::string kept_checkpoint_path(const std::string& directory, double time) {
  return (fs::path(directory) / fmt::format("checkpoint_{:.0f}s.bin", std::floor(time))).string();
}

std::vector<std::string> checkpoints_until(const std::string& directory, double time) {
  std::vector<std::pair<double, std::string>> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("checkpoint") || !name.ends_with(".bin")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const auto header = read_header(file);
    if (header && header->time <= time) found.emplace_back(header->time, entry.path().string());
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<std::string> paths;
  for (auto& [t, path] : found) paths.push_back(std::move(path));
  return paths;
}

void remove_unfinished_checkpoints(const std::string& directory) {
  std::error_code ignored;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("checkpoint") && name.ends_with(".bin.tmp")) found.push_back(entry.path());
  }
  for (const fs::path& path : found) fs::remove(path, ignored);
}

void write_checkpoint(const std::string& path, double time, const std::string& fingerprint, std::string_view state) {
  Header header;
  set(header.what, {magic, sizeof magic});
  set(header.program, WATTLOOP_VERSION);
  set(header.fingerprint, fingerprint);
  header.time = time;
  header.size = state.size();
  header.checksum = checksum_of(header, state);
  const std::string made = path + ".tmp";
  const auto failed = [&] {
    const std::string reason = std::strerror(errno);
    ::unlink(made.c_str());
    throw std::runtime_error(fmt::format("cannot write the checkpoint {}: {}", path, reason));
  };
  {
    const File file(::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (file.number < 0 || !write_all(file.number, reinterpret_cast<const char*>(&header), sizeof header) ||
        !write_all(file.number, state.data(), state.size()) || ::fsync(file.number) != 0)
      failed();
  }
  if (std::rename(made.c_str(), path.c_str()) != 0) failed();
  const File directory(::open(fs::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number >= 0) ::fsync(directory.number);
}

Checkpoint read_checkpoint(const std::string& path, const std::string& fingerprint) {
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path, "there is no checkpoint here", "", "the directory of a run that was ended before its end");
  const std::optional<Header> header = read_header(file);
  if (!header) refuse(path, "not a checkpoint");
  if (header->version != format_version || get(header->program) != WATTLOOP_VERSION)
    refuse(path, "a checkpoint of another version",
           fmt::format("wattloop {}, format {}", get(header->program), header->version),
           fmt::format("wattloop {}, format {}", WATTLOOP_VERSION, format_version));
  const std::uintmax_t size = fs::file_size(path) - sizeof(Header);
  if (size != header->size)
    refuse(path, "the checkpoint is truncated or has grown", fmt::format("{} bytes", size),
           fmt::format("{} bytes", header->size));
  Checkpoint checkpoint{header->time, get(header->fingerprint), std::string(header->size, '\0')};
  file.read(checkpoint.state.data(), static_cast<std::streamsize>(header->size));
  if (!file || checksum_of(*header, checkpoint.state) != header->checksum)
    refuse(path, "the checkpoint has been changed: its checksum is wrong");
  if (checkpoint.fingerprint != fingerprint)
    refuse(path, "a checkpoint of another case, or the case has been changed since", checkpoint.fingerprint,
           fingerprint);
  return checkpoint;
}

}  // namespace wattloop
