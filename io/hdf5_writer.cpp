#include "io/hdf5_writer.h"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>

namespace wattloop::hdf5 {
namespace {

Handle property_list(hid_t kind) {
  return {H5Pcreate(kind), H5Pclose, "property list"};
}

Handle dataspace(std::span<const hsize_t> sizes) {
  return {H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), H5Sclose, "dataspace"};
}

Handle scalar_space() {
  return {H5Screate(H5S_SCALAR), H5Sclose, "dataspace"};
}

Handle text_type(size_t length) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "text type");
  check(H5Tset_size(type, length), "text type");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "text type");
  return type;
}

/// The format of HDF5 1.8: no mark in the superblock says "open for writing", so a file whose writer was killed opens
/// without repair. A sieve buffer of size 0 sends every write of raw data straight to the file.
Handle file_access() {
  silence();
  Handle access = property_list(H5P_FILE_ACCESS);
  check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18), "file access");
  check(H5Pset_file_locking(access, false, true), "file access");
  check(H5Pset_sieve_buf_size(access, 0), "file access");
  return access;
}

/// HDF5 keeps the reason to itself; if the device is full or broken, the C library still knows.
[[noreturn]] void fail(std::string_view what) {
  const bool is_device = errno == ENOSPC || errno == EFBIG || errno == EDQUOT || errno == EIO;
  throw Hdf5Error(
      fmt::format("HDF5 failed at {}{}{}", what, is_device ? ": " : "", is_device ? std::strerror(errno) : ""));
}

constexpr unsigned creation_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

Handle dataset_properties() {
  Handle properties = property_list(H5P_DATASET_CREATE);
  check(H5Pset_obj_track_times(properties, false), "dataset properties");
  check(H5Pset_attr_creation_order(properties, creation_order), "dataset properties");
  return properties;
}

void write_attribute(hid_t object, const std::string& name, hid_t type, hid_t space, const void* value) {
  Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, name);
  check(H5Awrite(attribute, type, value), name);
}

/// Chunks of about 64 k values: whole rows if they fit, so that both a picture (one row) and a time series (one
/// column) read little more than they need.
std::vector<hsize_t> chunk_of(std::span<const hsize_t> sizes) {
  constexpr hsize_t values = 65536;
  std::vector<hsize_t> chunk(sizes.begin(), sizes.end());
  hsize_t row = 1;
  for (size_t i = 1; i < chunk.size(); ++i) row *= chunk[i];
  chunk[0] = std::clamp<hsize_t>(values / std::max<hsize_t>(row, 1), 1, std::max<hsize_t>(sizes[0], 1));
  return chunk;
}

}  // namespace

/// At the end of the program HDF5 would write once more, and crash, what the device has refused: all files are closed
/// by then.
void silence() {
  [[maybe_unused]] static const herr_t once = H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Handle::Handle(hid_t id, Close closer, std::string_view what) : id_(id), close_(closer) {
  if (id < 0) fail(what);
}

Handle::~Handle() {
  if (id_ >= 0) close_(id_);
}

void Handle::close(std::string_view what) {
  if (id_ >= 0) check(close_(std::exchange(id_, -1)), what);
}

void check(herr_t status, std::string_view what) {
  if (status < 0) fail(what);
}

Handle create_file(const std::string& path) {
  const Handle access = file_access();
  const Handle creation = property_list(H5P_FILE_CREATE);
  check(H5Pset_link_creation_order(creation, creation_order), "file properties");
  check(H5Pset_attr_creation_order(creation, creation_order), "file properties");
  check(H5Pset_obj_track_times(creation, false), "file properties");
  return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose, "creating " + path};
}

Handle open_file_to_write(const std::string& path) {
  return {H5Fopen(path.c_str(), H5F_ACC_RDWR, file_access()), H5Fclose, "opening " + path};
}

Handle open_file_to_read(const std::string& path) {
  return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, file_access()), H5Fclose, "opening " + path};
}

