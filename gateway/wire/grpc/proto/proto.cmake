# What protoc makes of the messages of gRPC. It has warnings, and is not ours to sanitize. One file includes all of it, as
# the compiler takes three times as long for 15 files that have the same templates.
set(GATEWAY_PROTO_OPTIONS -O1 CACHE STRING "Options of the compiler for what protoc makes")
set(all_protos ${CMAKE_CURRENT_BINARY_DIR}/protos.cpp)
set(include_protos "")
file(GLOB protos CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} wire/grpc/proto/*.proto)
foreach(proto ${protos})
  get_filename_component(name ${proto} NAME_WE)
  string(REPLACE .proto .pb.cc made ${proto})
  string(REPLACE .proto .pb.h header ${proto})
  add_custom_command(OUTPUT ${made} ${header} DEPENDS ${proto}
    COMMAND protobuf::protoc -I${CMAKE_CURRENT_SOURCE_DIR} --cpp_out=${CMAKE_CURRENT_BINARY_DIR}
            ${CMAKE_CURRENT_SOURCE_DIR}/${proto})
  list(APPEND made_of_protos ${CMAKE_CURRENT_BINARY_DIR}/${made} ${CMAKE_CURRENT_BINARY_DIR}/${header})
  # Names that each file has.
  string(APPEND include_protos "#define schemas ${name}_schemas\n#define file_default_instances ${name}_instances\n"
                               "#include \"${made}\"\n#undef schemas\n#undef file_default_instances\n")
endforeach()
file(CONFIGURE OUTPUT ${all_protos} CONTENT "${include_protos}")
set_source_files_properties(${all_protos} PROPERTIES OBJECT_DEPENDS "${made_of_protos}")
add_library(gateway_proto STATIC ${all_protos})
target_include_directories(gateway_proto SYSTEM PUBLIC ${CMAKE_CURRENT_BINARY_DIR})
target_link_libraries(gateway_proto PUBLIC protobuf::libprotobuf)
target_compile_options(gateway_proto PRIVATE -w ${GATEWAY_PROTO_OPTIONS})
