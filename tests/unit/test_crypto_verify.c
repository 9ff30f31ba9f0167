/* RSA keys and signatures: what OpenSSL made is taken, what is bent a little is not. */
#include "unit.h"
#include "crypto_bytes.h"

#define RSA_ENCRYPTION "300d 06092a864886f70d010101 0500"

static hc_cursor rsa_spki(hc_cursor n, hc_cursor e)
{
    return spki_of(RSA_ENCRYPTION, wrap(0x30, join(integer(n), integer(e))));
}

static void rsa_key_of_openssl(void)
{
    hc_cursor spki;
    hc_cursor n;
    hc_public_key key;

    bytes_reset();
    spki = hex(rsa_2048_spki);
    n = hex(rsa_2048_n);
    CHECK_INT(hc_public_key_parse(&key, spki), HC_KEY_OK);
    CHECK_INT(key.kind, HC_KEY_RSA);
    CHECK_INT(key.bits, 2048);
    CHECK(same(key.modulus, n.at, 256));
    CHECK(same(key.exponent, (const unsigned char *)"\1\0\1", 3));
    CHECK(same(rsa_spki(n, hex("010001")), spki.at, hc_cursor_left(&spki)));
    for (size_t len = 0; len < hc_cursor_left(&spki); len++) {
        CHECK_INT(parse(head(spki, len)), HC_KEY_MALFORMED);
    }
}

static void rsa_key_sizes(void)
{
    static const struct {
        size_t bits;
        hc_key_result result;
    } cases[] = {{512, HC_KEY_WEAK},  {1024, HC_KEY_WEAK}, {2047, HC_KEY_WEAK},
                 {2048, HC_KEY_OK},   {2049, HC_KEY_OK},   {3072, HC_KEY_OK},
                 {4095, HC_KEY_OK},   {4096, HC_KEY_OK},   {4097, HC_KEY_WEAK},
                 {8192, HC_KEY_WEAK}};

    bytes_reset();
    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        hc_public_key key;
        hc_cursor spki = rsa_spki(modulus_of(cases[i].bits), hex("010001"));

        CHECK_INT(hc_public_key_parse(&key, spki), cases[i].result);
        CHECK(key.kind == 0 || key.bits == cases[i].bits);
    }
    CHECK_INT(parse(rsa_spki(flip(modulus_of(2048), 255, 1), hex("010001"))), HC_KEY_MALFORMED);
}

static void rsa_key_exponents(void)
{
    static const struct {
        const char *exponent;
        hc_key_result result;
    } cases[] = {{"01", HC_KEY_WEAK},         {"02", HC_KEY_WEAK},     {"03", HC_KEY_OK},
                 {"04", HC_KEY_WEAK},         {"11", HC_KEY_OK},       {"010000", HC_KEY_WEAK},
                 {"010001", HC_KEY_OK},       {"ffffffff", HC_KEY_OK}, {"fffffffe", HC_KEY_WEAK},
                 {"0100000001", HC_KEY_WEAK}, {"00", HC_KEY_MALFORMED}};

    bytes_reset();
    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        CHECK_INT(parse(rsa_spki(modulus_of(2048), hex(cases[i].exponent))), cases[i].result);
    }
}

