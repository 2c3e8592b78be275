# SPDX-License-Identifier: GPL-3.0-or-later
mlab_test(sounds_test
  SOURCES sound_io_test.cpp sound_sources_test.cpp
  LIBS mlab_stimuli_sounds PkgConfig::SNDFILE Boost::headers)
