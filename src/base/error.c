#include "error.h"

typedef struct error_entry {
    uint16_t code;
    uint16_t stage;
#if HC_HAS_ERROR_TEXT
    const char *name;
    const char *sentence;
#endif
} error_entry;

#if HC_HAS_ERROR_TEXT
#define ERROR_AS_ENTRY(name, value, stage, sentence) {value, HTTPSC_STAGE_##stage, #name, sentence},
#else
#define ERROR_AS_ENTRY(name, value, stage, sentence) {value, HTTPSC_STAGE_##stage},
#endif

static const error_entry error_entries[] = {
    HTTPSC_CODES(ERROR_AS_ENTRY)
#undef ERROR_AS_ENTRY
};

static const error_entry *error_find(int code)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(error_entries); i++) {
        if (error_entries[i].code == code) {
            return &error_entries[i];
        }
    }
    return NULL;
}

/* Code, stage and sentence. */
static hc_text error_begin(httpsc_error *error, int code, int native)
{
    const error_entry *entry = error_find(code);
    hc_text text = hc_text_in(error->text, sizeof error->text);

    error->code = code;
    error->native = native;
    error->stage = entry == NULL ? HTTPSC_STAGE_NONE : entry->stage;
    if (HC_HAS_ERROR_TEXT) {
        hc_text_add(&text, httpsc_code_sentence(code));
    } else {
        hc_text_add(&text, "httpsc code ");
        hc_text_add_int(&text, code);
    }
    return text;
}

HC_FACE int hc_fail_bare(httpsc_error *error, int code, int native)
{
    if (error == NULL) {
        return code;
    }
    if (error->code != HTTPSC_OK) {
        return error->code;
    }
    (void)error_begin(error, code, native);
    return code;
}

HC_FN int (hc_fail)(httpsc_error *error, int code, int native, const char *format, ...)
{
    hc_text text;
    va_list args;

    if (error == NULL) {
        return code;
    }
    if (error->code != HTTPSC_OK) {
        return error->code;
    }
    text = error_begin(error, code, native);
    if (format != NULL) {
        hc_text_add(&text, ": ");
        va_start(args, format);
        hc_text_add_format(&text, format, args);
        va_end(args);
    }
    return code;
}

HC_FN int hc_left_out(httpsc_error *error, const char *name)
{
    return hc_fail(error, HTTPSC_ERR_UNSUPPORTED, 0, "it was built with %s", name);
}

HC_FN int hc_callback_code(int code, int fallback)
{
    return error_find(code) != NULL ? code : fallback;
}

HC_FN void hc_fail_stage(httpsc_error *error, httpsc_stage stage)
{
    if (error->code != HTTPSC_OK && error->stage == HTTPSC_STAGE_NONE) {
        error->stage = (int)stage;
    }
}

HC_FN void hc_fail_hint(httpsc_error *error, const char *hint)
{
    size_t len = strlen(error->text);
    hc_text text = hc_text_in(error->text + len, sizeof error->text - len);

    if (HC_HAS_ERROR_TEXT) {
        hc_text_add(&text, "; ");
        hc_text_add(&text, hint);
    }
}

HC_FN void hc_error_clear(httpsc_error *error)
{
    if (error != NULL) { /* not all of the text: it ends at its NUL */
        error->code = HTTPSC_OK;
        error->stage = HTTPSC_STAGE_NONE;
        error->native = 0;
        error->text[0] = '\0';
    }
}

#if HC_HAS_ERROR_TEXT

const char *httpsc_code_name(int code)
{
    const error_entry *entry = error_find(code);

    return entry == NULL ? "unknown" : entry->name;
}

const char *httpsc_code_sentence(int code)
{
    const error_entry *entry = error_find(code);

    return entry == NULL ? "unknown code" : entry->sentence;
}

#else

const char *httpsc_code_name(int code)
{
    (void)code;
    return "";
}

const char *httpsc_code_sentence(int code)
{
    (void)code;
    return "";
}

#endif

const char *httpsc_stage_name(int stage)
{
    static const char *const names[] = {"none", "url",         "resolve", "connect",  "proxy",
                                        "tls",  "certificate", "request", "response", "body"};

    return stage < 0 || (size_t)stage >= HC_ARRAY_LEN(names) ? "unknown" : names[stage];
}

int httpsc_code_is_certificate(int code)
{
    return code >= HTTPSC_ERR_CERT_EXPIRED && code <= HTTPSC_ERR_CLOCK_UNSET;
}

int httpsc_code_is_timeout(int code)
{
    switch (code) {
    case HTTPSC_ERR_TIMEOUT_TOTAL:
    case HTTPSC_ERR_TIMEOUT_RESOLVE:
    case HTTPSC_ERR_TIMEOUT_CONNECT:
    case HTTPSC_ERR_TIMEOUT_PROXY:
    case HTTPSC_ERR_TIMEOUT_TLS:
    case HTTPSC_ERR_TIMEOUT_SEND:
    case HTTPSC_ERR_TIMEOUT_FIRST_BYTE:
    case HTTPSC_ERR_TIMEOUT_IDLE:
    case HTTPSC_ERR_TIMEOUT_LOW_SPEED:
        return 1;
    default:
        return 0;
    }
}

int httpsc_code_is_retryable(int code)
{
    switch (code) {
    case HTTPSC_ERR_RESOLVE_FAILED:
    case HTTPSC_ERR_CONNECT_REFUSED:
    case HTTPSC_ERR_CONNECT_UNREACHABLE:
    case HTTPSC_ERR_CONNECT_FAILED:
    case HTTPSC_ERR_CONNECTION_LOST:
    case HTTPSC_ERR_TLS_TRUNCATED:
    case HTTPSC_ERR_RESPONSE_EMPTY:
    case HTTPSC_ERR_RESPONSE_TRUNCATED:
    case HTTPSC_ERR_BODY_TRUNCATED:
        return 1;
    default:
        return httpsc_code_is_timeout(code);
    }
}
