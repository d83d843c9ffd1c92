# Instrumented builds, each in a folder of its own: `./dev test --sanitize` and `--nightly` make them.
# Debian's libraries (gRPC, protobuf, abseil) are linked as they are, without instrumentation.
set(SHIAN_SANITIZE "" CACHE STRING "address (with undefined behaviour), thread, or empty")
set_property(CACHE SHIAN_SANITIZE PROPERTY STRINGS "" address thread)
option(SHIAN_FUZZ "Build the fuzz targets with libFuzzer; needs clang++" OFF)

if(SHIAN_FUZZ)
  set(SHIAN_SANITIZE_FLAGS -fsanitize=fuzzer-no-link,address,undefined)
elseif(SHIAN_SANITIZE STREQUAL "address")
  set(SHIAN_SANITIZE_FLAGS -fsanitize=address,undefined)
elseif(SHIAN_SANITIZE STREQUAL "thread")
  set(SHIAN_SANITIZE_FLAGS -fsanitize=thread)
elseif(SHIAN_SANITIZE)
  message(FATAL_ERROR "SHIAN_SANITIZE is address or thread, not '${SHIAN_SANITIZE}'")
endif()

if(SHIAN_SANITIZE)
  # What is watched takes most of an hour to build: less is optimised, and a report names better lines.
  string(REPLACE "-O2" "-O1" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
endif()
if(SHIAN_SANITIZE_FLAGS)
  # What is found ends the program: a report that nobody reads is worth nothing.
  add_compile_options(${SHIAN_SANITIZE_FLAGS} -fno-sanitize-recover=all -fno-omit-frame-pointer
                      -D_GLIBCXX_ASSERTIONS)
  add_link_options(${SHIAN_SANITIZE_FLAGS})
endif()
