#include "unit.h"

#define BEGIN_A "-----BEGIN A-----\n"
#define END_A "-----END A-----\n"

static hc_cursor pem_text(const char *text)
{
    return hc_cursor_over(text, strlen(text));
}

/* "A+B-" for a complete block A and an incomplete block B. */
static const char *pem_blocks(const char *text)
{
    static char found[200];
    hc_cursor at = pem_text(text);
    hc_pem_block block;
    size_t len = 0;

    while (hc_pem_next(&at, &block) && len < 150) {
        len += (size_t)snprintf(found + len, sizeof found - len, "%.*s%c",
                                (int)hc_cursor_left(&block.label), (const char *)block.label.at,
                                block.complete ? '+' : '-');
    }
    found[len] = '\0';
    return found;
}

static void pem_finds_blocks(void)
{
    CHECK_TEXT(pem_blocks(BEGIN_A "AAAA\n" END_A), "A+");
    CHECK_TEXT(pem_blocks(BEGIN_A "AAAA\n-----END A-----"), "A+");
    CHECK_TEXT(pem_blocks("-----BEGIN A-----\r\nAAAA\r\n-----END A-----\r\n"), "A+");
    CHECK_TEXT(pem_blocks("junk\n- more - junk\n" BEGIN_A END_A "x\n" BEGIN_A END_A), "A+A+");
    CHECK_TEXT(pem_blocks("-----BEGIN TWO WORDS----- \t\r\nAA==\n-----END TWO WORDS-----"),
               "TWO WORDS+");
    CHECK_TEXT(pem_blocks(""), "");
    CHECK_TEXT(pem_blocks("-"), "");
    CHECK_TEXT(pem_blocks("no block here\n"), "");
    CHECK_TEXT(pem_blocks("x-----BEGIN A-----\nAAAA\n" END_A), "");
    CHECK_TEXT(pem_blocks("-----BEGIN A----\nAAAA\n" END_A), "");
    CHECK_TEXT(pem_blocks("-----\n-----BEGIN\n" BEGIN_A "\n" END_A), "A+");
}

static void pem_incomplete_blocks(void)
{
    CHECK_TEXT(pem_blocks(BEGIN_A "AAAA\n"), "A-");
    CHECK_TEXT(pem_blocks(BEGIN_A), "A-");
    CHECK_TEXT(pem_blocks("-----BEGIN A-----"), "A-");
    CHECK_TEXT(pem_blocks(BEGIN_A "AAAA\n-----END B-----\n"), "A-");
    CHECK_TEXT(pem_blocks(BEGIN_A "AAAA\n-----END AA-----\n"), "A-");
    CHECK_TEXT(pem_blocks(BEGIN_A "AAAA\n-----END A----\n"), "A-");
    /* the next block is not swallowed by one without an end */
    CHECK_TEXT(pem_blocks(BEGIN_A "AAAA\n-----BEGIN B-----\nAAAA\n-----END B-----\n"), "A-B+");
}

static void pem_body_is_between_the_lines(void)
{
    hc_cursor text = pem_text("-----BEGIN A-----\r\nQUJD\r\nREVG\r\n-----END A-----\r\n");
    hc_pem_block block;
    unsigned char out[16];
    size_t len;

    CHECK(hc_pem_next(&text, &block));
    CHECK(hc_pem_is(&block, "A") && !hc_pem_is(&block, "AA") && !hc_pem_is(&block, ""));
    CHECK_INT(hc_cursor_left(&block.body), 12);
    CHECK(hc_base64_decode(block.body, out, sizeof out, 0, &len));
    CHECK(len == 6 && memcmp(out, "ABCDEF", 6) == 0);
    CHECK(!hc_pem_next(&text, &block));
}

static void pem_long_line(void)
{
    static char text[1100000];
    size_t len = 0;

    /* a line of a million dashes and letters is one pass, not one a dash */
    len += (size_t)snprintf(text, sizeof text, "%s", BEGIN_A);
    memset(text + len, 'A', 1000000);
    len += 1000000;
    len += (size_t)snprintf(text + len, sizeof text - len, "\n%s", END_A);
    CHECK_TEXT(pem_blocks(text), "A+");
    memset(text, '-', 1000000);
    memcpy(text + 1000000, "\n" BEGIN_A END_A, strlen("\n" BEGIN_A END_A) + 1);
    CHECK_TEXT(pem_blocks(text), "A+");
}

