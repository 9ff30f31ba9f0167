#include "upload.h"

/* "ffff" CRLF before a chunk, CRLF behind it, and the last chunk "0" CRLF CRLF. */
#define UPLOAD_CHUNK_HEAD 6
#define UPLOAD_CHUNK_END 2
#define UPLOAD_LAST_CHUNK 5
#define UPLOAD_CHUNK_MAX 0xffff

HC_FN void hc_upload_set_bytes(hc_upload *upload, const void *bytes, size_t len)
{
    upload->one.bytes = hc_cursor_over(bytes, len);
    upload->num = 1;
    upload->len = len;
    upload->present = 1;
}

HC_FN int hc_upload_set_file(hc_upload *upload, const char *path, httpsc_error *error)
{
    int native = 0;

    if (hc_file_open(path, SIZE_MAX, &upload->one.file, &native) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_BODY, native, "%s (system code %d)", path, native);
    }
    upload->one.is_file = 1;
    upload->num = 1;
    upload->len = upload->one.file.size;
    upload->present = 1;
    return HTTPSC_OK;
}

HC_FN void hc_upload_set_source(hc_upload *upload, const httpsc_source *source, int64_t len)
{
    upload->source = *source;
    upload->is_source = 1;
    upload->present = 1;
    upload->chunked = len < 0;
    upload->len = len < 0 ? 0 : (uint64_t)len;
}

HC_FN void hc_upload_free(hc_upload *upload)
{
    const hc_segment *segments = upload->more != NULL ? upload->more : &upload->one;

    for (size_t i = 0; i < upload->num; i++) {
        if (segments[i].is_file) {
            hc_file file = segments[i].file;

            hc_file_close(&file);
        }
    }
    if (upload->more != NULL) {
        hc_free(upload->allocator, upload->more, upload->num * sizeof *upload->more);
    }
    if (upload->text.allocator != NULL) {
        hc_buffer_free(&upload->text);
    }
    memset(upload, 0, sizeof *upload);
}

HC_FN int hc_upload_can_rewind(const hc_upload *upload)
{
    return !upload->is_source || !upload->touched || upload->source.rewind != NULL;
}

HC_FN int hc_upload_rewind(hc_upload *upload)
{
    if (upload->is_source && upload->touched &&
        (upload->source.rewind == NULL ||
         upload->source.rewind(upload->source.user) != HTTPSC_OK)) {
        return 0;
    }
    upload->at = 0;
    upload->offset = 0;
    upload->touched = 0;
    upload->has_held = 0;
    upload->saw_end = 0;
    upload->num_read = 0;
    upload->ended = 0;
    return 1;
}

/* ---- the content, without framing ---- */

static int upload_read_segments(hc_upload *upload, unsigned char *place, size_t room, size_t *len,
                                httpsc_error *error)
{
    while (upload->at < upload->num && *len < room) {
        const hc_segment *segment =
            upload->more != NULL ? &upload->more[upload->at] : &upload->one;
        size_t size = segment->is_file ? segment->file.size : hc_cursor_left(&segment->bytes);
        size_t part = hc_min(size - upload->offset, room - *len);

        if (segment->is_file && part > 0 &&
            !hc_file_read_at(&segment->file, upload->offset, place + *len, part)) {
            return hc_fail(error, HTTPSC_ERR_REQUEST_BODY_LENGTH, 0,
                           "a file of %z bytes became shorter", size);
        }
        if (!segment->is_file && part > 0) {
            memcpy(place + *len, segment->bytes.at + upload->offset, part);
        }
        *len += part;
        upload->offset += part;
        if (upload->offset == size) {
            upload->at++;
            upload->offset = 0;
        }
    }
    upload->saw_end = upload->at == upload->num;
    return HTTPSC_OK;
}

static int upload_ask(hc_upload *upload, unsigned char *place, size_t room, size_t *num,
                      httpsc_error *error)
{
    int code;

    *num = 0;
    upload->touched = 1;
    code = hc_callback_code(upload->source.read(upload->source.user, place, room, num),
                            HTTPSC_ERR_REQUEST_BODY);
    if (code == HTTPSC_OK && *num > room) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_BODY, 0,
                       "the source says that it gave more than it was asked for");
    }
    if (code != HTTPSC_OK && code != HTTPSC_WANT) {
        return hc_fail(error, code, 0, "the source gave up");
    }
    upload->saw_end = code == HTTPSC_OK && *num == 0;
    return code;
}

