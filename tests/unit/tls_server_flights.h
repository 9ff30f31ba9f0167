/* The flights of tls_server.h's server, and a client joined to it. */
#ifndef TLS_SERVER_FLIGHTS_H
#define TLS_SERVER_FLIGHTS_H

/* ---- 1.3 ------------------------------------------------------------------------------------- */

static inline void server_expand(const server *s, const unsigned char *secret, const char *label,
                                 const unsigned char *context, size_t context_len,
                                 unsigned char *out, size_t len)
{
    CHECK(hc_hkdf_expand_label(s->hash, secret, label, context, context_len, out, len));
}

static inline void server_traffic_keys(server *s, server_keys *keys, const unsigned char *secret)
{
    unsigned char key[32];
    unsigned char iv[12];

    server_expand(s, secret, "key", NULL, 0, key, s->suite == 0x1301 ? 16 : 32);
    server_expand(s, secret, "iv", NULL, 0, iv, 12);
    server_set_keys(keys, &s->crypto, s->suite, 13, key, iv);
}

/* schedule = Extract(Derive-Secret(schedule, "derived", ""), ikm) */
static inline void server_next_secret(server *s, const unsigned char *ikm, size_t len)
{
    unsigned char nothing[64];
    unsigned char salt[64];

    hc_hash(s->hash, NULL, 0, nothing);
    server_expand(s, s->schedule, "derived", nothing, s->hash_len, salt, s->hash_len);
    (void)hc_hkdf_extract(s->hash, salt, s->hash_len, ikm, len, s->schedule);
}

static inline void server_derive(const server *s, const char *label, unsigned char out[64])
{
    unsigned char digest[64];

    server_transcript(s, digest);
    server_expand(s, s->schedule, label, digest, s->hash_len, out, s->hash_len);
}

static inline void server_verify_data(const server *s, const unsigned char *secret,
                                      unsigned char out[64])
{
    unsigned char key[64];
    unsigned char digest[64];

    server_transcript(s, digest);
    server_expand(s, secret, "finished", NULL, 0, key, s->hash_len);
    (void)hc_hmac(s->hash, key, s->hash_len, digest, s->hash_len, out);
}

/* Looks whether the first PSK is offered with a right binder. */
static inline void server_check_psk(server *s, bytes message)
{
    bytes extension = server_find_extension(s->hello, 41);
    hc_cursor body = b_cursor(extension);
    hc_hash_context transcript = s->transcript;
    unsigned char nothing[64];
    unsigned char early[64];
    unsigned char binder_key[64];
    unsigned char digest[64];
    unsigned char expected[64];
    hc_cursor identity;

    if (extension.ptr == NULL || s->psk.len != s->hash_len) {
        return;
    }
    (void)hc_take_u16(&body);
    identity = hc_take_bytes(&body, hc_take_u16(&body));
    CHECK(hc_cursor_left(&identity) == 6 && memcmp(identity.at, "ticket", 6) == 0);
    hc_hash_update(&transcript, message.ptr, message.len - s->hash_len - 3);
    (void)hc_hash_snapshot(&transcript, digest);
    hc_hash(s->hash, NULL, 0, nothing);
    (void)hc_hkdf_extract(s->hash, NULL, 0, s->psk.ptr, s->psk.len, early);
    server_expand(s, early, "res binder", nothing, s->hash_len, binder_key, s->hash_len);
    server_expand(s, binder_key, "finished", NULL, 0, early, s->hash_len);
    (void)hc_hmac(s->hash, early, s->hash_len, digest, s->hash_len, expected);
    s->saw_psk = memcmp(expected, message.ptr + message.len - s->hash_len, s->hash_len) == 0;
    CHECK(s->saw_psk);
}

static inline bytes server_hello_body(server *s, bytes extensions)
{
    return b_cat3(b_cat3(b_u16(0x0303), b_raw(s->server_random, 32), b_vector8(s->session_id)),
                  b_cat(b_u16(s->suite), b_u8(0)), b_vector16(extensions));
}

