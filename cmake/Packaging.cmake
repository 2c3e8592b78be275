# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed beside the programs, and the Debian package (packaging/deb.sh).
include(GNUInstallDirs)

set(packaging "${PROJECT_SOURCE_DIR}/packaging")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/experiments/designs" "${PROJECT_SOURCE_DIR}/experiments/schema"
  "${packaging}/slurm"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/metamerlab")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/experiments/observers"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/metamerlab" FILES_MATCHING PATTERN "*.json")
install(PROGRAMS "${packaging}/export_model.py" DESTINATION "${CMAKE_INSTALL_DATADIR}/metamerlab")
install(FILES "${packaging}/debian/metamerlab.desktop"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
install(FILES "${packaging}/debian/metamerlab.svg"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps")
install(FILES "${packaging}/man/metamerlab.1" "${packaging}/man/metamersynth.1"
  DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
set(documents "${CMAKE_INSTALL_DATADIR}/doc/metamerlab")
install(FILES "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
  "${packaging}/debian/copyright" DESTINATION "${documents}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${documents}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME metamerlab)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_VENDOR "MetamerLab")
set(CPACK_PACKAGE_CONTACT "The MetamerLab authors <metamerlab@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "measures which changes to images and sounds people cannot notice")
set(CPACK_PACKAGE_DESCRIPTION
"MetamerLab moves images and sounds along directions in the feature space of
a neural network, shows them in psychophysical trials, and adapts the size
of each change to the answers. It also makes model metamers and tests
whether people recognise them.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The libraries the files link are found by dpkg-shlibdeps. These two are loaded at run time: the
# driver of the trial store, and the BLAS that LibTorch needs to be fast.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libqt6sql6-sqlite, libopenblas0-openmp")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libgl1-mesa-dri")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3-torchvision, slurm-client")
include(CPack)
