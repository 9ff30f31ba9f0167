#include "response.h"

#include "field.h"
#include "framing.h"

#define RESPONSE_CHUNK_DIGITS_MAX 16

typedef enum response_state {
    RESPONSE_STATUS_LINE = 1,
    RESPONSE_FIELDS,
    RESPONSE_INTERIM_SHOWN, /* the next call begins another head */
    RESPONSE_BODY_BYTES,    /* none, length-framed, or until the connection's end */
    RESPONSE_CHUNK_LINE,
    RESPONSE_CHUNK_BYTES,
    RESPONSE_CHUNK_END,     /* the CRLF behind a chunk's bytes */
    RESPONSE_TRAILERS,
    RESPONSE_DONE,
    RESPONSE_BROKEN
} response_state;

/* What one section of lines is read with: its limits, and the codes for what goes wrong in it. */
typedef struct response_section {
    size_t max_line;
    size_t max_bytes;  /* of the section, empty lines apart */
    size_t *num_bytes; /* so far */
    int code_malformed;
    int code_line;
    int code_bytes;
} response_section;

/* ---- making and failing ------------------------------------------------------------------- */

/* Offsets into text are 32 bits wide, and every stored byte was counted against the limits. */
static size_t response_text_max(const httpsc_limits *limits)
{
    size_t max;

    if (!hc_add(limits->max_fields_bytes, limits->max_trailer_bytes, &max)) {
        max = SIZE_MAX;
    }
    return hc_min(max, UINT32_MAX);
}

static size_t response_places_max(size_t num_fields)
{
    size_t max;

    return hc_mul(num_fields, sizeof(hc_field_place), &max) ? max : SIZE_MAX;
}

HC_FN void hc_response_init(hc_response *response, const httpsc_allocator *allocator,
                            const httpsc_limits *limits, int head_request)
{
    size_t max_line = limits->max_status_line_bytes;

    memset(response, 0, sizeof *response);
    response->allocator = allocator;
    response->limits = limits;
    response->head_request = head_request;
    response->state = RESPONSE_STATUS_LINE;
    if (max_line < limits->max_field_line_bytes) {
        max_line = limits->max_field_line_bytes;
    }
    if (max_line < limits->max_chunk_line_bytes) {
        max_line = limits->max_chunk_line_bytes;
    }
    hc_buffer_init(&response->text, allocator, response_text_max(limits));
    hc_buffer_init(&response->fields, allocator, response_places_max(limits->max_fields));
    hc_buffer_init(&response->trailers, allocator, response_places_max(limits->max_trailers));
    hc_buffer_init(&response->line, allocator, max_line);
}

HC_FN void hc_response_free(hc_response *response)
{
    hc_buffer_free(&response->text);
    hc_buffer_free(&response->fields);
    hc_buffer_free(&response->trailers);
    hc_buffer_free(&response->line);
    memset(response, 0, sizeof *response);
}

/* The failure is in place: from here on every call reports it. */
static hc_response_event response_failed(hc_response *response)
{
    response->state = RESPONSE_BROKEN;
    response->keep_alive = 0;
    return HC_RESPONSE_FAILED;
}

static hc_response_event response_report(hc_response *response, hc_response_event event,
                                         httpsc_error *error)
{
    if (event == HC_RESPONSE_FAILED && error->code == HTTPSC_OK) {
        *error = response->failure;
    }
    return event;
}

/* A failure that shows bytes of the peer, and one that shows the limit. Both return 0. */
static int response_refuse(hc_response *response, int code, const char *what, hc_cursor bytes)
{
    hc_fail(&response->failure, code, 0, "%s: \"%q\"", what, bytes.at, hc_cursor_left(&bytes));
    return 0;
}

static int response_over(hc_response *response, int code, size_t limit)
{
    hc_fail(&response->failure, code, 0, "the limit is %z", limit);
    return 0;
}

static int response_out_of_memory(hc_response *response)
{
    hc_fail(&response->failure, HTTPSC_ERR_MEMORY, 0, NULL);
    return 0;
}

