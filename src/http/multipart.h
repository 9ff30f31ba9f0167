/* multipart/form-data (RFC 7578) as a source of pieces: what is large is never copied here. */
#ifndef HC_MULTIPART_H
#define HC_MULTIPART_H

#include "../base/buffer.h"
#include "../base/cursor.h"
#include "../base/error.h"

#define HC_BOUNDARY_RANDOM_BYTES 16
#define HC_BOUNDARY_MAX 48
#define HC_MULTIPART_PARTS_MAX 10000

/* One part. Everything is borrowed. */
typedef struct hc_part {
    const char *name;         /* required; any text, NUL-terminated */
    const char *filename;     /* NULL: none */
    const char *content_type; /* NULL: none, application/octet-stream where there is a filename */
    int is_streamed;          /* 1: the caller reads the content when its turn comes */
    int64_t len;              /* of a streamed content; -1 when unknown */
    httpsc_bytes bytes;       /* the content that is not streamed */
} hc_part;

typedef enum hc_multipart_event {
    HC_MULTIPART_BYTES = 1, /* *bytes is the next piece, until the next call */
    HC_MULTIPART_STREAM,    /* the content of part number *part comes now: send it, then go on */
    HC_MULTIPART_END,
    HC_MULTIPART_MEMORY     /* the allocator gave none; the same call may be tried again */
} hc_multipart_event;

typedef struct hc_multipart {
    const hc_part *parts;  /* borrowed */
    size_t num_parts;
    char boundary[HC_BOUNDARY_MAX];
    hc_buffer head;        /* of the part at hand */
    size_t at;             /* the part at hand; num_parts: the closing delimiter */
    int step;
} hc_multipart;

/*
 * Begins. random makes the boundary. ERR_ARGUMENT: a part without a name, or too many;
 * ERR_REQUEST_HEADER: a control character in a content type or, CR and LF apart, in a name or
 * filename. In these, as browsers do, CR, LF and the quote become %0D, %0A and %22.
 */
HC_FN int hc_multipart_init(hc_multipart *multipart, const httpsc_allocator *allocator,
                            const hc_part *parts, size_t num_parts,
                            const unsigned char random[HC_BOUNDARY_RANDOM_BYTES],
                            httpsc_error *error);
HC_FN void hc_multipart_free(hc_multipart *multipart);

/* The bytes of the whole body. 0 when a streamed length is unknown, or the sum does not fit. */
HC_FN int hc_multipart_length(const hc_multipart *multipart, uint64_t *len);

/* The next piece. After HC_MULTIPART_END it stays so. */
HC_FN hc_multipart_event hc_multipart_next(hc_multipart *multipart, hc_cursor *bytes,
                                           size_t *part);

/* Begins again, with the same boundary. */
HC_FN void hc_multipart_rewind(hc_multipart *multipart);

/* Appends "multipart/form-data; boundary=...". */
HC_FN hc_buffer_result hc_multipart_add_type(const hc_multipart *multipart, hc_buffer *out);

#endif
