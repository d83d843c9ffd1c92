# One static library per proto package, so that generated code compiles once (it is the dearest
# part of the build). shian_proto(registry DIR shian/registry/v1 DEPS common) makes proto_registry.
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
set(PROTO_ROOT ${CMAKE_SOURCE_DIR}/proto)
set(GENERATED_ROOT ${CMAKE_BINARY_DIR}/generated)

function(shian_proto name)
  cmake_parse_arguments(ARG "" "DIR" "DEPS" ${ARGN})
  file(GLOB protos CONFIGURE_DEPENDS ${PROTO_ROOT}/${ARG_DIR}/*.proto)
  if(NOT protos)
    return()
  endif()
  set(sources)
  set(anchors)
  foreach(proto ${protos})
    get_filename_component(stem ${proto} NAME_WE)
    set(base ${GENERATED_ROOT}/${ARG_DIR}/${stem})
    set(outputs ${base}.pb.cc ${base}.pb.h)
    set(grpc_arguments)
    # Only files that declare a service need the gRPC half.
    file(STRINGS ${proto} has_service REGEX "^service ")
    if(has_service)
      list(APPEND outputs ${base}.grpc.pb.cc ${base}.grpc.pb.h)
      # A file that declares only a service has no symbol that anyone needs, so the linker would
      # leave its descriptor out, and with it what its methods demand of their callers.
      string(REPLACE "_" "_5f" symbol "${ARG_DIR}/${stem}")
      string(REPLACE "/" "_2f" symbol "descriptor_table_${symbol}_2eproto")
      list(APPEND anchors "LINKER:--undefined=${symbol}")
      set(grpc_arguments --grpc_out=${GENERATED_ROOT}
                         --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN})
    endif()
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${GENERATED_ROOT}
      COMMAND ${PROTOC} -I${PROTO_ROOT} --cpp_out=${GENERATED_ROOT} ${grpc_arguments}
              ${ARG_DIR}/${stem}.proto
      DEPENDS ${proto}
      WORKING_DIRECTORY ${PROTO_ROOT}
      COMMENT "protoc ${ARG_DIR}/${stem}.proto"
      VERBATIM)
    list(APPEND sources ${outputs})
  endforeach()
  add_library(proto_${name} STATIC ${sources})
  target_compile_options(proto_${name} PRIVATE -w)
  target_link_libraries(proto_${name} PUBLIC PkgConfig::GRPC PkgConfig::PROTOBUF)
  target_link_options(proto_${name} INTERFACE ${anchors})
  foreach(dep ${ARG_DEPS})
    if(TARGET proto_${dep})
      target_link_libraries(proto_${name} PUBLIC proto_${dep})
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY SHIAN_PROTOS ${protos})
  set_property(GLOBAL APPEND PROPERTY SHIAN_GENERATED ${sources})
endfunction()

# The descriptor set of everything, for `shian call` and the Python client.
function(shian_descriptor_set)
  get_property(protos GLOBAL PROPERTY SHIAN_PROTOS)
  add_custom_command(
    OUTPUT ${CMAKE_BINARY_DIR}/shian.binpb
    COMMAND ${PROTOC} -I${PROTO_ROOT} --include_imports --include_source_info
            --descriptor_set_out=${CMAKE_BINARY_DIR}/shian.binpb ${protos}
    DEPENDS ${protos}
    COMMENT "descriptor set of all protos"
    VERBATIM)
  add_custom_target(descriptor_set ALL DEPENDS ${CMAKE_BINARY_DIR}/shian.binpb)
endfunction()
