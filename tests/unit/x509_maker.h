/*
 * Certificates for tests, made in memory: DER from nested pieces, signed with P-256 keys that are
 * numbers (key 1, key 2 ...). What is made lives until maker_reset.
 */
#ifndef X509_MAKER_H
#define X509_MAKER_H

#ifdef UNIT_PARTS
#include "../../src/syntax/asn1_time.h"
#include "../../src/x509/extensions.h"
#include "../../src/x509/names.h"
#include "../../src/x509/profile.h"
#include "../../src/x509/verify.h"
#endif

#include <stdarg.h>

typedef struct bytes {
    unsigned char *ptr;
    size_t len;
} bytes;

#define MAKER_BLOCKS 200000
static void *maker_blocks[MAKER_BLOCKS];
static size_t maker_num_blocks;

static inline bytes b_new(size_t len)
{
    bytes out = {malloc(len + 1), len};

    if (out.ptr == NULL || maker_num_blocks == MAKER_BLOCKS) {
        abort();
    }
    maker_blocks[maker_num_blocks++] = out.ptr;
    return out;
}

static inline void maker_reset(void)
{
    while (maker_num_blocks > 0) {
        free(maker_blocks[--maker_num_blocks]);
    }
}

static inline bytes b_raw(const void *ptr, size_t len)
{
    bytes out = b_new(len);

    if (len > 0) {
        memcpy(out.ptr, ptr, len);
    }
    return out;
}

static inline bytes b_none(void)
{
    return b_raw(NULL, 0);
}

static inline bytes b_text(const char *text)
{
    return b_raw(text, strlen(text));
}

/* "0603550403" */
static inline bytes b_hex(const char *hex)
{
    bytes out = b_new(strlen(hex) / 2);

    for (size_t i = 0; i < out.len; i++) {
        unsigned value;

        sscanf(hex + 2 * i, "%2x", &value);
        out.ptr[i] = (unsigned char)value;
    }
    return out;
}

static inline bytes b_cat(bytes a, bytes b)
{
    bytes out = b_new(a.len + b.len);

    if (a.len > 0) {
        memcpy(out.ptr, a.ptr, a.len);
    }
    if (b.len > 0) {
        memcpy(out.ptr + a.len, b.ptr, b.len);
    }
    return out;
}

static inline bytes b_cat3(bytes a, bytes b, bytes c)
{
    return b_cat(a, b_cat(b, c));
}

/* One DER element. */
static inline bytes b_der(unsigned tag, bytes content)
{
    unsigned char head[6];
    size_t num = 0;

    head[num++] = (unsigned char)tag;
    if (content.len < 0x80) {
        head[num++] = (unsigned char)content.len;
    } else {
        size_t num_len = content.len < 0x100 ? 1 : content.len < 0x10000 ? 2 : 3;

        head[num++] = (unsigned char)(0x80 | num_len);
        while (num_len > 0) {
            head[num++] = (unsigned char)(content.len >> (8 * --num_len));
        }
    }
    return b_cat(b_raw(head, num), content);
}

static inline hc_cursor b_cursor(bytes b)
{
    return hc_cursor_over(b.ptr, b.len);
}

/* ---- names ---------------------------------------------------------------------------------- */

static inline bytes maker_attribute(const char *oid_hex, const char *value)
{
    return b_der(0x31, b_der(0x30, b_cat(b_der(6, b_hex(oid_hex)), b_der(0x0c, b_text(value)))));
}

/* A Name of one commonName; NULL: empty. */
static inline bytes maker_name(const char *common_name)
{
    return b_der(0x30, common_name == NULL ? b_none() : maker_attribute("550403", common_name));
}

/* "DNS:a.example,IP:7f000001,MAIL:a@b,URI:http://x/,DIR:CN,OTHER:": GeneralNames one by one */
static inline bytes maker_general_names(const char *list, int as_subtrees)
{
    bytes out = b_none();

    while (*list != '\0') {
        size_t len = strcspn(list, ",");
        char item[600];
        char *value;
        bytes name;

        snprintf(item, sizeof item, "%.*s", (int)len, list);
        value = strchr(item, ':');
        *value++ = '\0';
        if (strcmp(item, "DNS") == 0) {
            name = b_der(0x82, b_text(value));
        } else if (strcmp(item, "IP") == 0) {
            name = b_der(0x87, b_hex(value));
        } else if (strcmp(item, "MAIL") == 0) {
            name = b_der(0x81, b_text(value));
        } else if (strcmp(item, "URI") == 0) {
            name = b_der(0x86, b_text(value));
        } else if (strcmp(item, "DIR") == 0) {
            name = b_der(0xA4, maker_name(value));
        } else {
            name = b_der(0xA0, b_cat(b_der(6, b_hex("2a0304")), b_der(0xA0, b_der(5, b_none()))));
        }
        out = b_cat(out, as_subtrees ? b_der(0x30, name) : name);
        list += len + (list[len] == ',');
    }
    return out;
}

