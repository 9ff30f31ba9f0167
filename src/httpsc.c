/*
 * The map of the house: every part in order, lowest floor first. A floor uses only those below it.
 * This file is what tests and debuggers compile; amalgamate.sh makes httpsc.h of it.
 */
#ifndef HTTPSC_IMPLEMENTATION
#define HTTPSC_IMPLEMENTATION
#endif
#define HC_FN static
#if defined(__GNUC__)
#define HC_FACE __attribute__((unused)) static
#endif

/* base: arithmetic, memory, text, the error sink, buffers, cursors */
#include "base/memory.c"
#include "base/text.c"
#include "base/error.c"
#include "base/arena.c"
#include "base/buffer.c"
#include "base/cursor.c"

/* platform: sockets, names, clocks, entropy, files, threads; files for each operating system */
#include "platform/posix.c"
#include "platform/posix_files.c"
#include "platform/windows.c"
#include "platform/windows_files.c"
#include "platform/lookup.c"
#include "platform/store.c"
#include "platform/none.c"

/* syntax: pure functions over text and bytes */
#include "syntax/url.c"
#include "syntax/no_proxy.c"
#include "syntax/pem.c"
#include "syntax/der.c"
#include "syntax/calendar.c"
#include "syntax/asn1_time.c"
#include "syntax/cookie_date.c"

/* crypto: the only floor that sees BearSSL, each primitive with its checks in front */
#include "crypto/hash.c"
#include "crypto/kdf.c"
#include "crypto/random.c"
#include "crypto/ec.c"
#include "crypto/rsa.c"
#include "crypto/public_key.c"
#include "crypto/private_key.c"
#include "crypto/key_exchange.c"
#include "crypto/cipher.c"
#include "crypto/crypto.c"

/* x509: certificates, trust anchors, the search for a path, the verdict, keys in files */
#include "x509/decode.c"
#include "x509/extensions.c"
#include "x509/names.c"
#include "x509/certificate.c"
#include "x509/anchors.c"
#include "x509/profile.c"
#include "x509/crl.c"
#include "x509/path.c"
#include "x509/verify.c"
#include "x509/judge.c"
#include "x509/private_key_file.c"
#include "x509/private_key_decode.c"
#include "x509/private_key_decrypt.c"
#include "x509/credential.c"

/* tls: records in, records out */
#include "tls/alert.c"
#include "tls/suites.c"
#include "tls/writer.c"
#include "tls/session.c"
#include "tls/key_schedule.c"
#include "tls/record.c"
#include "tls/hello_extensions.c"
#include "tls/client_hello.c"
#include "tls/server_hello.c"
#include "tls/authenticate.c"
#include "tls/handshake12.c"
#include "tls/handshake13.c"
#include "tls/after.c"
#include "tls/send.c"
#include "tls/receive.c"
#include "tls/engine.c"

/* http: request writer, response reader, and what goes around them: bodies, cookies, answers */
#include "http/field.c"
#include "http/redirect.c"
#include "http/request.c"
#include "http/form.c"
#include "http/multipart.c"
#include "http/framing.c"
#include "http/response.c"
#include "http/auth.c"
#include "http/digest.c"
#include "http/connect.c"
#include "http/socks5.c"
#include "http/coding.c"
#include "http/set_cookie.c"
#include "http/cookies.c"
#include "http/cookie_file.c"

/* client: dial, pool, one transfer's state machine */
#include "client/hooks.c"
#include "client/identity.c"
#include "client/client_certs.c"
#include "client/stream.c"
#include "client/dial.c"
#include "client/connection.c"
#include "client/pool.c"
#include "client/sessions.c"
#include "client/proxy.c"
#include "client/turns.c"
#include "client/client.c"
#include "client/upload.c"
#include "client/exchange.c"
#include "client/tunnel.c"
#include "client/download.c"
#include "client/answer.c"
#include "client/credentials.c"
#include "client/plan.c"
#include "client/hop.c"
#include "client/follow.c"
#include "client/reach.c"
#include "client/transfer.c"
#include "client/begin.c"
#include "client/saved.c"

/* api: public handles, defaults, blocking loops */
#include "api/defaults.c"
#include "api/address.c"
#include "api/identities.c"
#include "api/trust.c"
#include "api/open.c"
#include "api/arena.c"
#include "api/saved.c"
#include "api/response.c"
#include "api/blocking.c"
#include "api/cookies.c"
#include "api/inspect.c"
#include "api/bearssl_x509.c"
#include "api/version.c"
