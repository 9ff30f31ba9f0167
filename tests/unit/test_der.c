#include "unit.h"

/* Takes one element of the bytes; 0, or 1 with its content's length in *len. */
static int der_try(const char *bytes, size_t size, size_t *len)
{
    hc_cursor from = hc_cursor_over(bytes, size);
    hc_der element;

    if (!hc_der_next(&from, &element)) {
        return 0;
    }
    *len = hc_cursor_left(&element.content);
    CHECK(element.whole.at == (const unsigned char *)bytes);
    CHECK(element.whole.end == from.at && element.content.end == from.at);
    return 1;
}

static int der_refused(const char *bytes, size_t size)
{
    hc_cursor from = hc_cursor_over(bytes, size);
    hc_der element;

    return !hc_der_next(&from, &element) && hc_cursor_failed(&from) &&
           !hc_der_next(&from, &element);
}

static void der_lengths(void)
{
    static char bytes[70000];
    size_t len = 0;

    CHECK(der_try("\x04\x00", 2, &len) && len == 0);
    CHECK(der_try("\x04\x02xy", 4, &len) && len == 2);
    memcpy(bytes, "\x04\x7f", 2);
    CHECK(der_try(bytes, 129, &len) && len == 127);
    memcpy(bytes, "\x04\x81\x80", 3);
    CHECK(der_try(bytes, 131, &len) && len == 128);
    CHECK(!der_try(bytes, 130, &len));
    memcpy(bytes, "\x04\x82\x01\x00", 4);
    CHECK(der_try(bytes, 260, &len) && len == 256);
    memcpy(bytes, "\x04\x83\x01\x00\x00", 5);
    CHECK(der_try(bytes, 65541, &len) && len == 65536);
    CHECK(!der_try(bytes, 65540, &len));
}

static void der_refuses_ber(void)
{
    static char bytes[300];

    CHECK(der_refused("\x30\x80\x00\x00", 4));                /* indefinite */
    memcpy(bytes, "\x04\x81\x7f", 3);
    CHECK(der_refused(bytes, sizeof bytes));
    memcpy(bytes, "\x04\x82\x00\xff", 4);                     /* leading zero */
    CHECK(der_refused(bytes, sizeof bytes));
    memcpy(bytes, "\x04\x85\x01\x00\x00\x00\x00", 7);         /* five bytes of length */
    CHECK(der_refused(bytes, sizeof bytes));
    memcpy(bytes, "\x04\x84\xff\xff\xff\xff", 6);             /* past the end */
    CHECK(der_refused(bytes, sizeof bytes));
    CHECK(der_refused("\x1f\x81\x01\x00", 4));                /* a tag of several bytes */
    CHECK(der_refused("\x04", 1));
    CHECK(der_refused("\x04\x81", 2));
    CHECK(der_refused("\x04\x82\x01", 3));
    CHECK(der_refused("\x04\x01", 2));
}

static void der_end_is_no_failure(void)
{
    hc_cursor from = hc_cursor_over("\x02\x01\x05", 3);
    hc_der element;

    CHECK(hc_der_take(&from, HC_DER_INTEGER, &element));
    CHECK(!hc_der_next(&from, &element));
    CHECK(!hc_cursor_failed(&from));
}

static void der_take_leaves_other_tags(void)
{
    hc_cursor from = hc_cursor_over("\x02\x01\x05", 3);
    hc_der element;

    CHECK(!hc_der_take(&from, HC_DER_SEQUENCE, &element));
    CHECK_INT(hc_cursor_left(&from), 3);
    CHECK(hc_der_take(&from, HC_DER_INTEGER, &element));
    CHECK_INT(element.tag, HC_DER_INTEGER);
}

static void der_steps_into_itself(void)
{
    hc_cursor from = hc_cursor_over("\x30\x05\x30\x03\x02\x01\x07", 7);
    hc_der element;

    CHECK(hc_der_take(&from, HC_DER_SEQUENCE, &element));
    CHECK(hc_der_take(&element.content, HC_DER_SEQUENCE, &element));
    CHECK(hc_der_take(&element.content, HC_DER_INTEGER, &element));
    CHECK_INT(hc_cursor_left(&element.content), 1);
    CHECK_INT(hc_peek(&element.content), 7);
}

static int der_positive(const char *bytes, size_t size)
{
    hc_cursor from = hc_cursor_over(bytes, size);
    hc_cursor magnitude = {NULL, NULL};

    return hc_der_take_positive(&from, &magnitude) ? (int)hc_cursor_left(&magnitude) : -1;
}

static void der_positive_integers(void)
{
    CHECK_INT(der_positive("\x02\x01\x01", 3), 1);
    CHECK_INT(der_positive("\x02\x02\x00\x80", 4), 1);
    CHECK_INT(der_positive("\x02\x02\x01\x00", 4), 2);
    CHECK_INT(der_positive("\x02\x01\x00", 3), -1);     /* zero */
    CHECK_INT(der_positive("\x02\x00", 2), -1);         /* nothing */
    CHECK_INT(der_positive("\x02\x01\x80", 3), -1);     /* negative */
    CHECK_INT(der_positive("\x02\x02\x00\x7f", 4), -1); /* not minimal */
    CHECK_INT(der_positive("\x03\x01\x01", 3), -1);
}

static void der_same(void)
{
    hc_cursor failed = {NULL, NULL};
    hc_cursor nothing = hc_cursor_over(NULL, 0);

    CHECK(hc_der_same(hc_cursor_over("abc", 3), hc_cursor_over("abcd", 3)));
    CHECK(!hc_der_same(hc_cursor_over("abc", 3), hc_cursor_over("abd", 3)));
    CHECK(!hc_der_same(hc_cursor_over("abc", 3), hc_cursor_over("abc", 2)));
    CHECK(hc_der_same(nothing, nothing));
    CHECK(!hc_der_same(failed, failed) && !hc_der_same(failed, nothing));
}

UNIT_MAIN(UNIT(der_lengths), UNIT(der_refuses_ber), UNIT(der_end_is_no_failure),
          UNIT(der_take_leaves_other_tags), UNIT(der_steps_into_itself),
          UNIT(der_positive_integers), UNIT(der_same))
