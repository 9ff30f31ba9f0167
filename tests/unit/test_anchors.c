#include "unit.h"

/* Certificates as far as they are looked at: made here, so that each length is known. */
typedef struct anchors_der {
    unsigned char bytes[16384];
    size_t len;
} anchors_der;

static void der_add(anchors_der *to, const void *bytes, size_t len)
{
    if (len > 0) {
        memcpy(to->bytes + to->len, bytes, len);
    }
    to->len += len;
}

static void der_add_element(anchors_der *to, int tag, const void *content, size_t len)
{
    unsigned char head[4] = {0, 0, 0, 0};

    head[0] = (unsigned char)tag;
    if (len < 128) {
        head[1] = (unsigned char)len;
        der_add(to, head, 2);
    } else if (len < 256) {
        head[1] = 0x81;
        head[2] = (unsigned char)len;
        der_add(to, head, 3);
    } else {
        head[1] = 0x82;
        head[2] = (unsigned char)(len >> 8);
        head[3] = (unsigned char)(len & 255);
        der_add(to, head, 4);
    }
    der_add(to, content, len);
}

/* A Name with one commonName, or any text in its place. */
static void der_name(anchors_der *to, const char *text)
{
    anchors_der value = {{0}, 0};
    anchors_der rdn = {{0}, 0};
    anchors_der set = {{0}, 0};

    der_add(&value, "\x06\x03\x55\x04\x03", 5);
    der_add_element(&value, 0x0c, text, strlen(text));
    der_add_element(&rdn, 0x30, value.bytes, value.len);
    der_add_element(&set, 0x31, rdn.bytes, rdn.len);
    der_add_element(to, 0x30, set.bytes, set.len);
}

/* A certificate with the key that is given as bytes. */
static void der_certificate(anchors_der *to, const char *issuer, const char *subject,
                            const char *key)
{
    static anchors_der tbs;
    static anchors_der body;

    tbs.len = 0;
    body.len = 0;
    der_add(&tbs, "\xa0\x03\x02\x01\x02\x02\x01\x07\x30\x00", 10);
    der_name(&tbs, issuer);
    der_add(&tbs, "\x30\x00", 2);
    der_name(&tbs, subject);
    der_add_element(&tbs, 0x30, key, strlen(key));
    der_add_element(&body, 0x30, tbs.bytes, tbs.len);
    der_add(&body, "\x30\x00\x03\x01\x00", 5);
    to->len = 0;
    der_add_element(to, 0x30, body.bytes, body.len);
}

static char pem_place[200000];

/* Appends a PEM block to the text. */
static void pem_add(const unsigned char *bytes, size_t len, const char *label)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *at = pem_place + strlen(pem_place);

    at += sprintf(at, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < len; i += 3) {
        unsigned b0 = bytes[i];
        unsigned b1 = i + 1 < len ? bytes[i + 1] : 0;
        unsigned b2 = i + 2 < len ? bytes[i + 2] : 0;

        *at++ = alphabet[b0 >> 2];
        *at++ = alphabet[(b0 & 3) << 4 | b1 >> 4];
        *at++ = (char)(i + 1 < len ? alphabet[(b1 & 15) << 2 | b2 >> 6] : '=');
        *at++ = (char)(i + 2 < len ? alphabet[b2 & 63] : '=');
        if (i % 48 == 45) {
            *at++ = '\n';
        }
    }
    sprintf(at, "\n-----END %s-----\n", label);
}

static anchors_der cert;
static unit_memory memory;
static hc_anchors anchors;

static void anchors_begin(void)
{
    unit_memory_init(&memory);
    hc_anchors_init(&anchors, &memory.allocator);
    pem_place[0] = '\0';
}

static void anchors_end(void)
{
    hc_anchors_free(&anchors);
    CHECK(memory.live_blocks == 0 && !memory.misuse);
}

