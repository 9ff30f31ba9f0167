/*
 * Private keys in files: the DER of each form built here piece by piece, right and wrong in one
 * place each; passwords; PEM as files have it; and that nothing is freed before it is wiped. What
 * openssl writes is tests/vectors/key_forms.sh's.
 */
#include "unit.h"
#include "crypto_bytes.h"
#include "x509_maker.h"

#define KEY_RSA "06092a864886f70d010101"
#define KEY_EC "06072a8648ce3d0201"
#define KEY_P256 "06082a8648ce3d030107"
#define KEY_P384 "06052b81040022"
#define KEY_P224 "06052b81040021"

/* ---- memory that has to be wiped ---- */

static int num_dirty;
static int num_live;

static void *wiped_alloc(void *user, size_t size)
{
    (void)user;
    num_live++;
    return malloc(size);
}

static void wiped_free(void *user, void *ptr, size_t size)
{
    const unsigned char *bytes = ptr;

    (void)user;
    for (size_t i = 0; i < size; i++) {
        num_dirty += bytes[i] != 0;
    }
    num_live--;
    free(ptr);
}

static const httpsc_allocator wiped = {NULL, wiped_alloc, wiped_free};

/* Reads; the kind and bits of what came out stay in read_kind and read_bits. */
static hc_key_kind read_kind;
static size_t read_bits;
static char read_text[512];

static int read_as(bytes file, const char *password)
{
    hc_private_key_file out;
    hc_password source = {NULL, NULL, NULL};
    httpsc_error error;
    int code;

    memset(&error, 0, sizeof error);
    source.text = password;
    code = hc_private_key_file_read(&out, &wiped, hc_cursor_over(file.ptr, file.len), &source,
                                    "the file", &error);
    CHECK_INT(error.code, code);
    memcpy(read_text, error.text, sizeof read_text);
    read_kind = code == HTTPSC_OK ? out.public_key.kind : 0;
    read_bits = code == HTTPSC_OK ? out.public_key.bits : 0;
    hc_private_key_file_wipe(&out);
    for (size_t i = 0; i < sizeof out; i++) {
        num_dirty += ((const unsigned char *)&out)[i] != 0;
    }
    CHECK_INT(num_dirty, 0);
    CHECK_INT(num_live, 0);
    return code;
}

static void reads_as(bytes file, int code)
{
    CHECK_TEXT(httpsc_code_name(read_as(file, NULL)), httpsc_code_name(code));
}

static bytes of_cursor(hc_cursor cursor)
{
    return b_raw(cursor.at, hc_cursor_left(&cursor));
}

/* ---- DER ---- */

static bytes positive(hc_cursor magnitude)
{
    bytes content = of_cursor(magnitude);

    if (content.len > 0 && content.ptr[0] >= 0x80) {
        content = b_cat(b_hex("00"), content);
    }
    return b_der(2, content);
}

/* RSAPrivateKey; its members may be changed before they are put together. */
typedef struct rsa_parts {
    bytes parts[9]; /* version n e d p q dp dq qi */
} rsa_parts;

static rsa_parts rsa_parts_of(const hc_private_key *key)
{
    rsa_parts out;

    out.parts[0] = b_hex("020100");
    out.parts[1] = positive(key->modulus);
    out.parts[2] = positive(key->exponent);
    out.parts[3] = b_hex("020107"); /* d: nobody uses it */
    out.parts[4] = positive(key->prime1);
    out.parts[5] = positive(key->prime2);
    out.parts[6] = positive(key->exponent1);
    out.parts[7] = positive(key->exponent2);
    out.parts[8] = positive(key->coefficient);
    return out;
}

static bytes rsa_sequence(const rsa_parts *from, size_t num)
{
    bytes out = b_none();

    for (size_t i = 0; i < num; i++) {
        out = b_cat(out, from->parts[i]);
    }
    return b_der(0x30, out);
}

static bytes rsa_der(void)
{
    hc_private_key key = rsa_key_of(2048);
    rsa_parts parts = rsa_parts_of(&key);

    return rsa_sequence(&parts, 9);
}

/* SEC 1: parameters and point may be empty. */
static bytes ec_der(bytes scalar, bytes parameters, bytes point)
{
    bytes content = b_cat(b_hex("020101"), b_der(4, scalar));

    if (parameters.len > 0) {
        content = b_cat(content, b_der(0xA0, parameters));
    }
    if (point.len > 0) {
        content = b_cat(content, b_der(0xA1, b_der(3, b_cat(b_hex("00"), point))));
    }
    return b_der(0x30, content);
}