static hc_cursor response_line_text(const hc_response *response)
{
    return hc_cursor_over(response->line.ptr, response->line.len);
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Of a status line as much as is there must fit: what is not HTTP is told before a line ends. */
static int response_line_may_begin(const hc_response *response, hc_cursor line)
{
    static const char prefix[] = "HTTP/1.";
    size_t len = hc_min(hc_cursor_left(&line), sizeof prefix - 1);

    return response->state != RESPONSE_STATUS_LINE || len == 0 ||
           memcmp(line.at, prefix, len) == 0;
}

/* Appends a run without CR and LF. The limits count bytes one by one, so that the same byte fails
 * wherever the input was cut. */
static int response_add_run(hc_response *response, const response_section *section, hc_cursor run)
{
    size_t len = hc_cursor_left(&run);
    size_t line_room = section->max_line - response->line.len;
    size_t bytes_room = section->max_bytes - *section->num_bytes;
    size_t taken = hc_min(len, hc_min(line_room, bytes_room));

    if (hc_buffer_add(&response->line, run.at, taken) != HC_BUFFER_OK) {
        return response_out_of_memory(response);
    }
    *section->num_bytes += taken;
    if (!response_line_may_begin(response, response_line_text(response))) {
        return response_refuse(response, HTTPSC_ERR_RESPONSE_STATUS_LINE, "this is not HTTP/1",
                               response_line_text(response));
    }
    if (taken == len) {
        return 1;
    }
    return line_room <= bytes_room
               ? response_over(response, section->code_line, section->max_line)
               : response_over(response, section->code_bytes, section->max_bytes);
}

/* The CR or LF of a line; not of an empty one, which is free. */
static int response_count_end(hc_response *response, const response_section *section)
{
    if (response->line.len == 0) {
        return 1;
    }
    if (*section->num_bytes >= section->max_bytes) {
        return response_over(response, section->code_bytes, section->max_bytes);
    }
    *section->num_bytes += 1;
    return 1;
}

/* Takes a line that lies whole in the bytes and is within all limits: 1. Else 0, nothing is taken,
 * and response_take_pieces finds out what is the matter. */
static int response_take_whole(hc_response *response, hc_cursor *bytes,
                               const response_section *section)
{
    hc_cursor rest = *bytes;
    hc_cursor line = hc_take_until(&rest, '\n');
    size_t len = hc_cursor_left(&line);

    if (response->line.len > 0 || response->saw_cr || hc_cursor_left(&rest) == 0 || len == 0 ||
        line.end[-1] != '\r') {
        return 0;
    }
    len--;
    line.end--;
    if (len > section->max_line || section->max_bytes - *section->num_bytes < len + 2 ||
        (len > 0 && memchr(line.at, '\r', len) != NULL) ||
        !response_line_may_begin(response, line)) {
        return 0;
    }
    *section->num_bytes += len == 0 ? 0 : len + 2;
    response->taken = line;
    bytes->at = line.end + 2;
    return 1;
}

/* The same byte by byte, as far as the limits are concerned. What there is of the line is kept. */
static int response_take_pieces(hc_response *response, hc_cursor *bytes,
                                const response_section *section)
{
    while (hc_cursor_left(bytes) > 0) {
        hc_cursor rest = *bytes;
        hc_cursor run;

        if (response->saw_cr) {
            if (!hc_take_char(bytes, '\n')) {
                return response_refuse(response, section->code_malformed,
                                       "a CR without LF behind", response_line_text(response));
            }
            response->saw_cr = 0;
            if (!response_count_end(response, section)) {
                return 0;
            }
            response->taken = response_line_text(response);
            response->line.len = 0; /* its bytes stay where they are */
            return 1;
        }
        run = hc_take_until(&rest, '\n');
        run = hc_take_until(&run, '\r');
        if (!response_add_run(response, section, run)) {
            return 0;
        }
        bytes->at = run.end;
        if (hc_cursor_left(bytes) == 0) {
            return 0;
        }
        if (!hc_take_char(bytes, '\r')) {
            return response_refuse(response, section->code_malformed,
                                   "an LF without CR before it", response_line_text(response));
        }
        if (!response_count_end(response, section)) {
            return 0;
        }
        response->saw_cr = 1;
    }
    return 0;
}

/* Takes bytes up to the end of a line: 1 when response->taken is a whole one. 0 when more bytes are
 * needed, or the failure is set. */
static int response_take_line(hc_response *response, hc_cursor *bytes,
                              const response_section *section)
{
    return response_take_whole(response, bytes, section) ||
           response_take_pieces(response, bytes, section);
}

/* Stores text with a NUL behind it, and says where. */
static int response_store(hc_response *response, hc_cursor text, uint32_t *place)
{
    size_t len = hc_cursor_left(&text);

    if (hc_buffer_reserve(&response->text, len + 1) != HC_BUFFER_OK) {
        return response_out_of_memory(response);
    }
    *place = (uint32_t)response->text.len;
    (void)hc_buffer_add(&response->text, text.at, len);
    (void)hc_buffer_add(&response->text, "", 1);
    return 1;
}

/* ---- field lines -------------------------------------------------------------------------- */

static hc_field_place response_place(const hc_buffer *places, size_t i)
{
    hc_field_place place;

    memcpy(&place, places->ptr + i * sizeof place, sizeof place);
    return place;
}

/* obs-fold: the line goes on with the value of the last field, joined by one SP. That value is
 * the last thing in text. */
static int response_fold(hc_response *response, const response_section *section,
                         const hc_buffer *places, size_t num)
{
    hc_cursor more = response->taken;
    hc_field_place place = response_place(places, num - 1);
    size_t len;

    hc_trim_blanks(&more);
    len = hc_cursor_left(&more);
    if (!hc_is_field_text(more)) {
        return response_refuse(response, section->code_malformed,
                               "a control character in a folded line", more);
    }
    if (len >= section->max_line - response->joined_bytes) {
        return response_over(response, section->code_line, section->max_line);
    }
    response->joined_bytes += len + 1;
    if (len == 0) {
        return 1;
    }
    if (hc_buffer_reserve(&response->text, len + 1) != HC_BUFFER_OK) {
        return response_out_of_memory(response);
    }
    response->text.len--;
    if (response->text.len > place.value) {
        hc_buffer_add(&response->text, " ", 1);
    }
    hc_buffer_add(&response->text, more.at, len);
    hc_buffer_add(&response->text, "", 1);
    return 1;
}

/* field-name ":" OWS field-value OWS (RFC 9112, 5.1). */
static int response_read_field(hc_response *response, const response_section *section,
                               hc_buffer *places, size_t *num)
{
    hc_cursor value = response->taken;
    hc_cursor name = hc_take_until(&value, ':');
    hc_field_place place;

    if (hc_cursor_left(&name) == 0 || !hc_take_char(&value, ':')) {
        return response_refuse(response, section->code_malformed, "no name, or no colon",
                               response->taken);
    }
    if (!hc_is_token(name)) {
        return response_refuse(response, section->code_malformed, "the name is not a token", name);
    }
    hc_trim_blanks(&value);
    if (!hc_is_field_text(value)) {
        return response_refuse(response, section->code_malformed,
                               "a control character in the value", response->taken);
    }
    if (!response_store(response, name, &place.name) ||
        !response_store(response, value, &place.value)) {
        return 0;
    }
    if (hc_buffer_add(places, &place, sizeof place) != HC_BUFFER_OK) {
        return response_out_of_memory(response);
    }
    *num += 1;
    response->joined_bytes = hc_cursor_left(&response->taken);
    return 1;
}

static int response_add_line(hc_response *response, const response_section *section,
                             hc_buffer *places, size_t *num, size_t max_fields, int code_fields)
{
    int first = hc_peek(&response->taken);

    if (first == ' ' || first == '\t') {
        return *num > 0 ? response_fold(response, section, places, *num)
                        : response_refuse(response, section->code_malformed,
                                          "a blank at the start of the first line",
                                          response->taken);
    }
    if (*num >= max_fields) {
        return response_over(response, code_fields, max_fields);
    }
    return response_read_field(response, section, places, num);
}

static httpsc_field response_field_at(const hc_response *response, hc_field_place place)
{
    httpsc_field field;

    field.name = (const char *)response->text.ptr + place.name;
    field.value = (const char *)response->text.ptr + place.value;
    return field;
}

HC_FN httpsc_field hc_response_field(const hc_response *response, size_t i)
{
    return response_field_at(response, response_place(&response->fields, i));
}

HC_FN httpsc_field hc_response_trailer(const hc_response *response, size_t i)
{
    return response_field_at(response, response_place(&response->trailers, i));
}

HC_FN httpsc_field *hc_response_list(const hc_response *response, size_t *size)
{
    httpsc_field *fields = NULL;

    if (hc_mul(response->num_fields, sizeof *fields, size)) {
        fields = hc_alloc(response->allocator, *size);
    }
    for (size_t i = 0; fields != NULL && i < response->num_fields; i++) {
        fields[i] = hc_response_field(response, i);
    }
    return fields;
}

/* ---- the head ----------------------------------------------------------------------------- */

static response_section response_head_section(hc_response *response)
{
    response_section section;

    section.max_bytes = response->limits->max_fields_bytes;
    section.num_bytes = &response->head_bytes;
    section.code_bytes = HTTPSC_ERR_LIMIT_FIELDS_BYTES;
    if (response->state == RESPONSE_STATUS_LINE) {
        section.max_line = response->limits->max_status_line_bytes;
        section.code_malformed = HTTPSC_ERR_RESPONSE_STATUS_LINE;
        section.code_line = HTTPSC_ERR_LIMIT_STATUS_LINE;
    } else {
        section.max_line = response->limits->max_field_line_bytes;
        section.code_malformed = HTTPSC_ERR_RESPONSE_FIELD;
        section.code_line = HTTPSC_ERR_LIMIT_FIELD_LINE;
    }
    return section;
}

/* "HTTP/1." DIGIT SP 3DIGIT [ SP [ reason-phrase ] ]. A status of 600 to 999 is none that RFC 9110
 * knows, but is passed on (RFC 9110, 15: to be treated as a 5xx). */
static int response_read_status_line(hc_response *response)
{
    hc_cursor line = response->taken;
    int minor;
    int status = 0;

    if (!hc_take_text(&line, "HTTP/1.") || !hc_is_digit(hc_peek(&line))) {
        return 0;
    }
    minor = hc_take_u8(&line) - '0';
    if (!hc_take_char(&line, ' ')) {
        return 0;
    }
    for (int i = 0; i < 3; i++) {
        if (!hc_is_digit(hc_peek(&line))) {
            return 0;
        }
        status = status * 10 + (hc_take_u8(&line) - '0');
    }
    if (status < 100 || (hc_cursor_left(&line) > 0 && !hc_take_char(&line, ' ')) ||
        !hc_is_field_text(line)) {
        return 0;
    }
    response->http_minor = minor == 0 ? 0 : 1;
    response->status = status;
    return response_store(response, line, &response->reason);
}

static hc_response_event response_end_of_head(hc_response *response)
{
    if (response->status == 101) {
        hc_fail(&response->failure, HTTPSC_ERR_RESPONSE_UPGRADE, 0, NULL);
        return HC_RESPONSE_FAILED;
    }
    if (response->status < 200) {
        if (response->num_interim >= response->limits->max_interim) {
            response_over(response, HTTPSC_ERR_LIMIT_INTERIM, response->limits->max_interim);
            return HC_RESPONSE_FAILED;
        }
        response->num_interim++;
        response->state = RESPONSE_INTERIM_SHOWN;
        return HC_RESPONSE_INTERIM;
    }
    if (!hc_response_find_framing(response)) {
        return HC_RESPONSE_FAILED;
    }
    response->state =
        response->framing == HC_BODY_CHUNKED ? RESPONSE_CHUNK_LINE : RESPONSE_BODY_BYTES;
    return HC_RESPONSE_HEAD;
}

/* One line of a head. MORE when it was taken and the head goes on, or when bytes are needed. */
static hc_response_event response_read_head(hc_response *response, hc_cursor *bytes)
{
    response_section section = response_head_section(response);
    int ok = 1;

    if (!response_take_line(response, bytes, &section)) {
        return response->failure.code == HTTPSC_OK ? HC_RESPONSE_MORE : HC_RESPONSE_FAILED;
    }
    if (response->state == RESPONSE_STATUS_LINE) {
        if (hc_cursor_left(&response->taken) == 0 && !response->saw_blank) {
            response->saw_blank = 1;
            return HC_RESPONSE_MORE;
        }
        ok = response_read_status_line(response);
        if (!ok) {
            response_refuse(response, section.code_malformed, "it is", response->taken);
        }
        response->saw_blank = 1;
        response->state = RESPONSE_FIELDS;
    } else if (hc_cursor_left(&response->taken) == 0) {
        return response_end_of_head(response);
    } else {
        ok = response_add_line(response, &section, &response->fields, &response->num_fields,
                               response->limits->max_fields, HTTPSC_ERR_LIMIT_FIELDS);
    }
    return ok ? HC_RESPONSE_MORE : HC_RESPONSE_FAILED;
}

static void response_begin_head(hc_response *response)
{
    response->text.len = 0;
    response->fields.len = 0;
    response->num_fields = 0;
    response->line.len = 0;
    response->state = RESPONSE_STATUS_LINE;
}

/* ---- the body ----------------------------------------------------------------------------- */

/* chunk-size [ BWS ";" extensions ], where what is in the extensions is of no interest. */
static int response_read_chunk_line(hc_response *response)
{
    hc_cursor line = response->taken;
    hc_cursor extensions;
    uint64_t size = 0;
    size_t num_digits = 0;

    while (hc_hex_value(hc_peek(&line)) >= 0 && num_digits < RESPONSE_CHUNK_DIGITS_MAX) {
        size = size << 4 | (uint64_t)hc_hex_value(hc_take_u8(&line));
        num_digits++;
    }
    extensions = line;
    if (hc_cursor_left(&line) > 0) {
        hc_trim_blanks(&line);
        if (hc_peek(&line) != ';') {
            num_digits = 0;
        }
    }
    if (num_digits == 0 || size > (uint64_t)INT64_MAX || !hc_is_field_text(line)) {
        return response_refuse(response, HTTPSC_ERR_BODY_CHUNK, "the chunk line is",
                               response->taken);
    }
    if (hc_cursor_left(&extensions) >
        response->limits->max_chunk_ext_bytes - response->chunk_ext_bytes) {
        return response_over(response, HTTPSC_ERR_LIMIT_CHUNK_EXTENSIONS,
                             response->limits->max_chunk_ext_bytes);
    }
    response->chunk_ext_bytes += hc_cursor_left(&extensions);
    response->body_left = size;
    response->state = size > 0 ? RESPONSE_CHUNK_BYTES : RESPONSE_TRAILERS;
    return 1;
}

static hc_response_event response_read_chunk_head(hc_response *response, hc_cursor *bytes)
{
    size_t unlimited = 0;
    response_section section;
    int ok;

    section.max_line = response->limits->max_chunk_line_bytes;
    section.max_bytes = SIZE_MAX;
    section.num_bytes = &unlimited;
    section.code_malformed = HTTPSC_ERR_BODY_CHUNK;
    section.code_line = HTTPSC_ERR_LIMIT_CHUNK_LINE;
    section.code_bytes = HTTPSC_ERR_LIMIT_CHUNK_LINE;
    if (!response_take_line(response, bytes, &section)) {
        return response->failure.code == HTTPSC_OK ? HC_RESPONSE_MORE : HC_RESPONSE_FAILED;
    }
    ok = response_read_chunk_line(response);
    return ok ? HC_RESPONSE_MORE : HC_RESPONSE_FAILED;
}

static hc_response_event response_read_chunk_end(hc_response *response, hc_cursor *bytes)
{
    if (!hc_take_char(bytes, response->saw_cr ? '\n' : '\r')) {
        response_refuse(response, HTTPSC_ERR_BODY_CHUNK, "no CRLF behind a chunk, but",
                        hc_cursor_over(bytes->at, 1));
        return HC_RESPONSE_FAILED;
    }
    if (response->saw_cr) {
        response->state = RESPONSE_CHUNK_LINE;
    }
    response->saw_cr = !response->saw_cr;
    return HC_RESPONSE_MORE;
}

static hc_response_event response_read_trailers(hc_response *response, hc_cursor *bytes)
{
    response_section section;
    int ok;

    section.max_line = response->limits->max_field_line_bytes;
    section.max_bytes = response->limits->max_trailer_bytes;
    section.num_bytes = &response->trailer_bytes;
    section.code_malformed = HTTPSC_ERR_BODY_TRAILER;
    section.code_line = HTTPSC_ERR_LIMIT_FIELD_LINE;
    section.code_bytes = HTTPSC_ERR_LIMIT_TRAILER_BYTES;
    if (!response_take_line(response, bytes, &section)) {
        return response->failure.code == HTTPSC_OK ? HC_RESPONSE_MORE : HC_RESPONSE_FAILED;
    }
    if (hc_cursor_left(&response->taken) == 0) {
        response->state = RESPONSE_DONE;
        return HC_RESPONSE_END;
    }
    ok = response_add_line(response, &section, &response->trailers, &response->num_trailers,
                           response->limits->max_trailers, HTTPSC_ERR_LIMIT_TRAILERS);
    return ok ? HC_RESPONSE_MORE : HC_RESPONSE_FAILED;
}

/* The next piece of a body, as long as bytes and framing allow: in place, never empty. */
static hc_response_event response_read_body(hc_response *response, hc_cursor *bytes,
                                            hc_cursor *body)
{
    size_t len = hc_cursor_left(bytes);

    if (response->framing != HC_BODY_UNTIL_CLOSE) {
        if (response->body_left < len) {
            len = (size_t)response->body_left;
        }
        response->body_left -= len;
    }
    *body = hc_take_bytes(bytes, len);
    if (response->state == RESPONSE_CHUNK_BYTES && response->body_left == 0) {
        response->state = RESPONSE_CHUNK_END;
    }
    return HC_RESPONSE_BODY;
}

/* ---- the reader --------------------------------------------------------------------------- */

static int response_is_complete(const hc_response *response)
{
    return response->state == RESPONSE_DONE ||
           (response->state == RESPONSE_BODY_BYTES &&
            response->framing != HC_BODY_UNTIL_CLOSE && response->body_left == 0);
}

static hc_response_event response_step(hc_response *response, hc_cursor *bytes, hc_cursor *body)
{
    switch ((response_state)response->state) {
    case RESPONSE_STATUS_LINE:
    case RESPONSE_FIELDS:
        return response_read_head(response, bytes);
    case RESPONSE_BODY_BYTES:
    case RESPONSE_CHUNK_BYTES:
        return response_read_body(response, bytes, body);
    case RESPONSE_CHUNK_LINE:
        return response_read_chunk_head(response, bytes);
    case RESPONSE_CHUNK_END:
        return response_read_chunk_end(response, bytes);
    case RESPONSE_TRAILERS:
        return response_read_trailers(response, bytes);
    case RESPONSE_INTERIM_SHOWN: /* hc_response_read has left these */
    case RESPONSE_DONE:
    case RESPONSE_BROKEN:
        break;
    }
    return HC_RESPONSE_FAILED;
}

HC_FN hc_response_event hc_response_read(hc_response *response, hc_cursor *bytes, hc_cursor *body,
                                         httpsc_error *error)
{
    hc_response_event event = HC_RESPONSE_MORE;

    if (response->state == RESPONSE_BROKEN) {
        return response_report(response, HC_RESPONSE_FAILED, error);
    }
    if (response_is_complete(response)) {
        response->state = RESPONSE_DONE;
        return HC_RESPONSE_END;
    }
    if (response->state == RESPONSE_INTERIM_SHOWN) {
        response_begin_head(response);
    }
    while (event == HC_RESPONSE_MORE && hc_cursor_left(bytes) > 0) {
        response->started = 1;
        event = response_step(response, bytes, body);
    }
    if (event == HC_RESPONSE_FAILED) {
        response_failed(response);
    }
    return response_report(response, event, error);
}

static int response_end_code(const hc_response *response)
{
    if (!response->started) {
        return HTTPSC_ERR_RESPONSE_EMPTY;
    }
    switch ((response_state)response->state) {
    case RESPONSE_STATUS_LINE:
    case RESPONSE_FIELDS:
    case RESPONSE_INTERIM_SHOWN:
        return HTTPSC_ERR_RESPONSE_TRUNCATED;
    default:
        return HTTPSC_ERR_BODY_TRUNCATED;
    }
}

HC_FN hc_response_event hc_response_end(hc_response *response, int clean, httpsc_error *error)
{
    if (response->state != RESPONSE_BROKEN) {
        if (response_is_complete(response) ||
            (response->state == RESPONSE_BODY_BYTES &&
             response->framing == HC_BODY_UNTIL_CLOSE && clean)) {
            response->state = RESPONSE_DONE;
            return HC_RESPONSE_END;
        }
        hc_fail(&response->failure, response_end_code(response), 0, NULL);
        response_failed(response);
    }
    return response_report(response, HC_RESPONSE_FAILED, error);
}

HC_FN int hc_response_started(const hc_response *response)
{
    return response->started;
}
