#include "peer.h"

#include <bearssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEER_CERTS_MAX 12
#define PEER_IDENTITIES_MAX 24

struct peer_identity {
    char name[64];
    br_x509_certificate chain[PEER_CERTS_MAX];
    size_t num_certs;
    br_skey_decoder_context key;
};

typedef struct peer_bytes {
    unsigned char *ptr;
    size_t len;
    size_t capacity;
} peer_bytes;

struct peer {
    peer_config config;
    size_t at;         /* the present step */
    size_t step_sent;  /* how much of it was sent */
    size_t num_taken;  /* of `heard`, by awaits */
    size_t num_raw;    /* of all that came, by awaits */
    size_t num_in;
    int released;
    int mismatched;    /* the client said what no PEER_KIND_AWAIT_TEXT allows */
    int ended;         /* the client's side */
    int closing;       /* close_notify is on its way */
    peer_state state;
    peer_bytes in;     /* raw, not yet taken by TLS */
    peer_bytes heard;
    peer_bytes out;    /* one piece */
    size_t out_at;
    size_t num_out;
    size_t handshake_out;
    int open;          /* application data can flow */
    int corrupted;
    br_ssl_server_context server;
    unsigned char *records;
    struct peer *inner;
    size_t inner_heard; /* how much of what it heard was told */
};

static void peer_die(const char *what, const char *name)
{
    fprintf(stderr, "peer: %s: %s\n", what, name);
    exit(3);
}

static void *peer_memory(void *old, size_t size)
{
    void *fresh = realloc(old, size);

    if (fresh == NULL) {
        peer_die("out of memory", "realloc");
    }
    return fresh;
}

/* Appends, and keeps a NUL behind. */
static void peer_add(peer_bytes *to, const void *bytes, size_t len)
{
    if (to->capacity - to->len <= len) {
        to->capacity = (to->len + len + 1) * 2;
        to->ptr = peer_memory(to->ptr, to->capacity);
    }
    if (len > 0) {
        memcpy(to->ptr + to->len, bytes, len);
    }
    to->len += len;
    to->ptr[to->len] = 0;
}

static void peer_drop(peer_bytes *from, size_t len)
{
    from->len -= len;
    memmove(from->ptr, from->ptr + len, from->len);
}

/* ---- identities ---- */

char *peer_path(const char *file)
{
    const char *dir = getenv("HTTPSC_TEST_CERTS");
    size_t size;
    char *path;

    if (dir == NULL) {
        peer_die("not set", "HTTPSC_TEST_CERTS");
    }
    size = strlen(dir) + strlen(file) + 2;
    path = peer_memory(NULL, size);
    snprintf(path, size, "%s/%s", dir, file);
    return path;
}

static void peer_read_file(const char *file, peer_bytes *out)
{
    char *path = peer_path(file);
    FILE *stream = fopen(path, "rb");
    unsigned char buf[4096];
    size_t len;

    if (stream == NULL) {
        peer_die("cannot be read", path);
    }
    while ((len = fread(buf, 1, sizeof buf, stream)) > 0) {
        peer_add(out, buf, len);
    }
    fclose(stream);
    free(path);
}

static void peer_take_der(void *context, const void *bytes, size_t len)
{
    peer_add(context, bytes, len);
}

/* The next block of a PEM text into *der: 1, or 0 at the end. */
static int peer_next_block(br_pem_decoder_context *decoder, peer_bytes *pem, size_t *at,
                           peer_bytes *der)
{
    for (;;) {
        *at += br_pem_decoder_push(decoder, pem->ptr + *at, pem->len - *at);
        switch (br_pem_decoder_event(decoder)) {
        case BR_PEM_BEGIN_OBJ:
            br_pem_decoder_setdest(decoder, peer_take_der, der);
            break;
        case BR_PEM_END_OBJ:
            return 1;
        case BR_PEM_ERROR:
            peer_die("bad PEM", "certificate or key");
            break;
        default:
            if (*at == pem->len) {
                return 0;
            }
        }
    }
}

