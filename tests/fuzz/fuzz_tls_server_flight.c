/*
 * libFuzzer: the client's engine against a server that has the right keys. The input begins with
 * how the server and the client are set up, and goes on with a script: for each message that the
 * server is about to say, what becomes of it, before it is hashed, signed over and protected; then
 * what happens on the open connection. A script that is over leaves everything as it is, so that
 * the empty one is a good handshake. Seeds and time are fixed.
 */
#include "fuzz_tls.h"

static hc_cursor script;
static int script_changed; /* 1: something is not as it should be */
static int script_is_narrow; /* 1: the client wants small records */

/* ---- the script ------------------------------------------------------------------------------ */

/* Up to max bytes of the script, by a length that stands before them. */
static bytes script_bytes(size_t max)
{
    size_t len = hc_take_u8(&script);

    if (len >= 0xF0) {
        len = (len & 15) << 8 | hc_take_u8(&script);
    }
    len = hc_min(hc_min(len, max), hc_cursor_left(&script));
    return b_of(hc_take_bytes(&script, len));
}

/* Some bytes out, some in. */
static bytes script_splice(bytes body)
{
    size_t at = ((size_t)hc_take_u8(&script) << 8 | hc_take_u8(&script)) % (body.len + 1);
    size_t cut = hc_min(hc_take_u8(&script), body.len - at);
    bytes in = script_bytes(4096);

    return b_cat3(b_raw(body.ptr, at), in, b_raw(body.ptr + at + cut, body.len - at - cut));
}

/* A message whose length says something else than its body. */
static void script_lie(server *s, unsigned type, bytes body)
{
    size_t said = (size_t)hc_take_u8(&script) << 16 | (size_t)hc_take_u8(&script) << 8;

    said |= hc_take_u8(&script);
    server_queue(s, b_cat3(b_u8(type), b_u24(said & 0xFFFFFF), body));
}

/* What goes before a message, or in its place: 1 when the message is still to be said. */
static int script_intrude(server *s, unsigned op, unsigned type, bytes body)
{
    unsigned other;

    switch (op) {
    case 5:
        return 0;
    case 6:
        server_queue(s, server_message(type, body));
        return 1;
    case 7:
        other = hc_take_u8(&script);
        server_queue(s, server_message(other, script_bytes(4096)));
        return 1;
    case 8:
        other = hc_take_u8(&script);
        server_flush(s);
        server_put(s, other, script_bytes(4096));
        return 1;
    case 9:
        other = hc_take_u8(&script);
        server_flush(s);
        server_put_clear(s, other, script_bytes(4096));
        return 1;
    case 10:
        script_lie(s, type, body);
        return 0;
    case 11:
        s->pending = b_cat(s->pending, script_bytes(64)); /* not hashed */
        return 1;
    default:
        server_queue(s, server_message(hc_take_u8(&script), body));
        return 0;
    }
}

static void script_say(server *s, unsigned type, bytes body)
{
    unsigned op = hc_take_u8(&script) & 15u;

    body = b_raw(body.ptr, body.len);
    script_changed |= op >= 13 && script_is_narrow;
    if (op == 13) {
        s->fragment = hc_take_u8(&script);
    } else if (op == 14) {
        s->coalesces ^= 1;
    } else if (op == 15) {
        s->padding = hc_take_u8(&script);
    } else if (op > 1) {
        script_changed = 1;
        if (op == 2) {
            body = script_bytes(4096);
        } else if (op <= 4) {
            for (unsigned i = 2; i < op; i++) {
                body = script_splice(body);
            }
        } else if (!script_intrude(s, op, type, body)) {
            return;
        }
    }
    server_queue(s, server_message(type, body));
}

/* ---- the open connection --------------------------------------------------------------------- */

static void script_ticket(pair *p)
{
    unsigned nonce_len = hc_take_u8(&script);
    bytes body = b_cat3(b_cat(script_bytes(8), b_vector8(b_raw(p->s.resumption, nonce_len & 63u))),
                        b_vector16(script_bytes(4096)), b_vector16(script_bytes(512)));

    server_queue(&p->s, server_message(4, body));
}

static void script_write(pair *p, size_t len)
{
    size_t room;
    unsigned char *space = hc_tls_write_space(p->tls, &room);

    if (space != NULL) {
        memset(space, 'x', hc_min(len, room));
        hc_tls_write(p->tls, hc_min(len, room));
    }
}