static inline void server_say_retry(server *s)
{
    static const char random[] =
        "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
    unsigned char digest[64];
    bytes extensions = b_extension(43, b_u16(0x0304));

    server_transcript(s, digest);
    hc_hash_init(&s->transcript, s->hash);
    hc_hash_update(&s->transcript, b_cat(b_u8(254), b_u24(s->hash_len)).ptr, 4);
    hc_hash_update(&s->transcript, digest, s->hash_len);
    memcpy(s->server_random, b_hex(random).ptr, 32);
    if (server_find_share(s->hello, s->group).ptr == NULL) {
        extensions = b_cat(extensions, b_extension(51, b_u16(s->group)));
    }
    if (s->cookie.len > 0) {
        extensions = b_cat(extensions, b_extension(44, b_vector16(s->cookie)));
    }
    server_say(s, 2, server_hello_body(s, b_cat(extensions, s->more_extensions)));
}

static inline void server_say_hello_13(server *s)
{
    unsigned char secret[HC_EC_SCALAR_MAX] = {0};
    bytes peer = server_find_share(s->hello, s->group);
    bytes extensions = b_extension(43, b_u16(0x0304));

    CHECK(peer.ptr != NULL);
    CHECK(hc_key_share_generate(&s->share, &s->crypto, s->group, &s->random));
    CHECK(hc_key_share_derive(&s->share, &s->crypto, peer.ptr, peer.len, secret));
    extensions =
        b_cat(extensions,
              b_extension(51, b_cat(b_u16(s->group), b_vector16(b_raw(s->share.public_bytes,
                                                                      s->share.public_len)))));
    if (s->resumes && s->saw_psk) {
        extensions = b_cat(extensions, b_extension(41, b_u16(0)));
    }
    CHECK(hc_random_bytes(&s->random, s->server_random, 32));
    memcpy(s->server_random + 32 - s->random_end.len, s->random_end.ptr, s->random_end.len);
    server_say(s, 2, server_hello_body(s, b_cat(extensions, s->more_extensions)));
    server_flush(s);
    for (int i = 0; i < s->sends_ccs; i++) {
        server_put(s, 20, b_u8(1));
    }
    memset(s->schedule, 0, sizeof s->schedule);
    (void)hc_hkdf_extract(s->hash, NULL, 0,
                          s->resumes && s->saw_psk ? s->psk.ptr : s->schedule, s->hash_len,
                          s->schedule);
    server_next_secret(s, secret, s->share.secret_len);
    server_derive(s, "c hs traffic", s->client_secret);
    server_derive(s, "s hs traffic", s->server_secret);
    server_traffic_keys(s, &s->reading, s->client_secret);
    server_traffic_keys(s, &s->writing, s->server_secret);
}

static inline bytes server_alpn(const server *s)
{
    return s->alpn == NULL ? b_none()
                           : b_extension(16, b_vector16(b_vector8(b_text(s->alpn))));
}

static inline void server_say_certificate_13(server *s)
{
    unsigned char digest[64];
    bytes spaces = b_new(64);

    server_say(s, 11, b_cat(b_u8(0), b_vector24(b_cat(b_vector24(server_leaf(s)), b_u16(0)))));
    server_transcript(s, digest);
    memset(spaces.ptr, ' ', 64);
    server_say(s, 15,
               server_sign(s, b_cat3(spaces, b_raw("TLS 1.3, server CertificateVerify", 34),
                                     b_raw(digest, s->hash_len))));
}

