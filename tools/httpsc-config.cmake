# The target httpsc::httpsc: where httpsc.h is, and what a program that implements it links with.
# The same file serves add_subdirectory() and, installed, find_package(httpsc).
find_package(Threads REQUIRED)
find_path(HTTPSC_INCLUDE_DIR httpsc.h NO_DEFAULT_PATH PATHS
    "${CMAKE_CURRENT_LIST_DIR}/.." "${CMAKE_CURRENT_LIST_DIR}/../../../include")
find_path(BEARSSL_INCLUDE_DIR bearssl.h)
find_library(BEARSSL_LIBRARY bearssl)
if(NOT HTTPSC_INCLUDE_DIR OR NOT BEARSSL_INCLUDE_DIR OR NOT BEARSSL_LIBRARY)
    message(FATAL_ERROR "httpsc needs httpsc.h, bearssl.h and the library bearssl "
        "(Debian: libbearssl-dev); set BEARSSL_INCLUDE_DIR and BEARSSL_LIBRARY where they are "
        "elsewhere")
endif()
if(NOT TARGET httpsc::httpsc)
    add_library(httpsc::httpsc INTERFACE IMPORTED GLOBAL)
    target_include_directories(httpsc::httpsc INTERFACE
        "${HTTPSC_INCLUDE_DIR}" "${BEARSSL_INCLUDE_DIR}")
    target_link_libraries(httpsc::httpsc INTERFACE "${BEARSSL_LIBRARY}" Threads::Threads)
    if(WIN32)
        target_link_libraries(httpsc::httpsc INTERFACE ws2_32 bcrypt crypt32)
    endif()
endif()