static void peer_load(peer_identity *identity, const char *name)
{
    static const peer_bytes none;
    char file[80];
    br_pem_decoder_context decoder;
    peer_bytes pem = none;
    peer_bytes der = none;
    size_t at = 0;

    snprintf(identity->name, sizeof identity->name, "%s", name);
    snprintf(file, sizeof file, "%s.pem", name);
    peer_read_file(file, &pem);
    br_pem_decoder_init(&decoder);
    while (identity->num_certs < PEER_CERTS_MAX && peer_next_block(&decoder, &pem, &at, &der)) {
        identity->chain[identity->num_certs].data = der.ptr;
        identity->chain[identity->num_certs].data_len = der.len;
        identity->num_certs++;
        der = none;
    }
    pem.len = 0;
    at = 0;
    snprintf(file, sizeof file, "%s.key", name);
    peer_read_file(file, &pem);
    br_pem_decoder_init(&decoder);
    br_skey_decoder_init(&identity->key);
    if (peer_next_block(&decoder, &pem, &at, &der)) {
        br_skey_decoder_push(&identity->key, der.ptr, der.len);
    }
    if (identity->num_certs == 0 || br_skey_decoder_key_type(&identity->key) == 0) {
        peer_die("no certificate, or a key that is none", name);
    }
    free(der.ptr);
    free(pem.ptr);
}

const peer_identity *peer_identity_of(const char *name)
{
    static peer_identity identities[PEER_IDENTITIES_MAX];

    for (size_t i = 0; i < PEER_IDENTITIES_MAX; i++) {
        if (identities[i].name[0] == '\0') {
            peer_load(&identities[i], name);
        }
        if (strcmp(identities[i].name, name) == 0) {
            return &identities[i];
        }
    }
    peer_die("too many names", name);
    return NULL;
}

const br_ec_private_key *peer_identity_ec(const peer_identity *identity)
{
    return br_skey_decoder_get_ec(&identity->key);
}

/* ---- TLS ---- */