static inline void server_flight_13(server *s)
{
    unsigned char zeros[64] = {0};
    unsigned char verify_data[64];

    if (s->retries && s->num_hellos == 1) {
        server_say_retry(s);
        server_flush(s);
        return;
    }
    server_say_hello_13(s);
    server_say(s, 8, b_vector16(b_cat(server_alpn(s), s->more_encrypted)));
    if (!(s->resumes && s->saw_psk)) {
        if (s->asks_certificate) {
            server_say(s, 13,
                       b_cat(b_u8(0), b_vector16(b_extension(
                                          13, b_vector16(b_hex("0807040308040503"))))));
        }
        server_say_certificate_13(s);
    }
    server_verify_data(s, s->server_secret, verify_data);
    server_say(s, 20, b_raw(verify_data, s->hash_len));
    server_flush(s);
    server_next_secret(s, zeros, s->hash_len);
    server_derive(s, "c ap traffic", s->client_application);
    server_derive(s, "s ap traffic", s->server_application);
    server_traffic_keys(s, &s->writing, s->server_application);
}

static inline bytes server_ticket_13(const char *name, uint32_t lifetime)
{
    return b_cat3(b_cat(b_u16(lifetime >> 16), b_u16(lifetime & 0xFFFF)),
                  b_cat(b_hex("01020304"), b_vector8(b_hex("07"))),
                  b_cat(b_vector16(b_text(name)), b_vector16(b_extension(0x7a7a, b_none()))));
}

static inline void server_after_finished_13(server *s)
{
    server_derive(s, "res master", s->resumption);
    server_traffic_keys(s, &s->reading, s->client_application);
    for (size_t i = 0; i < s->num_tickets; i++) {
        server_say(s, 4, server_ticket_13("ticket", 7200));
    }
    server_flush(s);
}

/* The PSK of the tickets above. */
static inline bytes server_psk(const server *s)
{
    bytes out = b_new(s->hash_len);

    server_expand(s, s->resumption, "resumption", (const unsigned char *)"\7", 1, out.ptr,
                  s->hash_len);
    return out;
}

static inline void server_say_key_update(server *s, unsigned request)
{
    server_say(s, 24, b_u8(request));
    server_flush(s);
    server_expand(s, s->server_application, "traffic upd", NULL, 0, s->server_application,
                  s->hash_len);
    server_traffic_keys(s, &s->writing, s->server_application);
}

/* ---- 1.2 ------------------------------------------------------------------------------------- */

static inline void server_keys_12(server *s)
{
    unsigned char block[88];
    unsigned char seed[64];
    size_t key_len = s->suite == 0xC02B || s->suite == 0xC02F ? 16 : 32;
    size_t iv_len = s->suite == 0xCCA8 || s->suite == 0xCCA9 ? 12 : 4;

    memcpy(seed, s->server_random, 32);
    memcpy(seed + 32, s->client_random, 32);
    CHECK(hc_tls12_prf(s->hash, s->master, 48, "key expansion", seed, 64, block,
                       2 * (key_len + iv_len)));
    server_set_keys(&s->reading, &s->crypto, s->suite, 12, block, block + 2 * key_len);
    server_set_keys(&s->writing, &s->crypto, s->suite, 12, block + key_len,
                    block + 2 * key_len + iv_len);
    s->reading.on = 0; /* until the client's ChangeCipherSpec */
}

static inline bytes server_finished_12(const server *s, const char *label)
{
    unsigned char digest[64];
    bytes out = b_new(12);

    server_transcript(s, digest);
    CHECK(hc_tls12_prf(s->hash, s->master, 48, label, digest, s->hash_len, out.ptr, 12));
    return out;
}

/* NewSessionTicket where it was promised, ChangeCipherSpec, Finished. */
static inline void server_end_12(server *s)
{
    server_keys keys = s->writing;

    memset(&s->writing, 0, sizeof s->writing);
    if (s->promises_ticket) {
        server_say(s, 4, b_cat(b_hex("00000e10"), b_vector16(b_text("ticket"))));
    }
    server_flush(s);
    server_put(s, 20, b_u8(1));
    s->writing = keys;
    server_say(s, 20, server_finished_12(s, "server finished"));
    server_flush(s);
}