static void rsa_key_encoding(void)
{
    static const char *const algorithms[] = {
        "300b 06092a864886f70d010101",           /* no parameters */
        "300e 06092a864886f70d010101 050100",    /* NULL that holds something */
        "300f 06092a864886f70d010101 0500 0500", /* two of them */
        "300d 06092a864886f70d010101 3000",      /* another element */
    };
    hc_cursor n;
    hc_cursor e;
    hc_cursor key_bytes;
    hc_cursor bits;

    bytes_reset();
    n = modulus_of(2048);
    e = hex("020103");
    key_bytes = wrap(0x30, join(integer(n), e));
    CHECK_INT(parse(spki_of(RSA_ENCRYPTION, key_bytes)), HC_KEY_OK);
    for (size_t i = 0; i < HC_ARRAY_LEN(algorithms); i++) {
        CHECK_INT(parse(spki_of(algorithms[i], key_bytes)), HC_KEY_MALFORMED);
    }
    /* id-RSASSA-PSS, Ed25519 */
    CHECK_INT(parse(spki_of("300d 06092a864886f70d01010a 0500", key_bytes)), HC_KEY_UNSUPPORTED);
    CHECK_INT(parse(spki_of("3005 06032b6570", modulus_of(256))), HC_KEY_UNSUPPORTED);
    /* something behind, at each level */
    CHECK_INT(parse(join(spki_of(RSA_ENCRYPTION, key_bytes), hex("00"))), HC_KEY_MALFORMED);
    CHECK_INT(parse(spki_of(RSA_ENCRYPTION, join(key_bytes, hex("00")))), HC_KEY_MALFORMED);
    CHECK_INT(parse(spki_of(RSA_ENCRYPTION, wrap(0x30, join(join(integer(n), e), e)))),
              HC_KEY_MALFORMED);
    bits = wrap(0x03, join(hex("00"), key_bytes));
    CHECK_INT(parse(wrap(0x30, join(join(hex(RSA_ENCRYPTION), bits), hex("0500")))),
              HC_KEY_MALFORMED);
    /* a BIT STRING that is not of whole bytes, and an empty one */
    bits = wrap(0x03, join(hex("01"), key_bytes));
    CHECK_INT(parse(wrap(0x30, join(hex(RSA_ENCRYPTION), bits))), HC_KEY_MALFORMED);
    CHECK_INT(parse(wrap(0x30, join(hex(RSA_ENCRYPTION), hex("0300")))), HC_KEY_MALFORMED);
    /* INTEGERs that are negative, empty, or longer than they need be */
    CHECK_INT(parse(spki_of(RSA_ENCRYPTION, wrap(0x30, join(wrap(0x02, n), e)))),
              HC_KEY_MALFORMED);
    CHECK_INT(parse(spki_of(RSA_ENCRYPTION,
                            wrap(0x30, join(wrap(0x02, join(hex("0000"), n)), e)))),
              HC_KEY_MALFORMED);
    CHECK_INT(parse(spki_of(RSA_ENCRYPTION, wrap(0x30, join(integer(n), hex("02020003"))))),
              HC_KEY_MALFORMED);
    CHECK_INT(parse(spki_of(RSA_ENCRYPTION, wrap(0x30, join(integer(n), hex("0200"))))),
              HC_KEY_MALFORMED);
}

static void pkcs1_of_openssl(void)
{
    static const struct {
        hc_hash_id hash;
        const char *signature;
    } cases[] = {{HC_HASH_SHA256, rsa_2048_pkcs1_sha256},
                 {HC_HASH_SHA384, rsa_2048_pkcs1_sha384},
                 {HC_HASH_SHA512, rsa_2048_pkcs1_sha512}};
    hc_public_key key;

    bytes_reset();
    CHECK_INT(hc_public_key_parse(&key, hex(rsa_2048_spki)), HC_KEY_OK);
    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        hc_cursor signature = hex(cases[i].signature);
        const unsigned char *digest = digest_of_message(cases[i].hash);

        CHECK_INT(hc_rsa_pkcs1_verify(&key, cases[i].hash, digest, signature),
                  HC_SIGNATURE_VALID);
        for (size_t at = 0; at < 256; at += 51) {
            CHECK_INT(hc_rsa_pkcs1_verify(&key, cases[i].hash, digest, flip(signature, at, 1)),
                      HC_SIGNATURE_INVALID);
        }
        for (int other = HC_HASH_SHA256; other <= HC_HASH_MD5; other++) {
            CHECK_INT(hc_rsa_pkcs1_verify(&key, (hc_hash_id)other, digest, signature) ==
                          HC_SIGNATURE_VALID,
                      other == (int)cases[i].hash);
        }
        CHECK_INT(hc_rsa_pss_verify(&key, cases[i].hash, hc_hash_len(cases[i].hash), digest,
                                    signature),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pkcs1_verify(&key, cases[i].hash, digest, head(signature, 255)),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pkcs1_verify(&key, cases[i].hash, digest, join(hex("00"), signature)),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pkcs1_verify(&key, cases[i].hash, digest, head(signature, 0)),
                  HC_SIGNATURE_INVALID);
        message_digest[3] ^= 0x10;
        CHECK_INT(hc_rsa_pkcs1_verify(&key, cases[i].hash, digest, signature),
                  HC_SIGNATURE_INVALID);
    }
}

