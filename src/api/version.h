/* The version as text, "0.1.0". */
#ifndef HC_VERSION_H
#define HC_VERSION_H

#include "../base/base.h"

#define HC_TEXT_OF_(x) #x
#define HC_TEXT_OF(x) HC_TEXT_OF_(x)
#define HC_VERSION_TEXT                                                                          \
    HC_TEXT_OF(HTTPSC_VERSION_MAJOR)                                                              \
    "." HC_TEXT_OF(HTTPSC_VERSION_MINOR) "." HC_TEXT_OF(HTTPSC_VERSION_PATCH)

#endif
