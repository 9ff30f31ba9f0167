/* The one place where BearSSL's header is included; what is in it does not pass our warnings. */
#ifndef HC_BEARSSL_H
#define HC_BEARSSL_H

#include "../base/base.h"

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <bearssl.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/* Which BearSSL this is compiled against, as far as its header tells: 0.6 and what came after it
 * differ in speed, and in the byte order of X25519 scalars. */
#ifdef BR_FEATURE_X509_TIME_CALLBACK
#define HC_BEARSSL_GENERATION "BearSSL after 0.6"
#else
#define HC_BEARSSL_GENERATION "BearSSL 0.6"
#endif

#endif
