# SPDX-License-Identifier: GPL-3.0-or-later
mlab_test(sounds_test SANITIZED
  SOURCES media/sound_io_test.cpp sources/sound_sources_test.cpp
  USES stimuli/sources
  LIBS PkgConfig::SNDFILE Boost::headers)