/* ---- extensions ----------------------------------------------------------------------------- */

static inline bytes maker_extension(const char *oid_hex, int critical, bytes value)
{
    return b_der(0x30, b_cat3(b_der(6, b_hex(oid_hex)),
                              critical ? b_der(1, b_hex("ff")) : b_none(), b_der(4, value)));
}

/* path_len < 0: none */
static inline bytes maker_ca(int path_len)
{
    unsigned char length = (unsigned char)path_len;

    return maker_extension(
        "551d13", 1,
        b_der(0x30, b_cat(b_der(1, b_hex("ff")),
                          path_len < 0 ? b_none() : b_der(2, b_raw(&length, 1)))));
}

static inline bytes maker_alt_names(const char *list)
{
    return maker_extension("551d11", 0, b_der(0x30, maker_general_names(list, 0)));
}

static inline bytes maker_constraints(const char *permitted, const char *excluded)
{
    bytes in = permitted == NULL ? b_none() : b_der(0xA0, maker_general_names(permitted, 1));
    bytes out = excluded == NULL ? b_none() : b_der(0xA1, maker_general_names(excluded, 1));

    return maker_extension("551d1e", 1, b_der(0x30, b_cat(in, out)));
}

/* keyUsage from the BIT STRING's content in hex */
static inline bytes maker_usage(const char *bits_hex)
{
    return maker_extension("551d0f", 1, b_der(3, b_hex(bits_hex)));
}

#define MAKER_SERVER_AUTH "2b06010505070301"
#define MAKER_CODE_SIGNING "2b06010505070303"
#define MAKER_ANY_PURPOSE "551d2500"

static inline bytes maker_purpose(const char *oid_hex)
{
    return maker_extension("551d25", 0, b_der(0x30, b_der(6, b_hex(oid_hex))));
}

/* ---- certificates --------------------------------------------------------------------------- */

static inline void maker_scalar(int key, unsigned char scalar[32])
{
    memset(scalar, 0, 32);
    for (size_t i = 0; i < 8; i++) {
        scalar[24 + i] = (unsigned char)(key * 37 + 11 + (int)i);
    }
}

static inline bytes maker_public_key(int key)
{
    unsigned char scalar[32];
    unsigned char point[65];

    maker_scalar(key, scalar);
    br_ec_p256_m31.mulgen(point, scalar, sizeof scalar, BR_EC_secp256r1);
    return b_der(0x30, b_cat(b_hex("301306072a8648ce3d020106082a8648ce3d030107"),
                             b_der(3, b_cat(b_hex("00"), b_raw(point, sizeof point)))));
}

#define MAKER_ECDSA_SHA256 "300a06082a8648ce3d040302"

/* tbs with the algorithm named and a signature behind it, as a SEQUENCE; key_number signs */
static inline bytes maker_sign_as(bytes tbs, int key_number, const char *algorithm_hex)
{
    unsigned char scalar[32];
    unsigned char digest[HC_HASH_MAX];
    unsigned char signature[80];
    br_ec_private_key key;
    size_t len;

    maker_scalar(key_number, scalar);
    key.curve = BR_EC_secp256r1;
    key.x = scalar;
    key.xlen = sizeof scalar;
    hc_hash(HC_HASH_SHA256, tbs.ptr, tbs.len, digest);
    len = br_ecdsa_i31_sign_asn1(&br_ec_p256_m31, &br_sha256_vtable, digest, &key, signature);
    return b_der(0x30, b_cat3(tbs, b_hex(algorithm_hex),
                              b_der(3, b_cat(b_hex("00"), b_raw(signature, len)))));
}

static inline bytes maker_sign(bytes tbs, int key_number)
{
    return maker_sign_as(tbs, key_number, MAKER_ECDSA_SHA256);
}