static bytes ec_scalar(hc_curve curve)
{
    return of_cursor(ec_key_of(curve).scalar);
}

static bytes ec_point(hc_curve curve)
{
    hc_private_key key = ec_key_of(curve);
    bytes point = b_new(2 * hc_ec_scalar_len(curve) + 1);

    CHECK(hc_ec_multiply_generator(curve, key.scalar.at, point.ptr));
    return point;
}

static bytes pkcs8(const char *version, bytes algorithm, bytes key, bytes tail)
{
    return b_der(0x30, b_cat3(b_hex(version), b_der(0x30, algorithm),
                              b_cat(b_der(4, key), tail)));
}

static void start(void)
{
    bytes_reset();
    maker_reset();
    num_dirty = 0;
}

/* ---- the forms ---- */

static void rsa_keys(void)
{
    hc_private_key key = rsa_key_of(2048);
    hc_private_key other = rsa_key_of(2049);
    rsa_parts parts;

    start();
    parts = rsa_parts_of(&key);
    reads_as(rsa_sequence(&parts, 9), HTTPSC_OK);
    CHECK(read_kind == HC_KEY_RSA && read_bits == 2048);
    reads_as(pkcs8("020100", b_hex(KEY_RSA "0500"), rsa_der(), b_none()), HTTPSC_OK);
    reads_as(pkcs8("020100", b_hex(KEY_RSA), rsa_der(), b_none()), HTTPSC_ERR_KEY_INVALID);
    reads_as(rsa_sequence(&parts, 8), HTTPSC_ERR_KEY_INVALID); /* without a CRT value */
    reads_as(rsa_sequence(&parts, 4), HTTPSC_ERR_KEY_INVALID);
    reads_as(rsa_sequence(&parts, 6), HTTPSC_ERR_KEY_FORM); /* as many as DSA has */
    CHECK(strstr(read_text, "DSA") != NULL);
    for (int i = 1; i < 9; i++) { /* zero, negative, not minimal, one more, of another key */
        static const char *const wrong[] = {"020100", "0201ff", "02020005", "0200", "020105"};

        for (size_t j = 0; j < HC_ARRAY_LEN(wrong); j++) {
            parts = rsa_parts_of(&key);
            parts.parts[i] = b_hex(wrong[j]);
            CHECK((read_as(rsa_sequence(&parts, 9), NULL) == HTTPSC_OK) == (i == 3 && j == 4) ||
                  (i == 2 && j == 4)); /* an exponent that does not go with the rest */
        }
        parts = rsa_parts_of(&key);
        parts.parts[i] = rsa_parts_of(&other).parts[i];
        if (i > 3) {
            reads_as(rsa_sequence(&parts, 9), HTTPSC_ERR_KEY_INVALID);
        }
    }
    parts = rsa_parts_of(&key);
    parts.parts[0] = b_hex("020101");
    reads_as(rsa_sequence(&parts, 9), HTTPSC_ERR_KEY_FORM); /* several primes */
    parts.parts[0] = b_hex("020102");
    reads_as(rsa_sequence(&parts, 9), HTTPSC_ERR_KEY_INVALID);
    parts = rsa_parts_of(&key);
    parts.parts[8] = b_cat(parts.parts[8], b_hex("020101"));
    reads_as(rsa_sequence(&parts, 9), HTTPSC_ERR_KEY_INVALID);
    parts = rsa_parts_of(&key);
    parts.parts[2] = b_hex("020101");
    reads_as(rsa_sequence(&parts, 9), HTTPSC_ERR_KEY_WEAK);
}

