#include "upload.h"

#include "../http/form.h"

/* "ffff" CRLF before a chunk, CRLF behind it, and the last chunk "0" CRLF CRLF. */
#define UPLOAD_CHUNK_HEAD 6
#define UPLOAD_CHUNK_END 2
#define UPLOAD_LAST_CHUNK 5
#define UPLOAD_CHUNK_MAX 0xffff

HC_FN void hc_upload_set_bytes(hc_upload *upload, const void *bytes, size_t len)
{
    upload->kind = HC_UPLOAD_BYTES;
    upload->bytes = hc_cursor_over(bytes, len);
    upload->len = len;
}

HC_FN int hc_upload_set_form(hc_upload *upload, const httpsc_field *fields, size_t num_fields,
                             httpsc_error *error)
{
    hc_buffer_init(&upload->text, upload->allocator, SIZE_MAX);
    if (hc_form_add(fields, num_fields, &upload->text) != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    hc_upload_set_bytes(upload, upload->text.ptr, upload->text.len);
    upload->type = "application/x-www-form-urlencoded";
    return HTTPSC_OK;
}

static int upload_open(const char *path, hc_file *file, httpsc_error *error)
{
    int native = 0;

    return hc_file_open(path, SIZE_MAX, file, &native) == HTTPSC_OK
               ? HTTPSC_OK
               : hc_fail(error, HTTPSC_ERR_REQUEST_BODY, native, "%s (system code %d)", path,
                         native);
}

HC_FN int hc_upload_set_file(hc_upload *upload, const char *path, httpsc_error *error)
{
    if (upload_open(path, &upload->file, error) == HTTPSC_OK) {
        upload->kind = HC_UPLOAD_FILE;
        upload->len = upload->file.size;
    }
    return error->code;
}

static const char *upload_file_name(const char *path)
{
    const char *name = path;

    for (; *path != '\0'; path++) {
        if (*path == '/' || *path == '\\') {
            name = path + 1;
        }
    }
    return name;
}

static int upload_open_part(hc_upload_parts *own, const httpsc_part *part, httpsc_error *error)
{
    hc_part *to = &own->parts[own->num_open];
    hc_file *file = &own->files[own->num_open];

    to->name = part->name;
    to->filename = part->filename;
    to->content_type = part->content_type;
    to->bytes = part->value;
    if (part->file != NULL) {
        if (upload_open(part->file, file, error) != HTTPSC_OK) {
            return error->code;
        }
        to->is_streamed = 1;
        to->len = (int64_t)file->size;
        if (to->filename == NULL) {
            to->filename = upload_file_name(part->file);
        }
    }
    own->num_open++;
    return HTTPSC_OK;
}

HC_FN int hc_upload_set_parts(hc_upload *upload, const httpsc_part *parts, size_t num_parts,
                              const unsigned char random[HC_BOUNDARY_RANDOM_BYTES],
                              httpsc_error *error)
{
    hc_upload_parts *own = hc_alloc(upload->allocator, sizeof *own);

    if (num_parts > HC_MULTIPART_PARTS_MAX) {
        hc_free(upload->allocator, own, sizeof *own);
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "%z parts", num_parts);
    }
    if (own == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    upload->kind = HC_UPLOAD_MULTIPART;
    upload->parts = own;
    own->num = num_parts;
    own->piece = hc_cursor_over(NULL, 0);
    own->parts = hc_alloc(upload->allocator, num_parts * sizeof *own->parts);
    own->files = hc_alloc(upload->allocator, num_parts * sizeof *own->files);
    if (own->parts == NULL || own->files == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    while (own->num_open < num_parts) {
        if (upload_open_part(own, &parts[own->num_open], error) != HTTPSC_OK) {
            return error->code;
        }
    }
    if (hc_multipart_init(&own->multipart, upload->allocator, own->parts, num_parts, random,
                          error) != HTTPSC_OK) {
        return error->code;
    }
    if (!hc_multipart_length(&own->multipart, &upload->len)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "the parts are too long together");
    }
    hc_buffer_init(&upload->text, upload->allocator, SIZE_MAX);
    if (hc_multipart_add_type(&own->multipart, &upload->text) != HC_BUFFER_OK ||
        hc_buffer_add(&upload->text, "", 1) != HC_BUFFER_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    upload->type = (const char *)upload->text.ptr;
    return HTTPSC_OK;
}

HC_FN void hc_upload_set_source(hc_upload *upload, const httpsc_source *source, int64_t len)
{
    upload->kind = HC_UPLOAD_SOURCE;
    upload->source = *source;
    upload->chunked = len < 0;
    upload->len = len < 0 ? 0 : (uint64_t)len;
}

static void upload_free_parts(hc_upload *upload)
{
    hc_upload_parts *own = upload->parts;

    for (size_t i = 0; i < own->num_open; i++) {
        if (own->parts[i].is_streamed) {
            hc_file_close(&own->files[i]);
        }
    }
    if (own->multipart.head.allocator != NULL) {
        hc_multipart_free(&own->multipart);
    }
    hc_free(upload->allocator, own->parts, own->num * sizeof *own->parts);
    hc_free(upload->allocator, own->files, own->num * sizeof *own->files);
    hc_free(upload->allocator, own, sizeof *own);
}

HC_FN void hc_upload_free(hc_upload *upload)
{
    if (HC_HAS_UPLOADS && upload->kind == HC_UPLOAD_FILE) {
        hc_file_close(&upload->file);
    }
    if (HC_HAS_UPLOADS && upload->parts != NULL) {
        upload_free_parts(upload);
    }
    if (upload->text.allocator != NULL) {
        hc_buffer_free(&upload->text);
    }
    memset(upload, 0, sizeof *upload);
}

HC_FN int hc_upload_can_rewind(const hc_upload *upload)
{
    return !upload->touched || upload->source.rewind != NULL;
}

HC_FN int hc_upload_rewind(hc_upload *upload)
{
    if (HC_HAS_UPLOADS && upload->touched && (upload->source.rewind == NULL ||
                            upload->source.rewind(upload->source.user) != HTTPSC_OK)) {
        return 0;
    }
    if (HC_HAS_UPLOADS && upload->parts != NULL) {
        hc_multipart_rewind(&upload->parts->multipart);
        upload->parts->piece = hc_cursor_over(NULL, 0);
        upload->parts->in_file = 0;
    }
    upload->offset = 0;
    upload->touched = 0;
    upload->saw_end = 0;
    upload->num_read = 0;
    upload->ended = 0;
    return 1;
}

/* ---- the content, without framing ---- */

/* Appends to a place of len bytes, *num of them used, what follows of a file or of bytes. */
static int upload_copy_file(const hc_file *file, size_t *offset, unsigned char *place, size_t len,
                            size_t *num, httpsc_error *error)
{
    size_t part = hc_min(file->size - *offset, len - *num);

    if (part > 0 && !hc_file_read_at(file, *offset, place + *num, part)) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_BODY_LENGTH, 0,
                       "a file of %z bytes became shorter, or cannot be read", file->size);
    }
    *offset += part;
    *num += part;
    return HTTPSC_OK;
}