/* The decoded text, or "refused". */
static const char *base64(const char *text)
{
    static char out[200];
    size_t len;

    if (!hc_base64_decode(pem_text(text), (unsigned char *)out, sizeof out - 1, 0, &len)) {
        return "refused";
    }
    out[len] = '\0';
    return out;
}

static void base64_vectors(void)
{
    CHECK_TEXT(base64(""), "");
    CHECK_TEXT(base64("Zg=="), "f");
    CHECK_TEXT(base64("Zm8="), "fo");
    CHECK_TEXT(base64("Zm9v"), "foo");
    CHECK_TEXT(base64("Zm9vYg=="), "foob");
    CHECK_TEXT(base64("Zm9vYmE="), "fooba");
    CHECK_TEXT(base64("Zm9vYmFy"), "foobar");
    CHECK_TEXT(base64("  Zm9\r\nv\tYm\nFy \n"), "foobar");
    CHECK_TEXT(base64("Zm9vYg\n=\n=\n"), "foob");
    CHECK_TEXT(base64("+/+/"), "\xfb\xff\xbf");
}

static void base64_refuses(void)
{
    CHECK_TEXT(base64("Z"), "refused");
    CHECK_TEXT(base64("Zg"), "refused");
    CHECK_TEXT(base64("Zg="), "refused");
    CHECK_TEXT(base64("Zg==="), "refused");
    CHECK_TEXT(base64("Zm9v="), "refused");
    CHECK_TEXT(base64("="), "refused");
    CHECK_TEXT(base64("===="), "refused");
    CHECK_TEXT(base64("Zg==Zg=="), "refused");
    CHECK_TEXT(base64("Zg=A"), "refused");
    CHECK_TEXT(base64("Zm9-"), "refused");
    CHECK_TEXT(base64("Zm9_"), "refused");
    CHECK_TEXT(base64("Zm9\x80"), "refused");
    CHECK_TEXT(base64("Proc-Type: 4"), "refused");
    CHECK_TEXT(base64("Zh=="), "refused"); /* bits that mean nothing */
    CHECK_TEXT(base64("Zm9="), "refused");
    CHECK_TEXT(base64("Zm9v\vZm9v"), "refused");
}

static void base64_every_byte(void)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char out[3];
    size_t len;

    for (unsigned value = 0; value < 256; value++) {
        char text[4];
        const char *found = value == 0 ? NULL : strchr(alphabet, (int)value);
        int expected = found != NULL;

        memcpy(text, "AAA", 3);
        text[3] = (char)value;
        /* with AAA in front only a character of the alphabet, or the one pad, makes a group */
        CHECK_INT(hc_base64_decode(hc_cursor_over(text, 4), out, 3, 0, &len),
                  expected || value == '=');
        if (expected) {
            CHECK(len == 3 && out[2] == found - alphabet);
        }
    }
}

static void base64_bounds(void)
{
    unsigned char out[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    size_t len;

    for (size_t max = 0; max <= 6; max++) {
        CHECK_INT(hc_base64_decode(pem_text("Zm9vYmFy"), out, max, 0, &len), max == 6);
        CHECK(len <= max);
        CHECK(hc_base64_decode(pem_text("Zm9vYmFy"), out, max, 1, &len));
        CHECK_INT(len, max);
        CHECK(memcmp(out, "foobar", max) == 0);
        CHECK(out[max] == 9 || max == 0 || out[max] == (unsigned char)"foobar"[max]);
    }
    CHECK(out[6] == 9 && out[7] == 9);
    /* a prefix does not look at what follows it */
    CHECK(hc_base64_decode(pem_text("Zm9v****"), out, 3, 1, &len) && len == 3);
    CHECK(!hc_base64_decode(pem_text("Zm9v****"), out, 4, 1, &len));
}

UNIT_MAIN(UNIT(pem_finds_blocks), UNIT(pem_incomplete_blocks),
          UNIT(pem_body_is_between_the_lines), UNIT(pem_long_line), UNIT(base64_vectors),
          UNIT(base64_refuses), UNIT(base64_every_byte), UNIT(base64_bounds))