/* Of a source with a length the last byte goes out only when the source has ended behind it: a
 * server never takes the start of a longer body for the whole. */
static int upload_read_source(hc_upload *upload, unsigned char *place, size_t room, size_t *len,
                              httpsc_error *error)
{
    uint64_t left = upload->len - upload->num_read;
    unsigned char beyond;
    size_t num = 0;
    int code;

    if (upload->chunked) {
        return upload_ask(upload, place, room, len, error);
    }
    if (left > 0) {
        code = upload_ask(upload, place, left < room ? (size_t)left : room, len, error);
        if (code != HTTPSC_OK) {
            return code;
        }
        if (upload->saw_end) {
            return hc_fail(error, HTTPSC_ERR_REQUEST_BODY_LENGTH, 0,
                           "the source ended before its length");
        }
        if (*len < left) {
            return HTTPSC_OK;
        }
        *len -= 1;
        upload->held = place[*len];
        upload->has_held = 1;
        upload->num_read++;
    }
    code = upload_ask(upload, &beyond, 1, &num, error);
    if (code == HTTPSC_OK && !upload->saw_end) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_BODY_LENGTH, 0,
                       "the source goes on behind its length");
    }
    if (code == HTTPSC_OK && upload->has_held) {
        place[*len] = upload->held;
        *len += 1;
        upload->num_read--; /* the caller counts it */
        upload->has_held = 0;
    }
    return code == HTTPSC_WANT && *len > 0 ? HTTPSC_OK : code;
}

static int upload_read(hc_upload *upload, unsigned char *place, size_t room, size_t *len,
                       httpsc_error *error)
{
    int code = upload->is_source ? upload_read_source(upload, place, room, len, error)
                                 : upload_read_segments(upload, place, room, len, error);

    if (code == HTTPSC_OK) {
        upload->num_read += *len;
    }
    return code;
}

/* ---- framing ---- */

/* The size of a chunk in hexadecimal, and CRLF: their length. */
static size_t upload_chunk_head(size_t size, unsigned char *place)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = 0;
    int shift = 12;

    while (shift > 0 && (size >> shift) == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        place[len++] = (unsigned char)digits[(size >> shift) & 15];
    }
    place[len++] = '\r';
    place[len++] = '\n';
    return len;
}

static int upload_fill_chunk(hc_upload *upload, unsigned char *place, size_t room, size_t *len,
                             httpsc_error *error)
{
    const size_t around = UPLOAD_CHUNK_HEAD + UPLOAD_CHUNK_END + UPLOAD_LAST_CHUNK;
    unsigned char *content = place + UPLOAD_CHUNK_HEAD;
    size_t num = 0;
    int code = HTTPSC_OK;

    if (room <= around) {
        return HTTPSC_OK;
    }
    if (!upload->saw_end) {
        code = upload_read(upload, content, hc_min(room - around, UPLOAD_CHUNK_MAX), &num, error);
    }
    if (code == HTTPSC_OK && num > 0) {
        unsigned char head[UPLOAD_CHUNK_HEAD];
        size_t head_len = upload_chunk_head(num, head);

        memmove(place + head_len, content, num);
        memcpy(place, head, head_len);
        memcpy(place + head_len + num, "\r\n", 2);
        *len = head_len + num + 2;
    }
    if (code == HTTPSC_OK && upload->saw_end) {
        memcpy(place + *len, "0\r\n\r\n", UPLOAD_LAST_CHUNK);
        *len += UPLOAD_LAST_CHUNK;
        upload->ended = 1;
    }
    return code;
}

HC_FN int hc_upload_fill(hc_upload *upload, unsigned char *place, size_t room, size_t *len,
                         httpsc_error *error)
{
    int code;

    *len = 0;
    if (!upload->present) {
        upload->ended = 1;
    }
    if (upload->ended) {
        return HTTPSC_OK;
    }
    if (upload->chunked) {
        return upload_fill_chunk(upload, place, room, len, error);
    }
    if (room == 0 && (upload->len > 0 || upload->is_source)) {
        return HTTPSC_OK;
    }
    code = upload_read(upload, place, room, len, error);
    upload->ended = code == HTTPSC_OK && upload->saw_end;
    return code;
}
