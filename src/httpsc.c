/*
 * The map of the house: every part in order, lowest floor first. A floor uses only those below it.
 * This file is what tests and debuggers compile; amalgamate.sh makes httpsc.h of it.
 */
#ifndef HTTPSC_IMPLEMENTATION
#define HTTPSC_IMPLEMENTATION
#endif
#define HC_FN static

/* base: arithmetic, memory, text, the error sink, buffers, cursors */
#include "base/memory.c"
#include "base/text.c"
#include "base/error.c"
#include "base/buffer.c"
#include "base/cursor.c"

/* platform: sockets, names, clocks, entropy, files, threads; one file an operating system */
#include "platform/posix.c"
#include "platform/posix_lookup.c"
#include "platform/windows.c"
#include "platform/windows_lookup.c"
#include "platform/none.c"

/* syntax: pure functions over text and bytes */
#include "syntax/url.c"
#include "syntax/pem.c"
#include "syntax/der.c"

/* crypto: the floor that sees BearSSL */
#include "crypto/bearssl.h"

/* x509: certificates, trust anchors */
#include "x509/certificate.c"
#include "x509/anchors.c"

/* tls: records in, records out */
#include "tls/bearssl_verify.c"
#include "tls/bearssl_engine.c"

/* http: request writer, response reader */
#include "http/field.c"
#include "http/request.c"
#include "http/framing.c"
#include "http/response.c"

/* client: dial, pool, one transfer's state machine */
#include "client/hooks.c"
#include "client/identity.c"
#include "client/stream.c"
#include "client/dial.c"
#include "client/connection.c"
#include "client/pool.c"
#include "client/client.c"
#include "client/exchange.c"
#include "client/answer.c"
#include "client/transfer.c"
#include "client/begin.c"

/* api: public handles, defaults, blocking loops */
#include "api/defaults.c"
#include "api/open.c"
#include "api/response.c"
#include "api/blocking.c"
#include "api/version.c"