/* OpenSSL's signatures with SHA-1 are right, and not taken: H7 of docs/DEFENSES.md. */
static void sha1_signatures(void)
{
    const unsigned char *digest = digest_of_message(HC_HASH_SHA1);
    hc_public_key key;

    bytes_reset();
    CHECK_INT(hc_public_key_parse(&key, hex(rsa_2048_spki)), HC_KEY_OK);
    CHECK_INT(hc_rsa_pkcs1_verify(&key, HC_HASH_SHA1, digest, hex(rsa_2048_pkcs1_sha1)),
              HC_SIGNATURE_INVALID);
    CHECK_INT(hc_rsa_pss_verify(&key, HC_HASH_SHA1, 20, digest, hex(rsa_2048_pss_sha1)),
              HC_SIGNATURE_INVALID);
}

/* The private operation on whatever is given: what an attacker with e = 3 or a careless signer may
 * have made. */
static hc_cursor raw_sign(const hc_private_key *key, hc_cursor encoded)
{
    size_t len = hc_cursor_left(&key->modulus);
    unsigned char *out = bytes_new(len);
    br_rsa_private_key private_key;

    CHECK_INT(hc_cursor_left(&encoded), len);
    memcpy(out, encoded.at, len);
    private_key.n_bitlen = (uint32_t)rsa_public_of(key).bits;
    private_key.p = (unsigned char *)key->prime1.at;
    private_key.plen = hc_cursor_left(&key->prime1);
    private_key.q = (unsigned char *)key->prime2.at;
    private_key.qlen = hc_cursor_left(&key->prime2);
    private_key.dp = (unsigned char *)key->exponent1.at;
    private_key.dplen = hc_cursor_left(&key->exponent1);
    private_key.dq = (unsigned char *)key->exponent2.at;
    private_key.dqlen = hc_cursor_left(&key->exponent2);
    private_key.iq = (unsigned char *)key->coefficient.at;
    private_key.iqlen = hc_cursor_left(&key->coefficient);
    CHECK_INT(br_rsa_private_get_default()(out, &private_key), 1);
    return hc_cursor_over(out, len);
}

/* 00 01 FF .. FF 00 and what comes last, so many bytes long. */
static hc_cursor pkcs1_encoded(size_t len, hc_cursor last)
{
    size_t last_len = hc_cursor_left(&last);
    unsigned char *out = bytes_new(len);

    memset(out, 0xFF, len);
    out[0] = 0x00;
    out[1] = 0x01;
    out[len - last_len - 1] = 0x00;
    memcpy(out + len - last_len, last.at, last_len);
    return hc_cursor_over(out, len);
}

static void pkcs1_crafted(void)
{
    static const char info[] = "3031 300d 0609608648016503040201 0500 0420";
    hc_private_key key;
    hc_public_key public_key;
    hc_cursor digest;
    hc_cursor good;
    hc_cursor short_padding;
    hc_cursor cases[8];

    bytes_reset();
    key = rsa_key_of(2048);
    public_key = rsa_public_of(&key);
    digest = hc_cursor_over(digest_of_message(HC_HASH_SHA256), 32);
    good = pkcs1_encoded(256, join(hex(info), digest));
    CHECK_INT(hc_rsa_pkcs1_verify(&public_key, HC_HASH_SHA256, digest.at, raw_sign(&key, good)),
              HC_SIGNATURE_VALID);

    /* no NULL; another hash's OID; inner lengths in long form */
    cases[0] = pkcs1_encoded(256, join(hex("302f 300b 0609608648016503040201 0420"), digest));
    cases[1] = flip(good, 256 - 32 - 5, 0x02);
    cases[2] =
        pkcs1_encoded(256, join(hex("308131 300d 0609608648016503040201 0500 0420"), digest));
    /* block type 2; padding that is not all FF; no padding's end */
    cases[3] = flip(good, 1, 0x03);
    cases[4] = flip(good, 100, 0x01);
    cases[5] = flip(good, 256 - 51 - 1, 0xFF);
    /* the padding of a short modulus, and then whatever serves (Bleichenbacher, 2006) */
    short_padding = pkcs1_encoded(70, join(hex(info), digest));
    cases[6] = join(short_padding, modulus_of(8 * (256 - 70)));
    /* the digest, bare */
    cases[7] = pkcs1_encoded(256, digest);
    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        CHECK_INT(hc_rsa_pkcs1_verify(&public_key, HC_HASH_SHA256, digest.at,
                                      raw_sign(&key, cases[i])),
                  HC_SIGNATURE_INVALID);
    }
    /* SHA-512's OID over a digest of another length */
    good = pkcs1_encoded(
        256, join(hex("3025 300d 0609608648016503040203 0500 0414"), head(digest, 20)));
    CHECK_INT(hc_rsa_pkcs1_verify(&public_key, HC_HASH_SHA1, digest.at, raw_sign(&key, good)),
              HC_SIGNATURE_INVALID);
}

