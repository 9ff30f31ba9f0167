/* The buffers that records stand in: small when idle, larger for bulk, bounded when asked for. */
#include "unit.h"
#include "tls_server.h"

static void connect_as(pair *p, int is_12)
{
    memset(p, 0, sizeof *p);
    p->s.is_12 = is_12;
    pair_start(p);
    CHECK(pair_connect(p));
}

/* An idle connection holds its keys and little else. */
static void idle_connections_are_small(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        size_t room;
        pair p;
        size_t before;

        memset(&p, 0, sizeof p);
        p.s.is_12 = is_12;
        p.s.promises_ticket = is_12;
        p.s.num_tickets = 2;
        pair_start(&p);
        before = p.memory.live_bytes;
        CHECK(pair_connect(&p));
        pair_talk(&p);
        hc_tls_release(p.tls);
        CHECK(p.memory.live_bytes - before <= 4096);
        pair_talk(&p);
        (void)hc_tls_feed_space(p.tls, &room);
        hc_tls_release(p.tls);
        CHECK(p.memory.live_bytes - before <= 4096);
        pair_end(&p);
    }
}

/* Idle is who has nothing under way: not half a record, nothing to read or to drain. */
static void idle_is_told(void)
{
    pair p;
    bytes record;
    size_t room;

    connect_as(&p, 0);
    CHECK(hc_tls_is_idle(p.tls));
    record = server_record(&p.s, 23, b_text("x"));
    p.s.out = b_raw(record.ptr, 3);
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    CHECK(!hc_tls_is_idle(p.tls));
    p.s.out = b_raw(record.ptr + 3, record.len - 3);
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    CHECK(hc_tls_is_idle(p.tls));
    (void)hc_tls_write_space(p.tls, &room);
    CHECK(hc_tls_is_idle(p.tls));
    hc_tls_write(p.tls, 1);
    CHECK(!hc_tls_is_idle(p.tls));
    hc_tls_flush(p.tls);
    CHECK(!hc_tls_is_idle(p.tls));
    pair_drain(&p);
    CHECK(hc_tls_is_idle(p.tls));
    server_put(&p.s, 22, b_hex("1800"));
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    CHECK(!hc_tls_is_idle(p.tls)); /* half a message */
    pair_end(&p);
}

/* Bulk data: several records a feed, and the buffer grows for them, but not without need. */
static void many_records_a_feed(void)
{
    size_t room = 0;
    pair p;
    bytes piece;

    connect_as(&p, 0);
    (void)hc_tls_feed_space(p.tls, &room);
    CHECK(room <= 4096);
    piece = b_new(16384);
    memset(piece.ptr, 'y', piece.len);
    for (int i = 0; i < 12; i++) {
        server_put(&p.s, 23, piece);
    }
    CHECK_INT(pair_run(&p), HTTPSC_OK);
    CHECK_INT(p.heard.len, 12 * 16384);
    (void)hc_tls_feed_space(p.tls, &room);
    CHECK(room > 2 * 16384);
    pair_end(&p);
}

/* One record of head and body, and a full one. */
static void writes_make_one_record(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        size_t room;
        size_t len;
        unsigned char *space;
        pair p;

        connect_as(&p, is_12);
        space = hc_tls_write_space(p.tls, &room);
        CHECK_INT(room, 16384);
        memcpy(space, "head", 4);
        hc_tls_write(p.tls, 4);
        (void)hc_tls_drain(p.tls, &len);
        CHECK_INT(len, 0);
        space = hc_tls_write_space(p.tls, &room);
        CHECK_INT(room, 16380);
        memset(space, 'b', room);
        hc_tls_write(p.tls, room);
        CHECK(hc_tls_write_space(p.tls, &room) == NULL || room == 0);
        hc_tls_flush(p.tls);
        (void)hc_tls_drain(p.tls, &len);
        CHECK_INT(len, 16384 + 5 + 16 + (is_12 ? 8 : 1));
        CHECK(hc_tls_write_space(p.tls, &room) == NULL && room == 0); /* drain first */
        pair_drain(&p);
        CHECK_INT(p.s.said.len, 16384);
        CHECK(hc_tls_write_space(p.tls, &room) != NULL);
        pair_end(&p);
    }
}

/* What is written waits behind what is not drained, byte by byte. */
static void drains_byte_by_byte(void)
{
    pair p;
    size_t len;
    const unsigned char *out;

    connect_as(&p, 0);
    for (int i = 0; i < 20; i++) {
        size_t room;
        unsigned char *space = hc_tls_write_space(p.tls, &room);

        if (room > 0) {
            space[0] = (unsigned char)('a' + i);
            hc_tls_write(p.tls, 1);
            hc_tls_flush(p.tls);
        }
        out = hc_tls_drain(p.tls, &len);
        server_take(&p.s, out, 1);
        hc_tls_drained(p.tls, 1);
    }
    for (out = hc_tls_drain(p.tls, &len); len > 0; out = hc_tls_drain(p.tls, &len)) {
        server_take(&p.s, out, 1);
        hc_tls_drained(p.tls, 1);
    }
    CHECK(p.s.said.len == 20 && memcmp(p.s.said.ptr, "abcdefghijklmnopqrst", 20) == 0);
    pair_end(&p);
}

