#pragma once
// What has state writes it and reads it back with one and the same function.

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace wattloop {

/// What is read does not fit what reads it.
class ArchiveError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A sequence of values, written or read by the same calls:
///
///     void Pump::archive(Archive& archive) { archive(speed_, since_); }
///
/// Doubles come back bit for bit. It takes numbers, enumerations, strings, plain structs, the containers below, and
/// whatever has a function `archive`. Bytes stand in the order of the machine.
class Archive {
 public:
  /// To write into.
  Archive() = default;
  /// To read from.
  explicit Archive(std::string bytes) : bytes_(std::move(bytes)), reads_(true) {}

  bool reads() const { return reads_; }
  const std::string& bytes() const { return bytes_; }
  bool at_end() const { return at_ == bytes_.size(); }

  template <class... T>
  void operator()(T&... values) {
    (value(values), ...);
  }

  /// A vector whose length is not part of the state. Throws ArchiveError if another one was written.
  template <class T>
  void fixed(std::vector<T>& values) {
    const std::size_t expected = values.size();
    value(values);
    if (values.size() != expected) throw ArchiveError("another number of values");
  }

  /// Marks what follows. Throws ArchiveError if something else was written there.
  void expect(std::string_view label) {
    std::string found(label);
    value(found);
    if (found != label) throw ArchiveError(std::string(label) + " is missing, there is " + found);
  }

 private:
  template <class T>
  static constexpr bool is_plain = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> &&
                                   !std::is_same_v<T, bool> && !requires(T & v, Archive& a) {
    v.archive(a);
  };

  void raw(void* values, std::size_t size) {
    if (size == 0) return;
    if (reads_) {
      if (size > bytes_.size() - at_) throw ArchiveError("ends early");
      std::memcpy(values, bytes_.data() + at_, size);
      at_ += size;
    } else {
      bytes_.append(static_cast<const char*>(values), size);
    }
  }

  /// Of a container whose elements take `least` bytes or more.
  std::size_t count(std::size_t present, std::size_t least) {
    std::uint64_t n = present;
    raw(&n, sizeof n);
    if (reads_ && n > (bytes_.size() - at_) / least) throw ArchiveError("ends early");
    return static_cast<std::size_t>(n);
  }

  template <class T>
  void value(T& v) {
    if constexpr (requires { v.archive(*this); }) {
      v.archive(*this);
    } else {
      static_assert(is_plain<T>, "give it a function archive(Archive&)");
      raw(&v, sizeof v);
    }
  }
  void value(bool& v) {
    char byte = v ? 1 : 0;
    raw(&byte, 1);
    v = byte != 0;
  }
  void value(std::string& v) {
    v.resize(count(v.size(), 1));
    raw(v.data(), v.size());
  }
  template <class T>
  void value(std::optional<T>& v) {
    bool any = v.has_value();
    value(any);
    if (!any) v.reset();
    if (any && !v) v.emplace();
    if (any) value(*v);
  }
  template <class A, class B>
  void value(std::pair<A, B>& v) {
    value(v.first);
    value(v.second);
  }
  template <class T>
  void value(std::vector<T>& v) {
    if constexpr (is_plain<T>) {
      v.resize(count(v.size(), sizeof(T)));
      raw(v.data(), v.size() * sizeof(T));
    } else {
      v.resize(count(v.size(), 1));
      for (auto&& element : v) value(element);
    }
  }
  void value(std::vector<bool>& v) {
    v.resize(count(v.size(), 1));
    for (std::size_t i = 0; i < v.size(); ++i) {
      bool element = v[i];
      value(element);
      v[i] = element;
    }
  }
  template <class K, class V, class... Rest>
  void value(std::map<K, V, Rest...>& v) {
    elements<std::pair<K, V>>(v);
  }
  template <class T, class... Rest>
  void value(std::set<T, Rest...>& v) {
    elements<T>(v);
  }
  template <class Element, class Container>
  void elements(Container& container) {
    std::vector<Element> list(container.begin(), container.end());
    value(list);
    if (reads_) container = Container(list.begin(), list.end());
  }

  std::string bytes_;
  std::size_t at_ = 0;
  bool reads_ = false;
};

/// 64 bits of some bytes: after FNV-1a, eight bytes at a time, the upper half folded into the lower.
inline std::uint64_t checksum(std::string_view bytes, std::uint64_t hash = 14695981039346656037u) {
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * 1099511628211u;
    hash ^= hash >> 32;
  };
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= bytes.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    mix(word);
  }
  for (; i < bytes.size(); ++i) mix(static_cast<unsigned char>(bytes[i]));
  mix(bytes.size());
  return hash;
}

}  // namespace wattloop
