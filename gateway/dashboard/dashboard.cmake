# Builds the dashboard into a source file of the program: sets dashboard_source. npm gets esbuild and
# preact from its registry when CMake configures, as package-lock.json has them, and runs none of their
# scripts.
set(GATEWAY_DASHBOARD AUTO CACHE STRING "The dashboard: ON, OFF, or AUTO, if npm can get what it is built of")
set_property(CACHE GATEWAY_DASHBOARD PROPERTY STRINGS AUTO ON OFF)

set(dashboard_in ${CMAKE_CURRENT_SOURCE_DIR}/dashboard)
set(dashboard_out ${CMAKE_CURRENT_BINARY_DIR}/dashboard)
set(dashboard_source ${dashboard_out}/dashboard_data.cpp)

function(install_packages result)
  set(${result} "npm is missing" PARENT_SCOPE)
  find_program(NPM npm)
  find_program(NODE node)
  if(NPM AND NODE)
    file(COPY ${dashboard_in}/package.json ${dashboard_in}/package-lock.json DESTINATION ${dashboard_out})
    file(SHA256 ${dashboard_in}/package-lock.json lock)
    if(NOT EXISTS ${dashboard_out}/installed-${lock})
      execute_process(COMMAND ${NPM} ci --omit=dev --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=20000
                      WORKING_DIRECTORY ${dashboard_out} RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE error
                      TIMEOUT 120)
      if(NOT status EQUAL 0)
        set(${result} "npm could not get what it is built of\n${error}" PARENT_SCOPE)
        return()
      endif()
      file(TOUCH ${dashboard_out}/installed-${lock})
    endif()
    set(${result} "" PARENT_SCOPE)
  endif()
endfunction()

set(missing "it is off")
if(GATEWAY_DASHBOARD)
  install_packages(missing)
endif()
if(missing STREQUAL "")
  file(GLOB dashboard_files CONFIGURE_DEPENDS ${dashboard_in}/src/*)
  add_custom_command(
    OUTPUT ${dashboard_source}
    COMMAND ${CMAKE_COMMAND} -E copy ${dashboard_in}/build.mjs ${dashboard_in}/tsconfig.json ${dashboard_out}
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${dashboard_in}/src ${dashboard_out}/src
    COMMAND ${NODE} build.mjs files ${dashboard_source}
    WORKING_DIRECTORY ${dashboard_out}
    DEPENDS ${dashboard_files} ${dashboard_in}/build.mjs ${dashboard_in}/tsconfig.json
    COMMENT "Building the dashboard"
    VERBATIM)
elseif(GATEWAY_DASHBOARD STREQUAL "ON")
  message(FATAL_ERROR "The dashboard cannot be built: ${missing}")
else()
  message(STATUS "Without the dashboard: ${missing}")
  set(dashboard_source ${dashboard_out}/no_dashboard.cpp)
  configure_file(${dashboard_in}/no_dashboard.cpp.in ${dashboard_source} COPYONLY)
endif()