static inline void server_flight_12(server *s)
{
    bytes extensions = b_cat3(b_extension(0xff01, b_u8(0)), server_alpn(s), s->more_extensions);
    bytes params;

    if (!s->has_ems) {
        extensions = b_cat(extensions, b_extension(23, b_none()));
    }
    if (s->promises_ticket) {
        extensions = b_cat(extensions, b_extension(35, b_none()));
    }
    CHECK(hc_random_bytes(&s->random, s->server_random, 32));
    memcpy(s->server_random + 32 - s->random_end.len, s->random_end.ptr, s->random_end.len);
    if (!s->resumes) {
        s->session_id = b_none();
    }
    server_say(s, 2, server_hello_body(s, extensions));
    if (s->resumes) {
        memcpy(s->master, s->psk.ptr, 48);
        server_keys_12(s);
        server_end_12(s);
        return;
    }
    server_say(s, 11, b_vector24(b_vector24(server_leaf(s))));
    CHECK(hc_key_share_generate(&s->share, &s->crypto, s->group, &s->random));
    params = b_cat3(b_u8(3), b_u16(s->group),
                    b_vector8(b_raw(s->share.public_bytes, s->share.public_len)));
    server_say(s, 12, b_cat(params, server_sign(s, b_cat3(b_raw(s->client_random, 32),
                                                          b_raw(s->server_random, 32), params))));
    if (s->asks_certificate) {
        server_say(s, 13, b_cat3(b_vector8(b_hex("0140")), b_vector16(b_hex("0807040308040503")),
                                 b_vector16(b_vector16(maker_name("some CA")))));
    }
    server_say(s, 14, b_none());
    server_flush(s);
}

static inline void server_on_key_exchange_12(server *s, hc_cursor body)
{
    unsigned char premaster[HC_EC_SCALAR_MAX] = {0};
    unsigned char seed[64];
    hc_cursor point = hc_take_bytes(&body, hc_take_u8(&body));

    CHECK(hc_key_share_derive(&s->share, &s->crypto, point.at, hc_cursor_left(&point), premaster));
    if (s->has_ems) { /* then it has none */
        memcpy(seed, s->client_random, 32);
        memcpy(seed + 32, s->server_random, 32);
        CHECK(hc_tls12_prf(s->hash, premaster, s->share.secret_len, "master secret", seed, 64,
                           s->master, 48));
    } else {
        server_transcript(s, seed);
        CHECK(hc_tls12_prf(s->hash, premaster, s->share.secret_len, "extended master secret", seed,
                           s->hash_len, s->master, 48));
    }
    server_keys_12(s);
}

/* ---- what comes from the client -------------------------------------------------------------- */

static inline void server_on_hello(server *s, bytes message)
{
    hc_cursor body;

    s->hello = b_raw(message.ptr + 4, message.len - 4);
    body = b_cursor(s->hello);
    (void)hc_take_u16(&body);
    memcpy(s->client_random, hc_take_bytes(&body, 32).at, 32);
    s->session_id = b_of(hc_take_bytes(&body, hc_take_u8(&body)));
    if (++s->num_hellos == 1) {
        s->first_hello = s->hello;
        hc_hash_init(&s->transcript, s->hash);
    }
    if (!s->is_12) {
        server_check_psk(s, message);
    }
    server_hash(s, message);
    if (s->is_12) {
        server_flight_12(s);
    } else {
        server_flight_13(s);
    }
}

static inline void server_on_finished(server *s, bytes message)
{
    unsigned char expected[64];
    size_t len = s->is_12 ? 12 : s->hash_len;

    if (s->is_12) {
        memcpy(expected, server_finished_12(s, "client finished").ptr, 12);
    } else {
        server_verify_data(s, s->client_secret, expected);
    }
    s->is_done = message.len == 4 + len && memcmp(message.ptr + 4, expected, len) == 0;
    CHECK(s->is_done);
    server_hash(s, message);
    if (!s->is_12) {
        server_after_finished_13(s);
    } else if (!s->resumes) {
        server_end_12(s);
    }
}

