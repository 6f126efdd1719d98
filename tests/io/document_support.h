#pragma once
// What the tests of documents and catalogues share.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "io/document.h"

namespace wattloop {

using Read = std::function<void(Reader&)>;

/// What reading `text` as "case.yaml" reports, a problem a line; empty if all is well.
inline std::string problems_of(const std::string& text, const Read& read, const Catalog& catalog = {},
                               const std::vector<std::pair<std::string, std::string>>& overrides = {}) {
  try {
    Document document = Document::parse_text(text, "case.yaml");
    for (const auto& [path, value] : overrides) document.set(path, value);
    Reader reader = document.read(catalog);
    read(reader);
    document.throw_if_problems();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

inline void read_nothing(Reader&) {}

/// A directory of its own, removed at the end.
class Directory {
 public:
  Directory() : path_(std::filesystem::temp_directory_path() / ("wattloop_document_test_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  const std::filesystem::path& path() const { return path_; }
  /// A message with the names of files in it as they are called here.
  std::string leave_out(std::string message) const {
    const std::string prefix = path_.string() + "/";
    for (std::size_t at; (at = message.find(prefix)) != std::string::npos;) message.erase(at, prefix.size());
    return message;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace wattloop
