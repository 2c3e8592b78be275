# SPDX-License-Identifier: GPL-3.0-or-later
# How this project's targets are made: warnings, sanitizers, and the rule of who may know whom.

add_library(mlab_warnings INTERFACE)
target_compile_options(mlab_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-qual -Woverloaded-virtual
  $<$<BOOL:${MLAB_WERROR}>:-Werror>
  # gcc takes a source file that a unity file includes for a header.
  $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-subobject-linkage>)

add_library(mlab_sanitize INTERFACE)
if(MLAB_SANITIZE)
  target_compile_options(mlab_sanitize INTERFACE -fsanitize=${MLAB_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(mlab_sanitize INTERFACE -fsanitize=${MLAB_SANITIZE})
endif()

# mlab_library(<folder> SOURCES ... HEADERS ...): the static library mlab_<folder>.
function(mlab_library folder)
  cmake_parse_arguments(arg "" "" "SOURCES;HEADERS" ${ARGN})
  add_library(mlab_${folder} STATIC ${arg_SOURCES})
  target_sources(mlab_${folder} PUBLIC
    FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${arg_HEADERS})
  target_link_libraries(mlab_${folder} PRIVATE mlab_warnings PUBLIC mlab_sanitize)
  set_target_properties(mlab_${folder} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# Allowed: core <- stimuli, data, experiments; core, experiments <- ui; app knows all.
set(MLAB_MAY_LINK_core "")
set(MLAB_MAY_LINK_stimuli core)
set(MLAB_MAY_LINK_data core)
set(MLAB_MAY_LINK_experiments core)
set(MLAB_MAY_LINK_ui core experiments)

function(_mlab_link_closure target seen_var)
  set(seen ${${seen_var}})
  get_target_property(direct ${target} LINK_LIBRARIES)
  if(direct)
    foreach(lib IN LISTS direct)
      string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" lib "${lib}")
      if(TARGET "${lib}" AND NOT lib IN_LIST seen)
        list(APPEND seen "${lib}")
        _mlab_link_closure("${lib}" seen)
      endif()
    endforeach()
  endif()
  set(${seen_var} ${seen} PARENT_SCOPE)
endfunction()

# Stops the configure step when a folder links, directly or through others, what it may not know.
function(mlab_check_layers)
  foreach(folder core stimuli data experiments ui)
    if(NOT TARGET mlab_${folder})
      continue()
    endif()
    set(closure "")
    _mlab_link_closure(mlab_${folder} closure)
    foreach(lib IN LISTS closure)
      if(lib MATCHES "^mlab_(core|stimuli|data|experiments|ui|app)$"
         AND NOT CMAKE_MATCH_1 IN_LIST MLAB_MAY_LINK_${folder})
        message(FATAL_ERROR "${folder}/ must not know ${CMAKE_MATCH_1}/ (mlab_${folder} links ${lib})")
      endif()
      if(lib MATCHES "^Qt6::" AND folder MATCHES "^(core|stimuli|experiments)$")
        message(FATAL_ERROR "${folder}/ must build without Qt (it links ${lib})")
      endif()
      if(lib MATCHES "^Qt6::(Widgets|Gui|OpenGL)" AND folder STREQUAL "data")
        message(FATAL_ERROR "data/ uses Qt Core and Qt SQL only (it links ${lib})")
      endif()
    endforeach()
  endforeach()
endfunction()

# mlab_test(<name> SOURCES ... LIBS ... [LABEL ...] [FIXTURES ...] [ALONE]): a GoogleTest program,
# each test found by ctest, run after the fixtures it needs and, if ALONE, with no other beside it.
function(mlab_test name)
  cmake_parse_arguments(arg "ALONE" "LABEL;TIMEOUT" "SOURCES;LIBS;ENVIRONMENT;FIXTURES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} mlab_warnings GTest::gmock GTest::gtest_main)
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  if(NOT arg_ENVIRONMENT)
    # Threads that wait must not take the cores of the tests beside them.
    set(arg_ENVIRONMENT OMP_WAIT_POLICY=passive)
  endif()
  set(properties LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${arg_ENVIRONMENT}")
  if(arg_FIXTURES)
    list(APPEND properties FIXTURES_REQUIRED "${arg_FIXTURES}")
  endif()
  if(arg_ALONE)
    list(APPEND properties RUN_SERIAL TRUE)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
endfunction()

# mlab_torch_test(<name> SOURCES ... [as mlab_test]): a test that sees LibTorch. It reads the header
# that stimuli/ has precompiled: torch/torch.h costs 20 s a file.
macro(mlab_torch_test name)
  find_package(Torch REQUIRED)
  mlab_test(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE mlab_stimuli ${TORCH_LIBRARIES})
  target_include_directories(${name} SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
  target_precompile_headers(${name} REUSE_FROM mlab_stimuli)
endmacro()