static void script_step(pair *p)
{
    unsigned op = hc_take_u8(&script);
    unsigned type;

    switch (op % 14) {
    case 0:
        server_put(&p->s, 23, script_bytes(4096));
        break;
    case 1:
        script_ticket(p);
        break;
    case 2:
        if (!p->s.is_12) {
            server_say_key_update(&p->s, op >> 7);
        }
        break;
    case 3:
        type = hc_take_u8(&script);
        server_queue(&p->s, server_message(type, script_bytes(4096)));
        break;
    case 4:
        type = hc_take_u8(&script);
        server_put(&p->s, type, script_bytes(4096));
        break;
    case 5:
        type = hc_take_u8(&script);
        server_put_clear(&p->s, type, script_bytes(4096));
        break;
    case 6:
        script_write(p, (size_t)hc_take_u8(&script) * 80);
        break;
    case 7:
        hc_tls_flush(p->tls);
        break;
    case 8:
        server_put(&p->s, 21, b_cat(b_u8(1 + (op >> 7)), b_u8(hc_take_u8(&script))));
        break;
    case 9:
        p->s.fragment = hc_take_u8(&script);
        break;
    case 10:
        hc_tls_release(p->tls);
        break;
    case 11:
        hc_session_free(hc_tls_take_session(p->tls, MAKER_NOW));
        break;
    case 12:
        p->s.padding = hc_take_u8(&script);
        break;
    default:
        hc_tls_close(p->tls);
        break;
    }
    server_flush(&p->s);
    pair_drain(p);
}

/* ---- one input ------------------------------------------------------------------------------- */

/* How the two are set up, by four bytes. */
static void fuzz_set_up(pair *p)
{
    static const unsigned suites[2][2][3] = {{{0x1301, 0x1302, 0x1303}, {0x1301, 0x1302, 0x1303}},
                                             {{0xC02B, 0xC02C, 0xCCA9}, {0xC02F, 0xC030, 0xCCA8}}};
    static const hc_group groups[] = {HC_GROUP_X25519, HC_GROUP_P256, HC_GROUP_P384, HC_GROUP_P521};
    static const size_t records[] = {0, 512, 1024, 4096};
    static const unsigned schemes[] = {0, 0, 0x0804, 0x0806};
    unsigned flags = hc_take_u8(&script);
    unsigned kinds = hc_take_u8(&script);
    unsigned sizes = hc_take_u8(&script);
    server *s = &p->s;

    s->is_12 = flags & 1;
    s->retries = flags >> 1 & 1;
    s->asks_certificate = flags >> 3 & 1;
    s->coalesces = flags >> 4 & 1;
    s->has_ems = flags >> 6 & 1;
    s->promises_ticket = flags >> 7;
    s->num_tickets = flags >> 7;
    s->is_rsa = (kinds >> 4 & 3u) >= 2;
    s->scheme = schemes[kinds >> 4 & 3u];
    s->suite = suites[s->is_12][s->is_rsa][(kinds & 3u) % 3];
    s->curve = (kinds >> 4 & 3u) == 1 && !s->is_12 ? HC_CURVE_P384 : HC_CURVE_P256;
    s->group = s->is_12 || s->retries ? groups[kinds >> 2 & 3u] : HC_GROUP_X25519;
    s->sends_ccs = (int)(kinds >> 6 & 1u);
    fuzz_start(p, (flags & 4) != 0);
    s->cookie = s->group == HC_GROUP_X25519 && s->retries ? b_text("cookie") : s->cookie;
    s->alpn = kinds >> 7 ? "http/1.1" : NULL;
    pair_any_peer(p, (flags & 0x20) != 0 && !s->resumes);
    p->params.max_record = records[sizes & 3u];
    s->fragment = p->params.max_record == 0 ? 0 : 256;
    script_is_narrow = p->params.max_record != 0;
    p->params.keep_chain = sizes >> 2 & 1;
    p->params.keylog = sizes >> 3 & 1;
    p->params.identity = (sizes & 0x10) != 0 && !s->resumes ? fuzz_identity() : NULL;
    p->chunk = sizes >> 5 == 0 ? 0 : (size_t)1 << 2 * (sizes >> 5);
    s->script = script_say;
}

static void fuzz_talk(pair *p)
{
    int code;

    p->s.script = NULL;
    p->tls->max_records = 4; /* so that keys wear out */
    do {
        script_step(p);
        code = pair_run(p);
    } while (code == HTTPSC_OK && hc_cursor_left(&script) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    httpsc_error later = {0};
    int code;
    pair p;

    memset(&p, 0, sizeof p);
    script = hc_cursor_over(data, size);
    script_changed = 0;
    fuzz_set_up(&p);
    fuzz_oddities = 0;
    code = pair_open(&p);
    if (code == HTTPSC_OK) {
        code = pair_run(&p);
    }
    if (!script_changed) { /* an honest server */
        FUZZ_CHECK(code == HTTPSC_OK && fuzz_oddities == 0 && p.heard.len == 0);
        FUZZ_CHECK(hc_tls_state_of(p.tls) == HC_TLS_OPEN);
    }
    if (code == HTTPSC_OK && hc_tls_state_of(p.tls) == HC_TLS_OPEN) {
        fuzz_talk(&p);
    } else {
        FUZZ_CHECK(p.heard.len == 0);
    }
    if (p.tls != NULL && hc_tls_state_of(p.tls) == HC_TLS_FAILED) {
        code = hc_tls_feed(p.tls, 0, &later); /* the first error stands */
        FUZZ_CHECK(code == p.error.code && later.code == p.error.code);
    }
    fuzz_end(&p);
    return 0;
}
