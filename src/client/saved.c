#include "saved.h"

#include "../crypto/hash.h"
#include "../tls/writer.h"

#define SAVED_DIGEST_LEN 32
#define SAVED_BLOCK 2048 /* of a file, at a time */
#define SAVED_MAX ((size_t)HC_SESSIONS_MAX * 16384)

/* "hcS" and the version of the form: a digest of the client's settings; the sessions, each with the
 * port and the host that it is for; a digest of all that, against damage. */
static const unsigned char saved_magic[4] = {'h', 'c', 'S', 1};

/* ---- the settings -------------------------------------------------------------------------- */

static void saved_hash_text(hc_hash_context *hash, const char *text)
{
    hc_hash_update(hash, text, strlen(text) + 1);
}

static void saved_hash_number(hc_hash_context *hash, size_t number)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)((uint64_t)number >> (8 * i));
    }
    hc_hash_update(hash, bytes, sizeof bytes);
}

static void saved_hash_bytes(hc_hash_context *hash, const unsigned char *bytes, size_t len)
{
    saved_hash_number(hash, len);
    hc_hash_update(hash, bytes, len);
}

/* The bundle that is not kept in memory; 0 when it cannot be read any more. */
static int saved_hash_file(hc_hash_context *hash, const hc_anchor_file *file)
{
    unsigned char block[SAVED_BLOCK];

    saved_hash_number(hash, file->size);
    for (size_t at = 0; at < file->size; at += sizeof block) {
        size_t len = hc_min(file->size - at, sizeof block);

        if (!file->read(file->user, at, block, len)) {
            return 0;
        }
        hc_hash_update(hash, block, len);
    }
    return 1;
}

static void saved_hash_host(hc_hash_context *hash, const hc_host *host)
{
    saved_hash_number(hash, host == NULL ? 0 : (size_t)host->kind);
    saved_hash_text(hash, host == NULL ? "" : host->text);
}

static void saved_hash_endpoint(hc_hash_context *hash, const hc_endpoint *endpoint)
{
    saved_hash_host(hash, endpoint == NULL ? NULL : &endpoint->host);
    saved_hash_number(hash, endpoint == NULL ? 0 : (size_t)endpoint->port);
}

static void saved_hash_proxy(hc_hash_context *hash, const hc_proxy *proxy)
{
    if (proxy == NULL) {
        saved_hash_number(hash, 0);
        return;
    }
    saved_hash_number(hash, (size_t)proxy->kind);
    saved_hash_host(hash, &proxy->host);
    saved_hash_number(hash, (size_t)proxy->port);
    saved_hash_text(hash, proxy->user == NULL ? "" : proxy->user);
    saved_hash_text(hash, proxy->password == NULL ? "" : proxy->password);
    saved_hash_number(hash, (size_t)proxy->auth);
}

/* Where connections go, and by which way. */
static void saved_hash_route(hc_hash_context *hash, const httpsc_client *client)
{
    const hc_proxies *proxies = &client->proxies;

    saved_hash_host(hash, client->verify_as);
    saved_hash_endpoint(hash, client->connect_to);
    saved_hash_text(hash, client->unix_socket == NULL ? "" : client->unix_socket);
    saved_hash_number(hash, client->num_overrides);
    for (size_t i = 0; i < client->num_overrides; i++) {
        saved_hash_endpoint(hash, &client->overrides[i].endpoint);
        saved_hash_bytes(hash, client->overrides[i].address.bytes,
                         client->overrides[i].address.len);
    }
    saved_hash_proxy(hash, proxies->for_http);
    saved_hash_proxy(hash, proxies->for_https);
    saved_hash_text(hash, proxies->no_proxy == NULL ? "" : proxies->no_proxy);
    saved_hash_number(hash, (size_t)proxies->tunnel_http);
}

/* Who the client is: certificates say it, their keys need not be looked at. */
static void saved_hash_client_certs(hc_hash_context *hash, const hc_client_certs *certs)
{
    saved_hash_number(hash, certs->num);
    saved_hash_number(hash, certs->num_hosts);
    for (size_t i = 0; i < certs->num; i++) {
        saved_hash_bytes(hash, certs->loaded[i].certificates.ptr,
                         certs->loaded[i].certificates.len);
    }
    for (size_t i = 0; i < certs->num_hosts; i++) {
        saved_hash_endpoint(hash, &certs->hosts[i]);
    }
}