Handle create_group(hid_t parent, const std::string& name) {
  const Handle creation = property_list(H5P_GROUP_CREATE);
  check(H5Pset_link_creation_order(creation, creation_order), "group properties");
  check(H5Pset_attr_creation_order(creation, creation_order), "group properties");
  check(H5Pset_obj_track_times(creation, false), "group properties");
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose, name};
}

Handle open_group(hid_t parent, const std::string& name) {
  return {H5Gopen2(parent, name.c_str(), H5P_DEFAULT), H5Gclose, name};
}

Handle open_dataset(hid_t parent, const std::string& name) {
  return {H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose, name};
}

Handle create_dataset(hid_t parent, const std::string& name, hid_t type, std::span<const hsize_t> sizes,
                      Storage storage, const double* fill) {
  const Handle properties = dataset_properties();
  const hsize_t count = std::accumulate(sizes.begin(), sizes.end(), hsize_t{1}, std::multiplies<>());
  if (storage == Storage::contiguous) {
    check(H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY), name);
  } else if (count > 0) {
    const std::vector<hsize_t> chunk = chunk_of(sizes);
    check(H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data()), name);
    check(H5Pset_shuffle(properties), name);
    check(H5Pset_deflate(properties, 2), name);
  }
  if (fill != nullptr) check(H5Pset_fill_value(properties, H5T_NATIVE_DOUBLE, fill), name);
  Handle dataset(H5Dcreate2(parent, name.c_str(), type, dataspace(sizes), H5P_DEFAULT, properties, H5P_DEFAULT),
                 H5Dclose, name);
  if (fill != nullptr) {
    const Handle attribute(
        H5Acreate2(dataset, "_FillValue", type, dataspace(std::vector<hsize_t>{1}), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
        name);
    check(H5Awrite(attribute, H5T_NATIVE_DOUBLE, fill), name);
  }
  return dataset;
}

Handle write_strings(hid_t parent, const std::string& name, std::span<const std::string> values,
                     std::span<const hsize_t> dimensions) {
  const Handle type = text_type(H5T_VARIABLE);
  const hsize_t length[] = {values.size()};
  const std::span<const hsize_t> sizes = dimensions.empty() ? length : dimensions;
  Handle dataset(
      H5Dcreate2(parent, name.c_str(), type, dataspace(sizes), H5P_DEFAULT, dataset_properties(), H5P_DEFAULT),
      H5Dclose, name);
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  if (!pointers.empty()) check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), name);
  return dataset;
}

void write_text(hid_t parent, const std::string& name, const std::string& text) {
  const Handle type = text_type(H5T_VARIABLE);
  const Handle dataset(
      H5Dcreate2(parent, name.c_str(), type, scalar_space(), H5P_DEFAULT, dataset_properties(), H5P_DEFAULT), H5Dclose,
      name);
  const char* pointer = text.c_str();
  check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &pointer), name);
}

void write_attribute(hid_t object, const std::string& name, const std::string& text) {
  constexpr size_t longest = 16'384;  // an object's header takes 64 KiB in all: longer texts lie in the file's heap
  const char* pointer = text.c_str();
  if (text.size() > longest) return write_attribute(object, name, text_type(H5T_VARIABLE), scalar_space(), &pointer);
  write_attribute(object, name, text_type(std::max<size_t>(text.size(), 1)), scalar_space(), pointer);
}

void write_attribute(hid_t object, const std::string& name, double value) {
  write_attribute(object, name, H5T_NATIVE_DOUBLE, scalar_space(), &value);
}

void write_attribute(hid_t object, const std::string& name, int value) {
  write_attribute(object, name, H5T_NATIVE_INT, scalar_space(), &value);
}

void make_scale(hid_t dataset, const std::string& name) {
  check(H5DSset_scale(dataset, name.c_str()), name);
}

