# SPDX-License-Identifier: GPL-3.0-or-later
mlab_test(images_test SANITIZED
  SOURCES
    sources/builtin_images_test.cpp
    media/colour_profile_test.cpp
    media/image_io_test.cpp
    media/tiff_decoder_test.cpp
    media/webp_decoder_test.cpp
    sources/image_sources_test.cpp
  USES stimuli/sources
  LIBS Boost::headers PkgConfig::TIFF PkgConfig::WEBP)
