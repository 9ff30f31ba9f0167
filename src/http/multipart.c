#include "multipart.h"

#include "field.h"

#define MULTIPART_HEAD_MAX ((size_t)1 << 20)

/* Where a part stands. */
typedef enum multipart_step {
    MULTIPART_HEAD = 0, /* the delimiter and the fields come next */
    MULTIPART_CONTENT,
    MULTIPART_BREAK,    /* the line break behind the content */
    MULTIPART_OVER
} multipart_step;

static const char multipart_default_type[] = "application/octet-stream";

/* ---- heads -------------------------------------------------------------------------------- */

/* Appends a text, or only counts it. */
typedef struct multipart_out {
    hc_buffer *buffer; /* NULL: count */
    uint64_t len;
    hc_buffer_result result;
} multipart_out;

static void multipart_put(multipart_out *out, const void *bytes, size_t len)
{
    out->len += len;
    if (out->buffer != NULL && out->result == HC_BUFFER_OK) {
        out->result = hc_buffer_add(out->buffer, bytes, len);
    }
}

static void multipart_put_text(multipart_out *out, const char *text)
{
    multipart_put(out, text, strlen(text));
}

static void multipart_put_name(multipart_out *out, const char *what, const char *name)
{
    multipart_put_text(out, what);
    for (; *name != '\0'; name++) {
        switch (*name) {
        case '"':
            multipart_put_text(out, "%22");
            break;
        case '\r':
            multipart_put_text(out, "%0D");
            break;
        case '\n':
            multipart_put_text(out, "%0A");
            break;
        default:
            multipart_put(out, name, 1);
            break;
        }
    }
    multipart_put_text(out, "\"");
}

static const char *multipart_type_of(const hc_part *part)
{
    if (part->content_type == NULL && part->filename != NULL) {
        return multipart_default_type;
    }
    return part->content_type;
}

/* The delimiter and the fields of a part, with the empty line; behind the last part the closing
 * delimiter. */
static void multipart_put_head(multipart_out *out, const hc_multipart *multipart, size_t at)
{
    const hc_part *part;

    multipart_put_text(out, "--");
    multipart_put_text(out, multipart->boundary);
    if (at == multipart->num_parts) {
        multipart_put_text(out, "--\r\n");
        return;
    }
    part = &multipart->parts[at];
    multipart_put_name(out, "\r\nContent-Disposition: form-data; name=\"", part->name);
    if (part->filename != NULL) {
        multipart_put_name(out, "; filename=\"", part->filename);
    }
    if (multipart_type_of(part) != NULL) {
        multipart_put_text(out, "\r\nContent-Type: ");
        multipart_put_text(out, multipart_type_of(part));
    }
    multipart_put_text(out, "\r\n\r\n");
}

/* ---- the face ----------------------------------------------------------------------------- */

/* A name is escaped, so that only what no browser sends either is left to refuse. */
static int multipart_name_is_valid(const char *name)
{
    for (; name != NULL && *name != '\0'; name++) {
        unsigned char byte = (unsigned char)*name;

        if ((byte < 0x20 && byte != '\t' && byte != '\r' && byte != '\n') || byte == 0x7f) {
            return 0;
        }
    }
    return 1;
}

static int multipart_check(const hc_part *part, size_t at, httpsc_error *error)
{
    hc_cursor type = hc_cursor_over(part->content_type,
                                    part->content_type == NULL ? 0 : strlen(part->content_type));

    if (part->name == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "part %z has no name", at);
    }
    if (!multipart_name_is_valid(part->name) || !multipart_name_is_valid(part->filename) ||
        !hc_is_field_text(type)) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_HEADER, 0, "a control character in part %z", at);
    }
    if (strlen(part->name) > MULTIPART_HEAD_MAX / 8 ||
        (part->filename != NULL && strlen(part->filename) > MULTIPART_HEAD_MAX / 8) ||
        hc_cursor_left(&type) > MULTIPART_HEAD_MAX / 8) {
        return hc_fail(error, HTTPSC_ERR_REQUEST_HEADER, 0, "part %z has too long a name", at);
    }
    return HTTPSC_OK;
}

