#include "version.h"

#include "../crypto/bearssl.h"

#ifndef HTTPSC_NO_EMBEDDED_ANCHORS
#include "../x509/embedded_anchors.h"
#define VERSION_ROOTS "embedded roots of " EMBEDDED_ANCHORS_DATE
#else
#define VERSION_ROOTS "no embedded roots"
#endif

/* ", NAME" for each switch that is set, in the order of the public header. */
#ifdef HTTPSC_USE_ZLIB
#define VERSION_ZLIB ", zlib"
#else
#define VERSION_ZLIB ""
#endif
#ifdef HTTPSC_SMALL_EC
#define VERSION_SMALL_EC ", HTTPSC_SMALL_EC"
#else
#define VERSION_SMALL_EC ""
#endif
#ifdef HTTPSC_NO_CLIENT_CERTS
#define VERSION_CLIENT_CERTS ", HTTPSC_NO_CLIENT_CERTS"
#else
#define VERSION_CLIENT_CERTS ""
#endif
#ifdef HTTPSC_NO_PROXY
#define VERSION_PROXY ", HTTPSC_NO_PROXY"
#else
#define VERSION_PROXY ""
#endif
#ifdef HTTPSC_NO_DIGEST
#define VERSION_DIGEST ", HTTPSC_NO_DIGEST"
#else
#define VERSION_DIGEST ""
#endif
#ifdef HTTPSC_NO_COOKIES
#define VERSION_COOKIES ", HTTPSC_NO_COOKIES"
#else
#define VERSION_COOKIES ""
#endif
#ifdef HTTPSC_NO_UPLOADS
#define VERSION_UPLOADS ", HTTPSC_NO_UPLOADS"
#else
#define VERSION_UPLOADS ""
#endif
#ifdef HTTPSC_NO_SESSIONS
#define VERSION_SESSIONS ", HTTPSC_NO_SESSIONS"
#else
#define VERSION_SESSIONS ""
#endif
#ifdef HTTPSC_NO_CRLS
#define VERSION_CRLS ", HTTPSC_NO_CRLS"
#else
#define VERSION_CRLS ""
#endif
#ifdef HTTPSC_NO_TRACE
#define VERSION_TRACE ", HTTPSC_NO_TRACE"
#else
#define VERSION_TRACE ""
#endif
#ifdef HTTPSC_NO_TLS12
#define VERSION_TLS12 ", HTTPSC_NO_TLS12"
#else
#define VERSION_TLS12 ""
#endif
#ifdef HTTPSC_NO_TLS13
#define VERSION_TLS13 ", HTTPSC_NO_TLS13"
#else
#define VERSION_TLS13 ""
#endif
#ifdef HTTPSC_NO_CHACHA20
#define VERSION_CHACHA20 ", HTTPSC_NO_CHACHA20"
#else
#define VERSION_CHACHA20 ""
#endif
#ifdef HTTPSC_NO_ERROR_TEXT
#define VERSION_ERROR_TEXT ", HTTPSC_NO_ERROR_TEXT"
#else
#define VERSION_ERROR_TEXT ""
#endif
#define VERSION_SWITCHES                                                                        \
    VERSION_ZLIB VERSION_SMALL_EC VERSION_CLIENT_CERTS VERSION_PROXY VERSION_DIGEST             \
        VERSION_COOKIES VERSION_UPLOADS VERSION_SESSIONS VERSION_CRLS VERSION_TRACE             \
            VERSION_TLS12 VERSION_TLS13 VERSION_CHACHA20 VERSION_ERROR_TEXT

const char HTTPSC_STAMP = 1;

const char *httpsc_version(void)
{
    return HC_VERSION_TEXT;
}

const char *httpsc_build_info(void)
{
    return "httpsc " HC_VERSION_TEXT ", " HC_TEXT_OF(HTTPSC_STAMP_SYSTEM) ", " HC_TEXT_OF(
        HTTPSC_STAMP_THREADS) ", " HC_BEARSSL_GENERATION ", " VERSION_ROOTS VERSION_SWITCHES;
}
