# SPDX-License-Identifier: GPL-3.0-or-later
mlab_test(images_test
  SOURCES builtin_images_test.cpp image_io_test.cpp image_sources_test.cpp
  LIBS mlab_stimuli_images Boost::headers)
