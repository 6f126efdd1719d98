#pragma once

#include <hdf5.h>

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Thin owners around the C API of HDF5, and the few shapes of netCDF-4 that a results file is made of. Errors throw
/// Hdf5Error with the name of what failed.
namespace wattloop::hdf5 {

class Hdf5Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Owns one HDF5 identifier of any kind.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  /// Takes over `id`; a negative one throws, naming `what`.
  Handle(hid_t id, Close closer, std::string_view what);
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle();
  operator hid_t() const { return id_; }
  /// Closes now and throws if that fails (a file's last bytes are written then).
  void close(std::string_view what);

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

/// Throws Hdf5Error naming `what` if `status` is negative.
void check(herr_t status, std::string_view what);

/// HDF5 prints a stack of its own on each error unless it is told otherwise, thread by thread; ours carries what the
/// reader needs. Opening a file does this for the thread that opens it.
void silence();

/// New file, replacing one of that name. Groups keep the order of creation, as netCDF-4 asks.
Handle create_file(const std::string& path);
/// Opens for writing in place without taking the lock that would keep readers out.
Handle open_file_to_write(const std::string& path);
Handle open_file_to_read(const std::string& path);

Handle create_group(hid_t parent, const std::string& name);
Handle open_group(hid_t parent, const std::string& name);
Handle open_dataset(hid_t parent, const std::string& name);

/// How the values of a dataset lie in the file.
enum class Storage {
  contiguous,  ///< allocated and filled with the fill value at creation: later writes touch raw data only
  compressed,  ///< chunked, shuffled and deflated
};

/// A numeric dataset. `fill` becomes both HDF5's fill value and the attribute `_FillValue` unless null.
/// `type` is H5T_IEEE_F32LE, H5T_IEEE_F64LE or an integer type.
Handle create_dataset(hid_t parent, const std::string& name, hid_t type, std::span<const hsize_t> dimensions,
                      Storage storage, const double* fill = nullptr);

/// Variable-length UTF-8 strings, which netCDF-4 reads as NC_STRING; along one dimension unless others are given.
Handle write_strings(hid_t parent, const std::string& name, std::span<const std::string> values,
                     std::span<const hsize_t> dimensions = {});
/// One string of any length as a scalar dataset.
void write_text(hid_t parent, const std::string& name, const std::string& text);

void write_attribute(hid_t object, const std::string& name, const std::string& text);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, int value);

/// Makes a one-dimensional dataset the dimension (and coordinate variable) `name`.
void make_scale(hid_t dataset, const std::string& name);
/// A dimension without a coordinate variable, e.g. the corners of a box.
Handle create_dimension(hid_t parent, const std::string& name, hsize_t length);
/// Attaches `scales[i]` to dimension i of the dataset.
void attach_scales(hid_t dataset, std::span<const hid_t> scales);

bool exists(hid_t parent, const std::string& path);
/// Is the dataset a dimension?
bool is_scale(hid_t dataset);
bool has_attribute(hid_t object, const std::string& name);
std::string read_text_attribute(hid_t object, const std::string& name);
double read_number_attribute(hid_t object, const std::string& name);
std::vector<std::string> read_strings(hid_t parent, const std::string& name);
/// A text as `write_text` writes it.
std::string read_text(hid_t parent, const std::string& name);
std::vector<hsize_t> dimensions(hid_t dataset);
/// Names of the links of a group, in the order of their creation.
std::vector<std::string> members(hid_t group);
/// The whole dataset as doubles.
std::vector<double> read_numbers(hid_t parent, const std::string& name);
/// Reads or writes `count` rows (along the first dimension) from row `first` on, in memory of type `memory_type`.
void read_rows(hid_t dataset, hsize_t first, hsize_t count, hid_t memory_type, void* values);
void write_rows(hid_t dataset, hsize_t first, hsize_t count, hid_t memory_type, const void* values);

}  // namespace wattloop::hdf5