static void peer_start_tls(peer *one)
{
    static const char *const protocols[] = {"http/1.1"};
    static const unsigned char seed[32] = "the same each time, for a test.";
    const peer_identity *identity = peer_identity_of(one->config.tls);

    one->records = peer_memory(NULL, BR_SSL_BUFSIZE_BIDI);
    if (br_skey_decoder_key_type(&identity->key) == BR_KEYTYPE_RSA) {
        br_ssl_server_init_full_rsa(&one->server, identity->chain, identity->num_certs,
                                    br_skey_decoder_get_rsa(&identity->key));
    } else {
        br_ssl_server_init_full_ec(&one->server, identity->chain, identity->num_certs,
                                   BR_KEYTYPE_EC, br_skey_decoder_get_ec(&identity->key));
    }
    br_ssl_engine_set_versions(&one->server.eng, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffer(&one->server.eng, one->records, BR_SSL_BUFSIZE_BIDI, 1);
    br_ssl_engine_set_protocol_names(&one->server.eng, (const char **)(size_t)protocols, 1);
    br_ssl_engine_inject_entropy(&one->server.eng, seed, sizeof seed);
    br_ssl_server_reset(&one->server);
}

/* Application data: the inner peer's, where there is one. */
static void peer_take(peer *one, const void *bytes, size_t len)
{
    if (one->inner != NULL) {
        peer_feed(one->inner, bytes, len);
    } else {
        peer_add(&one->heard, bytes, len);
    }
}

/* Raw bytes go as far into TLS as it takes them; what it decrypts is heard. */
static void peer_take_records(peer *one)
{
    br_ssl_engine_context *engine = &one->server.eng;

    for (;;) {
        unsigned state = br_ssl_engine_current_state(engine);
        size_t len = 0;
        unsigned char *place;

        if (state == BR_SSL_CLOSED) {
            one->ended = one->ended || br_ssl_engine_last_error(engine) == BR_ERR_OK;
            one->in.len = 0;
            return;
        }
        if (state & BR_SSL_RECVAPP) {
            place = br_ssl_engine_recvapp_buf(engine, &len);
            peer_take(one, place, len);
            br_ssl_engine_recvapp_ack(engine, len);
        } else if ((state & BR_SSL_RECVREC) && one->in.len > 0) {
            place = br_ssl_engine_recvrec_buf(engine, &len);
            len = len < one->in.len ? len : one->in.len;
            memcpy(place, one->in.ptr, len);
            br_ssl_engine_recvrec_ack(engine, len);
            peer_drop(&one->in, len);
        } else {
            return;
        }
    }
}

/* Takes what TLS has to send, as the next piece. */
static int peer_fill_records(peer *one)
{
    br_ssl_engine_context *engine = &one->server.eng;

    peer_take_records(one);
    if (br_ssl_engine_current_state(engine) & BR_SSL_SENDREC) {
        size_t len = 0;
        unsigned char *records = br_ssl_engine_sendrec_buf(engine, &len);

        peer_add(&one->out, records, len);
        br_ssl_engine_sendrec_ack(engine, len);
        return 1;
    }
    if (br_ssl_engine_current_state(engine) == BR_SSL_CLOSED) {
        one->state = PEER_ENDED; /* what it had to say is out */
        return 1;
    }
    if ((br_ssl_engine_current_state(engine) & BR_SSL_SENDAPP) && !one->open) {
        one->open = 1;
        one->handshake_out = one->num_out;
    }
    return 0;
}

static void peer_send(peer *one, const char *bytes, size_t len)
{
    br_ssl_engine_context *engine = &one->server.eng;

    if (one->config.tls == NULL) {
        peer_add(&one->out, bytes, len);
        return;
    }
    while (len > 0 && (br_ssl_engine_current_state(engine) & BR_SSL_SENDAPP)) {
        size_t room = 0;
        unsigned char *place = br_ssl_engine_sendapp_buf(engine, &room);

        room = room < len ? room : len;
        memcpy(place, bytes, room);
        br_ssl_engine_sendapp_ack(engine, room);
        br_ssl_engine_flush(engine, 0);
        bytes += room;
        len -= room;
        while (br_ssl_engine_current_state(engine) & BR_SSL_SENDREC) {
            size_t size = 0;
            unsigned char *records = br_ssl_engine_sendrec_buf(engine, &size);

            peer_add(&one->out, records, size);
            br_ssl_engine_sendrec_ack(engine, size);
        }
    }
}

/* ---- the script ---- */

/* One more request behind num_taken: 1 and past it, or 0. */
static int peer_take_request(peer *one, int with_body)
{
    const char *head;
    const char *end;
    const char *length;
    size_t num_body = 0;

    peer_add(&one->heard, "", 0);
    head = (const char *)one->heard.ptr + one->num_taken;
    end = strstr(head, "\r\n\r\n");
    if (end == NULL) {
        return 0;
    }
    end += 4;
    length = strstr(head, "Content-Length: ");
    if (with_body && length != NULL && length < end) {
        num_body = strtoul(length + 16, NULL, 10);
    }
    if (one->heard.len - (size_t)(end - (const char *)one->heard.ptr) < num_body) {
        return 0;
    }
    one->num_taken = (size_t)(end - (const char *)one->heard.ptr) + num_body;
    return 1;
}

/* The text of a step at num_taken: 1 and past it, 0 while there may be more of it to come. */
static int peer_take_text(peer *one, const peer_step *step)
{
    size_t at = one->num_taken;

    for (size_t i = 0; i < step->len; at++) {
        char said;

        if (at == one->heard.len) {
            return 0;
        }
        said = (char)one->heard.ptr[at];
        if (step->bytes[i] == 1 && i + 1 < step->len && said == step->bytes[i + 1]) {
            i += 2;
        } else if (step->bytes[i] == 1 && said != '\r' && said != '\n') {
            continue;
        } else if (step->bytes[i] == said) {
            i++;
        } else {
            one->mismatched = 1;
            one->state = PEER_BROKEN;
            return 0;
        }
    }
    one->num_taken = at;
    return 1;
}

static int peer_end(peer *one)
{
    if (one->config.tls == NULL || one->closing) {
        one->state = PEER_ENDED;
        return 1;
    }
    if (one->open) {
        br_ssl_engine_close(&one->server.eng);
    }
    one->closing = 1;
    return 1;
}

static int peer_send_step(peer *one, const peer_step *step)
{
    size_t left = step->len - one->step_sent;
    size_t piece = one->step_sent > 0 && step->piece2 != 0 ? step->piece2 : step->piece;
    size_t len = piece != 0 && piece < left ? piece : left;

    if (left == 0) {
        one->step_sent = 0;
        one->at++;
        return 1;
    }
    if (step->kind == PEER_KIND_RAW) {
        peer_add(&one->out, step->bytes + one->step_sent, len);
    } else if (one->config.tls == NULL || one->open) {
        peer_send(one, step->bytes + one->step_sent, len);
    } else {
        return 0; /* not before the handshake is done */
    }
    one->step_sent += len;
    return 1;
}

/* The inner peer's output goes out as this one's: 1 when something happened. */
static int peer_run_inner(peer *one, const peer_step *step)
{
    size_t len = 0;
    const unsigned char *bytes;

    if (one->inner == NULL) {
        size_t taken = one->config.tls == NULL && one->num_raw > one->num_taken ? one->num_raw
                                                                                : one->num_taken;

        one->inner = peer_open((const peer_config *)(const void *)step->bytes);
        peer_feed(one->inner, one->heard.ptr + taken, one->heard.len - taken);
        one->heard.len = taken;
    }
    if (one->config.tls != NULL && peer_saw_end(one->inner)) {
        return 0; /* the client ends this one next, and reads nothing any more */
    }
    bytes = peer_output(one->inner, &len);
    if (len > 0) {
        peer_send(one, (const char *)bytes, len);
        peer_output_done(one->inner, len);
        return 1;
    }
    if (peer_state_of(one->inner) == PEER_ENDED) {
        return peer_end(one);
    }
    one->state = peer_state_of(one->inner);
    return one->state != PEER_OPEN;
}

/* One step of the script: 1 when something happened, 0 when it waits. */
static int peer_run(peer *one)
{
    const peer_step *step = &one->config.script[one->at];
    int done = 0;

    switch (step->kind) {
    case PEER_KIND_END:
        return peer_end(one);
    case PEER_KIND_AWAIT_HEAD:
        done = peer_take_request(one, 0);
        break;
    case PEER_KIND_AWAIT_REQUEST:
        done = peer_take_request(one, 1);
        break;
    case PEER_KIND_AWAIT_BYTES:
        done = one->num_in - one->num_raw >= step->len;
        one->num_raw += done ? step->len : 0;
        break;
    case PEER_KIND_AWAIT_TEXT:
        done = peer_take_text(one, step);
        break;
    case PEER_KIND_SEND:
    case PEER_KIND_RAW:
        return peer_send_step(one, step);
    case PEER_KIND_CUT:
        one->state = PEER_ENDED;
        return 1;
    case PEER_KIND_RESET:
        one->state = PEER_BROKEN;
        return 1;
    case PEER_KIND_HOLD:
        done = one->released;
        one->released = 0;
        break;
    case PEER_KIND_DEAF:
        break;
    case PEER_KIND_INNER:
        return peer_run_inner(one, step);
    case PEER_KIND_REPEAT:
        one->at = 0;
        return 1;
    }
    one->at += done ? 1 : 0;
    return done;
}

/* Steps that do not let TLS get on first. */
static int peer_is_raw(const peer *one)
{
    peer_step_kind kind = one->config.script[one->at].kind;

    return one->config.tls == NULL || kind == PEER_KIND_RAW || kind == PEER_KIND_AWAIT_BYTES ||
           kind == PEER_KIND_CUT || kind == PEER_KIND_RESET;
}

const unsigned char *peer_output(peer *one, size_t *len)
{
    size_t cut = one->config.cut_after;

    if (one->config.cut_behind != 0 && one->open) {
        cut = one->handshake_out + one->config.cut_behind - 1;
    }
    if (cut != 0 && one->num_out == cut) {
        one->state = PEER_ENDED;
        *len = 0;
        return NULL;
    }
    if (one->out_at == one->out.len) {
        one->out_at = 0;
        one->out.len = 0;
        while (one->out.len == 0 && one->state == PEER_OPEN) {
            if (!peer_is_raw(one) && peer_fill_records(one)) {
                continue;
            }
            if (!peer_run(one)) {
                break;
            }
        }
    }
    *len = one->out.len - one->out_at;
    if (one->config.cut_behind != 0 && one->open) {
        cut = one->handshake_out + one->config.cut_behind - 1;
    }
    if (cut != 0 && one->num_out + *len > cut) {
        *len = cut - one->num_out;
    }
    if (one->config.corrupt_at > one->num_out && !one->corrupted &&
        one->config.corrupt_at <= one->num_out + *len) {
        one->out.ptr[one->out_at + one->config.corrupt_at - one->num_out - 1] ^= 1;
        one->corrupted = 1;
    }
    return one->out.ptr + one->out_at;
}

void peer_output_done(peer *one, size_t len)
{
    one->out_at += len;
    one->num_out += len;
}

/* ---- the rest ---- */

peer *peer_open(const peer_config *config)
{
    peer *one = peer_memory(NULL, sizeof *one);

    memset(one, 0, sizeof *one);
    one->config = *config;
    one->state = PEER_OPEN;
    peer_add(&one->heard, "", 0);
    peer_add(&one->out, "", 0);
    peer_add(&one->in, "", 0);
    if (config->tls != NULL) {
        peer_start_tls(one);
    }
    return one;
}

void peer_close(peer *one)
{
    if (one != NULL) {
        free(one->in.ptr);
        free(one->heard.ptr);
        free(one->out.ptr);
        free(one->records);
        peer_close(one->inner);
        free(one);
    }
}

void peer_feed(peer *one, const void *bytes, size_t len)
{
    one->num_in += len;
    if (one->config.tls == NULL) {
        peer_take(one, bytes, len);
    } else {
        peer_add(&one->in, bytes, len);
    }
}

void peer_feed_end(peer *one)
{
    if (one->config.tls == NULL) {
        one->ended = 1;
    } else {
        peer_take_records(one);
    }
    if (one->inner != NULL) {
        peer_feed_end(one->inner);
    }
}

peer_state peer_state_of(const peer *one)
{
    return one->state;
}

int peer_is_deaf(const peer *one)
{
    return one->state == PEER_OPEN && one->config.script[one->at].kind == PEER_KIND_DEAF;
}

int peer_is_holding(const peer *one)
{
    if (one->inner != NULL) {
        return peer_is_holding(one->inner);
    }
    return one->state == PEER_OPEN && !one->released &&
           one->config.script[one->at].kind == PEER_KIND_HOLD;
}

void peer_release(peer *one)
{
    if (one->inner != NULL) {
        peer_release(one->inner);
        return;
    }
    one->released = peer_is_holding(one);
}

const char *peer_heard(peer *one, size_t *len)
{
    if (one->inner != NULL) {
        size_t all = 0;
        const char *heard = peer_heard(one->inner, &all);

        peer_add(&one->heard, heard + one->inner_heard, all - one->inner_heard);
        one->inner_heard = all;
    }
    *len = one->heard.len;
    return (const char *)one->heard.ptr;
}

int peer_is_satisfied(const peer *one)
{
    const peer_step *step = &one->config.script[one->at];

    if (one->inner != NULL) {
        return !one->mismatched && peer_is_satisfied(one->inner);
    }
    for (; step->kind == PEER_KIND_SEND; step++) {
    }
    return !one->mismatched && one->heard.len == one->num_taken &&
           step->kind != PEER_KIND_AWAIT_TEXT && step->kind != PEER_KIND_INNER;
}

int peer_saw_end(const peer *one)
{
    return one->ended;
}

size_t peer_num_out(const peer *one)
{
    return one->num_out;
}

size_t peer_handshake_out(const peer *one)
{
    return one->handshake_out;
}