/* All that stands behind the pointers of hc_identity, and the library that it is for. */
static int saved_settings(const httpsc_client *client, unsigned char out[SAVED_DIGEST_LEN])
{
    const httpsc_tls_config *config = client->tls_config;
    const hc_anchors *anchors = &config->judge.anchors;
    unsigned char digest[HC_HASH_MAX];
    hc_hash_context hash;

    hc_hash_init(&hash, HC_HASH_SHA256);
    saved_hash_text(&hash, "httpsc sessions");
    saved_hash_number(&hash, HTTPSC_VERSION_MAJOR * 1000000 + HTTPSC_VERSION_MINOR * 1000 +
                                 HTTPSC_VERSION_PATCH);
    saved_hash_number(&hash, (size_t)config->min_version << 16 | config->max_version);
    saved_hash_number(&hash, (size_t)(config->judge.ignore_chain << 2 |
                                      config->judge.ignore_name << 1 |
                                      config->judge.ignore_dates));
    saved_hash_text(&hash, anchors->embedded ? hc_embedded_anchors_date() : "");
    saved_hash_bytes(&hash, anchors->bytes.ptr, anchors->bytes.len);
    saved_hash_bytes(&hash, anchors->denied.ptr, anchors->denied.len);
    saved_hash_bytes(&hash, config->judge.crls.bytes.ptr, config->judge.crls.bytes.len);
    saved_hash_bytes(&hash, config->judge.pins, config->judge.num_pins * HC_PIN_LEN);
    saved_hash_client_certs(&hash, &config->client_certs);
    saved_hash_route(&hash, client);
    saved_hash_number(&hash, client->limits.max_record_bytes); /* RFC 6066, 4: of a session */
    if (!saved_hash_file(&hash, &anchors->file)) {
        return 0;
    }
    (void)hc_hash_snapshot(&hash, digest);
    memcpy(out, digest, SAVED_DIGEST_LEN);
    return 1;
}

static int saved_no_settings(httpsc_error *error)
{
    return hc_fail(error, HTTPSC_ERR_TRUST_UNREADABLE, 0,
                   "the file of roots cannot be read again, which sessions are bound to");
}

/* ---- out ----------------------------------------------------------------------------------- */

/* 1 when a new request to the same host and port would use this session: it is not a proxy's, nor
 * one of a redirect that left the client's certificates behind. */
static int saved_is_plain(const httpsc_client *client, const hc_identity *identity)
{
    hc_identity plain;

    hc_client_identify(client, 1, &identity->host, identity->port, 0, &plain);
    return hc_identity_equal(identity, &plain);
}

static void saved_put(hc_writer *writer, const hc_kept_session *kept)
{
    const char *host = kept->identity.host.text;
    size_t begun;

    hc_put_u16(writer, (unsigned)kept->identity.port);
    hc_put_u8(writer, (unsigned)strlen(host));
    hc_put_bytes(writer, host, strlen(host));
    begun = hc_put_begin(writer, 2);
    if (hc_session_export(kept->session, writer->buffer) != HC_BUFFER_OK) {
        writer->failed = 1;
    }
    hc_put_end(writer, begun, 2);
}

HC_FN int hc_saved_write(const httpsc_client *client, const hc_sessions *sessions,
                         int64_t unix_time, hc_buffer *out, httpsc_error *error)
{
    unsigned char digest[HC_HASH_MAX];
    hc_writer writer = hc_writer_on(out);

    hc_buffer_init(out, &client->allocator, SAVED_MAX);
    if (!saved_settings(client, digest)) {
        return saved_no_settings(error);
    }
    hc_put_bytes(&writer, saved_magic, sizeof saved_magic);
    hc_put_bytes(&writer, digest, SAVED_DIGEST_LEN);
    for (const hc_kept_session *kept = sessions->first; kept != NULL; kept = kept->next) {
        if (saved_is_plain(client, &kept->identity) &&
            hc_session_is_fresh(kept->session, unix_time)) {
            saved_put(&writer, kept);
        }
    }
    if (!writer.failed) {
        hc_hash(HC_HASH_SHA256, out->ptr, out->len, digest);
        hc_put_bytes(&writer, digest, SAVED_DIGEST_LEN);
    }
    return writer.failed ? hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL) : HTTPSC_OK;
}

