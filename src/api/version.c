#include "version.h"

#include "../crypto/bearssl.h"

#ifndef HTTPSC_NO_EMBEDDED_ANCHORS
#include "../x509/embedded_anchors.h"
#define VERSION_ROOTS "embedded roots of " EMBEDDED_ANCHORS_DATE
#else
#define VERSION_ROOTS "no embedded roots"
#endif

const char HTTPSC_STAMP = 1;

const char *httpsc_version(void)
{
    return HC_VERSION_TEXT;
}

const char *httpsc_build_info(void)
{
    return "httpsc " HC_VERSION_TEXT ", " HC_TEXT_OF(HTTPSC_STAMP_SYSTEM) ", " HC_TEXT_OF(
        HTTPSC_STAMP_THREADS) ", " HC_BEARSSL_GENERATION ", " VERSION_ROOTS;
}