/* With e = 1 every encoded message is its own signature. A key like that cannot be parsed; nor can
 * one that came another way be used. */
static void rsa_forged_key(void)
{
    hc_private_key key;
    hc_public_key public_key;
    hc_cursor digest;
    hc_cursor forged;

    bytes_reset();
    key = rsa_key_of(2048);
    public_key = rsa_public_of(&key);
    digest = hc_cursor_over(digest_of_message(HC_HASH_SHA256), 32);
    forged = pkcs1_encoded(
        256, join(hex("3031 300d 0609608648016503040201 0500 0420"), digest));
    public_key.exponent = hex("01");
    CHECK_INT(hc_rsa_pkcs1_verify(&public_key, HC_HASH_SHA256, digest.at, forged),
              HC_SIGNATURE_INVALID);
    public_key.exponent = hex("00000001");
    CHECK_INT(hc_rsa_pkcs1_verify(&public_key, HC_HASH_SHA256, digest.at, forged),
              HC_SIGNATURE_INVALID);

    /* a key of another kind in the place of one */
    public_key = rsa_public_of(&key);
    public_key.kind = HC_KEY_EC;
    CHECK_INT(hc_rsa_pkcs1_verify(&public_key, HC_HASH_SHA256, digest.at, raw_sign(&key, forged)),
              HC_SIGNATURE_INVALID);
    public_key.kind = HC_KEY_RSA;
    CHECK_INT(hc_rsa_pkcs1_verify(&public_key, HC_HASH_SHA256, digest.at, raw_sign(&key, forged)),
              HC_SIGNATURE_VALID);
}

/* The same number modulo n, over n: refused though it opens to the right message. */
static void rsa_signature_over_modulus(void)
{
    hc_private_key key;
    hc_public_key public_key;
    unsigned char digest[32] = {0};
    unsigned char signature[HC_RSA_LEN_MAX];
    unsigned carry = 1;

    bytes_reset();
    key = rsa_key_of(2048);
    public_key = rsa_public_of(&key);
    while (carry != 0) {
        digest[0]++;
        CHECK_INT(hc_rsa_pkcs1_sign(&key, HC_HASH_SHA256, digest, signature), 256);
        CHECK_INT(hc_rsa_pkcs1_verify(&public_key, HC_HASH_SHA256, digest,
                                      hc_cursor_over(signature, 256)),
                  HC_SIGNATURE_VALID);
        carry = 0;
        for (size_t i = 256; i-- > 0;) {
            carry += (unsigned)signature[i] + key.modulus.at[i];
            signature[i] = (unsigned char)carry;
            carry >>= 8;
        }
    }
    CHECK_INT(hc_rsa_pkcs1_verify(&public_key, HC_HASH_SHA256, digest,
                                  hc_cursor_over(signature, 256)),
              HC_SIGNATURE_INVALID);
}

static void pss_of_openssl(void)
{
    static const struct {
        int bits;
        hc_hash_id hash;
        const char *signature;
    } cases[] = {{2048, HC_HASH_SHA256, rsa_2048_pss_sha256},
                 {2048, HC_HASH_SHA384, rsa_2048_pss_sha384},
                 {2049, HC_HASH_SHA256, rsa_2049_pss_sha256},
                 {2052, HC_HASH_SHA256, rsa_2052_pss_sha256}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        hc_hash_id hash = cases[i].hash;
        size_t salt_len = hc_hash_len(hash);
        const unsigned char *digest = digest_of_message(hash);
        hc_private_key key;
        hc_public_key public_key;
        hc_cursor signature;

        bytes_reset();
        key = rsa_key_of(cases[i].bits);
        public_key = rsa_public_of(&key);
        signature = hex(cases[i].signature);
        CHECK_INT(hc_rsa_pss_verify(&public_key, hash, salt_len, digest, signature),
                  HC_SIGNATURE_VALID);
        CHECK_INT(hc_rsa_pss_verify(&public_key, hash, salt_len - 1, digest, signature),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pss_verify(&public_key, hash, salt_len + 1, digest, signature),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pss_verify(&public_key, hash, 0, digest, signature),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pss_verify(&public_key, hash, SIZE_MAX, digest, signature),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pss_verify(&public_key, hash, 256 - salt_len - 2, digest, signature),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pss_verify(&public_key, HC_HASH_SHA512, salt_len, digest, signature),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pss_verify(&public_key, HC_HASH_SHA1, 20, digest, signature),
                  HC_SIGNATURE_INVALID);
        CHECK_INT(hc_rsa_pss_verify(&public_key, hash, salt_len, digest, flip(signature, 99, 1)),
                  HC_SIGNATURE_INVALID);
        message_digest[0] ^= 1;
        CHECK_INT(hc_rsa_pss_verify(&public_key, hash, salt_len, digest, signature),
                  HC_SIGNATURE_INVALID);
    }
}