static inline void server_on_message(server *s, bytes message)
{
    switch (message.ptr[0]) {
    case 1:
        server_on_hello(s, message);
        return;
    case 20:
        server_on_finished(s, message);
        return;
    case 24:
        s->num_client_key_updates++;
        s->client_key_update_request = message.ptr[4];
        server_expand(s, s->client_application, "traffic upd", NULL, 0, s->client_application,
                      s->hash_len);
        server_traffic_keys(s, &s->reading, s->client_application);
        return;
    case 11:
        s->client_certificate = b_raw(message.ptr + 4, message.len - 4);
        break;
    case 15:
        s->client_verify = b_raw(message.ptr + 4, message.len - 4);
        s->before_verify = s->messages;
        break;
    default:
        break;
    }
    server_hash(s, message);
    if (message.ptr[0] == 16 && s->is_12) {
        server_on_key_exchange_12(s, hc_cursor_over(message.ptr + 4, message.len - 4));
    }
}

/* Opens a record of the client's; the content. */
static inline bytes server_open(server *s, unsigned *type, bytes body)
{
    server_keys *keys = &s->reading;
    unsigned char nonce[12];
    bytes content;
    bytes aad;

    /* a client that stumbles over ServerHello has no keys for its alert */
    if (!keys->on || *type == 20 || (*type == 21 && body.len == 2)) {
        return body;
    }
    CHECK(body.len >= keys->explicit_len + 16);
    if (body.len < keys->explicit_len + 16) {
        return b_none();
    }
    server_nonce(keys, nonce);
    if (keys->explicit_len > 0) {
        memcpy(nonce + 4, body.ptr, 8);
    }
    content = b_raw(body.ptr + keys->explicit_len, body.len - keys->explicit_len);
    content.len -= 16;
    aad = server_aad(keys, *type, content.len);
    if (!hc_aead_open(&keys->aead, nonce, aad.ptr, aad.len, content.ptr, content.len,
                      content.ptr + content.len)) {
        CHECK(!"a record that opens");
        return b_none();
    }
    keys->sequence++;
    if (keys->on == 13 && content.len > 0) {
        *type = content.ptr[--content.len];
    }
    return content;
}

static inline void server_on_record(server *s, unsigned type, bytes content)
{
    if (type == 20) {
        s->reading.on = s->is_12 && s->reading.aead.crypto != NULL ? 12 : s->reading.on;
    } else if (type == 21 && content.len == 2) {
        s->alert = content.ptr[1];
    } else if (type == 23) {
        s->said = b_cat(s->said, content);
    } else {
        /* the client puts each message into records of its own */
        CHECK(type == 22 && content.len >= 4);
        if (content.len >= 4) {
            server_on_message(s, content);
        }
    }
}

static inline void server_take(server *s, const unsigned char *data, size_t len)
{
    if (s->is_deaf && s->num_hellos > 0) {
        return;
    }
    s->in = b_cat(s->in, b_raw(data, len));
    while (s->in.len >= 5) {
        size_t record_len = 5 + ((size_t)s->in.ptr[3] << 8 | s->in.ptr[4]);
        unsigned type = s->in.ptr[0];
        bytes body;

        if (s->in.len < record_len) {
            break;
        }
        body = server_open(s, &type, b_raw(s->in.ptr + 5, record_len - 5));
        server_on_record(s, type, body);
        s->in.ptr += record_len;
        s->in.len -= record_len;
    }
}

/* What it is to say in bytes (cookie, psk ...) is to be told after this. */
static inline void server_start(server *s)
{
    static const unsigned char seed[32] = {9};

    CHECK(hc_crypto_init(&s->crypto));
    CHECK(hc_random_init(&s->random, seed, sizeof seed));
    s->suite = s->suite != 0 ? s->suite : !s->is_12 ? 0x1301u : s->is_rsa ? 0xC02Fu : 0xC02Bu;
    s->group = s->group == 0 ? HC_GROUP_X25519 : s->group;
    s->hash = s->suite == 0x1302 || s->suite == 0xC02C || s->suite == 0xC030 ? HC_HASH_SHA384
                                                                             : HC_HASH_SHA256;
    s->hash_len = hc_hash_len(s->hash);
    s->out = b_none();
    s->pending = b_none();
    s->in = b_none();
    s->said = b_none();
    s->messages = b_none();
    s->cookie = b_none();
    s->psk = b_none();
    s->more_extensions = b_none();
    s->more_encrypted = b_none();
    s->random_end = b_none();
    s->edit_body = b_none();
    s->alert = -1;
}