HC_FN int hc_multipart_init(hc_multipart *multipart, const httpsc_allocator *allocator,
                            const hc_part *parts, size_t num_parts,
                            const unsigned char random[HC_BOUNDARY_RANDOM_BYTES],
                            httpsc_error *error)
{
    static const char digits[] = "0123456789abcdef";
    char *at = multipart->boundary;

    memset(multipart, 0, sizeof *multipart);
    hc_buffer_init(&multipart->head, allocator, MULTIPART_HEAD_MAX);
    multipart->parts = parts;
    multipart->num_parts = num_parts;
    memcpy(at, "httpsc-", 7);
    at += 7;
    for (size_t i = 0; i < HC_BOUNDARY_RANDOM_BYTES; i++) {
        *at++ = digits[random[i] >> 4];
        *at++ = digits[random[i] & 15];
    }
    if (num_parts > HC_MULTIPART_PARTS_MAX) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "%z parts, and %z are allowed", num_parts,
                       (size_t)HC_MULTIPART_PARTS_MAX);
    }
    for (size_t i = 0; i < num_parts; i++) {
        int code = multipart_check(&parts[i], i, error);

        if (code != HTTPSC_OK) {
            return code;
        }
    }
    return HTTPSC_OK;
}

HC_FN void hc_multipart_free(hc_multipart *multipart)
{
    if (multipart->head.allocator != NULL) {
        hc_buffer_free(&multipart->head);
    }
    memset(multipart, 0, sizeof *multipart);
}

HC_FN void hc_multipart_rewind(hc_multipart *multipart)
{
    multipart->at = 0;
    multipart->step = MULTIPART_HEAD;
}

HC_FN int hc_multipart_length(const hc_multipart *multipart, uint64_t *len)
{
    uint64_t sum = 0;

    for (size_t i = 0; i <= multipart->num_parts; i++) {
        multipart_out counted = {NULL, 0, HC_BUFFER_OK};
        uint64_t content = 0;

        multipart_put_head(&counted, multipart, i);
        if (i < multipart->num_parts) {
            const hc_part *part = &multipart->parts[i];

            if (part->is_streamed && part->len < 0) {
                return 0;
            }
            content = part->is_streamed ? (uint64_t)part->len : part->bytes.len;
            counted.len += 2;
        }
        if (content > (uint64_t)INT64_MAX - counted.len ||
            sum > (uint64_t)INT64_MAX - counted.len - content) {
            return 0;
        }
        sum += content + counted.len;
    }
    *len = sum;
    return 1;
}

static hc_multipart_event multipart_give_head(hc_multipart *multipart, hc_cursor *bytes)
{
    multipart_out out = {NULL, 0, HC_BUFFER_OK};

    multipart->head.len = 0;
    out.buffer = &multipart->head;
    multipart_put_head(&out, multipart, multipart->at);
    if (out.result != HC_BUFFER_OK) {
        return HC_MULTIPART_MEMORY;
    }
    multipart->step =
        multipart->at == multipart->num_parts ? MULTIPART_OVER : MULTIPART_CONTENT;
    *bytes = hc_cursor_over(multipart->head.ptr, multipart->head.len);
    return HC_MULTIPART_BYTES;
}

HC_FN hc_multipart_event hc_multipart_next(hc_multipart *multipart, hc_cursor *bytes,
                                           size_t *part)
{
    const hc_part *content;

    switch (multipart->step) {
    case MULTIPART_HEAD:
        return multipart_give_head(multipart, bytes);
    case MULTIPART_CONTENT:
        multipart->step = MULTIPART_BREAK;
        content = &multipart->parts[multipart->at];
        if (content->is_streamed) {
            *part = multipart->at;
            return HC_MULTIPART_STREAM;
        }
        if (content->bytes.len > 0) {
            *bytes = hc_cursor_over(content->bytes.ptr, content->bytes.len);
            return HC_MULTIPART_BYTES;
        }
        /* an empty content is no piece */
        /* fall through */
    case MULTIPART_BREAK:
        multipart->step = MULTIPART_HEAD;
        multipart->at++;
        *bytes = hc_cursor_over("\r\n", 2);
        return HC_MULTIPART_BYTES;
    default:
        return HC_MULTIPART_END;
    }
}

HC_FN hc_buffer_result hc_multipart_add_type(const hc_multipart *multipart, hc_buffer *out)
{
    hc_buffer_result result = hc_buffer_add_text(out, "multipart/form-data; boundary=");

    return result == HC_BUFFER_OK ? hc_buffer_add_text(out, multipart->boundary) : result;
}