static void upload_copy(hc_cursor *from, unsigned char *place, size_t len, size_t *num)
{
    hc_cursor part = hc_take_bytes(from, hc_min(hc_cursor_left(from), len - *num));
    size_t part_len = hc_cursor_left(&part);

    if (part_len > 0) {
        memcpy(place + *num, part.at, part_len);
        *num += part_len;
    }
}

static int upload_read_parts(hc_upload *upload, unsigned char *place, size_t room, size_t *len,
                             httpsc_error *error)
{
    hc_upload_parts *own = upload->parts;

    while (*len < room && !upload->saw_end) {
        upload_copy(&own->piece, place, room, len);
        if (own->in_file) {
            const hc_file *file = &own->files[own->at];

            if (upload_copy_file(file, &upload->offset, place, room, len, error) != HTTPSC_OK) {
                return error->code;
            }
            own->in_file = upload->offset < file->size;
        }
        if (hc_cursor_left(&own->piece) > 0 || own->in_file) {
            continue;
        }
        switch (hc_multipart_next(&own->multipart, &own->piece, &own->at)) {
        case HC_MULTIPART_BYTES:
            break;
        case HC_MULTIPART_STREAM:
            upload->offset = 0;
            own->in_file = 1;
            break;
        case HC_MULTIPART_END:
            upload->saw_end = 1;
            break;
        default:
            return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        }
    }
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

/* Of a source with a length the last byte goes out only when the source was asked for more behind
 * it, and had none: a server never takes the start of a longer body for the whole. HTTPSC_WANT is
 * none, too: a pipe that stays open cannot tell its end. */
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
    }
    code = upload_ask(upload, &beyond, 1, &num, error);
    if (code == HTTPSC_OK && !upload->saw_end) {
        code = hc_fail(error, HTTPSC_ERR_REQUEST_BODY_LENGTH, 0,
                       "the source goes on behind its length");
    }
    if (code != HTTPSC_OK && code != HTTPSC_WANT) {
        *len = 0;
        return code;
    }
    upload->saw_end = 1;
    return HTTPSC_OK;
}

static int upload_read(hc_upload *upload, unsigned char *place, size_t room, size_t *len,
                       httpsc_error *error)
{
    hc_cursor rest;
    int code = HTTPSC_OK;

    switch (HC_HAS_UPLOADS ? upload->kind : HC_UPLOAD_BYTES) {
    case HC_UPLOAD_BYTES:
        rest = upload->bytes;
        (void)hc_take_bytes(&rest, upload->offset);
        upload_copy(&rest, place, room, len);
        upload->offset += *len;
        upload->saw_end = hc_cursor_left(&rest) == 0;
        break;
    case HC_UPLOAD_FILE:
        code = upload_copy_file(&upload->file, &upload->offset, place, room, len, error);
        upload->saw_end = upload->offset == upload->file.size;
        break;
    case HC_UPLOAD_MULTIPART:
        code = upload_read_parts(upload, place, room, len, error);
        break;
    default:
        code = upload_read_source(upload, place, room, len, error);
    }
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
    if (upload->kind == HC_UPLOAD_NONE) {
        upload->ended = 1;
    }
    if (upload->ended) {
        return HTTPSC_OK;
    }
    if (upload->chunked) {
        return upload_fill_chunk(upload, place, room, len, error);
    }
    if (room == 0 && (upload->len > 0 || upload->kind == HC_UPLOAD_SOURCE)) {
        return HTTPSC_OK;
    }
    code = upload_read(upload, place, room, len, error);
    upload->ended = code == HTTPSC_OK && upload->saw_end;
    return code;
}
