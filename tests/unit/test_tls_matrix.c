/*
 * In each state each handshake message: only the legal one goes on. Whole, in one-byte records, and
 * several in one record; in the clear where it must be protected; and with 1.3's messages in 1.2
 * and the other way round.
 */
#include "unit.h"
#include "tls_server.h"

/* Every HandshakeType that was ever given out, and two that were not. */
static const unsigned all_types[] = {0,  1,  2,  3,  4,  5,  6,  8,  9,  10, 11,
                                     12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25,
                                     31, 32, 67, 203, 254, 255};

static int num_cells;

/* A body such as that message may have; the state is to be what refuses it. */
static bytes body_of(server *s, unsigned type)
{
    switch (type) {
    case 4:
        return s->is_12 ? b_cat(b_hex("00000e10"), b_vector16(b_text("ticket")))
                        : server_ticket_13("ticket", 7200);
    case 8:
        return b_vector16(b_none());
    case 11:
        return s->is_12 ? b_vector24(b_vector24(server_leaf(s)))
                        : b_cat(b_u8(0), b_vector24(b_cat(b_vector24(server_leaf(s)),
                                                          b_u16(0))));
    case 13:
        return s->is_12 ? b_cat3(b_vector8(b_hex("0140")), b_vector16(b_hex("0403")), b_u16(0))
                        : b_cat(b_u8(0), b_vector16(b_extension(13, b_vector16(b_hex("0403")))));
    case 15:
        return server_sign(s, b_text("whatever"));
    case 20:
        return b_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    case 24:
        return b_u8(0);
    default:
        return b_none();
    }
}

typedef struct way {
    int is_12;
    int asks_certificate;
    int resumes;
    size_t fragment;
    int coalesces;
} way;

static void start(pair *p, const way *w)
{
    memset(p, 0, sizeof *p);
    p->s.is_12 = w->is_12;
    p->s.asks_certificate = w->asks_certificate;
    p->s.fragment = w->fragment;
    p->s.coalesces = w->coalesces;
    p->s.promises_ticket = w->is_12;
    if (w->resumes) {
        pair_give_session(p);
    } else {
        pair_start(p);
    }
}

/* One message in the place of, or before, the one that is due at a position. */
static void cell(const way *w, unsigned position, unsigned other)
{
    pair p;

    start(&p, w);
    p.s.edit_type = position;
    p.s.edit = EDIT_BEFORE;
    p.s.edit_other = other;
    p.s.edit_body = body_of(&p.s, other);
    CHECK_INT(pair_open(&p), HTTPSC_OK);
    CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
    if (hc_tls_alert_sent(p.tls) != 10) {
        printf("    state before %u, message %u, 1.%d\n", position, other, w->is_12 ? 2 : 3);
    }
    CHECK_INT(hc_tls_alert_sent(p.tls), 10);
    CHECK(p.heard.len == 0);
    pair_end(&p);
    num_cells++;
}

/* 1 when a message is legal where another is due; a HelloRequest is ignored in a handshake of 1.2
 * (RFC 5246, 7.4.1.1). */
static int is_legal(const way *w, unsigned position, unsigned other)
{
    if (other == position || (other == 0 && w->is_12)) {
        return 1;
    }
    if (w->resumes) {
        return 0;
    }
    if (w->is_12) {
        return other == 13 && position == 14 && !w->asks_certificate;
    }
    return (other == 13 && position == 11 && !w->asks_certificate) ||
           (other == 11 && position == 13);
}

static void row(const way *w, const unsigned *positions, size_t num_positions)
{
    for (size_t i = 0; i < num_positions; i++) {
        for (size_t j = 0; j < HC_ARRAY_LEN(all_types); j++) {
            if (!is_legal(w, positions[i], all_types[j])) {
                cell(w, positions[i], all_types[j]);
            }
        }
    }
}

