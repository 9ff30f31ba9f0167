/*
 * libFuzzer: the record layer of the client's engine. The input is a setting and a script of
 * records: some raw, some in the clear, some under the keys in use, with their headers changed or
 * their ciphertext broken. What comes of them is fed twice, once whole, once in pieces whose sizes
 * the input gives too, and both times the result has to be the same.
 */
#include "fuzz_tls.h"

/* What a client has come to. */
typedef struct outcome {
    hc_tls_state state;
    int code;
    int alert_sent;
    int alert_received;
    size_t num_heard;
    uint32_t sum; /* of what was heard and of what it has to say */
} outcome;

static const unsigned char fuzz_secret[64] = {7};

static void fuzz_add(uint32_t *sum, const unsigned char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        *sum = (*sum ^ data[i]) * UINT32_C(16777619);
    }
}

/* An open connection without its handshake: the same keys on both sides. */
static void fuzz_open_at_once(pair *p)
{
    hc_tls *tls = p->tls;
    unsigned char key[HC_AEAD_KEY_MAX];
    unsigned char iv[HC_AEAD_NONCE_LEN];

    tls->version = p->s.is_12 ? HC_TLS_12 : HC_TLS_13;
    tls->suite = hc_suite_find((uint16_t)p->s.suite);
    if (p->s.is_12) {
        memcpy(key, fuzz_secret, sizeof key);
        memcpy(iv, fuzz_secret, sizeof iv);
        hc_record_keys_set(&tls->reading, tls->crypto, tls->suite, key, iv);
        hc_record_keys_set(&tls->writing, tls->crypto, tls->suite, key, iv);
        server_set_keys(&p->s.writing, &p->s.crypto, p->s.suite, 12, key, iv);
    } else {
        memcpy(tls->read_secret, fuzz_secret, sizeof tls->read_secret);
        memcpy(tls->write_secret, fuzz_secret, sizeof tls->write_secret);
        memcpy(tls->resumption_secret, fuzz_secret, sizeof tls->resumption_secret);
        memcpy(p->s.server_application, fuzz_secret, sizeof p->s.server_application);
        (void)hc_set_keys_13(tls, &tls->reading, fuzz_secret);
        (void)hc_set_keys_13(tls, &tls->writing, fuzz_secret);
        server_traffic_keys(&p->s, &p->s.writing, fuzz_secret);
    }
    FUZZ_CHECK(hc_engine_open(tls, HC_X509_VERIFIED, HC_SIGNATURE_PROVEN, HC_FINISHED_PROVEN) ==
               HC_STEP_OK);
    tls->max_records = 4;
}

static bytes take_some(hc_cursor *input, size_t max)
{
    size_t len = hc_take_u8(input);

    if (len >= 0xE0) {
        len = (len & 31) << 10 | (size_t)hc_take_u8(input) << 2;
    }
    len = hc_min(len, max);
    if (len > hc_cursor_left(input)) { /* long records need no long inputs */
        bytes out = b_new(len);

        memset(out.ptr, hc_take_u8(input), len);
        return out;
    }
    return b_of(hc_take_bytes(input, len));
}

/* The script's records, up to its end. */
static bytes fuzz_records(server *s, hc_cursor *input)
{
    bytes record;
    unsigned op;
    unsigned type;

    s->out = b_none();
    while (hc_cursor_left(input) > 0 && s->out.len < 60000) {
        op = hc_take_u8(input);
        type = op >> 4 & 1 ? hc_take_u8(input) : 23 - (op >> 5 & 3u);
        record = b_none();
        switch (op & 7u) {
        case 0:
            record = take_some(input, 20000);
            break;
        case 1:
            record = b_cat3(b_u8(type), b_u16(0x0303), b_vector16(take_some(input, 20000)));
            break;
        case 2:
            s->padding = hc_take_u8(input);
            break;
        case 3: /* broken: any byte of it */
            record = server_record(s, type, take_some(input, 17000));
            type = hc_take_u8(input);
            record.ptr[type % record.len] ^= (unsigned char)(1u << (type & 7u));
            break;
        case 4:
            if (!s->is_12) {
                server_say_key_update(s, op >> 7);
            }
            break;
        default:
            record = server_record(s, type, take_some(input, 17000));
            break;
        }
        s->out = b_cat(s->out, record);
    }
    return s->out;
}