static int anchors_take(const void *bytes, size_t len)
{
    hc_buffer buffer;

    hc_buffer_init(&buffer, &memory.allocator, 1 << 24);
    if (hc_buffer_add(&buffer, bytes, len) != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    return hc_anchors_take_bundle(&anchors, &buffer);
}

/* The keys of all anchors of a subject, each followed by a comma; "memory" when it ran out,
 * "unreadable" when the file is not what it was. */
static const char *anchors_keys(const char *subject)
{
    static char keys[1000];
    anchors_der name = {{0}, 0};
    size_t position = 0;
    hc_buffer scratch;
    hc_anchor found;
    int result;

    keys[0] = '\0';
    der_name(&name, subject);
    hc_buffer_init(&scratch, &memory.allocator, 65536);
    while ((result = hc_anchors_find(&anchors, hc_cursor_over(name.bytes, name.len), &position,
                                     &scratch, &found)) == 1) {
        hc_der key;

        CHECK(hc_der_same(found.subject, hc_cursor_over(name.bytes, name.len)));
        CHECK(hc_der_take(&found.public_key, HC_DER_SEQUENCE, &key));
        sprintf(keys + strlen(keys), "%.*s,", (int)hc_cursor_left(&key.content),
                (const char *)key.content.at);
    }
    hc_buffer_free(&scratch);
    return result == HC_ANCHORS_UNREADABLE ? "unreadable" : result == 0 ? keys : "memory";
}

static void anchors_pem_bundle(void)
{
    anchors_begin();
    der_certificate(&cert, "root a", "root a", "key a");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    der_certificate(&cert, "root b", "root b", "key b");
    pem_add(cert.bytes, cert.len, "X509 CERTIFICATE");
    pem_add(cert.bytes, cert.len, "PRIVATE KEY");
    der_certificate(&cert, "root a", "root a", "key a2");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    CHECK_INT(anchors_take(pem_place, strlen(pem_place)), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 3);
    CHECK_INT(anchors.num_skipped, 0);
    CHECK_TEXT(anchors_keys("root a"), "key a,key a2,");
    CHECK_TEXT(anchors_keys("root b"), "key b,");
    CHECK_TEXT(anchors_keys("root c"), "");
    CHECK_TEXT(anchors_keys("root "), "");
    anchors_end();
}

static void anchors_three_bundles(void)
{
    anchors_begin();
    der_certificate(&cert, "x", "root a", "from der");
    CHECK_INT(anchors_take(cert.bytes, cert.len), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 1);
    der_certificate(&cert, "x", "root a", "from pem");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    CHECK_INT(anchors_take(pem_place, strlen(pem_place)), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 2);
    CHECK_TEXT(anchors_keys("root a"), "from der,from pem,");
    der_certificate(&cert, "x", "root b", "another der");
    CHECK_INT(anchors_take(cert.bytes, cert.len), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 3);
    CHECK_TEXT(anchors_keys("root a"), "from der,from pem,");
    CHECK_TEXT(anchors_keys("root b"), "another der,");
    anchors_end();
}

static void anchors_skips_what_is_broken(void)
{
    size_t len;

    anchors_begin();
    pem_add((const unsigned char *)"no certificate", 14, "CERTIFICATE");
    der_certificate(&cert, "x", "trusted", "k");
    pem_add(cert.bytes, cert.len, "TRUSTED CERTIFICATE");
    der_certificate(&cert, "x", "good", "k");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    /* the END line is missing */
    der_certificate(&cert, "x", "cut", "k");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    len = strlen(pem_place) - strlen("-----END CERTIFICATE-----\n");
    CHECK_INT(anchors_take(pem_place, len), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 1);
    CHECK_INT(anchors.num_skipped, 3);
    CHECK_TEXT(anchors_keys("good"), "k,");
    CHECK_TEXT(anchors_keys("cut"), "");
    CHECK_TEXT(anchors_keys("trusted"), "");
    anchors_end();
}

/* What is good as far as the subject and broken behind it is found out when it is asked for. */
static void anchors_passes_over_what_is_malformed_later(void)
{
    char *body;

    anchors_begin();
    der_certificate(&cert, "x", "root", "first");
    cert.bytes[cert.len++] = 0; /* a byte behind the certificate */
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    der_certificate(&cert, "x", "root", "second");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    body = strstr(pem_place, "-----END"); /* a character that is not base64, in the first */
    body[-2] = '!';
    CHECK_INT(anchors_take(pem_place, strlen(pem_place)), HTTPSC_OK);
    CHECK_TEXT(anchors_keys("root"), "second,");
    anchors_end();

    anchors_begin();
    der_certificate(&cert, "x", "root", "first");
    cert.bytes[cert.len++] = 0;
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    CHECK_INT(anchors_take(pem_place, strlen(pem_place)), HTTPSC_OK);
    CHECK_TEXT(anchors_keys("root"), "");
    anchors_end();
}

static void anchors_not_a_bundle(void)
{
    anchors_begin();
    CHECK_INT(anchors_take("", 0), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 0);
    CHECK_INT(anchors.num_skipped, 0);
    CHECK_INT(anchors_take("just text\n", 10), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 0);
    CHECK_INT(anchors.num_skipped, 1);
    CHECK_TEXT(anchors_keys("root"), "");
    anchors_end();
    anchors_begin();
    der_certificate(&cert, "x", "root", "k");
    CHECK_INT(anchors_take(cert.bytes, cert.len - 1), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 0);
    anchors_end();
}

static void anchors_long_names(void)
{
    static char name[3500];

    /* the subject is far behind what is decoded at first */
    memset(name, 'n', 3000);
    anchors_begin();
    der_certificate(&cert, "x", name, "k");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    CHECK_INT(anchors_take(pem_place, strlen(pem_place)), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 1);
    CHECK_TEXT(anchors_keys(name), "k,");
    anchors_end();
}

/* ---- a file that is read again ---- */

static size_t anchors_file_reads;
static size_t anchors_file_fails_at; /* this read, counted from 1; 0: none */

static int anchors_read_file(const void *user, size_t offset, unsigned char *buf, size_t len)
{
    size_t size = strlen(user);

    CHECK(offset <= size && len <= size - offset);
    memcpy(buf, (const char *)user + offset, len);
    return ++anchors_file_reads != anchors_file_fails_at;
}

static int anchors_index(const char *text)
{
    hc_anchor_file file;

    file.read = anchors_read_file;
    file.user = text;
    file.size = strlen(text);
    anchors_file_reads = 0;
    return hc_anchors_index_file(&anchors, &file);
}

/* Fills the place for PEM with certificates, the i-th with "subject i" and "key i". */
static void anchors_many(int num, size_t prefix)
{
    char subject[32];
    char key[32];

    memset(pem_place, '#', prefix);
    strcpy(pem_place + prefix, "\n");
    for (int i = 0; i < num; i++) {
        sprintf(subject, "subject %d", i);
        sprintf(key, "key %d", i);
        der_certificate(&cert, "x", subject, key);
        pem_add(cert.bytes, cert.len, "CERTIFICATE");
    }
}

/* Wherever a window ends, no certificate is lost and none comes twice. */
static void anchors_of_a_file(void)
{
    char subject[32];
    char key[32];

    for (size_t prefix = 0; prefix < 240; prefix++) {
        anchors_begin();
        anchors_many(420, prefix);
        CHECK(strlen(pem_place) > 48 * 1024);
        CHECK_INT(anchors_index(pem_place), HTTPSC_OK);
        CHECK(anchors_file_reads > 2);
        CHECK_INT(anchors.num_anchors, 420);
        CHECK_INT(anchors.num_skipped, 0);
        CHECK_INT(anchors.bytes.len, 0);
        for (int i = 0; i < 420; i += prefix == 0 ? 1 : 40) {
            sprintf(subject, "subject %d", i);
            sprintf(key, "key %d,", i);
            CHECK_TEXT(anchors_keys(subject), key);
        }
        CHECK_TEXT(anchors_keys("subject 420"), "");
        anchors_end();
    }
}

/* What is in the file now counts, if it is still what was found there: no anchor of another
 * subject, and no word that there is none. */
static void anchors_of_a_file_that_changes(void)
{
    anchors_begin();
    anchors_many(2, 0);
    CHECK_INT(anchors_index(pem_place), HTTPSC_OK);
    CHECK_TEXT(anchors_keys("subject 1"), "key 1,");
    pem_place[0] = '\0';
    der_certificate(&cert, "x", "another", "key 0");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    memset(pem_place + strlen(pem_place), '#', 300);
    CHECK_TEXT(anchors_keys("subject 0"), "unreadable");
    CHECK_TEXT(anchors_keys("subject 1"), "unreadable");
    CHECK_TEXT(anchors_keys("subject 2"), "");
    strcpy(pem_place, "\n");
    der_certificate(&cert, "x", "subject 9", "key 0"); /* as long as what was there */
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    memset(pem_place + strlen(pem_place), '#', 300);
    CHECK_TEXT(anchors_keys("subject 0"), "unreadable");
    CHECK_TEXT(anchors_keys("subject 9"), "");
    anchors_end();
}

/* One that never was whole behind its subject is passed over, as ever. */
static void anchors_of_a_file_that_are_malformed(void)
{
    anchors_begin();
    der_certificate(&cert, "x", "subject 0", "key 0");
    pem_add(cert.bytes, cert.len - 1, "CERTIFICATE");
    der_certificate(&cert, "x", "subject 0", "key 1");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    CHECK_INT(anchors_index(pem_place), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 2);
    CHECK_TEXT(anchors_keys("subject 0"), "key 1,");
    anchors_end();
}

static void anchors_of_a_file_that_cannot_be_read(void)
{
    anchors_begin();
    anchors_many(420, 0);
    for (anchors_file_fails_at = 1; anchors_file_fails_at <= 3; anchors_file_fails_at++) {
        CHECK_INT(anchors_index(pem_place), HTTPSC_ERR_TRUST_UNREADABLE);
        hc_anchors_free(&anchors);
        hc_anchors_init(&anchors, &memory.allocator);
    }
    anchors_file_fails_at = 0;
    CHECK_INT(anchors_index(pem_place), HTTPSC_OK);
    anchors_file_fails_at = anchors_file_reads + 1;
    CHECK_TEXT(anchors_keys("subject 0"), "unreadable");
    CHECK_TEXT(anchors_keys("subject 0"), "key 0,");
    anchors_file_fails_at = 0;
    anchors_end();
}

/* ---- what is taken out again ---- */

static int anchors_deny_named(const char *subject, const char *key)
{
    der_certificate(&cert, "whoever", subject, key);
    return hc_anchors_deny(&anchors, hc_cursor_over(cert.bytes, cert.len));
}

/* An anchor goes by subject and key, whatever else its certificate says. */
static void anchors_denied(void)
{
    anchors_begin();
    der_certificate(&cert, "x", "root a", "in der");
    CHECK_INT(hc_anchors_add_der(&anchors, hc_cursor_over(cert.bytes, cert.len)), HTTPSC_OK);
    CHECK_INT(hc_anchors_add_der(&anchors, hc_cursor_over("no", 2)), HTTPSC_OK);
    CHECK_INT(anchors.num_skipped, 1);
    der_certificate(&cert, "y", "root b", "in der");
    CHECK_INT(hc_anchors_add_der(&anchors, hc_cursor_over(cert.bytes, cert.len)), HTTPSC_OK);
    der_certificate(&cert, "x", "root a", "in pem");
    pem_add(cert.bytes, cert.len, "CERTIFICATE");
    CHECK_INT(anchors_take(pem_place, strlen(pem_place)), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 3);
    CHECK_TEXT(anchors_keys("root a"), "in der,in pem,");
    CHECK_TEXT(anchors_keys("root b"), "in der,");

    CHECK_INT(anchors_deny_named("root a", "another"), HTTPSC_OK);
    CHECK_INT(anchors_deny_named("root c", "in der"), HTTPSC_OK);
    CHECK_INT(hc_anchors_deny(&anchors, hc_cursor_over("no", 2)), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 3);
    CHECK_INT(anchors_deny_named("root a", "in der"), HTTPSC_OK);
    CHECK_INT(anchors_deny_named("root a", "in der"), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 2);
    CHECK_TEXT(anchors_keys("root a"), "in pem,");
    CHECK_TEXT(anchors_keys("root b"), "in der,");
    CHECK_INT(anchors_deny_named("root a", "in pem"), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 1);
    CHECK_TEXT(anchors_keys("root a"), "");
    anchors_end();
}

#ifndef HTTPSC_NO_EMBEDDED_ANCHORS
/* Is the i-th root of the embedded table found by its subject? *der becomes a certificate of it. */
static int anchors_has_embedded(size_t i, anchors_der *der)
{
    const embedded_anchor *entry = &embedded_anchors_index[i];
    const unsigned char *at = (const unsigned char *)embedded_anchors + entry->offset;
    static anchors_der tbs;
    static anchors_der body;
    size_t position = 0;
    hc_buffer scratch;
    hc_anchor found;
    int is_there = 0;

    tbs.len = 0;
    body.len = 0;
    der->len = 0;
    der_add(&tbs, "\xa0\x03\x02\x01\x02\x02\x01\x07\x30\x00\x30\x00\x30\x00", 14);
    der_add(&tbs, at, (size_t)entry->subject_len + entry->key_len);
    der_add_element(&body, 0x30, tbs.bytes, tbs.len);
    der_add(&body, "\x30\x00\x03\x01\x00", 5);
    der_add_element(der, 0x30, body.bytes, body.len);
    hc_buffer_init(&scratch, &memory.allocator, 65536);
    while (hc_anchors_find(&anchors, hc_cursor_over(at, entry->subject_len), &position, &scratch,
                           &found) == 1) {
        is_there |= hc_cursor_left(&found.public_key) == entry->key_len &&
                    memcmp(found.public_key.at, at + entry->subject_len, entry->key_len) == 0;
    }
    hc_buffer_free(&scratch);
    return is_there;
}
#endif

static void anchors_denied_in_the_table(void)
{
#ifndef HTTPSC_NO_EMBEDDED_ANCHORS
    size_t num = ANCHORS_NUM_EMBEDDED;

    anchors_begin();
    CHECK(hc_anchors_add_embedded(&anchors));
    der_certificate(&cert, "x", "root a", "in der");
    CHECK_INT(hc_anchors_add_der(&anchors, hc_cursor_over(cert.bytes, cert.len)), HTTPSC_OK);
    for (size_t i = 0; i < num; i++) {
        CHECK(anchors_has_embedded(i, &cert));
        if (i % 3 == 0) {
            CHECK_INT(hc_anchors_deny(&anchors, hc_cursor_over(cert.bytes, cert.len)), HTTPSC_OK);
        }
    }
    for (size_t i = 0; i < num; i++) {
        CHECK_INT(anchors_has_embedded(i, &cert), i % 3 != 0);
    }
    CHECK_INT(anchors.num_anchors, num + 1 - (num + 2) / 3);
    CHECK_TEXT(anchors_keys("root a"), "in der,");
    anchors_end();
#else
    SKIP("built without embedded roots");
#endif
}

static void anchors_denied_without_memory(void)
{
    anchors_begin();
    der_certificate(&cert, "x", "root a", "in der");
    memory.fail_at = memory.num_allocs + 1;
    CHECK_INT(hc_anchors_add_der(&anchors, hc_cursor_over(cert.bytes, cert.len)),
              HTTPSC_ERR_MEMORY);
    memory.fail_at = 0;
    CHECK_INT(hc_anchors_add_der(&anchors, hc_cursor_over(cert.bytes, cert.len)), HTTPSC_OK);
    memory.fail_at = memory.num_allocs + 1;
    CHECK_INT(anchors_deny_named("root a", "in der"), HTTPSC_ERR_MEMORY);
    memory.fail_at = 0;
    anchors_end();
}

static void anchors_without_memory(void)
{
    size_t needed;

    anchors_begin();
    for (int i = 0; i < 100; i++) {
        der_certificate(&cert, "x", "root", "k");
        pem_add(cert.bytes, cert.len, "CERTIFICATE");
    }
    CHECK_INT(anchors_take(pem_place, strlen(pem_place)), HTTPSC_OK);
    CHECK_INT(anchors.num_anchors, 100);
    needed = memory.num_allocs;
    CHECK(needed >= 3);
    hc_anchors_free(&anchors);
    for (size_t i = 1; i <= needed; i++) {
        hc_anchors_init(&anchors, &memory.allocator);
        memory.num_allocs = 0;
        memory.fail_at = i;
        CHECK_INT(anchors_take(pem_place, strlen(pem_place)), HTTPSC_ERR_MEMORY);
        hc_anchors_free(&anchors);
        CHECK_INT(memory.live_blocks, 0);
    }
    memory.fail_at = 0;
    hc_anchors_init(&anchors, &memory.allocator);
    CHECK_INT(anchors_take(pem_place, strlen(pem_place)), HTTPSC_OK);
    memory.num_allocs = 0;
    memory.fail_at = 1;
    CHECK_TEXT(anchors_keys("root"), "memory");
    memory.fail_at = 0;
    anchors_end();
}

static void anchors_certificate_skim(void)
{
    static anchors_der other;
    hc_certificate out;
    anchors_der name = {{0}, 0};

    der_certificate(&cert, "the issuer", "the subject", "the key");
    CHECK(hc_certificate_skim(&out, cert.bytes, cert.len));
    der_name(&name, "the issuer");
    CHECK(hc_der_same(out.issuer, hc_cursor_over(name.bytes, name.len)));
    name.len = 0;
    der_name(&name, "the subject");
    CHECK(hc_der_same(out.subject, hc_cursor_over(name.bytes, name.len)));
    CHECK_INT(hc_cursor_left(&out.public_key), 9);
    /* cut anywhere, or with a byte more, it is none */
    for (size_t i = 0; i < cert.len; i++) {
        CHECK(!hc_certificate_skim(&out, cert.bytes, i));
    }
    CHECK(!hc_certificate_skim(&out, cert.bytes, cert.len + 1));
    /* a prefix is enough once the subject is in it */
    other = cert;
    for (size_t i = 0; i < cert.len; i++) {
        size_t end = (size_t)(hc_certificate_skim(&out, cert.bytes, cert.len)
                                  ? out.subject.end - cert.bytes : 0);

        CHECK_INT(hc_certificate_skim_prefix(&out, other.bytes, i), i >= end);
    }
    other.bytes[1] = 0x80; /* indefinite */
    CHECK(!hc_certificate_skim_prefix(&out, other.bytes, other.len));
    CHECK(!hc_certificate_skim(&out, other.bytes, other.len));
}

static void anchors_hash(void)
{
    /* FNV-1a's published values */
    CHECK(hc_subject_hash(hc_cursor_over("", 0)) == 0x811c9dc5u);
    CHECK(hc_subject_hash(hc_cursor_over("a", 1)) == 0xe40c292cu);
    CHECK(hc_subject_hash(hc_cursor_over("foobar", 6)) == 0xbf9cf968u);
}

/* Two names with the same hash are still two names. */
static void anchors_of_one_hash(void)
{
    static const char one[] = "914d4bb2";
    static const char other[] = "a306d561";
    anchors_der a = {{0}, 0};
    anchors_der b = {{0}, 0};

    der_name(&a, one);
    der_name(&b, other);
    CHECK(hc_subject_hash(hc_cursor_over(a.bytes, a.len)) ==
          hc_subject_hash(hc_cursor_over(b.bytes, b.len)));
    anchors_begin();
    der_certificate(&cert, "x", one, "key of one");
    CHECK_INT(anchors_take(cert.bytes, cert.len), HTTPSC_OK);
    CHECK_TEXT(anchors_keys(one), "key of one,");
    CHECK_TEXT(anchors_keys(other), "");
    anchors_end();
}

#ifndef HTTPSC_NO_EMBEDDED_ANCHORS
/* subject of ISRG Root X1: C=US, O=Internet Security Research Group, CN=ISRG Root X1 */
static const char anchors_isrg[] =
    "\x30\x4f\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02US\x31\x29\x30\x27\x06\x03\x55\x04\x0a\x13"
    "\x20Internet Security Research Group\x31\x15\x30\x13\x06\x03\x55\x04\x03\x13\x0cISRG Root X1";

static void anchors_embedded(void)
{
    hc_cursor subject = hc_cursor_over(anchors_isrg, sizeof anchors_isrg - 1);
    size_t position = 0;
    hc_buffer scratch;
    hc_anchor found;

    anchors_begin();
    CHECK_TEXT(anchors_keys("root"), "");
    CHECK(hc_anchors_add_embedded(&anchors));
    CHECK(anchors.num_anchors > 50);
    hc_buffer_init(&scratch, &memory.allocator, 65536);
    CHECK_INT(hc_anchors_find(&anchors, subject, &position, &scratch, &found), 1);
    CHECK(hc_der_same(found.subject, subject));
    CHECK(hc_cursor_left(&found.public_key) == 550); /* RSA with 4096 bits */
    CHECK_INT(hc_anchors_find(&anchors, subject, &position, &scratch, &found), 0);
    CHECK_INT(hc_anchors_find(&anchors, subject, &position, &scratch, &found), 0);
    CHECK_TEXT(anchors_keys("root"), "");
    /* has the hash of one of Debian's roots in 2025 */
    CHECK_TEXT(anchors_keys("22197228"), "");
    CHECK_INT(memory.num_allocs, 0);
    /* a source behind the table is found as well */
    der_certificate(&cert, "x", "root", "k");
    CHECK_INT(anchors_take(cert.bytes, cert.len), HTTPSC_OK);
    CHECK_TEXT(anchors_keys("root"), "k,");
    CHECK(hc_embedded_anchors_time() >= 1700000000);
    CHECK_INT(strlen(hc_embedded_anchors_date()), 10);
    anchors_end();
}
#else
static void anchors_embedded(void)
{
    anchors_begin();
    CHECK(!hc_anchors_add_embedded(&anchors));
    CHECK_INT(anchors.num_anchors, 0);
    CHECK_INT(hc_embedded_anchors_time(), 0);
    CHECK_TEXT(hc_embedded_anchors_date(), "");
    anchors_end();
}
#endif

/* 1 when the table has the certificate of an entry of the bundle. */
static int anchors_table_has(const hc_anchors *table, const unsigned char *bundle,
                             const hc_anchor_index_entry *entry)
{
    static unsigned char der[16384];
    hc_certificate certificate;
    hc_anchor found;
    hc_buffer scratch;
    size_t position = 0;
    size_t len = 0;
    int has = 0;

    hc_buffer_init(&scratch, &memory.allocator, 65536);
    CHECK(hc_base64_decode(hc_cursor_over(bundle + entry->offset, entry->len), der, sizeof der, 0,
                           &len));
    CHECK(hc_certificate_skim(&certificate, der, len));
    while (hc_anchors_find(table, certificate.subject, &position, &scratch, &found) == 1) {
        has |= hc_der_same(found.public_key, certificate.public_key);
    }
    hc_buffer_free(&scratch);
    return has;
}

/* A table made of a bundle and the bundle itself answer the same: here, Debian's. */
static void anchors_embedded_is_the_bundle(void)
{
    static unsigned char bytes[1 << 20];
    FILE *file = fopen("/etc/ssl/certs/ca-certificates.crt", "rb");
    size_t num_found = 0;
    size_t num_anchors;
    hc_anchors table;

    if (file == NULL) {
        SKIP("no /etc/ssl/certs/ca-certificates.crt");
    }
    num_found = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    anchors_begin();
    hc_anchors_init(&table, &memory.allocator);
    if (!hc_anchors_add_embedded(&table)) {
        SKIP("a build without the table");
    }
    CHECK_INT(anchors_take(bytes, num_found), HTTPSC_OK);
    CHECK_INT(anchors.num_skipped, 0);
    num_anchors = anchors.num_anchors;
    num_found = 0;
    for (size_t i = 0; i < num_anchors; i++) {
        hc_anchor_index_entry entry;

        memcpy(&entry, anchors.index.ptr + i * sizeof entry, sizeof entry);
        num_found += (size_t)anchors_table_has(&table, bytes, &entry);
    }
    anchors_end();
    CHECK(num_found > num_anchors / 2);
    if (num_found < num_anchors) {
        SKIP("the bundle is of another version than the table");
    }
}

UNIT_MAIN(UNIT(anchors_pem_bundle), UNIT(anchors_three_bundles), UNIT(anchors_skips_what_is_broken),
          UNIT(anchors_passes_over_what_is_malformed_later), UNIT(anchors_not_a_bundle),
          UNIT(anchors_long_names), UNIT(anchors_of_a_file),
          UNIT(anchors_of_a_file_that_changes), UNIT(anchors_of_a_file_that_are_malformed),
          UNIT(anchors_of_a_file_that_cannot_be_read), UNIT(anchors_denied),
          UNIT(anchors_denied_in_the_table), UNIT(anchors_denied_without_memory),
          UNIT(anchors_without_memory), UNIT(anchors_certificate_skim),
          UNIT(anchors_hash), UNIT(anchors_of_one_hash), UNIT(anchors_embedded),
          UNIT(anchors_embedded_is_the_bundle))
