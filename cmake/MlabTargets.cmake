# SPDX-License-Identifier: GPL-3.0-or-later
# How this project's targets are made: warnings, sanitizers, and the rule which folder may use which.

add_library(mlab_warnings INTERFACE)
target_compile_options(mlab_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-qual -Woverloaded-virtual
  $<$<BOOL:${MLAB_WERROR}>:-Werror>
  # gcc treats a source file that a unity file includes as a header.
  $<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)

add_library(mlab_sanitize INTERFACE)
if(MLAB_SANITIZE)
  # gcc's manual: with sanitizers, -Wmaybe-uninitialized warns of code that is right (gcc 12: <regex>).
  # The builds without sanitizers keep that warning.
  # Without -fno-sanitize-recover, undefined behaviour is printed and the test still passes.
  target_compile_options(mlab_sanitize INTERFACE -fsanitize=${MLAB_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(mlab_sanitize INTERFACE -fsanitize=${MLAB_SANITIZE})
endif()

# mlab_layer(<folder> [TORCH] [QT_CORE | QT] USES <folders>): a row of MlabLayers.cmake.
function(mlab_layer folder)
  cmake_parse_arguments(arg "TORCH;QT_CORE;QT" "" "USES" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "MlabLayers.cmake: ${folder}: unknown \"${arg_UNPARSED_ARGUMENTS}\"")
  endif()
  get_property(known GLOBAL PROPERTY MLAB_LAYERS)
  foreach(used IN LISTS arg_USES)
    if(NOT used IN_LIST known)
      message(FATAL_ERROR "MlabLayers.cmake: ${folder} uses ${used}, which has no row above it")
    endif()
    get_property(torch GLOBAL PROPERTY MLAB_LAYER_TORCH_${used})
    if(torch AND NOT arg_TORCH)
      message(FATAL_ERROR "MlabLayers.cmake: ${folder} is without Torch and cannot use ${used}")
    endif()
    get_property(qt GLOBAL PROPERTY MLAB_LAYER_QT_${used})
    if(qt STREQUAL "QT_CORE" AND NOT (arg_QT_CORE OR arg_QT) OR qt STREQUAL "QT" AND NOT arg_QT)
      message(FATAL_ERROR "MlabLayers.cmake: ${folder} is without ${qt} and cannot use ${used}")
    endif()
  endforeach()
  set(qt "")
  if(arg_QT)
    set(qt QT)
  elseif(arg_QT_CORE)
    set(qt QT_CORE)
  endif()
  set_property(GLOBAL APPEND PROPERTY MLAB_LAYERS ${folder})
  set_property(GLOBAL PROPERTY MLAB_LAYER_USES_${folder} "${arg_USES}")
  set_property(GLOBAL PROPERTY MLAB_LAYER_TORCH_${folder} ${arg_TORCH})
  set_property(GLOBAL PROPERTY MLAB_LAYER_QT_${folder} "${qt}")
endfunction()
include(MlabLayers)

# mlab_target_names(<variable> <folders>): core/base is the library mlab_core_base.
function(mlab_target_names variable)
  list(TRANSFORM ARGN PREPEND mlab_)
  list(TRANSFORM ARGN REPLACE "/" "_")
  set(${variable} ${ARGN} PARENT_SCOPE)
endfunction()

# mlab_library(<folder> [MODULE] SOURCES ... HEADERS ...): the library of a folder, static or, with
# MODULE, opened by a running program. It links the folders in its row of MlabLayers.cmake. With TORCH
# there, its sources find LibTorch's headers precompiled.
function(mlab_library folder)
  cmake_parse_arguments(arg "MODULE" "" "SOURCES;HEADERS" ${ARGN})
  get_property(known GLOBAL PROPERTY MLAB_LAYERS)
  if(NOT folder IN_LIST known)
    message(FATAL_ERROR "${folder} has no row in cmake/MlabLayers.cmake")
  endif()
  get_property(uses GLOBAL PROPERTY MLAB_LAYER_USES_${folder})
  get_property(torch GLOBAL PROPERTY MLAB_LAYER_TORCH_${folder})
  get_property(qt GLOBAL PROPERTY MLAB_LAYER_QT_${folder})
  mlab_target_names(name ${folder})
  mlab_target_names(links ${uses})

  set(type STATIC)
  if(arg_MODULE)
    set(type MODULE)
  endif()
  add_library(${name} ${type} ${arg_SOURCES})
  target_sources(${name} PUBLIC
    FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${arg_HEADERS})
  target_link_libraries(${name} PRIVATE mlab_warnings PUBLIC mlab_sanitize ${links})
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  if(folder MATCHES "^(core|stimuli)/")
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON) # the engine is a module
  endif()
  if(torch)
    mlab_use_torch(${name})
  endif()
  if(qt STREQUAL "QT")
    target_compile_definitions(${name} PUBLIC QT_NO_KEYWORDS)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
  set_property(GLOBAL APPEND PROPERTY MLAB_LIBRARIES ${folder})
endfunction()

# Its sources include headers of LibTorch. Those precompiled are the ones that most need; <torch/torch.h>
# also brings networks, optimisers and data loaders, 5 s and 220 MB a file.
function(mlab_use_torch target)
  find_package(Torch REQUIRED)
  target_include_directories(${target} SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(${target} PRIVATE ${TORCH_LIBRARIES})
  # So that ccache sees the contents of the precompiled header. Sharing it needs the same -fPIC.
  target_compile_options(${target} PRIVATE -fpch-preprocess -fPIC)
  if(target STREQUAL "mlab_stimuli_tensors")
    target_precompile_headers(${target} PRIVATE
      <torch/autograd.h> <torch/types.h> <torch/utils.h>)
  else()
    target_precompile_headers(${target} REUSE_FROM mlab_stimuli_tensors)
  endif()
endfunction()

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

# Stops the configure step when a library links what its row does not list, or when a library of
# this project has no row.
function(mlab_check_layers)
  get_property(folders GLOBAL PROPERTY MLAB_LIBRARIES)
  mlab_target_names(libraries ${folders})
  foreach(folder library IN ZIP_LISTS folders libraries)
    get_property(uses GLOBAL PROPERTY MLAB_LAYER_USES_${folder})
    get_property(qt GLOBAL PROPERTY MLAB_LAYER_QT_${folder})
    mlab_target_names(allowed ${uses})
    get_target_property(direct ${library} LINK_LIBRARIES)
    foreach(lib IN LISTS direct)
      string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" lib "${lib}")
      if(lib MATCHES "^mlab_" AND NOT lib MATCHES "^mlab_(warnings|sanitize)$"
         AND NOT lib IN_LIST allowed)
        message(FATAL_ERROR "${folder} links ${lib}, which its row in MlabLayers.cmake does not list")
      endif()
    endforeach()
    set(closure "")
    _mlab_link_closure(${library} closure)
    foreach(lib IN LISTS closure)
      if(lib MATCHES "^Qt6::" AND (qt STREQUAL "" OR
         qt STREQUAL "QT_CORE" AND NOT lib MATCHES "^Qt6::(Core|Sql)"))
        message(FATAL_ERROR "${folder} links ${lib}, which its row in MlabLayers.cmake rules out")
      endif()
    endforeach()
  endforeach()
  _mlab_check_rows("${PROJECT_SOURCE_DIR}" "${libraries}")
endfunction()

# All libraries below a folder that mlab_library() created.
function(_mlab_check_rows folder libraries)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type MATCHES "^(STATIC|SHARED|MODULE|OBJECT)_LIBRARY$" AND NOT target IN_LIST libraries)
      message(FATAL_ERROR "${target} (${folder}) is a library without a row in MlabLayers.cmake")
    endif()
  endforeach()
  get_property(children DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(child IN LISTS children)
    _mlab_check_rows("${child}" "${libraries}")
  endforeach()
endfunction()

# mlab_program(<name> SOURCES ... USES <folders> [LIBS ...]): a program that is installed. It opens
# the engine module when it needs a model, and exports its own symbols, so that both use one copy of
# the functions and error types that they have in common.
function(mlab_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;LIBS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  mlab_target_names(links ${arg_USES})
  target_link_libraries(${name} PRIVATE ${links} ${arg_LIBS} mlab_warnings)
  set_target_properties(${name} PROPERTIES
    ENABLE_EXPORTS ON RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/app")
  if(MLAB_TORCH)
    add_dependencies(${name} mlab_stimuli_module)
  endif()
  install(TARGETS ${name})
endfunction()

# mlab_test(<name> [SANITIZED] [TORCH] [ALONE] SOURCES ... USES <folders> [LIBS ...] [LABEL ...] [FIXTURES ...]): a
# GoogleTest program, each test found by ctest, run after the fixtures it needs and, if ALONE, never in
# parallel with others; ALONE_TESTS is a filter of GoogleTest for which that is true. With TORCH, it sees LibTorch. SANITIZED: preset asan runs it, so that a build with
# MLAB_SANITIZED_TESTS off leaves it out.
function(mlab_test name)
  cmake_parse_arguments(arg "SANITIZED;ALONE;TORCH" "LABEL;TIMEOUT;ALONE_TESTS" "SOURCES;USES;LIBS;ENVIRONMENT;FIXTURES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  mlab_target_names(links ${arg_USES})
  target_link_libraries(${name} PRIVATE ${links} ${arg_LIBS} mlab_warnings GTest::gmock GTest::gtest_main)
  if(arg_TORCH)
    mlab_use_torch(${name})
  else()
    # A test's time is in the libraries it calls. With sanitizers, a file takes a third of the time of -O1.
    target_compile_options(${name} PRIVATE -O0)
  endif()
  if(arg_SANITIZED)
    add_dependencies(sanitized_tests ${name})
    if(NOT MLAB_SANITIZED_TESTS)
      set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
      return()
    endif()
  endif()
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  if(NOT arg_ENVIRONMENT)
    # Waiting threads must not occupy the cores of other tests.
    set(arg_ENVIRONMENT OMP_WAIT_POLICY=passive)
  endif()
  set(properties LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${arg_ENVIRONMENT}")
  if(arg_FIXTURES)
    list(APPEND properties FIXTURES_REQUIRED "${arg_FIXTURES}")
  endif()
  if(arg_LABEL STREQUAL "slow")
    list(APPEND properties COST 100) # first, so that none is left over at the end
  endif()
  if(arg_ALONE)
    list(APPEND properties RUN_SERIAL TRUE)
  endif()
  if(arg_ALONE_TESTS)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_FILTER "${arg_ALONE_TESTS}"
      PROPERTIES ${properties} RUN_SERIAL TRUE)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_FILTER "-${arg_ALONE_TESTS}"
      PROPERTIES ${properties})
  else()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
  endif()
endfunction()
