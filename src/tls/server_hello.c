#include "engine.h"

#include "../base/memory.h"

/* A ServerHello taken apart (RFC 8446, 4.1.3; RFC 5246, 7.4.1.3). */
typedef struct server_hello {
    unsigned version;
    hc_cursor random;
    hc_cursor session_id;
    uint16_t suite;
    unsigned compression;
    hc_cursor extensions;
} server_hello;

/* SHA-256 of "HelloRetryRequest": the random that makes a ServerHello one (RFC 8446, 4.1.3). */
static const unsigned char server_hello_retry_random[32] = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};

static int server_hello_parse(hc_cursor body, server_hello *out)
{
    out->version = hc_take_u16(&body);
    out->random = hc_take_bytes(&body, 32);
    out->session_id = hc_take_vector8(&body);
    out->suite = hc_take_u16(&body);
    out->compression = hc_take_u8(&body);
    out->extensions = hc_cursor_over(NULL, 0);
    if (hc_cursor_left(&body) > 0) {
        out->extensions = hc_take_vector16(&body);
    }
    return hc_took_all(&body) && hc_cursor_left(&out->session_id) <= 32;
}

static int server_hello_is_retry(const server_hello *hello)
{
    return memcmp(hello->random.at, server_hello_retry_random,
                  sizeof server_hello_retry_random) == 0;
}

static int server_hello_echoes(const hc_handshake *handshake, hc_cursor session_id)
{
    return hc_cursor_left(&session_id) == handshake->session_id_len &&
           (handshake->session_id_len == 0 ||
            memcmp(session_id.at, handshake->session_id, handshake->session_id_len) == 0);
}

/* ---- extensions ---------------------------------------------------------------------------- */

HC_FN hc_step hc_take_extensions(hc_tls *tls, hc_cursor list, uint32_t legal, uint32_t offered,
                                 int ignore_unknown, hc_extensions *out)
{
    switch (hc_extensions_read(list, ignore_unknown, out)) {
    case HC_EXTENSIONS_OK:
        break;
    case HC_EXTENSIONS_DUPLICATE:
        return hc_illegal(tls, "an extension twice");
    case HC_EXTENSIONS_UNKNOWN:
        return hc_refuse(tls, HC_ALERT_UNSUPPORTED_EXTENSION,
                         "an extension that was not offered");
    default:
        return hc_malformed(tls, "list of extensions");
    }
    if ((out->present & ~offered) != 0) {
        return hc_refuse(tls, HC_ALERT_UNSUPPORTED_EXTENSION,
                         "an extension that was not offered");
    }
    return (out->present & ~legal) != 0 ? hc_illegal(tls, "an extension where it may not be")
                                        : HC_STEP_OK;
}

HC_FN hc_step hc_refuse_duplicates(hc_tls *tls, hc_cursor list)
{
    hc_extensions ignored;

    return hc_extensions_read(list, 1, &ignored) == HC_EXTENSIONS_DUPLICATE
               ? hc_malformed(tls, "list of extensions: one is there twice")
               : HC_STEP_OK;
}

static int server_hello_has(const hc_extensions *extensions, hc_extension_index index)
{
    return (extensions->present & HC_HELLO_BIT(index)) != 0;
}

static hc_step server_hello_take_alpn(hc_tls *tls, hc_cursor body)
{
    const hc_tls_params *params = &tls->handshake->params;
    hc_cursor list = hc_take_vector16(&body);
    hc_cursor name = hc_take_vector8(&list);

    if (!hc_took_all(&body) || !hc_took_all(&list) || hc_cursor_left(&name) == 0) {
        return hc_malformed(tls, "ALPN extension");
    }
    for (size_t i = 0; i < params->num_alpn; i++) {
        size_t len = strlen(params->alpn[i]);

        if (len == hc_cursor_left(&name) && memcmp(name.at, params->alpn[i], len) == 0) {
            tls->facts.alpn = params->alpn[i];
            return HC_STEP_OK;
        }
    }
    return hc_abort(tls, HC_ALERT_ILLEGAL_PARAMETER,
                    hc_fail(&tls->error, HTTPSC_ERR_TLS_PROTOCOL, 0,
                            "it chose the protocol \"%q\", which was not offered", name.at,
                            hc_cursor_left(&name)));
}