/* Feeds all of it: whole, or in pieces. */
static void fuzz_feed(pair *p, bytes stream, const unsigned char *pieces, size_t num_pieces,
                      outcome *out)
{
    size_t num = 0;
    size_t len;
    const unsigned char *data;

    memset(out, 0, sizeof *out);
    while (stream.len > 0 && out->code == HTTPSC_OK) {
        size_t room;
        unsigned char *space = hc_tls_feed_space(p->tls, &room);

        len = hc_min(stream.len, room);
        if (num_pieces > 0) {
            len = hc_min(len, (size_t)1 + pieces[num++ % num_pieces] * (size_t)3);
        }
        if (room == 0) {
            break;
        }
        memcpy(space, stream.ptr, len);
        stream.ptr += len;
        stream.len -= len;
        out->code = hc_tls_feed(p->tls, len, &p->error);
        while ((data = hc_tls_read(p->tls, &len)) != NULL) {
            len = num_pieces > 0 ? hc_min(len, (size_t)1 + pieces[num % num_pieces]) : len;
            fuzz_add(&out->sum, data, len);
            out->num_heard += len;
            hc_tls_read_done(p->tls, len);
        }
    }
    out->code = hc_tls_feed(p->tls, 0, &p->error);
    out->code = out->code == HTTPSC_OK ? hc_tls_feed_end(p->tls, &p->error) : out->code;
    out->state = hc_tls_state_of(p->tls);
    out->alert_sent = hc_tls_alert_sent(p->tls);
    out->alert_received = hc_tls_alert_received(p->tls);
    data = hc_tls_drain(p->tls, &len);
    fuzz_add(&out->sum, data, len);
}

static void fuzz_once(const uint8_t *data, size_t size, int in_pieces, outcome *out)
{
    static const unsigned suites[2][3] = {{0x1301, 0x1302, 0x1303}, {0xC02B, 0xC02C, 0xCCA9}};
    static const size_t records[] = {0, 512, 1024, 4096};
    hc_cursor input = hc_cursor_over(data, size);
    unsigned setting = hc_take_u8(&input);
    bytes pieces = b_none();
    bytes stream;
    pair p;

    memset(&p, 0, sizeof p);
    p.s.is_12 = setting & 1;
    p.s.suite = suites[setting & 1][(setting >> 1 & 3u) % 3];
    fuzz_start_alone(&p);
    pieces = b_of(hc_take_bytes(&input, hc_min(8, hc_cursor_left(&input))));
    p.params.max_record = records[setting >> 3 & 3u];
    FUZZ_CHECK(hc_tls_open(&p.params, &p.tls, &p.error) == HTTPSC_OK);
    if ((setting & 0xE0) != 0) {
        fuzz_open_at_once(&p);
    }
    hc_tls_drained(p.tls, SIZE_MAX);
    hc_hash_init(&p.s.transcript, p.s.hash);
    stream = fuzz_records(&p.s, &input);
    fuzz_feed(&p, stream, pieces.ptr, in_pieces ? pieces.len : 0, out);
    fuzz_end(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    outcome whole;
    outcome pieces;

    fuzz_once(data, size, 0, &whole);
    fuzz_once(data, size, 1, &pieces);
    FUZZ_CHECK(whole.state == pieces.state && whole.code == pieces.code);
    FUZZ_CHECK(whole.alert_sent == pieces.alert_sent);
    FUZZ_CHECK(whole.alert_received == pieces.alert_received);
    FUZZ_CHECK(whole.num_heard == pieces.num_heard && whole.sum == pieces.sum);
    return 0;
}
