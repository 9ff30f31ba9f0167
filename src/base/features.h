/*
 * What a build leaves out (SWITCHES in the public header), as constants. The code behind one that
 * is 0 is compiled and checked as ever; the compiler drops it, because nothing that can run leads
 * to it. So a feature has its `if` at the few places where it is entered, and no #if anywhere else.
 */
#ifndef HC_FEATURES_H
#define HC_FEATURES_H

#ifdef HTTPSC_NO_COOKIES
#define HC_HAS_COOKIES 0
#else
#define HC_HAS_COOKIES 1
#endif

#ifdef HTTPSC_NO_DIGEST
#define HC_HAS_DIGEST 0
#else
#define HC_HAS_DIGEST 1
#endif

#ifdef HTTPSC_NO_PROXY
#define HC_HAS_PROXY 0
#else
#define HC_HAS_PROXY 1
#endif

#ifdef HTTPSC_NO_CLIENT_CERTS
#define HC_HAS_CLIENT_CERTS 0
#else
#define HC_HAS_CLIENT_CERTS 1
#endif

#ifdef HTTPSC_NO_UPLOADS
#define HC_HAS_UPLOADS 0
#else
#define HC_HAS_UPLOADS 1
#endif

#ifdef HTTPSC_NO_CRLS
#define HC_HAS_CRLS 0
#else
#define HC_HAS_CRLS 1
#endif

#ifdef HTTPSC_NO_SESSIONS
#define HC_HAS_SESSIONS 0
#else
#define HC_HAS_SESSIONS 1
#endif

#ifdef HTTPSC_NO_TRACE
#define HC_HAS_TRACE 0
#else
#define HC_HAS_TRACE 1
#endif

#ifdef HTTPSC_NO_ERROR_TEXT
#define HC_HAS_ERROR_TEXT 0
#else
#define HC_HAS_ERROR_TEXT 1
#endif

#ifdef HTTPSC_NO_CHACHA20
#define HC_HAS_CHACHA20 0
#else
#define HC_HAS_CHACHA20 1
#endif

#ifdef HTTPSC_NO_TLS12
#define HC_HAS_TLS12 0
#else
#define HC_HAS_TLS12 1
#endif

#ifdef HTTPSC_NO_TLS13
#define HC_HAS_TLS13 0
#else
#define HC_HAS_TLS13 1
#endif

#if !HC_HAS_TLS12 && !HC_HAS_TLS13
#error "httpsc.h: HTTPSC_NO_TLS12 and HTTPSC_NO_TLS13 together leave no TLS"
#endif

/* A sentence, or nothing of it in a build without them. */
#define HC_SAY(text) (HC_HAS_ERROR_TEXT ? (text) : "")

#endif