/* ---- a client, and the two of them ----------------------------------------------------------- */

typedef struct pair {
    server s;
    unit_memory memory;
    hc_judge judge;
    hc_host host;
    hc_tls_params params;
    hc_tls *tls;
    httpsc_error error;
    size_t chunk;  /* bytes a feed; 0: as many as go */
    size_t split;  /* the first bytes of all by themselves; 0: none */
    size_t num_fed;
    bytes heard;   /* application data of the server */
    int ends;      /* what hc_tls_feed_end said */
} pair;

/* A server as told, and a client that trusts its root. */
static inline void pair_start(pair *p)
{
    maker_reset();
    bytes_reset();
    unit_memory_init(&p->memory);
    server_start(&p->s);
    p->heard = b_none();
    CHECK_INT(maker_store(&p->judge.anchors, &p->memory.allocator, server_root()), HTTPSC_OK);
    CHECK(hc_host_parse(&p->host, "localhost", 9));
    p->params.allocator = &p->memory.allocator;
    p->params.crypto = &p->s.crypto;
    p->params.host = &p->host;
    p->params.judge = &p->judge;
    p->params.unix_time = MAKER_NOW;
    p->params.seed[0] = 1;
}

/* Verification on or off, as HTTPSC_INSECURE_ANY_PEER has it. */
static inline void pair_any_peer(pair *p, int any_peer)
{
    p->judge.ignore_chain = any_peer;
    p->judge.ignore_name = any_peer;
    p->judge.ignore_dates = any_peer;
}

static inline int pair_open(pair *p)
{
    return hc_tls_open(&p->params, &p->tls, &p->error);
}

/* What the client has to say goes to the server. */
static inline void pair_drain(pair *p)
{
    size_t len;
    const unsigned char *bytes_out = hc_tls_drain(p->tls, &len);

    if (len > 0) {
        server_take(&p->s, bytes_out, len);
        hc_tls_drained(p->tls, len);
    }
}

static inline void pair_hear(pair *p)
{
    size_t len;
    const unsigned char *data = hc_tls_read(p->tls, &len);

    while (len > 0) {
        p->heard = b_cat(p->heard, b_raw(data, len));
        hc_tls_read_done(p->tls, len);
        data = hc_tls_read(p->tls, &len);
    }
}

/* Feeds what the server put out, by chunks. */
static inline int pair_feed(pair *p)
{
    int code = HTTPSC_OK;

    while (p->s.out.len > 0 && code == HTTPSC_OK) {
        size_t room;
        unsigned char *space = hc_tls_feed_space(p->tls, &room);
        size_t len = p->s.out.len < room ? p->s.out.len : room;

        if (room == 0) {
            code = hc_tls_feed(p->tls, 0, &p->error);
            break;
        }
        len = p->chunk != 0 && len > p->chunk ? p->chunk : len;
        if (p->num_fed < p->split && len > p->split - p->num_fed) {
            len = p->split - p->num_fed;
        }
        memcpy(space, p->s.out.ptr, len);
        p->s.out.ptr += len;
        p->s.out.len -= len;
        p->num_fed += len;
        code = hc_tls_feed(p->tls, len, &p->error);
        pair_hear(p);
        if (p->s.out.len > 0) {
            pair_drain(p);
        }
    }
    return code;
}