static void ec_keys(void)
{
    static const hc_curve curves[] = {HC_CURVE_P256, HC_CURVE_P384, HC_CURVE_P521};
    static const char *const names[] = {KEY_P256, KEY_P384, "06052b81040023"};

    for (size_t i = 0; i < 3; i++) {
        bytes scalar, point, compressed, other;

        start();
        scalar = ec_scalar(curves[i]);
        point = ec_point(curves[i]);
        compressed = b_raw(point.ptr, 1 + (point.len - 1) / 2);
        compressed.ptr[0] = (unsigned char)(2 + (point.ptr[point.len - 1] & 1));
        reads_as(ec_der(scalar, b_hex(names[i]), point), HTTPSC_OK);
        CHECK(read_kind == HC_KEY_EC && read_bits == hc_ec_bits(curves[i]));
        reads_as(ec_der(scalar, b_hex(names[i]), b_none()), HTTPSC_OK);
        reads_as(ec_der(scalar, b_hex(names[i]), compressed), HTTPSC_OK);
        compressed.ptr[0] ^= 1;
        reads_as(ec_der(scalar, b_hex(names[i]), compressed), HTTPSC_ERR_KEY_INVALID);
        other = b_raw(point.ptr, point.len);
        other.ptr[0] = (unsigned char)(6 + (point.ptr[point.len - 1] & 1));
        reads_as(ec_der(scalar, b_hex(names[i]), other), HTTPSC_OK);
        other.ptr[0] ^= 1;
        reads_as(ec_der(scalar, b_hex(names[i]), other), HTTPSC_ERR_KEY_INVALID);
        other = b_raw(point.ptr, point.len);
        other.ptr[5] ^= 1;
        reads_as(ec_der(scalar, b_hex(names[i]), other), HTTPSC_ERR_KEY_INVALID);
        reads_as(ec_der(scalar, b_none(), point), HTTPSC_ERR_KEY_INVALID); /* of which curve? */
        reads_as(ec_der(b_cat(b_hex("00"), scalar), b_hex(names[i]), b_none()),
                 HTTPSC_ERR_KEY_INVALID);
        reads_as(ec_der(b_none(), b_hex(names[i]), b_none()), HTTPSC_ERR_KEY_INVALID);
        reads_as(ec_der(b_hex("00"), b_hex(names[i]), b_none()), HTTPSC_ERR_KEY_INVALID);
        reads_as(ec_der(b_hex("01"), b_hex(names[i]), b_none()), HTTPSC_OK); /* old and short */
        memset(scalar.ptr, 0xFF, scalar.len);
        reads_as(ec_der(scalar, b_hex(names[i]), b_none()), HTTPSC_ERR_KEY_INVALID);
    }
    start();
    reads_as(ec_der(ec_scalar(HC_CURVE_P256), b_hex(KEY_P224), b_none()), HTTPSC_ERR_KEY_FORM);
    reads_as(ec_der(ec_scalar(HC_CURVE_P256), b_hex("3000"), b_none()), HTTPSC_ERR_KEY_FORM);
    CHECK(strstr(read_text, "explicit") != NULL);
}