/* record_size_limit (RFC 8449), and its predecessor (RFC 6066, 4), which excludes it. */
static hc_step server_hello_take_sizes(hc_tls *tls, const hc_extensions *extensions)
{
    hc_cursor body;

    if (server_hello_has(extensions, HC_HELLO_RECORD_SIZE_LIMIT)) {
        size_t limit;

        body = extensions->body[HC_HELLO_RECORD_SIZE_LIMIT];
        limit = hc_take_u16(&body);
        if (!hc_took_all(&body)) {
            return hc_malformed(tls, "record_size_limit extension");
        }
        if (limit < 64 || server_hello_has(extensions, HC_HELLO_MAX_FRAGMENT_LENGTH)) {
            return hc_illegal(tls, "a record_size_limit that is not allowed");
        }
        /* the content type of 1.3 counts */
        tls->max_plain_out =
            hc_min(tls->max_plain_out, tls->version == HC_TLS_13 ? limit - 1 : limit);
        tls->record_size_agreed = 1;
    } else if (server_hello_has(extensions, HC_HELLO_MAX_FRAGMENT_LENGTH)) {
        unsigned code;

        body = extensions->body[HC_HELLO_MAX_FRAGMENT_LENGTH];
        code = hc_take_u8(&body);
        if (!hc_took_all(&body)) {
            return hc_malformed(tls, "max_fragment_length extension");
        }
        if (code < 1 || code > 4 || (size_t)256 << code > tls->max_plain_in ||
            ((size_t)512 << code <= tls->max_plain_in && code < 4)) {
            return hc_illegal(tls, "a max_fragment_length that was not asked for");
        }
        tls->max_plain_out = hc_min(tls->max_plain_out, (size_t)256 << code);
    }
    return HC_STEP_OK;
}