static void pss_other_mgf_hash(void)
{
    hc_public_key key;

    bytes_reset();
    CHECK_INT(hc_public_key_parse(&key, hex(rsa_2048_spki)), HC_KEY_OK);
    CHECK_INT(hc_rsa_pss_verify(&key, HC_HASH_SHA256, 32, digest_of_message(HC_HASH_SHA256),
                                hex(rsa_2048_pss_sha256_mgf_sha384)),
              HC_SIGNATURE_INVALID);
}

/* What is turned in an encoded message, before it is masked or after. */
typedef struct pss_bend {
    size_t salt_len;
    size_t zero_at;     /* a byte of the zeros, counted back from 01; 0: none */
    unsigned separator; /* instead of 01 */
    unsigned trailer;   /* instead of BC */
    unsigned top;       /* set in the first byte, behind the mask */
    unsigned before;    /* of a modulus of 8k+1 bits: the byte that is no part of it */
    unsigned salt;      /* its first byte */
} pss_bend;

/* EMSA-PSS of RFC 8017, 9.1.1 with SHA-256, written apart from what it tests. */
static hc_cursor pss_encoded(size_t modulus_bits, const unsigned char *digest, pss_bend bend)
{
    size_t len = (modulus_bits + 7) / 8;
    size_t em_len = (modulus_bits - 1 + 7) / 8;
    unsigned char *out = bytes_new(len);
    unsigned char *em = out + (len - em_len);
    size_t db_len = em_len - 32 - 1;
    size_t one_at = db_len - bend.salt_len - 1;
    unsigned char seed_and_counter[36] = {0};
    unsigned char block[HC_HASH_MAX];
    hc_cursor salt = flip(modulus_of(8 * 64), 0, bend.salt);

    em[one_at] = (unsigned char)bend.separator;
    memcpy(em + one_at + 1, salt.at, bend.salt_len);
    if (bend.zero_at != 0) {
        em[one_at - bend.zero_at] = 0x40;
    }
    salt = join(hc_cursor_over(digest, 32), head(salt, bend.salt_len));
    salt = join(hex("0000000000000000"), salt);
    hc_hash(HC_HASH_SHA256, salt.at, hc_cursor_left(&salt), em + db_len);
    memcpy(seed_and_counter, em + db_len, 32);
    for (size_t i = 0; i < db_len; i++) {
        if (i % 32 == 0) {
            seed_and_counter[35] = (unsigned char)(i / 32);
            hc_hash(HC_HASH_SHA256, seed_and_counter, sizeof seed_and_counter, block);
        }
        em[i] ^= block[i % 32];
    }
    for (size_t bit = modulus_bits - 1; bit % 8 != 0; bit++) {
        em[0] &= (unsigned char)~(1u << bit % 8);
    }
    em[0] |= (unsigned char)bend.top;
    out[0] |= (unsigned char)bend.before;
    em[em_len - 1] = (unsigned char)bend.trailer;
    return hc_cursor_over(out, len);
}