static void pkcs8_keys(void)
{
    static const struct {
        const char *oid;
        const char *name;
    } foreign[] = {
        {"06032b656e", "X25519"}, {"06032b6570", "Ed25519"}, {"06032b6571", "Ed448"},
        {"06072a8648ce380401", "DSA"}, {"06092a864886f70d01010a", "PSS"},
        {"06092a864886f70d010301", "Diffie"}, {"06012a", "unknown"},
    };
    bytes inner, point;

    start();
    inner = ec_der(ec_scalar(HC_CURVE_P256), b_none(), ec_point(HC_CURVE_P256));
    point = b_der(0x81, b_cat(b_hex("00"), ec_point(HC_CURVE_P256)));
    reads_as(pkcs8("020100", b_hex(KEY_EC KEY_P256), inner, b_none()), HTTPSC_OK);
    reads_as(pkcs8("020100", b_hex(KEY_EC KEY_P256), inner, b_hex("a000")), HTTPSC_OK);
    reads_as(pkcs8("020101", b_hex(KEY_EC KEY_P256), inner, b_none()), HTTPSC_OK);
    reads_as(pkcs8("020101", b_hex(KEY_EC KEY_P256), inner, point), HTTPSC_OK);
    reads_as(pkcs8("020101", b_hex(KEY_EC KEY_P256), inner, b_cat(b_hex("a000"), point)),
             HTTPSC_OK);
    reads_as(pkcs8("020100", b_hex(KEY_EC KEY_P256), inner, point), HTTPSC_ERR_KEY_INVALID);
    reads_as(pkcs8("020102", b_hex(KEY_EC KEY_P256), inner, b_none()), HTTPSC_ERR_KEY_INVALID);
    reads_as(pkcs8("020103", b_hex(KEY_EC KEY_P256), inner, b_none()), HTTPSC_ERR_KEY_FORM);
    CHECK(strstr(read_text, "PKCS#12") != NULL);
    reads_as(pkcs8("020100", b_hex(KEY_EC), inner, b_none()), HTTPSC_ERR_KEY_INVALID);
    reads_as(pkcs8("020100", b_hex(KEY_EC KEY_P384), inner, b_none()), HTTPSC_ERR_KEY_INVALID);
    reads_as(pkcs8("020100", b_hex(KEY_EC KEY_P256),
                   ec_der(ec_scalar(HC_CURVE_P256), b_hex(KEY_P384), b_none()), b_none()),
             HTTPSC_ERR_KEY_INVALID);
    reads_as(pkcs8("020100", b_hex(KEY_EC KEY_P256), b_cat(inner, b_hex("00")), b_none()),
             HTTPSC_ERR_KEY_INVALID);
    reads_as(b_cat(pkcs8("020100", b_hex(KEY_EC KEY_P256), inner, b_none()), b_hex("00")),
             HTTPSC_ERR_KEY_INVALID);
    for (size_t i = 0; i < HC_ARRAY_LEN(foreign); i++) {
        reads_as(pkcs8("020100", b_hex(foreign[i].oid), b_hex("0400"), b_none()),
                 HTTPSC_ERR_KEY_FORM);
        CHECK(strstr(read_text, foreign[i].name) != NULL);
    }
    reads_as(b_hex("3080020100"), HTTPSC_ERR_KEY_INVALID); /* BER */
    reads_as(b_none(), HTTPSC_ERR_IDENTITY_EMPTY);
    reads_as(b_text("0 is how this text begins"), HTTPSC_ERR_KEY_INVALID);
    reads_as(b_text("PuTTY-User-Key-File-2: ssh-rsa\n"), HTTPSC_ERR_KEY_FORM);
}

/* ---- encrypted ---- */

/* EncryptedPrivateKeyInfo, with what may be wrong in it. */
typedef struct locked {
    const char *scheme;     /* OIDs, in hex */
    const char *kdf;
    const char *cipher;
    const char *prf;        /* the whole AlgorithmIdentifier; "" for the default */
    const char *salt;
    const char *iterations; /* the whole INTEGER */
    const char *key_len;    /* the same, or "" */
    size_t iv_len;
    int spoils_padding;
    bytes plain;
} locked;

static locked locked_default(void)
{
    locked out = {"06092a864886f70d01050d", "06092a864886f70d01050c", "060960864801650304012a",
                  "300c06082a864886f70d02090500", "0102030405060708", "020110", "", 16, 0,
                  {NULL, 0}};

    out.plain = pkcs8("020100", b_hex(KEY_EC KEY_P256),
                      ec_der(ec_scalar(HC_CURVE_P256), b_none(), b_none()), b_none());
    return out;
}

/* Encrypts by AES-256-CBC under PBKDF2 with HMAC-SHA256 and 16 iterations; what the file says of it
 * is as given. */
static bytes locked_file(const locked *from, const char *password)
{
    size_t padding = 16 - from->plain.len % 16;
    bytes text = b_new(from->plain.len + padding);
    unsigned char iv[16] = {0};
    unsigned char key[32];
    br_aes_ct_cbcenc_keys aes;
    bytes salt = b_hex(from->salt);
    bytes iv_said = b_new(from->iv_len);
    bytes kdf, parameters;

    if (iv_said.len > 0) {
        memset(iv_said.ptr, 0, iv_said.len);
    }
    memcpy(text.ptr, from->plain.ptr, from->plain.len);
    memset(text.ptr + from->plain.len, (int)padding, padding);
    text.ptr[text.len - 1] ^= (unsigned char)(from->spoils_padding ? 0x40 : 0);
    CHECK(hc_pbkdf2(HC_HASH_SHA256, password, strlen(password), salt.ptr, salt.len, 16, key, 32));
    br_aes_ct_cbcenc_init(&aes, key, 32);
    br_aes_ct_cbcenc_run(&aes, iv, text.ptr, text.len);
    kdf = b_der(0x30, b_cat(b_hex(from->kdf),
                            b_der(0x30, b_cat3(b_der(4, salt), b_hex(from->iterations),
                                               b_cat(b_hex(from->key_len), b_hex(from->prf))))));
    parameters = b_cat(kdf, b_der(0x30, b_cat(b_hex(from->cipher), b_der(4, iv_said))));
    return b_der(0x30, b_cat(b_der(0x30, b_cat(b_hex(from->scheme), b_der(0x30, parameters))),
                             b_der(4, text)));
}