/* ---- in ------------------------------------------------------------------------------------ */

/* One that was saved, taken apart. */
typedef struct saved_entry {
    hc_host host;
    int port;
    hc_cursor session;
} saved_entry;

/* 1, or 0 for malformed. */
static int saved_take(hc_cursor *from, saved_entry *out)
{
    hc_cursor host;

    memset(out, 0, sizeof *out);
    out->port = hc_take_u16(from);
    host = hc_take_vector8(from);
    out->session = hc_take_vector16(from);
    return !hc_cursor_failed(from) && out->port > 0 &&
           hc_host_parse(&out->host, (const char *)host.at, hc_cursor_left(&host));
}

/* Adds an entry, if it is fresh. ERR_ARGUMENT, ERR_MEMORY. */
static int saved_add(const httpsc_client *client, const saved_entry *entry, int64_t unix_time,
                     hc_sessions *sessions)
{
    hc_identity identity;
    hc_session *session = NULL;
    int code = hc_session_import(&client->allocator, entry->session.at,
                                 hc_cursor_left(&entry->session), &session);

    if (code != HTTPSC_OK) {
        return code;
    }
    if (!hc_session_is_fresh(session, unix_time)) {
        hc_session_free(session);
        return HTTPSC_OK;
    }
    hc_client_identify(client, 1, &entry->host, entry->port, 0, &identity);
    hc_sessions_put(sessions, &client->allocator, &identity, session);
    return HTTPSC_OK;
}

/* Reads the entries; the last, which is the oldest, is added first. */
static int saved_read_all(const httpsc_client *client, hc_cursor from, int64_t unix_time,
                          hc_sessions *sessions)
{
    hc_cursor starts[HC_SESSIONS_MAX];
    size_t num_entries = 0;
    saved_entry entry;
    int code = HTTPSC_OK;

    while (hc_cursor_left(&from) > 0) {
        if (num_entries == HC_SESSIONS_MAX) {
            return HTTPSC_ERR_ARGUMENT;
        }
        starts[num_entries++] = from;
        if (!saved_take(&from, &entry)) {
            return HTTPSC_ERR_ARGUMENT;
        }
    }
    while (num_entries > 0 && code == HTTPSC_OK) {
        (void)saved_take(&starts[--num_entries], &entry);
        code = saved_add(client, &entry, unix_time, sessions);
    }
    return code;
}

HC_FN int hc_saved_read(const httpsc_client *client, hc_cursor bytes, int64_t unix_time,
                        hc_sessions *sessions, httpsc_error *error)
{
    size_t len = hc_cursor_left(&bytes);
    unsigned char digest[HC_HASH_MAX];
    unsigned char settings[SAVED_DIGEST_LEN];
    hc_cursor magic;
    hc_cursor of;
    int code;

    if (len < sizeof saved_magic + 2 * SAVED_DIGEST_LEN || len > SAVED_MAX) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "no saved sessions: %z bytes", len);
    }
    bytes.end -= SAVED_DIGEST_LEN;
    hc_hash(HC_HASH_SHA256, bytes.at, hc_cursor_left(&bytes), digest);
    if (memcmp(digest, bytes.end, SAVED_DIGEST_LEN) != 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "the saved sessions are damaged");
    }
    magic = hc_take_bytes(&bytes, sizeof saved_magic);
    of = hc_take_bytes(&bytes, SAVED_DIGEST_LEN);
    if (memcmp(magic.at, saved_magic, sizeof saved_magic) != 0) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "sessions saved in another form");
    }
    if (!saved_settings(client, settings)) {
        return saved_no_settings(error);
    }
    if (memcmp(of.at, settings, sizeof settings) != 0) {
        return HTTPSC_OK; /* of a client with other settings: for that one alone */
    }
    code = saved_read_all(client, bytes, unix_time, sessions);
    if (code != HTTPSC_OK) {
        hc_sessions_drop(sessions, &client->allocator, NULL);
        return hc_fail(error, code, 0,
                       code == HTTPSC_ERR_MEMORY ? NULL : "a saved session is malformed");
    }
    return HTTPSC_OK;
}