/* To and fro until nobody has anything to say. */
static inline int pair_run(pair *p)
{
    int code = HTTPSC_OK;

    for (int i = 0; i < 100; i++) {
        pair_drain(p);
        if (p->s.out.len == 0 || code != HTTPSC_OK) {
            break;
        }
        code = pair_feed(p);
    }
    return hc_tls_feed(p->tls, 0, &p->error);
}

/* Both at once: 1 when the connection is open on both sides. */
static inline int pair_connect(pair *p)
{
    return pair_open(p) == HTTPSC_OK && pair_run(p) == HTTPSC_OK && p->s.is_done &&
           hc_tls_state_of(p->tls) == HC_TLS_OPEN;
}

static inline void pair_say(pair *p, const char *text)
{
    size_t room;
    unsigned char *space = hc_tls_write_space(p->tls, &room);

    CHECK(room >= strlen(text));
    if (room >= strlen(text)) {
        memcpy(space, text, strlen(text));
        hc_tls_write(p->tls, strlen(text));
        hc_tls_flush(p->tls);
    }
    pair_drain(p);
}

/* Frees the client, and sees that nothing is left. */
static inline void pair_end(pair *p)
{
    hc_tls_free(p->tls);
    p->tls = NULL;
    hc_anchors_free(&p->judge.anchors);
    CHECK_INT(p->memory.live_blocks, 0);
    CHECK(!p->memory.misuse);
    maker_reset();
}

/* In the place of pair_start: makes a session with a server like that, and gives it to the pair:
 * the client offers it, and the server takes it. */
static inline void pair_give_session(pair *p)
{
    static unsigned char secret[48];
    hc_session *session;
    hc_buffer blob;
    bytes psk;
    unit_memory memory;
    pair first;

    memset(&first, 0, sizeof first);
    first.s.is_12 = p->s.is_12;
    first.s.suite = p->s.suite;
    first.s.promises_ticket = 1;
    first.s.num_tickets = 1;
    pair_start(&first);
    CHECK(pair_connect(&first));
    psk.len = p->s.is_12 ? 48 : first.s.hash_len;
    memcpy(secret, p->s.is_12 ? first.s.master : server_psk(&first.s).ptr, psk.len);
    session = hc_tls_take_session(first.tls, MAKER_NOW);
    CHECK(session != NULL);
    unit_memory_init(&memory);
    hc_buffer_init(&blob, &memory.allocator, 10000);
    if (session != NULL) {
        CHECK_INT(hc_session_export(session, &blob), HC_BUFFER_OK);
    }
    hc_session_free(session);
    pair_end(&first);
    psk.ptr = secret;
    pair_start(p);
    p->s.psk = psk;
    CHECK_INT(hc_session_import(&p->memory.allocator, blob.ptr, blob.len, &p->params.session),
              HTTPSC_OK);
    hc_buffer_free(&blob);
    p->s.resumes = 1;
}

/* Data each way. */
static inline void pair_talk(pair *p)
{
    p->s.said = b_none();
    p->heard = b_none();
    pair_say(p, "from the client");
    CHECK(p->s.said.len == 15 && memcmp(p->s.said.ptr, "from the client", 15) == 0);
    server_put(&p->s, 23, b_text("from the server"));
    CHECK_INT(pair_run(p), HTTPSC_OK);
    CHECK(p->heard.len == 15 && memcmp(p->heard.ptr, "from the server", 15) == 0);
}

/* The handshake fails: with that code, and that alert for the server (-1: none). */
static inline void pair_fails(pair *p, int code, int alert)
{
    CHECK_INT(pair_open(p), HTTPSC_OK);
    CHECK_INT(pair_run(p), code);
    CHECK_INT(hc_tls_state_of(p->tls), HC_TLS_FAILED);
    CHECK_INT(hc_tls_alert_sent(p->tls), alert);
    if (alert >= 0) {
        CHECK_INT(p->s.alert, alert);
    }
    CHECK(p->heard.len == 0);
    CHECK_INT(p->error.code, code);
    pair_end(p);
}

#endif