static void locked_gives(const locked *from, int code)
{
    CHECK_TEXT(httpsc_code_name(read_as(locked_file(from, "secret"), "secret")),
               httpsc_code_name(code));
    if (unit_failed) {
        printf("    %s\n", read_text);
    }
}

static void encrypted_keys(void)
{
    locked one;

    start();
    one = locked_default();
    locked_gives(&one, HTTPSC_OK);
    CHECK_INT(read_as(locked_file(&one, "secret"), "Secret"), HTTPSC_ERR_KEY_PASSWORD);
    CHECK_INT(read_as(locked_file(&one, "secret"), ""), HTTPSC_ERR_KEY_PASSWORD);
    CHECK_INT(read_as(locked_file(&one, "secret"), NULL), HTTPSC_ERR_KEY_PASSWORD_NEEDED);
    CHECK_INT(read_as(locked_file(&one, ""), ""), HTTPSC_OK); /* an empty one is one */
    one.key_len = "020120";
    locked_gives(&one, HTTPSC_OK);
    one.key_len = "020110";
    locked_gives(&one, HTTPSC_ERR_KEY_INVALID);
    one.key_len = "0205ffffffff20";
    locked_gives(&one, HTTPSC_ERR_KEY_INVALID);
    one = locked_default();
    one.salt = "";
    locked_gives(&one, HTTPSC_OK);
    one.spoils_padding = 1;
    locked_gives(&one, HTTPSC_ERR_KEY_PASSWORD);
    one = locked_default();
    one.plain = b_hex("0001020304"); /* decrypts, and is no key */
    locked_gives(&one, HTTPSC_ERR_KEY_PASSWORD);
    one.plain = b_hex("3003020100"); /* is a SEQUENCE, so the password was right */
    locked_gives(&one, HTTPSC_ERR_KEY_INVALID);
}

static void encrypted_keys_of_other_kinds(void)
{
    static const char *const ivs[] = {"06082a864886f70d0307", "060960864801650304012a"};
    locked one;

    start();
    one = locked_default();
    one.prf = "";
    locked_gives(&one, HTTPSC_ERR_KEY_PASSWORD); /* the default is SHA-1 */
    one.prf = "300c06082a864886f70d020c0500";
    locked_gives(&one, HTTPSC_ERR_KEY_FORM);
    CHECK(strstr(read_text, "SHA512/224") != NULL);
    one.prf = "300406022a03";
    locked_gives(&one, HTTPSC_ERR_KEY_FORM);
    one = locked_default();
    one.scheme = "06092a864886f70d010503";
    locked_gives(&one, HTTPSC_ERR_KEY_FORM);
    CHECK(strstr(read_text, "PBES1") != NULL);
    one = locked_default();
    one.kdf = "06092b06010401da47040b";
    locked_gives(&one, HTTPSC_ERR_KEY_FORM);
    CHECK(strstr(read_text, "scrypt") != NULL);
    one = locked_default();
    one.cipher = "06092b06010401975501" "02"; /* Blowfish */
    locked_gives(&one, HTTPSC_ERR_KEY_FORM);
    one.cipher = "06096086480165030401" "2e"; /* AES-256-GCM */
    locked_gives(&one, HTTPSC_ERR_KEY_FORM);
    CHECK(strstr(read_text, "AES in another mode") != NULL);
    for (size_t i = 0; i < 2; i++) {
        for (size_t len = 0; len < 33; len++) { /* an IV is a block */
            one = locked_default();
            one.cipher = ivs[i];
            one.iv_len = len;
            locked_gives(&one, len == (i == 0 ? 8U : 16U) ? (i == 0 ? HTTPSC_ERR_KEY_PASSWORD
                                                                    : HTTPSC_OK)
                                                          : HTTPSC_ERR_KEY_INVALID);
        }
    }
}

