/* What the readers of tests/corpus share: bytes to and from text. Include httpsc.h before it. */
#ifndef CORPUS_H
#define CORPUS_H

#include "check.h"

static inline int corpus_hex(char digit)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *at = digit == '\0' ? NULL : strchr(digits, digit);

    CHECK(at != NULL);
    return at == NULL ? 0 : (int)(at - digits) % 16;
}

/* Undoes \r \n \t \\ \xHH, \{N:text} (N times) and \* (the byte 0x01): how many bytes that gave. */
static inline size_t corpus_unescape(const char *text, size_t len, unsigned char *out, size_t room)
{
    size_t num = 0;

    for (size_t i = 0; i < len && num < room; i++) {
        if (text[i] != '\\' || i + 1 >= len) {
            out[num++] = (unsigned char)text[i];
            continue;
        }
        i++;
        if (text[i] == '{') {
            char *colon;
            unsigned long times = strtoul(text + i + 1, &colon, 10);
            const char *brace = memchr(colon, '}', len - (size_t)(colon - text));
            size_t unit;

            CHECK(*colon == ':' && brace != NULL);
            if (brace == NULL) {
                return num;
            }
            unit = corpus_unescape(colon + 1, (size_t)(brace - colon - 1), out + num, room - num);
            CHECK(unit * times < room - num);
            for (unsigned long k = 1; k < times && unit * (k + 1) < room - num; k++) {
                memcpy(out + num + k * unit, out + num, unit);
            }
            num += unit * times;
            i = (size_t)(brace - text);
        } else if (text[i] == 'x' && i + 2 < len) {
            out[num++] = (unsigned char)(corpus_hex(text[i + 1]) << 4 | corpus_hex(text[i + 2]));
            i += 2;
        } else {
            out[num++] = (unsigned char)(text[i] == 'r'   ? '\r'
                                         : text[i] == 'n' ? '\n'
                                         : text[i] == 't' ? '\t'
                                         : text[i] == '*' ? 1
                                                          : text[i]);
        }
    }
    return num;
}

/* Text that grows up to its room; what does not fit is left out. */
typedef struct corpus_text {
    char *ptr;
    size_t size;
    size_t len;
} corpus_text;

static inline void corpus_put(corpus_text *out, const char *text)
{
    size_t len = strlen(text);

    if (out->len + len < out->size) {
        memcpy(out->ptr + out->len, text, len + 1);
        out->len += len;
    }
}

/* The other way round; long runs of one byte become \{N:x}. */
static inline void corpus_put_bytes(corpus_text *out, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    char text[40];

    for (size_t i = 0; i < len; i++) {
        size_t run = 1;
        char shown[8];

        while (i + run < len && at[i + run] == at[i]) {
            run++;
        }
        if (at[i] == '\r' || at[i] == '\n' || at[i] == '\t' || at[i] == '\\') {
            snprintf(shown, sizeof shown, "\\%c",
                     at[i] == '\r' ? 'r' : at[i] == '\n' ? 'n' : at[i] == '\t' ? 't' : '\\');
        } else if (at[i] < 0x20 || at[i] > 0x7e) {
            snprintf(shown, sizeof shown, "\\x%02X", at[i]);
        } else {
            snprintf(shown, sizeof shown, "%c", at[i]);
        }
        if (run > 20) {
            snprintf(text, sizeof text, "\\{%lu:%s}", (unsigned long)run, shown);
            i += run - 1;
        } else {
            snprintf(text, sizeof text, "%s", shown);
        }
        corpus_put(out, text);
    }
}

/* "WORD name: value" as a line. */
static inline void corpus_put_field(corpus_text *out, const char *word, httpsc_field field)
{
    corpus_put(out, word);
    corpus_put_bytes(out, field.name, strlen(field.name));
    corpus_put(out, field.value[0] == '\0' ? ":" : ": ");
    corpus_put_bytes(out, field.value, strlen(field.value));
    corpus_put(out, "\n");
}

/* "head 1.0 200 OK" as a line. */
static inline void corpus_put_status(corpus_text *out, const char *word, int minor, int status,
                                     const char *reason)
{
    char text[32];

    snprintf(text, sizeof text, "%s%s %d%s", word, minor == 0 ? " 1.0" : "", status,
             reason[0] == '\0' ? "" : " ");
    corpus_put(out, text);
    corpus_put_bytes(out, reason, strlen(reason));
    corpus_put(out, "\n");
}

/* "NAME VALUE" into a field of the limits. */
static inline void corpus_set_limit(httpsc_limits *limits, const char *text)
{
    static const struct {
        const char *name;
        size_t offset;
    } names[] = {
        {"max_url_bytes ", offsetof(httpsc_limits, max_url_bytes)},
        {"max_request_head_bytes ", offsetof(httpsc_limits, max_request_head_bytes)},
        {"max_status_line_bytes ", offsetof(httpsc_limits, max_status_line_bytes)},
        {"max_field_line_bytes ", offsetof(httpsc_limits, max_field_line_bytes)},
        {"max_fields_bytes ", offsetof(httpsc_limits, max_fields_bytes)},
        {"max_fields ", offsetof(httpsc_limits, max_fields)},
        {"max_interim ", offsetof(httpsc_limits, max_interim)},
        {"max_chunk_line_bytes ", offsetof(httpsc_limits, max_chunk_line_bytes)},
        {"max_chunk_ext_bytes ", offsetof(httpsc_limits, max_chunk_ext_bytes)},
        {"max_trailer_bytes ", offsetof(httpsc_limits, max_trailer_bytes)},
        {"max_trailers ", offsetof(httpsc_limits, max_trailers)},
        {"max_body_bytes ", offsetof(httpsc_limits, max_body_bytes)},
        {"max_ratio ", offsetof(httpsc_limits, max_ratio)},
        {"max_redirects ", offsetof(httpsc_limits, max_redirects)},
        {"max_idle_connections ", offsetof(httpsc_limits, max_idle_connections)},
        {"max_proxy_head_bytes ", offsetof(httpsc_limits, max_proxy_head_bytes)},
    };
    size_t value;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = strlen(names[i].name);

        if (strncmp(text, names[i].name, len) == 0) {
            value = strcmp(text + len, "max") == 0 ? SIZE_MAX
                                                   : (size_t)strtoul(text + len, NULL, 10);
            memcpy((unsigned char *)limits + names[i].offset, &value, sizeof value);
            return;
        }
    }
    unit_check(0, text, __FILE__, __LINE__);
}

#endif
