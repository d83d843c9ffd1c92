# The layering of the tree as link scopes: a file's name says its layer, and a layer links only what
# lies below it. main -> {service, store, libs}; service -> {domain, store, libs};
# store -> {domain, store and ledger libs}; domain -> {base, faults, errors, codes, names, calendar}.

# shian_library(store DEPS base errors LINK PkgConfig::SQLITE) builds libs/store and its tests.
function(shian_library name)
  cmake_parse_arguments(ARG "" "" "DEPS;PROTOS;LINK;PRIVATE" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cc)
  file(GLOB tests CONFIGURE_DEPENDS ${dir}/*_test.cc)
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cc$")
  set(links ${ARG_LINK})
  foreach(dep ${ARG_DEPS})
    list(APPEND links shian_${dep})
  endforeach()
  foreach(dep ${ARG_PROTOS})
    list(APPEND links proto_${dep})
  endforeach()
  if(sources)
    add_library(shian_${name} STATIC ${sources})
    target_link_libraries(shian_${name} PUBLIC ${links} PRIVATE ${ARG_PRIVATE})
  else()
    add_library(shian_${name} INTERFACE)
    target_link_libraries(shian_${name} INTERFACE ${links})
  endif()
  set(engines)
  if(name STREQUAL store OR store IN_LIST ARG_DEPS)
    set(engines ENGINES)
  endif()
  if(SHIAN_TESTS AND tests)
    shian_test(${name}_test ${engines} SOURCES ${tests} LINK shian_${name})
  endif()
endfunction()

# ENGINES: the tests run on SQLite, and once more on a temporary PostgreSQL. What only one of the two
# has is tagged [sqlite] or [postgresql].

function(shian_test name)
  cmake_parse_arguments(ARG "ENGINES" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE -O1)
  if(SHIAN_SANITIZE)
    # A test's own file takes a minute to build when it is optimised and watched.
    target_compile_options(${name} PRIVATE -O0)
  endif()
  target_link_libraries(${name} PRIVATE shian_test_main ${ARG_LINK} rapidcheck)
  set(names ${name})
  if(ARG_ENGINES)
    add_test(NAME ${name} COMMAND ${name} "~[postgresql]~[.]" WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    list(APPEND names ${name}_postgresql)
    add_test(NAME ${name}_postgresql
      COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/conformance/with_postgresql.py
              $<TARGET_FILE:${name}> "~[sqlite]~[.]"
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name}_postgresql PROPERTIES SKIP_RETURN_CODE 77 LABELS conformance)
  else()
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  if(SHIAN_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 5")
  endif()
  set_tests_properties(${names} PROPERTIES TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "SHIAN_BUILD=${CMAKE_BINARY_DIR};SHIAN_SOURCE=${CMAKE_SOURCE_DIR}")
endfunction()

function(shian_layer target)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  set(links)
  foreach(link ${ARG_LINK})
    if(TARGET ${link})
      list(APPEND links ${link})
    endif()
  endforeach()
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    target_link_libraries(${target} PUBLIC ${links})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${links})
  endif()
endfunction()

# shian_service(sanction MODULES case listing measure screening): the modules in the order in which
# a later one may read an earlier one's domain.
function(shian_service name)
  cmake_parse_arguments(ARG "" "" "MODULES;PROTOS" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  if(NOT EXISTS ${dir}/main.cc)
    return()
  endif()
  set(domains)
  set(stores)
  set(services)
  set(tests)
  foreach(module ${ARG_MODULES})
    file(GLOB domain_sources CONFIGURE_DEPENDS ${dir}/${module}/*.cc)
    list(FILTER domain_sources EXCLUDE
         REGEX "(_test|/(store|service|convert|reactions)(_[a-z]+)?)\\.cc$")
    file(GLOB store_sources CONFIGURE_DEPENDS ${dir}/${module}/store.cc
         ${dir}/${module}/store_*.cc)
    file(GLOB service_sources CONFIGURE_DEPENDS ${dir}/${module}/service.cc
         ${dir}/${module}/convert.cc ${dir}/${module}/reactions.cc ${dir}/${module}/service_*.cc
         ${dir}/${module}/convert_*.cc ${dir}/${module}/reactions_*.cc)
    list(FILTER store_sources EXCLUDE REGEX "_test\\.cc$")
    list(FILTER service_sources EXCLUDE REGEX "_test\\.cc$")
    file(GLOB module_tests CONFIGURE_DEPENDS ${dir}/${module}/*_test.cc)
    shian_layer(${name}_${module}_domain SOURCES ${domain_sources}
      LINK shian_base shian_faults shian_errors shian_codes shian_names shian_calendar
        ${domains})
    list(APPEND domains ${name}_${module}_domain)
    shian_layer(${name}_${module}_store SOURCES ${store_sources}
      LINK ${name}_${module}_domain shian_store shian_ledger)
    list(APPEND stores ${name}_${module}_store)
    shian_layer(${name}_${module}_service SOURCES ${service_sources}
      LINK ${services} ${stores} ${domains} shian_rpc proto_${name} ${ARG_PROTOS})
    list(APPEND services ${name}_${module}_service)
    list(APPEND tests ${module_tests})
  endforeach()
  shian_embed_schema(${name} ${dir}/schema)
  add_executable(shian-${name} ${dir}/main.cc)
  target_link_libraries(shian-${name} PRIVATE ${services} ${name}_schema shian_rpc)
  if(TARGET PkgConfig::ALLOCATOR)
    target_link_libraries(shian-${name} PRIVATE PkgConfig::ALLOCATOR)
  endif()
  file(GLOB service_tests CONFIGURE_DEPENDS ${dir}/*_test.cc ${dir}/testing_*.cc)
  list(APPEND tests ${service_tests})
  if(SHIAN_TESTS AND tests)
    shian_test(${name}_test ENGINES SOURCES ${tests} LINK ${services} ${name}_schema shian_rpc)
  endif()
endfunction()

# Embeds NNNN_name.sql files as shian::<owner>::Migrations(): "shian/<owner>_schema.h".
function(shian_embed_schema owner dir)
  file(GLOB migrations CONFIGURE_DEPENDS ${dir}/*.sql)
  set(header ${CMAKE_BINARY_DIR}/generated/embedded/${owner}_schema.h)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DOWNER=${owner} -DOUTPUT=${header} "-DFILES=${migrations}"
            -P ${CMAKE_SOURCE_DIR}/cmake/EmbedSchema.cmake
    DEPENDS ${migrations} ${CMAKE_SOURCE_DIR}/cmake/EmbedSchema.cmake
    VERBATIM)
  add_custom_target(${owner}_schema_header DEPENDS ${header})
  add_dependencies(generated_headers ${owner}_schema_header)
  add_library(${owner}_schema INTERFACE)
  add_dependencies(${owner}_schema ${owner}_schema_header)
endfunction()