typedef struct maker_spec {
    const char *subject;
    const char *issuer;
    int key;
    int signer;
    bytes extensions;       /* one behind the other; none: no extensions at all */
    const char *from;       /* UTCTime or GeneralizedTime; default 2020 */
    const char *to;         /* default 2040 */
    const char *serial_hex; /* content; default 05 */
    const char *version_hex; /* the whole element; default version 3; "" none */
    const char *inner_algorithm_hex; /* default ecdsa-with-SHA256 */
} maker_spec;

#define MAKER_NOW ((int64_t)1700000000) /* November 2023 */

/* A UTCTime, or a GeneralizedTime where the text is as long as one. */
static inline bytes maker_time(const char *text)
{
    return b_der(strlen(text) >= 15 ? 0x18 : 0x17, b_text(text));
}

static inline bytes maker_tbs(const maker_spec *spec)
{
    bytes head = b_cat3(
        b_hex(spec->version_hex == NULL ? "a003020102" : spec->version_hex),
        b_der(2, b_hex(spec->serial_hex == NULL ? "05" : spec->serial_hex)),
        b_hex(spec->inner_algorithm_hex == NULL ? MAKER_ECDSA_SHA256
                                                : spec->inner_algorithm_hex));
    bytes dates = b_der(0x30, b_cat(maker_time(spec->from == NULL ? "200101000000Z" : spec->from),
                                    maker_time(spec->to == NULL ? "400101000000Z" : spec->to)));
    bytes tail = b_cat(maker_public_key(spec->key),
                       spec->extensions.len == 0
                           ? b_none()
                           : b_der(0xA3, b_der(0x30, spec->extensions)));

    return b_der(0x30, b_cat3(head,
                              b_cat3(maker_name(spec->issuer), dates, maker_name(spec->subject)),
                              tail));
}

static inline bytes maker_cert(const maker_spec *spec)
{
    return maker_sign(maker_tbs(spec), spec->signer);
}

/* subject with key, issued by issuer with signer: for servers, or a CA */
static inline bytes maker_leaf(const char *names, int key, const char *issuer, int signer)
{
    maker_spec spec = {"leaf", issuer, key, signer, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

    spec.extensions = b_cat(maker_alt_names(names), maker_purpose(MAKER_SERVER_AUTH));
    return maker_cert(&spec);
}

static inline bytes maker_issuer(const char *subject, int key, const char *issuer, int signer,
                                 bytes more)
{
    maker_spec spec = {subject, issuer, key, signer, {NULL, 0}, NULL, NULL, NULL, NULL, NULL};

    spec.extensions = b_cat3(maker_ca(-1), maker_usage("0106"), more);
    return maker_cert(&spec);
}

/* ---- PEM ------------------------------------------------------------------------------------ */

static inline bytes maker_pem(const char *label, bytes der)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes out = b_new((der.len + 2) / 3 * 4);
    char line[64];
    size_t at = 0;

    for (size_t i = 0; i < der.len; i += 3) {
        unsigned long bits = (unsigned long)der.ptr[i] << 16;

        bits |= i + 1 < der.len ? (unsigned long)der.ptr[i + 1] << 8 : 0;
        bits |= i + 2 < der.len ? der.ptr[i + 2] : 0;
        for (int j = 0; j < 4; j++) {
            out.ptr[at++] = (unsigned char)alphabet[bits >> (18 - 6 * j) & 63];
        }
        if (i + 2 >= der.len) {
            out.ptr[at - 1] = '=';
        }
        if (i + 1 >= der.len) {
            out.ptr[at - 2] = '=';
        }
    }
    snprintf(line, sizeof line, "-----BEGIN %s-----\n", label);
    out = b_cat(b_text(line), out);
    snprintf(line, sizeof line, "\n-----END %s-----\n", label);
    return b_cat(out, b_text(line));
}

/* A store of PEM or DER. */
static inline int maker_store(hc_anchors *anchors, const httpsc_allocator *allocator, bytes bundle)
{
    hc_buffer buffer;

    hc_anchors_init(anchors, allocator);
    hc_buffer_init(&buffer, allocator, (size_t)8 * 1024 * 1024);
    if (hc_buffer_add(&buffer, bundle.ptr, bundle.len) != HC_BUFFER_OK) {
        return HTTPSC_ERR_MEMORY;
    }
    return hc_anchors_take_bundle(anchors, &buffer);
}

#endif
