# The warnings every file of ours is built with, and the floating-point rules that keep results the same bits
# everywhere: no fused multiply-add unless written, no errno from libm, nothing from -ffast-math.
set(CAUCE_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wcast-align -Wcast-qual -Wformat=2 -Wundef
    -Wvla -Wimplicit-fallthrough)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  # clang 14 takes the NAN and INFINITY of glibc for floats that are promoted by mistake.
  list(APPEND CAUCE_WARNINGS -Wlogical-op -Wduplicated-cond -Wdouble-promotion)
endif()
if(CMAKE_C_COMPILER_ID MATCHES "Clang")
  # clang 14 warns of its own unsigned counters inside the loops it makes of `taskloop`.
  set_source_files_properties(src/base/parallel.c PROPERTIES COMPILE_OPTIONS "-Wno-sign-conversion;-Wno-sign-compare")
endif()
if(CAUCE_WERROR)
  list(APPEND CAUCE_WARNINGS -Werror)
endif()
set(CAUCE_NUMERICS -ffp-contract=off -fno-math-errno -fno-trapping-math)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-g -fstack-protector-strong)
  set(CMAKE_C_FLAGS_RELEASE "-O3 -D_FORTIFY_SOURCE=2")
endif()
