/* Bodies on their way out, at every size of the place that they are put into. */
#include "unit.h"

static const char upload_text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
#define UPLOAD_LEN (sizeof upload_text - 1)

static size_t upload_at;
static int upload_turn;

/* Two bytes at a time, and WANT before each. */
static int upload_source_read(void *user, unsigned char *buf, size_t len, size_t *num_read)
{
    (void)user;
    if (upload_turn++ % 2 == 0) {
        return HTTPSC_WANT;
    }
    *num_read = hc_min(hc_min(len, 2), UPLOAD_LEN - upload_at);
    memcpy(buf, upload_text + upload_at, *num_read);
    upload_at += *num_read;
    return HTTPSC_OK;
}

static int upload_source_rewind(void *user)
{
    (void)user;
    upload_at = 0;
    return HTTPSC_OK;
}

/* All of a body with places of `room` bytes; the length, 0 when no byte comes any more. */
static size_t upload_all(hc_upload *upload, size_t room, unsigned char *out, size_t size)
{
    httpsc_error error;
    size_t len = 0;

    hc_error_clear(&error);
    for (int i = 0; i < 1000 && !upload->ended; i++) {
        unsigned char place[256];
        size_t num = 0;
        int code;

        memset(place, 0xA5, sizeof place);
        code = hc_upload_fill(upload, place, room, &num, &error);
        CHECK(code == HTTPSC_OK || (code == HTTPSC_WANT && num == 0));
        CHECK(num <= room && len + num <= size);
        CHECK_INT(place[room], 0xA5);
        memcpy(out + len, place, num);
        len += num;
    }
    CHECK_INT(error.code, HTTPSC_OK);
    return upload->ended ? len : 0;
}

/* Takes the chunks off; 0 when they are malformed. */
static size_t upload_unchunk(unsigned char *bytes, size_t len)
{
    hc_cursor in = hc_cursor_over(bytes, len);
    size_t out = 0;

    for (;;) {
        size_t size = 0;
        hc_cursor data;

        CHECK(hc_hex_value(hc_peek(&in)) >= 0);
        while (hc_hex_value(hc_peek(&in)) >= 0) {
            size = size * 16 + (size_t)hc_hex_value(hc_take_u8(&in));
        }
        if (!hc_take_text(&in, "\r\n")) {
            return 0;
        }
        data = hc_take_bytes(&in, size);
        memmove(bytes + out, data.at, hc_cursor_left(&data));
        out += size;
        if (!hc_take_text(&in, "\r\n")) {
            return 0;
        }
        if (size == 0) {
            return hc_cursor_left(&in) == 0 ? out : 0;
        }
    }
}

/* kind 0: bytes, 1: a source of known length, 2: a source of unknown, 3: chunked bytes */
static void upload_make(hc_upload *upload, int kind, const httpsc_allocator *allocator)
{
    httpsc_source source = {NULL, upload_source_read, upload_source_rewind};

    memset(upload, 0, sizeof *upload);
    upload->allocator = allocator;
    upload_at = 0;
    upload_turn = 0;
    if (kind == 0 || kind == 3) {
        hc_upload_set_bytes(upload, upload_text, UPLOAD_LEN);
        upload->chunked = kind == 3;
    } else {
        hc_upload_set_source(upload, &source, kind == 1 ? (int64_t)UPLOAD_LEN : -1);
    }
}

static void upload_in_every_room(void)
{
    unit_memory memory;

    unit_memory_init(&memory);
    for (int kind = 0; kind < 4; kind++) {
        for (size_t room = kind < 2 ? 1 : 14; room < 100; room++) {
            hc_upload upload;

            upload_make(&upload, kind, &memory.allocator);
            for (int again = 0; again < 2; again++) {
                unsigned char out[2000];
                size_t len = upload_all(&upload, room, out, sizeof out);

                if (upload.chunked) {
                    len = upload_unchunk(out, len);
                }
                CHECK_INT(len, UPLOAD_LEN);
                CHECK(memcmp(out, upload_text, UPLOAD_LEN) == 0);
                CHECK_INT(upload.num_read, UPLOAD_LEN);
                CHECK_INT(hc_upload_rewind(&upload), 1);
            }
            hc_upload_free(&upload);
        }
    }
    CHECK_INT(memory.live_blocks, 0);
}

/* Less room than a chunk needs: nothing is put there, and nothing is lost. */
static void upload_without_room(void)
{
    unit_memory memory;

    unit_memory_init(&memory);
    for (int kind = 0; kind < 4; kind++) {
        unsigned char place[16];
        httpsc_error error;
        hc_upload upload;
        size_t num = 7;

        hc_error_clear(&error);
        upload_make(&upload, kind, &memory.allocator);
        CHECK_INT(hc_upload_fill(&upload, place, kind < 2 ? 0 : 13, &num, &error), HTTPSC_OK);
        CHECK_INT(num, 0);
        CHECK_INT(upload.ended, 0);
        CHECK_INT(upload.num_read, 0);
        hc_upload_free(&upload);
    }
}

static void upload_of_nothing(void)
{
    unsigned char place[32];
    httpsc_error error;
    hc_upload upload;
    size_t num = 7;

    hc_error_clear(&error);
    memset(&upload, 0, sizeof upload);
    CHECK_INT(hc_upload_fill(&upload, place, 0, &num, &error), HTTPSC_OK);
    CHECK_INT(num, 0);
    CHECK_INT(upload.ended, 1);
    hc_upload_set_bytes(&upload, "", 0);
    upload.ended = 0;
    upload.chunked = 1;
    CHECK_INT(hc_upload_fill(&upload, place, sizeof place, &num, &error), HTTPSC_OK);
    CHECK(num == 5 && memcmp(place, "0\r\n\r\n", 5) == 0);
    CHECK_INT(upload.ended, 1);
}

UNIT_MAIN(UNIT(upload_in_every_room), UNIT(upload_without_room), UNIT(upload_of_nothing))
