# SPDX-License-Identifier: GPL-3.0-or-later
# Sound files and built-in sounds: no Torch here. Without MLAB_SOUND there is no file of a sound.
if(MLAB_SOUND)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(SNDFILE REQUIRED IMPORTED_TARGET GLOBAL sndfile)
  pkg_check_modules(SOXR REQUIRED IMPORTED_TARGET GLOBAL soxr)
  set(sound_io sound_io.cpp)
  set(sound_libraries PkgConfig::SNDFILE PkgConfig::SOXR)
else()
  set(sound_io sound_io_absent.cpp)
  set(sound_libraries "")
endif()
mlab_library(stimuli_sounds
  SOURCES builtin_sounds.cpp ${sound_io} sound_level.cpp sound_sources.cpp
  HEADERS builtin_sounds.h sound_io.h sound_level.h sound_sources.h)
target_link_libraries(mlab_stimuli_sounds
  PUBLIC mlab_core mlab_stimuli_images PRIVATE ${sound_libraries})
# The same samples on every platform: no fused multiply-add where the processor has one.
target_compile_options(mlab_stimuli_sounds PRIVATE -ffp-contract=off)
