# SPDX-License-Identifier: GPL-3.0-or-later
# Image files and built-in images: no Torch here.
mlab_library(stimuli_images
  SOURCES builtin_images.cpp builtin_noise.cpp exif.cpp image_io.cpp image_sources.cpp pnm.cpp
          raster.cpp stb.cpp stimulus_folder.cpp
  HEADERS builtin_images.h builtin_noise.h exif.h image_io.h image_sources.h named_stimulus.h pnm.h raster.h
          stimulus_folder.h)
target_link_libraries(mlab_stimuli_images PUBLIC mlab_core PRIVATE Boost::headers)
# The same pixels on every platform: no fused multiply-add where the processor has one.
target_compile_options(mlab_stimuli_images PRIVATE -ffp-contract=off)
set_source_files_properties(stb.cpp PROPERTIES COMPILE_OPTIONS "-w")