static void pss_crafted(void)
{
    static const int sizes[] = {2048, 2049, 2052};

    for (size_t i = 0; i < HC_ARRAY_LEN(sizes); i++) {
        const unsigned char *digest = digest_of_message(HC_HASH_SHA256);
        size_t bits = (size_t)sizes[i];
        size_t most_zeros = (bits - 1 + 7) / 8 - 32 - 1 - 32 - 1;
        pss_bend good = {32, 0, 0x01, 0xBC, 0, 0, 0};
        pss_bend bends[8];
        size_t num_bends = 0;
        hc_private_key key;
        hc_public_key public_key;

        bytes_reset();
        key = rsa_key_of(sizes[i]);
        public_key = rsa_public_of(&key);
        CHECK_INT(hc_rsa_pss_verify(&public_key, HC_HASH_SHA256, 32, digest,
                                    raw_sign(&key, pss_encoded(bits, digest, good))),
                  HC_SIGNATURE_VALID);
        bends[num_bends] = good;
        bends[num_bends++].salt_len = 31;
        bends[num_bends] = good;
        bends[num_bends++].salt_len = 0;
        bends[num_bends] = good;
        bends[num_bends++].zero_at = 1;
        bends[num_bends] = good;
        bends[num_bends++].zero_at = most_zeros - 1;
        bends[num_bends] = good;
        bends[num_bends++].separator = 0x02;
        bends[num_bends] = good;
        bends[num_bends++].trailer = 0xCC;
        if (bits == 2049) {
            bends[num_bends] = good;
            bends[num_bends++].before = 0x01;
        } else {
            /* the bit above the encoded message's */
            bends[num_bends] = good;
            bends[num_bends++].top = bits == 2052 ? 0x08 : 0x80;
        }
        for (size_t j = 0; j < num_bends; j++) {
            hc_cursor encoded = pss_encoded(bits, digest, bends[j]);

            /* another salt, until it is below n: what is over n is refused for that */
            while (memcmp(encoded.at, key.modulus.at, hc_cursor_left(&encoded)) >= 0) {
                bends[j].salt++;
                encoded = pss_encoded(bits, digest, bends[j]);
            }
            CHECK(bends[j].salt_len > 0 || bends[j].salt == 0);
            CHECK_INT(hc_rsa_pss_verify(&public_key, HC_HASH_SHA256, 32, digest,
                                        raw_sign(&key, encoded)),
                      HC_SIGNATURE_INVALID);
        }
    }
}

/* A data block of nothing but zeros, and an H that begins with 01: what is read past the end when a
 * salt length is taken that does not fit. */
static void pss_salt_over_message(void)
{
    static const size_t salt_lens[] = {223 - 1, 223, 224, 255, 256, 257, 512, SIZE_MAX - 34,
                                       SIZE_MAX - 33, SIZE_MAX - 1, SIZE_MAX};
    const unsigned char *digest = digest_of_message(HC_HASH_SHA256);
    unsigned char seed_and_counter[36] = {1};
    unsigned char block[HC_HASH_MAX];
    unsigned char *encoded;
    hc_private_key key;
    hc_public_key public_key;
    hc_cursor signature;

    bytes_reset();
    key = rsa_key_of(2048);
    public_key = rsa_public_of(&key);
    encoded = bytes_new(256);
    for (size_t i = 0; i < 223; i++) {
        if (i % 32 == 0) {
            seed_and_counter[35] = (unsigned char)(i / 32);
            hc_hash(HC_HASH_SHA256, seed_and_counter, sizeof seed_and_counter, block);
        }
        encoded[i] = block[i % 32];
    }
    encoded[0] &= 0x7F;
    encoded[223] = 0x01;
    encoded[255] = 0xBC;
    signature = raw_sign(&key, hc_cursor_over(encoded, 256));
    for (size_t i = 0; i < HC_ARRAY_LEN(salt_lens); i++) {
        CHECK_INT(hc_rsa_pss_verify(&public_key, HC_HASH_SHA256, salt_lens[i], digest, signature),
                  HC_SIGNATURE_INVALID);
    }
}

static void hash_lengths(void)
{
    CHECK_INT(hc_hash_len(HC_HASH_SHA256), 32);
    CHECK_INT(hc_hash_len(HC_HASH_SHA384), 48);
    CHECK_INT(hc_hash_len(HC_HASH_SHA512), 64);
    CHECK_INT(hc_hash_len(HC_HASH_SHA1), 20);
    CHECK_INT(hc_hash_len(HC_HASH_MD5), 16);
    CHECK_INT(hc_hash_len((hc_hash_id)0), 0);
    CHECK_INT(hc_hash_len((hc_hash_id)9), 0);
}

UNIT_MAIN(UNIT(hash_lengths), UNIT(rsa_key_of_openssl), UNIT(rsa_key_sizes),
          UNIT(rsa_key_exponents), UNIT(rsa_key_encoding), UNIT(pkcs1_of_openssl),
          UNIT(pkcs1_crafted), UNIT(sha1_signatures), UNIT(rsa_forged_key),
          UNIT(rsa_signature_over_modulus), UNIT(pss_of_openssl), UNIT(pss_other_mgf_hash),
          UNIT(pss_crafted), UNIT(pss_salt_over_message))