static void messages_out_of_turn_13(void)
{
    static const unsigned positions[] = {2, 8, 13, 11, 15, 20};
    static const unsigned resumed[] = {8, 20};
    static const way ways[] = {{0, 1, 0, 0, 0}, {0, 0, 0, 1, 0}, {0, 0, 0, 0, 1}};
    static const way resuming = {0, 0, 1, 0, 0};

    for (size_t i = 0; i < HC_ARRAY_LEN(ways); i++) {
        if (ways[i].asks_certificate) {
            row(&ways[i], positions, HC_ARRAY_LEN(positions));
        } else {
            row(&ways[i], positions, 2);
            row(&ways[i], positions + 3, 3);
        }
    }
    row(&resuming, resumed, HC_ARRAY_LEN(resumed));
    CHECK(num_cells > 400);
}

static void messages_out_of_turn_12(void)
{
    static const unsigned positions[] = {2, 11, 12, 14, 4, 20};
    static const unsigned resumed[] = {4, 20};
    static const way ways[] = {{1, 1, 0, 0, 0}, {1, 0, 0, 1, 0}, {1, 0, 0, 0, 1}};
    static const way resuming = {1, 0, 1, 0, 0};
    int before = num_cells;

    for (size_t i = 0; i < HC_ARRAY_LEN(ways); i++) {
        row(&ways[i], positions, HC_ARRAY_LEN(positions));
    }
    row(&resuming, resumed, HC_ARRAY_LEN(resumed));
    CHECK(num_cells - before > 400);
}

/* After the handshake: tickets and KeyUpdate in 1.3, HelloRequest in 1.2. */
static void messages_after_the_handshake(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        for (size_t i = 0; i < HC_ARRAY_LEN(all_types); i++) {
            way w = {is_12, 0, 0, 0, 0};
            unsigned type = all_types[i];
            pair p;

            if (is_12 ? type == 0 : type == 4 || type == 24) {
                continue;
            }
            start(&p, &w);
            CHECK(pair_connect(&p));
            server_say(&p.s, type, body_of(&p.s, type));
            server_flush(&p.s);
            server_put(&p.s, 23, b_text("not to be heard"));
            CHECK_INT(pair_run(&p), HTTPSC_ERR_TLS_PROTOCOL);
            CHECK_INT(p.s.alert, 10);
            CHECK(p.heard.len == 0);
            pair_end(&p);
            num_cells++;
        }
    }
}

/* Each message of the protected flight in the clear, once there are keys. */
static void messages_in_the_clear(void)
{
    static const unsigned types[] = {8, 11, 13, 15, 20, 4, 24};

    for (int is_open = 0; is_open < 2; is_open++) {
        for (size_t i = 0; i < HC_ARRAY_LEN(types); i++) {
            for (unsigned content_type = 21; content_type <= 24; content_type++) {
                static const way w = {0, 0, 0, 0, 0};
                pair p;

                start(&p, &w);
                if (is_open) {
                    CHECK(pair_connect(&p));
                } else {
                    size_t hello_len;

                    CHECK_INT(pair_open(&p), HTTPSC_OK);
                    pair_drain(&p);
                    hello_len = 5 + ((size_t)p.s.out.ptr[3] << 8 | p.s.out.ptr[4]);
                    p.s.out.len = hello_len; /* ServerHello alone */
                    CHECK_INT(pair_feed(&p), HTTPSC_OK);
                }
                server_put_clear(&p.s, content_type,
                                 content_type == 21 && is_open
                                     ? b_hex("0200")
                                     : server_message(types[i], body_of(&p.s, types[i])));
                CHECK(pair_run(&p) != HTTPSC_OK);
                CHECK_INT(hc_tls_state_of(p.tls), HC_TLS_FAILED);
                /* what says that it is protected fails to open; an alert may come, in form */
                CHECK_INT(hc_tls_alert_sent(p.tls), content_type == 23              ? 20
                                                    : content_type == 21 && !is_open ? 50
                                                                                     : 10);
                CHECK(p.heard.len == 0);
                pair_end(&p);
                num_cells++;
            }
        }
    }
}

static void cells_are_many(void)
{
    CHECK(num_cells >= 600);
    printf("    %d cells\n", num_cells);
}

UNIT_MAIN(UNIT(messages_out_of_turn_13), UNIT(messages_out_of_turn_12),
          UNIT(messages_after_the_handshake), UNIT(messages_in_the_clear), UNIT(cells_are_many))
