/*
 * The body of a request on its way out: bytes in memory, files and a callback, framed by a length
 * or by chunks (RFC 9112, 7.1).
 */
#ifndef HC_UPLOAD_H
#define HC_UPLOAD_H

#include "../base/cursor.h"
#include "../base/error.h"
#include "../platform/platform.h"

/* One piece of a body: a file where is_file, else bytes. */
typedef struct hc_segment {
    hc_cursor bytes;     /* borrowed, or in the upload's text */
    hc_file file;        /* the upload's to close */
    int is_file;
} hc_segment;

/* Zeroed it is no body at all. */
typedef struct hc_upload {
    const httpsc_allocator *allocator;
    hc_segment one;      /* the usual body needs no memory */
    hc_segment *more;    /* several of them, in place of it */
    size_t num;          /* segments, of both kinds */
    size_t at;           /* the one being sent */
    size_t offset;       /* how much of it */
    hc_buffer text;      /* bytes of its own that segments point to */

    httpsc_source source;
    int is_source;
    int touched;         /* the source was asked */
    int has_held;        /* the last byte is kept back until the source is known to end there */
    unsigned char held;
    int saw_end;         /* the source said so */

    int present;         /* there is a body */
    int chunked;
    uint64_t len;        /* in all, where it is not chunked */
    uint64_t num_read;   /* of the content, without framing */
    int ended;           /* all of it was given */
} hc_upload;

/* Makes a body of one segment. HTTPSC_OK, or ERR_REQUEST_BODY where the file is not to be read. */
HC_FN void hc_upload_set_bytes(hc_upload *upload, const void *bytes, size_t len);
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