/* DEFENCES F5: the work that a file may ask for, and nobody counts it out before it is refused. */
static void work_is_bounded(void)
{
    static const struct {
        const char *iterations;
        int code;
    } cases[] = {
        {"020100", HTTPSC_ERR_KEY_INVALID},          {"0201ff", HTTPSC_ERR_KEY_INVALID},
        {"02020010", HTTPSC_ERR_KEY_INVALID},        {"020400989681", HTTPSC_ERR_LIMIT_KEY_WORK},
        {"02047fffffff", HTTPSC_ERR_LIMIT_KEY_WORK}, {"020500ffffffff", HTTPSC_ERR_LIMIT_KEY_WORK},
        {"02050100000001", HTTPSC_ERR_LIMIT_KEY_WORK},
        {"0209010000000000000001", HTTPSC_ERR_LIMIT_KEY_WORK},
        {"020101", HTTPSC_ERR_KEY_PASSWORD},
    };

    start();
    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        locked one = locked_default();

        one.iterations = cases[i].iterations;
        locked_gives(&one, cases[i].code);
    }
}

/* ---- PEM ---- */

static bytes pem(const char *label, const char *headers, bytes der)
{
    bytes text = maker_pem(label, der);
    size_t first = strcspn((const char *)text.ptr, "\n") + 1;

    return b_cat3(b_raw(text.ptr, first), b_text(headers),
                  b_raw(text.ptr + first, text.len - first));
}

static void pem_files(void)
{
    bytes key, text, crlf;
    size_t len = 0;

    start();
    key = ec_der(ec_scalar(HC_CURVE_P256), b_hex(KEY_P256), b_none());
    text = pem("EC PRIVATE KEY", "", key);
    reads_as(text, HTTPSC_OK);
    reads_as(pem("PRIVATE KEY", "", key), HTTPSC_OK); /* what is in it counts */
    reads_as(b_cat3(b_text("Bag Attributes\n"), pem("EC PARAMETERS", "", b_hex(KEY_P256)), text),
             HTTPSC_OK);
    reads_as(b_cat(b_text("0x: text that begins with the byte of a SEQUENCE\n"), text), HTTPSC_OK);
    crlf = b_new(2 * text.len);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            crlf.ptr[len++] = '\r';
        }
        crlf.ptr[len++] = text.ptr[i];
    }
    crlf.len = len;
    reads_as(crlf, HTTPSC_OK);
    text.len -= 1; /* without the last newline */
    reads_as(text, HTTPSC_OK);
    text.len -= 3;
    reads_as(text, HTTPSC_ERR_KEY_INVALID);
    reads_as(pem("CERTIFICATE", "", key), HTTPSC_ERR_IDENTITY_EMPTY);
    reads_as(pem("OPENSSH PRIVATE KEY", "", key), HTTPSC_ERR_KEY_FORM);
    CHECK(strstr(read_text, "OPENSSH") != NULL);
    reads_as(pem("PGP PRIVATE KEY BLOCK", "", key), HTTPSC_ERR_KEY_FORM);
    reads_as(pem("EC PRIVATE KEY", "Comment: mine\n\n", key), HTTPSC_OK);
    reads_as(pem("EC PRIVATE KEY", "*\n", key), HTTPSC_ERR_KEY_INVALID);
    reads_as(pem("EC PRIVATE KEY", "Proc-Type: 4,MIC-CLEAR\n\n", key), HTTPSC_ERR_KEY_FORM);
}

static void pem_with_dek_info(void)
{
    static const char zeros_64[] =
        "0000000000000000000000000000000000000000000000000000000000000000";
    static const struct {
        const char *headers;
        int code;
    } cases[] = {
        {"DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF", HTTPSC_ERR_KEY_PASSWORD},
        {"DEK-Info: aes-128-cbc,00112233445566778899aabbccddeeff", HTTPSC_ERR_KEY_PASSWORD},
        {"DEK-Info: DES-EDE3-CBC,0011223344556677", HTTPSC_ERR_KEY_PASSWORD},
        {"DEK-Info: AES-128-CBC,0011223344556677", HTTPSC_ERR_KEY_INVALID},
        {"DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF00", HTTPSC_ERR_KEY_INVALID},
        {"DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFG", HTTPSC_ERR_KEY_INVALID},
        {"DEK-Info: AES-128-CBC", HTTPSC_ERR_KEY_INVALID},
        {"DEK-Info: DES-CBC,0011223344556677", HTTPSC_ERR_KEY_FORM},
        {"DEK-Info: AES-128-CBCX,00", HTTPSC_ERR_KEY_FORM},
        {"DEK-Info: ", HTTPSC_ERR_KEY_FORM},
        {"X: y", HTTPSC_ERR_KEY_FORM},
    };

    start();
    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        char headers[200];
        bytes text;

        snprintf(headers, sizeof headers, "Proc-Type: 4,ENCRYPTED\n%s\n\n", cases[i].headers);
        text = pem("RSA PRIVATE KEY", headers, b_text(zeros_64));
        CHECK_TEXT(httpsc_code_name(read_as(text, "secret")), httpsc_code_name(cases[i].code));
        if (cases[i].code == HTTPSC_ERR_KEY_PASSWORD) {
            CHECK_INT(read_as(text, NULL), HTTPSC_ERR_KEY_PASSWORD_NEEDED);
            text = pem("RSA PRIVATE KEY", headers, b_text(zeros_64 + 1)); /* 3 blocks and more */
            CHECK_INT(read_as(text, "secret"), HTTPSC_ERR_KEY_PASSWORD);
        }
    }
}