/* Small records: asked for, and refused when they are larger. */
static void small_records(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        pair p;
        size_t room;
        bytes body;

        memset(&p, 0, sizeof p);
        p.s.is_12 = is_12;
        p.s.fragment = 256;
        pair_start(&p);
        p.params.max_record = 512;
        *(is_12 ? &p.s.more_extensions : &p.s.more_encrypted) = b_extension(28, b_u16(300));
        CHECK(pair_connect(&p));
        body = server_find_extension(p.s.hello, 28);
        CHECK(body.len == 2 && body.ptr[0] == 2 && body.ptr[1] == 0);
        body = server_find_extension(p.s.hello, 1);
        CHECK(body.len == 1 && body.ptr[0] == 1);
        (void)hc_tls_write_space(p.tls, &room);
        CHECK_INT(room, is_12 ? 300 : 299);
        pair_talk(&p);
        pair_end(&p);
    }
}

/* One record of so many bytes from a server that answered record_size_limit, or did not. */
static int small_record_comes(int is_12, int answers, size_t len, httpsc_error *error)
{
    bytes body;
    pair p;
    int code;

    memset(&p, 0, sizeof p);
    p.s.is_12 = is_12;
    p.s.fragment = 256;
    pair_start(&p);
    p.params.max_record = 512;
    if (answers) {
        *(is_12 ? &p.s.more_extensions : &p.s.more_encrypted) = b_extension(28, b_u16(512));
    }
    CHECK(pair_connect(&p));
    body = b_new(len);
    memset(body.ptr, 'x', len);
    server_put(&p.s, 23, body);
    code = pair_run(&p);
    CHECK_INT(hc_tls_alert_sent(p.tls), code == HTTPSC_OK ? -1 : 22);
    *error = p.error;
    pair_end(&p);
    return code;
}

/* Who answers keeps to it to the byte, and the content type of 1.3 counts (RFC 8449, 4); who does
 * not is told what it would take. */
static void sizes_that_were_agreed_on(void)
{
    httpsc_error error;

    for (int is_12 = 0; is_12 < 2; is_12++) {
        size_t max = is_12 ? 512 : 511;

        CHECK_INT(small_record_comes(is_12, 1, max, &error), HTTPSC_OK);
        CHECK_INT(small_record_comes(is_12, 1, max + 1, &error),
                  HTTPSC_ERR_TLS_PROTOCOL);
        CHECK(strstr(error.text, "maximum") != NULL && strstr(error.text, "does not know") == NULL);
        CHECK_INT(small_record_comes(is_12, 0, max + 1, &error), HTTPSC_OK);
        CHECK_INT(small_record_comes(is_12, 0, 512 + 256 + 1, &error),
                  HTTPSC_ERR_TLS_PROTOCOL);
        CHECK(strstr(error.text, "does not know record_size_limit") != NULL);
    }
}

/* What is in the clear is no protected record, and as long as the server likes (RFC 8449, 4): all
 * of TLS 1.2's first flight is. */
static void small_records_are_protected_ones(void)
{
    static const size_t fragments[] = {513, 2000, 16384};

    for (size_t i = 0; i < HC_ARRAY_LEN(fragments); i++) {
        pair p;

        memset(&p, 0, sizeof p);
        p.s.is_12 = 1;
        p.s.fragment = fragments[i];
        pair_start(&p);
        p.params.max_record = 512;
        p.s.more_extensions = b_extension(28, b_u16(16384));
        CHECK(pair_connect(&p));
        pair_end(&p);
    }
}

static void max_fragment_lengths(void)
{
    static const struct {
        unsigned code;
        int code_ok;
    } cases[] = {{0, 0}, {1, 0}, {2, 0}, {3, 1}, {4, 0}, {5, 0}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        pair p;
        size_t room;

        memset(&p, 0, sizeof p);
        pair_start(&p);
        p.params.max_record = 3000; /* 2048 is the largest power of two in it: code 3 */
        p.s.more_encrypted = b_extension(1, b_u8(cases[i].code));
        if (cases[i].code_ok) {
            CHECK(pair_connect(&p));
            (void)hc_tls_write_space(p.tls, &room);
            CHECK_INT(room, 2048);
            pair_end(&p);
        } else {
            pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
        }
    }
    {
        pair p;

        memset(&p, 0, sizeof p);
        pair_start(&p);
        p.params.max_record = 2048;
        p.s.more_encrypted = b_cat(b_extension(1, b_u8(3)), b_extension(28, b_u16(1000)));
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47); /* both */
        memset(&p, 0, sizeof p);
        pair_start(&p);
        p.params.max_record = 2048;
        p.s.more_encrypted = b_extension(28, b_u16(63));
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 47);
    }
}

UNIT_MAIN(UNIT(idle_connections_are_small), UNIT(idle_is_told), UNIT(many_records_a_feed),
          UNIT(writes_make_one_record), UNIT(drains_byte_by_byte), UNIT(small_records),
          UNIT(sizes_that_were_agreed_on), UNIT(small_records_are_protected_ones),
          UNIT(max_fragment_lengths))
