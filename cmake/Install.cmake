# What `cmake --install` and the packages put where. Three packages: the program (cauce), the shared library (libcauce0), and
# what is needed to build against it (libcauce-dev).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set_target_properties(cauce PROPERTIES EXPORT_NAME cauce)
set_target_properties(cauce_static PROPERTIES EXPORT_NAME static)
install(TARGETS cauce EXPORT cauceTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development)
install(TARGETS cauce_static EXPORT cauceStaticTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY include/cauce DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development FILES_MATCHING PATTERN "*.h")
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/include/cauce/version.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/cauce
  COMPONENT development)

set(CAUCE_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/cauce)
install(EXPORT cauceTargets NAMESPACE cauce:: DESTINATION ${CAUCE_CMAKE_DIR} COMPONENT development)
install(EXPORT cauceStaticTargets NAMESPACE cauce:: DESTINATION ${CAUCE_CMAKE_DIR} COMPONENT development)
set(CAUCE_PC_PACKERS "")
set(CAUCE_DEB_PACKERS "")
if(ZLIB IN_LIST CAUCE_PACKERS)
  string(APPEND CAUCE_PC_PACKERS " zlib")
  string(APPEND CAUCE_DEB_PACKERS ", zlib1g-dev")
endif()
if(ZSTD IN_LIST CAUCE_PACKERS)
  string(APPEND CAUCE_PC_PACKERS " libzstd")
  string(APPEND CAUCE_DEB_PACKERS ", libzstd-dev")
endif()
configure_package_config_file(cmake/cauceConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/cauceConfig.cmake
  INSTALL_DESTINATION ${CAUCE_CMAKE_DIR})
# Below 1.0 a minor version may change the interface.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/cauceConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cauceConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/cauceConfigVersion.cmake
  DESTINATION ${CAUCE_CMAKE_DIR} COMPONENT development)

# From the folder of cauce.pc back to the prefix, so that an installed tree can be moved.
file(RELATIVE_PATH CAUCE_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" CAUCE_PC_PREFIX "${CAUCE_PC_PREFIX}")
configure_file(cmake/cauce.pc.in cauce.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cauce.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

if(TARGET cauce_program)
  install(TARGETS cauce_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
  install(FILES completions/cauce.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME cauce
    COMPONENT program)
  install(FILES completions/cauce.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _cauce
    COMPONENT program)
  install(FILES completions/cauce.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
endif()

# Manual pages: those of the program are made from its tables.
find_program(SCDOC scdoc)
if(SCDOC AND TARGET cauce_program)
  add_executable(gen_man EXCLUDE_FROM_ALL tools/dev/gen_man.c)
  target_include_directories(gen_man PRIVATE tools/cli)
  target_compile_options(gen_man PRIVATE ${CAUCE_WARNINGS})
  target_link_libraries(gen_man PRIVATE cauce_commands cauce_static)
  set(CAUCE_MAN ${CMAKE_CURRENT_BINARY_DIR}/man)
  # Which pages there are is known only to gen_man: one stamp stands for all of them.
  add_custom_command(OUTPUT ${CAUCE_MAN}/made
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${CAUCE_MAN}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CAUCE_MAN}/man1 ${CAUCE_MAN}/man3
    COMMAND gen_man ${CAUCE_MAN}
    COMMAND sh -c "for page in ${CAUCE_MAN}/*.1.scd; do name=\$(basename \$page .scd); scdoc < \$page | gzip -9n > ${CAUCE_MAN}/man1/\$name.gz || exit 1; done"
    COMMAND sh -c "scdoc < ${CMAKE_CURRENT_SOURCE_DIR}/docs/man/cauce.3.scd | gzip -9n > ${CAUCE_MAN}/man3/cauce.3.gz"
    COMMAND ${CMAKE_COMMAND} -E touch ${CAUCE_MAN}/made
    DEPENDS gen_man docs/man/cauce.3.scd VERBATIM)
  add_custom_target(man ALL DEPENDS ${CAUCE_MAN}/made)
  install(DIRECTORY ${CAUCE_MAN}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT program)
  install(DIRECTORY ${CAUCE_MAN}/man3 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT development)
else()
  message(STATUS "scdoc is not here: no manual pages")
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cauce)
set(CPACK_PACKAGE_VENDOR Cauce)
set(CPACK_PACKAGE_CONTACT "The Cauce developers <cauce@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME cauce)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libcauce${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcauce-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libcauce${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION}), libopenblas-dev, liblapacke-dev, libjansson-dev, libxxhash-dev${CAUCE_DEB_PACKERS}")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "The program: fits, measures, searches and applies models from the command line.")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "The shared library.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers, static library, and what CMake and pkg-config need.")
include(CPack)