Handle create_dimension(hid_t parent, const std::string& name, hsize_t length) {
  const hsize_t sizes[] = {length};
  Handle dataset = create_dataset(parent, name, H5T_IEEE_F32BE, sizes, Storage::contiguous);
  // The name by which netCDF-4 knows a dimension without a variable.
  make_scale(dataset, fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", length));
  return dataset;
}

void attach_scales(hid_t dataset, std::span<const hid_t> scales) {
  for (unsigned i = 0; i < scales.size(); ++i) check(H5DSattach_scale(dataset, scales[i], i), "dimension scale");
}

bool exists(hid_t parent, const std::string& path) {
  return H5Lexists(parent, path.c_str(), H5P_DEFAULT) > 0;
}

bool is_scale(hid_t dataset) {
  return H5DSis_scale(dataset) > 0;
}

bool has_attribute(hid_t object, const std::string& name) {
  return H5Aexists(object, name.c_str()) > 0;
}

std::string read_text_attribute(hid_t object, const std::string& name) {
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, name);
  const Handle type(H5Aget_type(attribute), H5Tclose, name);
  std::string text(H5Tget_size(type), '\0');
  check(H5Aread(attribute, type, text.data()), name);
  return text.substr(0, text.find('\0'));
}

double read_number_attribute(hid_t object, const std::string& name) {
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, name);
  double value = std::numeric_limits<double>::quiet_NaN();
  check(H5Aread(attribute, H5T_NATIVE_DOUBLE, &value), name);
  return value;
}

std::vector<std::string> read_strings(hid_t parent, const std::string& name) {
  const Handle dataset = open_dataset(parent, name);
  const Handle type(H5Dget_type(dataset), H5Tclose, name);
  if (H5Tis_variable_str(type) <= 0) throw Hdf5Error(name + " does not hold strings of variable length");
  const Handle space(H5Dget_space(dataset), H5Sclose, name);
  std::vector<char*> pointers(static_cast<size_t>(H5Sget_simple_extent_npoints(space)), nullptr);
  if (pointers.empty()) return {};
  check(H5Dread(dataset, text_type(H5T_VARIABLE), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), name);
  std::vector<std::string> values;
  for (const char* pointer : pointers) values.emplace_back(pointer != nullptr ? pointer : "");
  H5Dvlen_reclaim(text_type(H5T_VARIABLE), space, H5P_DEFAULT, pointers.data());
  return values;
}

std::string read_text(hid_t parent, const std::string& name) {
  const std::vector<std::string> texts = read_strings(parent, name);
  return texts.empty() ? "" : texts.front();
}

std::vector<hsize_t> dimensions(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "dataspace");
  std::vector<hsize_t> sizes(static_cast<size_t>(std::max(H5Sget_simple_extent_ndims(space), 0)));
  if (!sizes.empty()) H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
  return sizes;
}

std::vector<std::string> members(hid_t group) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* target) -> herr_t {
    static_cast<std::vector<std::string>*>(target)->emplace_back(name);
    return 0;
  };
  check(H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, collect, &names), "members of a group");
  return names;
}

std::vector<double> read_numbers(hid_t parent, const std::string& name) {
  const Handle dataset = open_dataset(parent, name);
  const std::vector<hsize_t> sizes = dimensions(dataset);
  const hsize_t count = std::accumulate(sizes.begin(), sizes.end(), hsize_t{1}, std::multiplies<>());
  std::vector<double> values(count);
  if (count > 0) check(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), name);
  return values;
}

namespace {

/// A selection of rows in the file and as much in memory.
struct Rows {
  Rows(hid_t dataset, hsize_t first, hsize_t count) : file_space(H5Dget_space(dataset), H5Sclose, "rows") {
    std::vector<hsize_t> size = dimensions(dataset), start(size.size(), 0);
    start[0] = first;
    size[0] = count;
    check(H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr), "rows");
    memory_space = dataspace(size);
  }
  Handle file_space, memory_space;
};

}  // namespace

void read_rows(hid_t dataset, hsize_t first, hsize_t count, hid_t memory_type, void* values) {
  const Rows rows(dataset, first, count);
  check(H5Dread(dataset, memory_type, rows.memory_space, rows.file_space, H5P_DEFAULT, values), "reading a record");
}

void write_rows(hid_t dataset, hsize_t first, hsize_t count, hid_t memory_type, const void* values) {
  const Rows rows(dataset, first, count);
  check(H5Dwrite(dataset, memory_type, rows.memory_space, rows.file_space, H5P_DEFAULT, values), "writing a record");
}

}  // namespace wattloop::hdf5
