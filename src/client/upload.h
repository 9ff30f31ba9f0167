/*
 * The body of a request on its way out: bytes in memory, files and a callback, framed by a length
 * or by chunks (RFC 9112, 7.1).
 */
#ifndef HC_UPLOAD_H
#define HC_UPLOAD_H

#include "../http/multipart.h"
#include "../platform/platform.h"

typedef enum hc_upload_kind {
    HC_UPLOAD_NONE = 0,
    HC_UPLOAD_BYTES,
    HC_UPLOAD_FILE,
    HC_UPLOAD_MULTIPART,
    HC_UPLOAD_SOURCE
} hc_upload_kind;

/* What a multipart body has beside its bytes. */
typedef struct hc_upload_parts {
    hc_multipart multipart;
    hc_part *parts;
    hc_file *files;      /* one a part; used where the part is streamed */
    size_t num;
    size_t num_open;     /* the first of them, as far as they are streamed */
    size_t at;           /* the part whose file is read */
    int in_file;
    hc_cursor piece;     /* bytes at hand */
} hc_upload_parts;

/* Zeroed it is no body at all. */
typedef struct hc_upload {
    const httpsc_allocator *allocator;
    hc_upload_kind kind;
    hc_cursor bytes;     /* borrowed, or in text */
    hc_buffer text;      /* bytes of its own: a form, or the type of a multipart body */
    const char *type;    /* its Content-Type where the caller names none; NULL: not known */
    hc_file file;        /* its own to close */
    size_t offset;       /* in bytes, or in a file */
    hc_upload_parts *parts;

    httpsc_source source;
    int touched;         /* the source was asked */
    int saw_end;         /* the source said so */

    int chunked;
    uint64_t len;        /* in all, where it is not chunked */
    uint64_t num_read;   /* of the content, without framing */
    int ended;           /* all of it was given */
} hc_upload;

/* Makes a body, of a zeroed upload with an allocator that stays where it is. ERR_REQUEST_BODY where
 * a file is not to be read; ERR_MEMORY; of parts also what hc_multipart_init says. */
HC_FN void hc_upload_set_bytes(hc_upload *upload, const void *bytes, size_t len);
HC_FN int hc_upload_set_form(hc_upload *upload, const httpsc_field *fields, size_t num_fields,
                             httpsc_error *error);
HC_FN int hc_upload_set_parts(hc_upload *upload, const httpsc_part *parts, size_t num_parts,
                              const unsigned char random[HC_BOUNDARY_RANDOM_BYTES],
                              httpsc_error *error);
HC_FN int hc_upload_set_file(hc_upload *upload, const char *path, httpsc_error *error);

/* len below 0: not known, and then it is chunked. */
HC_FN void hc_upload_set_source(hc_upload *upload, const httpsc_source *source, int64_t len);

/* Closes files and frees. */
HC_FN void hc_upload_free(hc_upload *upload);

/* The next bytes, framed: HTTPSC_OK with *len, 0 when there is no room or all was given (`ended`);
 * HTTPSC_WANT where the source has none; ERR_REQUEST_BODY, ERR_REQUEST_BODY_LENGTH, or what the
 * source said. */
HC_FN int hc_upload_fill(hc_upload *upload, unsigned char *place, size_t room, size_t *len,
                         httpsc_error *error);

/* To the start again. 0 when that cannot be. */
HC_FN int hc_upload_rewind(hc_upload *upload);

/* 1 when rewinding is worth a try. */
HC_FN int hc_upload_can_rewind(const hc_upload *upload);

#endif
