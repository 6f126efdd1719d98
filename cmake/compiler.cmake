# Warnings, optimisation and sanitizers, the same for every target of the project.
add_library(wattloop_compiler INTERFACE)
target_compile_options(wattloop_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<BOOL:${WATTLOOP_WERROR}>:-Werror>
  # GCC 12 takes "text" + std::string for an overlapping copy (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Vectors of the compiler cross no function that is not inlined.
  -Wno-psabi
  # The same bits everywhere: no fused multiply-add unless it is written.
  -ffp-contract=off
  # errno and trapping are not used by the models; both block vectorisation. NaN and infinity stay as they are.
  -fno-math-errno -fno-trapping-math)

if(WATTLOOP_SANITIZE STREQUAL "address")
  target_compile_options(wattloop_compiler INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(wattloop_compiler INTERFACE -fsanitize=address,undefined)
elseif(WATTLOOP_SANITIZE STREQUAL "thread")
  target_compile_options(wattloop_compiler INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  target_link_options(wattloop_compiler INTERFACE -fsanitize=thread)
elseif(WATTLOOP_SANITIZE)
  message(FATAL_ERROR "WATTLOOP_SANITIZE is '${WATTLOOP_SANITIZE}', allowed: address, thread or empty")
endif()

if(WATTLOOP_FUZZ)
  # Everything counts its branches; without the fuzzer the sanitizer's runtime takes the counts.
  target_compile_options(wattloop_compiler INTERFACE -fsanitize=fuzzer-no-link)
endif()

# For a target of many small files: headers that stay as they are, read once. For Clang only: GCC 12 takes system headers
# that are precompiled for ours and warns of them, and reading them in each file shows what a file forgets to include.
function(wattloop_precompile target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <cmath> <filesystem> <fstream> <functional> <limits>
      <map> <memory> <numeric> <optional> <set> <span> <sstream> <string> <string_view> <utility> <variant> <vector>
      <Eigen/Core> <Eigen/SparseCore> <fmt/format.h> ${ARGN})
  endif()
endfunction()
