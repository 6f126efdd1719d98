#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/results.h"
#include "meshes/layout.h"

namespace wattloop {

/// Reads run.h5, whether its run has finished, goes on, or was killed: records without a time do not exist.
class RunFile {
 public:
  /// Throws InputError if the file is not a results file.
  explicit RunFile(const std::string& path);
  ~RunFile();

  const std::string& path() const;
  const std::string& title() const;
  const std::vector<RecordGroup>& groups() const;  ///< as they were written
  const Layout& layout() const;
  const std::vector<double>& times() const;  ///< s since the start, one a complete record
  size_t capacity() const;                   ///< rows of the variables in the file, at least times().size()
  double start_time() const;                 ///< s since 1970-01-01T00:00:00Z
  double utc_offset() const;                 ///< s by which the site's clock is ahead of UTC

  /// What the provenance says under a name, an entry or a text; nothing if it does not.
  std::optional<std::string> provenance(const std::string& name) const;

  /// Values of every element at a record. Throws InputError if there is no such group or variable.
  std::vector<double> values(const std::string& group, const std::string& variable, size_t record) const;

  /// Record nearest to a time of the site's clock: "15:00" or "15:00:30" (the first such time of the run), an ISO 8601
  /// date with a time, or nothing for the last record. Throws InputError if the text is no time or the run has no
  /// record within half an hour of it.
  size_t record_at(std::string_view time) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wattloop