HC_FN hc_step hc_take_common_extensions(hc_tls *tls, const hc_extensions *extensions)
{
    if (hc_cursor_left(&extensions->body[HC_HELLO_SERVER_NAME]) > 0) {
        return hc_malformed(tls, "server_name extension");
    }
    if (server_hello_has(extensions, HC_HELLO_ALPN) &&
        server_hello_take_alpn(tls, extensions->body[HC_HELLO_ALPN]) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    return server_hello_take_sizes(tls, extensions);
}

/* ---- the hello ----------------------------------------------------------------------------- */

/* The suite: one that was offered, and that is the version's. */
static hc_step server_hello_take_suite(hc_tls *tls, const server_hello *hello, uint16_t version)
{
    const hc_handshake *handshake = tls->handshake;
    const hc_suite *suite = hc_suite_find(hello->suite);
    int was_offered = 0;

    for (size_t i = 0; i < handshake->num_suites; i++) {
        was_offered |= handshake->suites[i] == hello->suite;
    }
    if (suite == NULL || !was_offered || suite->version != version) {
        return hc_illegal(tls, "a cipher suite that was not offered");
    }
    if (handshake->was_retried && suite != tls->suite) {
        return hc_illegal(tls, "another cipher suite than before");
    }
    if (hello->compression != 0) {
        return hc_illegal(tls, "a compression method that was not offered");
    }
    tls->suite = suite;
    tls->version = version;
    return HC_STEP_OK;
}

/* The first ClientHello goes into the transcript, now that the hash is known; in 1.2 every hash
 * goes on that a signature of ours may be over. */
static hc_step server_hello_start_transcript(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    int is_signed = tls->version == HC_TLS_12 && handshake->params.identity != NULL;

    if (!handshake->was_retried) {
        hc_transcript_start(&handshake->transcript, is_signed
                                                        ? HC_TRANSCRIPT_ALL
                                                        : hc_transcript_bit(tls->suite->hash));
        hc_transcript_add(&handshake->transcript, handshake->client_hello.ptr,
                          handshake->client_hello.len);
        hc_buffer_free(&handshake->client_hello);
    }
    return HC_STEP_OK;
}

/* What a HelloRetryRequest wants changed (RFC 8446, 4.1.4). */
static hc_step server_hello_take_changes(hc_tls *tls, const hc_extensions *extensions)
{
    hc_handshake *handshake = tls->handshake;
    hc_cursor body = extensions->body[HC_HELLO_KEY_SHARE];
    hc_cursor cookie = extensions->body[HC_HELLO_COOKIE];

    if ((extensions->present &
         (HC_HELLO_BIT(HC_HELLO_KEY_SHARE) | HC_HELLO_BIT(HC_HELLO_COOKIE))) == 0) {
        return hc_illegal(tls, "a HelloRetryRequest that changes nothing");
    }
    if (server_hello_has(extensions, HC_HELLO_COOKIE)) {
        hc_cursor value = hc_take_vector16(&cookie);

        if (!hc_took_all(&cookie) || hc_cursor_left(&value) == 0) {
            return hc_malformed(tls, "cookie");
        }
        if (hc_cursor_left(&value) > HC_COOKIE_MAX) {
            return hc_illegal(tls, "a cookie that is too long");
        }
        if (hc_buffer_add(&handshake->cookie, value.at, hc_cursor_left(&value)) != HC_BUFFER_OK) {
            return hc_out_of_memory(tls);
        }
    }
    if (server_hello_has(extensions, HC_HELLO_KEY_SHARE)) {
        unsigned group = hc_take_u16(&body);

        if (!hc_took_all(&body)) {
            return hc_malformed(tls, "key_share of a HelloRetryRequest");
        }
        if (!hc_group_is_offered(group) || group == (unsigned)handshake->share.group) {
            return hc_illegal(tls, "a HelloRetryRequest for a group that makes no sense");
        }
        handshake->retry_has_group = 1;
        if (!hc_key_share_generate(&handshake->share, tls->crypto, (hc_group)group,
                                   &handshake->random)) {
            return hc_internal(tls, "no key share");
        }
    }
    return HC_STEP_OK;
}

/* The selected version; 0 after an error. Without the extension it is legacy_version. */
static unsigned server_hello_version(hc_tls *tls, const server_hello *hello,
                                     const hc_extensions *extensions)
{
    hc_cursor body = extensions->body[HC_HELLO_SUPPORTED_VERSIONS];
    unsigned version = hello->version;

    if (server_hello_has(extensions, HC_HELLO_SUPPORTED_VERSIONS)) {
        if ((tls->handshake->offered & HC_HELLO_BIT(HC_HELLO_SUPPORTED_VERSIONS)) == 0) {
            (void)hc_refuse(tls, HC_ALERT_UNSUPPORTED_EXTENSION,
                            "an extension that was not offered");
            return 0;
        }
        version = hc_take_u16(&body);
        if (!hc_took_all(&body)) {
            (void)hc_malformed(tls, "supported_versions extension");
            return 0;
        }
        if (hello->version != HC_TLS_12 || version != HC_TLS_13) {
            (void)hc_illegal(tls, "a version that was not offered");
            return 0;
        }
        if (tls->num_hello_requests > 0) {
            (void)hc_unexpected(tls, "a HelloRequest, which TLS 1.3 has not");
            return 0;
        }
    } else if (version != HC_TLS_12 || tls->min_version > HC_TLS_12) {
        (void)hc_abort(tls, HC_ALERT_PROTOCOL_VERSION,
                       hc_fail(&tls->error, HTTPSC_ERR_TLS_VERSION, 0,
                               "it chose %s, and %s was offered",
                               version == 0x0303   ? "TLS 1.2"
                               : version == 0x0302 ? "TLS 1.1"
                               : version == 0x0301 ? "TLS 1.0"
                                                   : "a version unheard of",
                               tls->min_version > HC_TLS_12   ? "TLS 1.3"
                               : tls->max_version < HC_TLS_13 ? "TLS 1.2"
                                                              : "TLS 1.3 and 1.2"));
        return 0;
    }
    return version;
}

static hc_step server_hello_on_retry(hc_tls *tls, const server_hello *hello,
                                     const hc_message *message)
{
    hc_handshake *handshake = tls->handshake;
    const uint32_t legal = HC_HELLO_BIT(HC_HELLO_KEY_SHARE) | HC_HELLO_BIT(HC_HELLO_COOKIE) |
                           HC_HELLO_BIT(HC_HELLO_SUPPORTED_VERSIONS);
    hc_extensions extensions;

    if (handshake->was_retried) {
        return hc_unexpected(tls, "a second HelloRetryRequest");
    }
    if (hc_take_extensions(tls, hello->extensions, legal,
                           handshake->offered | HC_HELLO_BIT(HC_HELLO_COOKIE), 0,
                           &extensions) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if (!server_hello_has(&extensions, HC_HELLO_SUPPORTED_VERSIONS)) {
        return hc_refuse(tls, HC_ALERT_MISSING_EXTENSION,
                         "a HelloRetryRequest without supported_versions");
    }
    if (server_hello_version(tls, hello, &extensions) == 0) {
        return HC_STEP_FAILED;
    }
    if (!server_hello_echoes(handshake, hello->session_id)) {
        return hc_illegal(tls, "another session ID than it got");
    }
    if (server_hello_take_suite(tls, hello, HC_TLS_13) != HC_STEP_OK ||
        server_hello_take_changes(tls, &extensions) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if (!message->is_last) {
        return hc_unexpected(tls, "bytes behind a HelloRetryRequest");
    }
    (void)server_hello_start_transcript(tls);
    handshake->was_retried = 1;
    hc_transcript_fold(&handshake->transcript, tls->suite->hash);
    hc_transcript_add(&handshake->transcript, message->whole.at,
                      hc_cursor_left(&message->whole));
    if (handshake->session != NULL && handshake->session->version == HC_TLS_13 &&
        hc_suite_find(handshake->session->suite)->hash != tls->suite->hash) {
        hc_session_free(handshake->session); /* its binder could not be made (4.1.4) */
        handshake->session = NULL;
    }
    tls->details.num_round_trips++;
    return hc_send_compat_ccs(tls) == HC_STEP_OK ? hc_send_client_hello(tls) : HC_STEP_FAILED;
}

/* The mark of a server that knows better than what it chose (RFC 8446, 4.1.3). */
static int server_hello_is_downgrade(const hc_tls *tls, const server_hello *hello)
{
    const unsigned char *end = hello->random.at + 24;

    return memcmp(end, "DOWNGRD", 7) == 0 &&
           (end[7] == 0 || (end[7] == 1 && tls->max_version == HC_TLS_13));
}

static hc_step server_hello_on_12(hc_tls *tls, const server_hello *hello,
                                  const hc_message *message)
{
    const uint32_t legal =
        HC_HELLO_BIT(HC_HELLO_SERVER_NAME) | HC_HELLO_BIT(HC_HELLO_MAX_FRAGMENT_LENGTH) |
        HC_HELLO_BIT(HC_HELLO_EC_POINT_FORMATS) | HC_HELLO_BIT(HC_HELLO_ALPN) |
        HC_HELLO_BIT(HC_HELLO_EXTENDED_MASTER_SECRET) | HC_HELLO_BIT(HC_HELLO_SESSION_TICKET) |
        HC_HELLO_BIT(HC_HELLO_RECORD_SIZE_LIMIT) | HC_HELLO_BIT(HC_HELLO_RENEGOTIATION_INFO) |
        HC_HELLO_BIT(HC_HELLO_SUPPORTED_GROUPS); /* some send it, and RFC 4492 let them */
    hc_extensions extensions;

    if (tls->num_ccs > 0) {
        return hc_unexpected(tls, "a ChangeCipherSpec out of turn");
    }
    if (server_hello_is_downgrade(tls, hello)) {
        return hc_illegal(tls, "the mark of a downgrade: somebody may be tampering with the "
                               "handshake");
    }
    if (server_hello_take_suite(tls, hello, HC_TLS_12) != HC_STEP_OK ||
        hc_take_extensions(tls, hello->extensions, legal, tls->handshake->offered, 0,
                           &extensions) != HC_STEP_OK ||
        server_hello_start_transcript(tls) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    return hc_start_12(tls, &extensions, hello->session_id, message);
}

static hc_step server_hello_on_13(hc_tls *tls, const server_hello *hello,
                                  const hc_message *message)
{
    const uint32_t legal = HC_HELLO_BIT(HC_HELLO_KEY_SHARE) |
                           HC_HELLO_BIT(HC_HELLO_PRE_SHARED_KEY) |
                           HC_HELLO_BIT(HC_HELLO_SUPPORTED_VERSIONS);
    hc_extensions extensions;

    if (!server_hello_echoes(tls->handshake, hello->session_id)) {
        return hc_illegal(tls, "another session ID than it got");
    }
    if (server_hello_take_suite(tls, hello, HC_TLS_13) != HC_STEP_OK ||
        hc_take_extensions(tls, hello->extensions, legal, tls->handshake->offered, 0,
                           &extensions) != HC_STEP_OK ||
        server_hello_start_transcript(tls) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    return hc_start_13(tls, &extensions, message);
}

static hc_step server_hello_take(hc_tls *tls, const hc_message *message)
{
    server_hello hello;
    hc_extensions extensions;
    unsigned version;

    if (!server_hello_parse(message->body, &hello)) {
        return hc_malformed(tls, "ServerHello");
    }
    memcpy(tls->handshake->server_random, hello.random.at, 32);
    if (HC_HAS_TLS13 && tls->max_version == HC_TLS_13 && server_hello_is_retry(&hello)) {
        return server_hello_on_retry(tls, &hello, message);
    }
    /* the version decides which extensions are legal, and is one of them itself */
    if (hc_refuse_duplicates(tls, hello.extensions) != HC_STEP_OK ||
        hc_take_extensions(tls, hello.extensions, ~(uint32_t)0, ~(uint32_t)0, 1, &extensions) !=
            HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    if (tls->handshake->was_retried &&
        !server_hello_has(&extensions, HC_HELLO_SUPPORTED_VERSIONS)) {
        return hc_illegal(tls, "another version than before");
    }
    version = server_hello_version(tls, &hello, &extensions);
    if (version == 0) {
        return HC_STEP_FAILED;
    }
    return HC_HAS_TLS13 && (!HC_HAS_TLS12 || version == HC_TLS_13)
               ? server_hello_on_13(tls, &hello, message)
               : server_hello_on_12(tls, &hello, message);
}

HC_FN hc_step hc_on_server_hello(hc_tls *tls, const hc_message *message)
{
    return server_hello_take(tls, message);
}

HC_FN hc_step hc_on_second_server_hello(hc_tls *tls, const hc_message *message)
{
    return server_hello_take(tls, message);
}
