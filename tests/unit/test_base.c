/* What every floor leans on: arithmetic that cannot wrap, bounded buffers, cursors and texts, and
 * the one place where an error is written. */
#include "unit.h"

/* DEFENCES R2. */
static void base_sizes_do_not_wrap(void)
{
    size_t out = 7;

    CHECK(hc_add(SIZE_MAX - 1, 1, &out));
    CHECK(out == SIZE_MAX);
    out = 7;
    CHECK(!hc_add(SIZE_MAX, 1, &out));
    CHECK(!hc_add(1, SIZE_MAX, &out));
    CHECK(!hc_add(SIZE_MAX, SIZE_MAX, &out));
    CHECK(!hc_mul(SIZE_MAX / 2 + 1, 2, &out));
    CHECK(!hc_mul(2, SIZE_MAX / 2 + 1, &out));
    CHECK(!hc_mul(SIZE_MAX, SIZE_MAX, &out));
    CHECK(out == 7);
    CHECK(hc_mul(SIZE_MAX / 2, 2, &out));
    CHECK(out == SIZE_MAX - 1);
    CHECK(hc_mul(0, SIZE_MAX, &out) && out == 0);
    CHECK(hc_mul(SIZE_MAX, 0, &out) && out == 0);
}

static void base_buffer_keeps_its_maximum(void)
{
    unit_memory memory;
    hc_buffer buffer;

    unit_memory_init(&memory);
    hc_buffer_init(&buffer, &memory.allocator, 300);
    CHECK(hc_buffer_add_text(&buffer, "0123456789") == HC_BUFFER_OK);
    CHECK(hc_buffer_reserve(&buffer, 290) == HC_BUFFER_OK);
    CHECK(hc_buffer_reserve(&buffer, 291) == HC_BUFFER_FULL);
    CHECK(hc_buffer_reserve(&buffer, SIZE_MAX - 9) == HC_BUFFER_FULL); /* the sum would be 0 */
    CHECK(hc_buffer_reserve(&buffer, SIZE_MAX) == HC_BUFFER_FULL);
    CHECK_INT(buffer.len, 10);
    CHECK(memory.live_bytes <= 300);
    CHECK(hc_buffer_add(&buffer, NULL, 0) == HC_BUFFER_OK);
    CHECK(memcmp(buffer.ptr, "0123456789", 10) == 0);
    hc_buffer_free(&buffer);

    /* where memory runs out the content stays */
    hc_buffer_init(&buffer, &memory.allocator, SIZE_MAX);
    CHECK(hc_buffer_add_text(&buffer, "abc") == HC_BUFFER_OK);
    memory.fail_at = 1;
    CHECK(hc_buffer_reserve(&buffer, 100000) == HC_BUFFER_MEMORY);
    CHECK_INT(buffer.len, 3);
    CHECK(memcmp(buffer.ptr, "abc", 3) == 0);
    hc_buffer_free(&buffer);
    CHECK_INT(memory.live_blocks, 0);
    CHECK(!memory.misuse);
}

/* No read passes the end, and the first one that would spoils all that follow. */
static void base_cursor_stays_inside(void)
{
    static const unsigned char bytes[] = {1, 2, 3, 4};
    hc_cursor at = hc_cursor_over(bytes, 3);
    hc_cursor part;

    CHECK_INT(hc_take_u8(&at), 1);
    part = hc_take_bytes(&at, 3);
    CHECK(part.at == NULL);
    CHECK(hc_cursor_failed(&at));
    CHECK_INT(hc_cursor_left(&at), 0);
    CHECK_INT(hc_take_u8(&at), 0);
    CHECK_INT(hc_peek(&at), -1);
    CHECK(!hc_take_char(&at, 2));
    CHECK(hc_take_bytes(&at, 0).at == NULL);
    at = hc_cursor_over(bytes, 3);
    part = hc_take_bytes(&at, SIZE_MAX);
    CHECK(part.at == NULL && hc_cursor_failed(&at));
    at = hc_cursor_over(bytes, 3);
    (void)hc_take_until(&at, 4);
    CHECK_INT(hc_cursor_left(&at), 0);
    CHECK_INT(hc_take_u8(&at), 0);
    CHECK(hc_cursor_failed(&at));
    at = hc_cursor_over("ab", 1);
    CHECK(!hc_take_text(&at, "ab"));
    CHECK(hc_take_text(&at, "a"));
    CHECK(!hc_cursor_failed(&at));
}