/* ---- certificate and key ---- */

static int credential_reads(bytes chain, bytes key)
{
    hc_password none = {NULL, NULL, NULL};
    hc_credential credential;
    httpsc_error error;

    memset(&error, 0, sizeof error);
    hc_credential_init(&credential, &wiped);
    if (hc_credential_read_chain(&credential, b_cursor(chain), "the file", &error) == HTTPSC_OK) {
        (void)hc_credential_read_key(&credential, b_cursor(key), &none, "the file", &error);
    }
    hc_credential_wipe(&credential);
    CHECK_INT(num_dirty, 0);
    CHECK_INT(num_live, 0);
    return error.code;
}

static void certificates_and_keys(void)
{
    bytes cert, other, key, scalar, many = b_none();

    start();
    scalar = b_new(32);
    maker_scalar(1, scalar.ptr);
    key = ec_der(scalar, b_hex(KEY_P256), b_none());
    cert = maker_leaf("DNS:me", 1, "root", 2);
    other = maker_leaf("DNS:me", 3, "root", 2);
    CHECK_INT(credential_reads(cert, key), HTTPSC_OK);
    CHECK_INT(credential_reads(maker_pem("CERTIFICATE", cert), key), HTTPSC_OK);
    CHECK_INT(credential_reads(other, key), HTTPSC_ERR_IDENTITY_MISMATCH);
    CHECK_INT(credential_reads(b_cat(maker_pem("CERTIFICATE", other),
                                     maker_pem("CERTIFICATE", cert)), key),
              HTTPSC_ERR_IDENTITY_MISMATCH); /* the first one is the client's */
    CHECK_INT(credential_reads(b_cat(maker_pem("CERTIFICATE", cert),
                                     maker_pem("EC PRIVATE KEY", key)),
                               b_cat(maker_pem("CERTIFICATE", cert),
                                     maker_pem("EC PRIVATE KEY", key))), HTTPSC_OK);
    CHECK_INT(credential_reads(key, key), HTTPSC_ERR_IDENTITY_UNREADABLE);
    CHECK_INT(credential_reads(b_none(), key), HTTPSC_ERR_IDENTITY_EMPTY);
    CHECK_INT(credential_reads(maker_pem("EC PRIVATE KEY", key), key), HTTPSC_ERR_IDENTITY_EMPTY);
    CHECK_INT(credential_reads(maker_pem("TRUSTED CERTIFICATE", cert), key),
              HTTPSC_ERR_IDENTITY_UNREADABLE);
    CHECK_INT(credential_reads(b_cat(maker_pem("CERTIFICATE", cert), b_text("-----BEGIN "
                                     "CERTIFICATE-----\nAAAA\n")), key),
              HTTPSC_ERR_IDENTITY_UNREADABLE);
    for (int i = 0; i < 11; i++) {
        many = b_cat(many, maker_pem("CERTIFICATE", cert));
        CHECK_INT(credential_reads(many, key),
                  i < 10 ? HTTPSC_OK : HTTPSC_ERR_IDENTITY_UNREADABLE);
    }
}

UNIT_MAIN(UNIT(rsa_keys), UNIT(ec_keys), UNIT(pkcs8_keys), UNIT(encrypted_keys),
          UNIT(encrypted_keys_of_other_kinds), UNIT(work_is_bounded), UNIT(pem_files),
          UNIT(pem_with_dek_info), UNIT(certificates_and_keys))