static void base_first_error_wins(void)
{
    httpsc_error error;

    memset(&error, 0, sizeof error);
    CHECK_INT(hc_fail(&error, HTTPSC_ERR_MEMORY, 3, NULL), HTTPSC_ERR_MEMORY);
    CHECK_INT(hc_fail(&error, HTTPSC_ERR_URL_HOST, 4, "x"), HTTPSC_ERR_MEMORY);
    CHECK_INT(error.code, HTTPSC_ERR_MEMORY);
    CHECK_INT(error.native, 3);
    CHECK_TEXT(error.text, "out of memory");
    hc_fail_stage(&error, HTTPSC_STAGE_BODY);
    CHECK_INT(error.stage, HTTPSC_STAGE_BODY);
    hc_fail_stage(&error, HTTPSC_STAGE_TLS);
    CHECK_INT(error.stage, HTTPSC_STAGE_BODY);
}

/* DEFENCES R6: what a peer sent is printable, and cut, in every error. */
static void base_errors_escape_and_cut(void)
{
    static const char nasty[] = "a\r\n\x1b[2J\0\\\x7f\x80";
    char flood[2000];
    httpsc_error error;

    memset(&error, 0, sizeof error);
    hc_fail(&error, HTTPSC_ERR_URL_HOST, 0, "\"%q\"", nasty, sizeof nasty - 1);
    CHECK_TEXT(error.text, "invalid host in the URL: "
                           "\"a\\x0d\\x0a\\x1b[2J\\x00\\x5c\\x7f\\x80\"");
    memset(&error, 0, sizeof error);
    hc_fail(&error, HTTPSC_ERR_URL_HOST, 0, "%e", "a\nb");
    CHECK_TEXT(error.text, "invalid host in the URL: a\\x0ab");
    memset(flood, '\1', sizeof flood);
    memset(&error, 0, sizeof error);
    hc_fail(&error, HTTPSC_ERR_URL_HOST, 0, "%q%q%q", flood, sizeof flood, flood, sizeof flood,
            flood, sizeof flood);
    CHECK_INT(strlen(error.text), sizeof error.text - 1);
    memset(&error, 0, sizeof error);
    hc_fail(&error, HTTPSC_ERR_URL_HOST, 0, "%q", flood, sizeof flood);
    CHECK(strlen(error.text) < 400);
    CHECK(strcmp(error.text + strlen(error.text) - 3, "...") == 0);
}

/* An allocator that looks at what it gets back. */
static size_t base_left_over;
static size_t base_num_freed;

static void *base_alloc(void *user, size_t size)
{
    (void)user;
    return calloc(1, size);
}

static void base_free(void *user, void *ptr, size_t size)
{
    const unsigned char *bytes = ptr;

    (void)user;
    for (size_t i = 0; i < size; i++) {
        base_left_over += bytes[i] != 0;
    }
    base_num_freed++;
    free(ptr);
}

/* DEFENCES B16: keys and plaintext are not left in memory that is given back. */
static void base_secrets_are_wiped(void)
{
    static const httpsc_allocator allocator = {NULL, base_alloc, base_free};
    hc_buffer buffer;
    void *secret = hc_alloc(&allocator, 100);

    base_left_over = 0;
    base_num_freed = 0;
    memset(secret, 's', 100);
    hc_free_secret(&allocator, secret, 100);
    hc_buffer_init(&buffer, &allocator, 10000);
    CHECK(hc_buffer_add_text(&buffer, "secret") == HC_BUFFER_OK);
    CHECK(hc_buffer_reserve(&buffer, 5000) == HC_BUFFER_OK); /* the old place */
    CHECK(hc_buffer_reserve(&buffer, 9000) == HC_BUFFER_OK);
    memset(buffer.ptr, 's', buffer.capacity);
    hc_buffer_free(&buffer);
    CHECK_INT(base_num_freed, 4);
    CHECK_INT(base_left_over, 0);
}

static void base_no_code_means_success(void)
{
    CHECK_TEXT(httpsc_code_name(HTTPSC_OK), "OK");
    CHECK_TEXT(httpsc_code_name(-1), "unknown");
    CHECK_TEXT(httpsc_code_name(999), "unknown");
    CHECK(!httpsc_code_is_retryable(HTTPSC_ERR_CERT_INVALID));
    CHECK(!httpsc_code_is_certificate(HTTPSC_OK));
    CHECK(httpsc_code_is_certificate(HTTPSC_ERR_CERT_EXPIRED));
    CHECK(httpsc_code_is_certificate(HTTPSC_ERR_CLOCK_UNSET));
    CHECK(!httpsc_code_is_certificate(HTTPSC_ERR_TRUST_EMPTY));
}

UNIT_MAIN(UNIT(base_sizes_do_not_wrap), UNIT(base_buffer_keeps_its_maximum),
          UNIT(base_cursor_stays_inside), UNIT(base_first_error_wins),
          UNIT(base_errors_escape_and_cut), UNIT(base_secrets_are_wiped),
          UNIT(base_no_code_means_success))
