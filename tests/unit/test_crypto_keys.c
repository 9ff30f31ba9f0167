/* Key exchange, private keys, and signing. */
#include "unit.h"
#include "crypto_bytes.h"

static const hc_group all_groups[] = {HC_GROUP_P256, HC_GROUP_P384, HC_GROUP_P521,
                                      HC_GROUP_X25519};
static const hc_curve all_curves[] = {HC_CURVE_P256, HC_CURVE_P384, HC_CURVE_P521};
static const hc_hash_id signing_hashes[] = {HC_HASH_SHA256, HC_HASH_SHA384, HC_HASH_SHA512};

static hc_crypto crypto_here(void)
{
    hc_crypto crypto;

    CHECK(hc_crypto_init(&crypto));
    return crypto;
}

/* scalar * u by our two steps: a share from the scalar, derived with u. */
static int x25519(const hc_crypto *crypto, hc_cursor scalar, hc_cursor u,
                  unsigned char out[HC_EC_SCALAR_MAX])
{
    hc_key_share share;

    CHECK(hc_key_share_from_secret(&share, crypto, HC_GROUP_X25519, scalar.at));
    return hc_key_share_derive(&share, crypto, u.at, hc_cursor_left(&u), out);
}

/* RFC 7748, 5.2 and 6.1. */
static void x25519_vectors(void)
{
    static const struct {
        const char *scalar;
        const char *u;
        const char *out;
    } cases[] = {
        {"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
         "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
         "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
        {"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
         "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
         "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
        {"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
         "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
         "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
    };
    hc_crypto crypto = crypto_here();
    hc_key_share share;
    unsigned char out[HC_EC_SCALAR_MAX];

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        bytes_reset();
        CHECK(x25519(&crypto, hex(cases[i].scalar), hex(cases[i].u), out));
        CHECK(same(hex(cases[i].out), out, 32));
    }
    CHECK(hc_key_share_from_secret(&share, &crypto, HC_GROUP_X25519, hex(cases[2].scalar).at));
    CHECK_INT(share.public_len, 32);
    CHECK_INT(share.secret_len, 32);
    CHECK(same(hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
               share.public_bytes, 32));
    /* the scalar is what was given: clamping is in the multiplication */
    CHECK(same(hex(cases[2].scalar), share.secret, 32));
}

/* RFC 7748, 5.2: a thousand times. */
static void x25519_iterated(void)
{
    hc_crypto crypto = crypto_here();
    unsigned char k[32] = {9};
    unsigned char u[32] = {9};
    unsigned char out[HC_EC_SCALAR_MAX];

    bytes_reset();
    for (int i = 1; i <= 1000; i++) {
        CHECK(x25519(&crypto, hc_cursor_over(k, 32), hc_cursor_over(u, 32), out));
        memcpy(u, k, sizeof u);
        memcpy(k, out, sizeof k);
        if (i == 1) {
            CHECK(same(hex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"), k,
                       32));
        }
    }
    CHECK(same(hex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"), k, 32));
}

/* The points of small order, and what is one of them modulo the prime: their secret is all zero
 * whatever our key is. Lengths that are not 32. */
static void x25519_refusals(void)
{
    static const char *const small_order[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
    };
    hc_crypto crypto = crypto_here();
    hc_cursor scalar;
    hc_cursor base;
    unsigned char zeros[HC_EC_SCALAR_MAX] = {0};
    unsigned char out[HC_EC_SCALAR_MAX];

    bytes_reset();
    scalar = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    base = join(hex("09"), hc_cursor_over(zeros, 32));
    for (size_t i = 0; i < HC_ARRAY_LEN(small_order); i++) {
        memset(out, 0x5A, sizeof out);
        CHECK(!x25519(&crypto, scalar, hex(small_order[i]), out));
        CHECK(memcmp(out, zeros, 32) == 0);
    }
    for (size_t len = 0; len <= 33; len++) {
        CHECK_INT(x25519(&crypto, scalar, head(base, len), out), len == 32);
    }
}

/* Against OpenSSL: public points, shared secrets. */
static void ecdh_of_openssl(void)
{
    static const char *const spkis[] = {ec_256_spki, ec_384_spki, ec_521_spki};
    static const char *const peers[] = {ec_256_peer, ec_384_peer, ec_521_peer};
    static const char *const secrets[] = {ec_256_shared, ec_384_shared, ec_521_shared};
    hc_crypto crypto = crypto_here();

    for (size_t i = 0; i < 3; i++) {
        unsigned char out[HC_EC_SCALAR_MAX];
        hc_key_share share;
        hc_public_key key;
        hc_cursor peer;

        bytes_reset();
        peer = hex(peers[i]);
        CHECK_INT(hc_public_key_parse(&key, hex(spkis[i])), HC_KEY_OK);
        CHECK(hc_key_share_from_secret(&share, &crypto, all_groups[i],
                                       ec_key_of(all_curves[i]).scalar.at));
        CHECK(same(key.point, share.public_bytes, share.public_len));
        CHECK(hc_key_share_derive(&share, &crypto, peer.at, hc_cursor_left(&peer), out));
        CHECK(same(hex(secrets[i]), out, share.secret_len));
    }
}

/* The peer's point is bent; memory of exactly its length, where BearSSL 0.6 would write past. */
static void ecdh_refusals(void)
{
    static const char *const peers[] = {ec_256_peer, ec_384_peer, ec_521_peer};
    hc_crypto crypto = crypto_here();

    for (size_t i = 0; i < 3; i++) {
        unsigned char out[HC_EC_SCALAR_MAX];
        unsigned char zeros[HC_EC_SCALAR_MAX] = {0};
        hc_key_share share;
        hc_cursor peer;
        size_t len;

        bytes_reset();
        peer = hex(peers[i]);
        len = hc_cursor_left(&peer);
        CHECK(hc_key_share_from_secret(&share, &crypto, all_groups[i],
                                       ec_key_of(all_curves[i]).scalar.at));
        for (size_t cut = 0; cut < len; cut++) {
            unsigned char *exact = malloc(cut + 1);

            if (exact != NULL) {
                memcpy(exact + 1, peer.at, cut);
                memset(out, 0x5A, sizeof out);
                CHECK(!hc_key_share_derive(&share, &crypto, exact + 1, cut, out));
                CHECK(memcmp(out, zeros, share.secret_len) == 0);
            }
            free(exact);
        }
        CHECK(!hc_key_share_derive(&share, &crypto, join(peer, hex("00")).at, len + 1, out));
        CHECK(!hc_key_share_derive(&share, &crypto, flip(peer, len - 1, 1).at, len, out));
        CHECK(!hc_key_share_derive(&share, &crypto, flip(peer, 1, 1).at, len, out));
        CHECK(!hc_key_share_derive(&share, &crypto, flip(peer, 0, 0x04 ^ 0x06).at, len, out));
        CHECK(!hc_key_share_derive(&share, &crypto, flip(peer, 0, 0x04 ^ 0x02).at, len / 2 + 1,
                                   out));
        CHECK(!hc_key_share_derive(&share, &crypto, bytes_new(len), len, out));
        /* a share whose secret is none, and one that is wiped */
        memset(share.secret, 0xFF, sizeof share.secret);
        CHECK(!hc_key_share_derive(&share, &crypto, peer.at, len, out));
        memset(share.secret, 0, sizeof share.secret);
        CHECK(!hc_key_share_derive(&share, &crypto, peer.at, len, out));
        memset(&share, 0, sizeof share);
        CHECK(!hc_key_share_derive(&share, &crypto, peer.at, len, out));
    }
}

/* A private key is from 1 to n-1. */
static void scalar_range(void)
{
    static const char *const orders[] = {
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196a"
        "ccc52973",
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc"
        "0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"};
    hc_crypto crypto = crypto_here();

    for (size_t i = 0; i < 3; i++) {
        size_t len = hc_ec_scalar_len(all_curves[i]);
        hc_cursor order;
        hc_key_share share;
        unsigned char ones[HC_EC_SCALAR_MAX];

        bytes_reset();
        order = hex(orders[i]);
        memset(ones, 0xFF, sizeof ones);
        CHECK_INT(hc_cursor_left(&order), len);
        CHECK(!hc_ec_scalar_is_valid(all_curves[i], bytes_new(len)));
        CHECK(!hc_ec_scalar_is_valid(all_curves[i], order.at));
        CHECK(!hc_ec_scalar_is_valid(all_curves[i], ones));
        CHECK(!hc_ec_scalar_is_valid(all_curves[i], flip(order, len - 1, 0x02).at) ==
              (order.at[len - 1] % 4 < 2));
        CHECK(!hc_ec_scalar_is_valid((hc_curve)29, flip(order, len - 1, 0x01).at));
        /* 1, n-1, and what is only greater in a low byte, or only less in a high one */
        CHECK(hc_ec_scalar_is_valid(all_curves[i], flip(hc_cursor_over(bytes_new(len), len),
                                                        len - 1, 0x01).at));
        CHECK(hc_ec_scalar_is_valid(all_curves[i], flip(order, len - 1, 0x01).at));
        CHECK(hc_ec_scalar_is_valid(all_curves[i], flip(order, 1, 0x80).at));
        CHECK(!hc_key_share_from_secret(&share, &crypto, all_groups[i], order.at));
        CHECK(!hc_key_share_from_secret(&share, &crypto, all_groups[i], bytes_new(len)));
        CHECK_INT(share.secret_len, 0);
        CHECK(hc_key_share_from_secret(&share, &crypto, all_groups[i],
                                       flip(order, len - 1, 0x01).at));
    }
}

static void shares_agree(void)
{
    hc_crypto crypto = crypto_here();
    hc_random random;
    unsigned char seed[32] = {4, 5, 6};
    hc_key_share ours;
    hc_key_share theirs;
    unsigned char a[HC_EC_SCALAR_MAX];
    unsigned char b[HC_EC_SCALAR_MAX];

    CHECK(hc_random_init(&random, seed, sizeof seed));
    for (size_t i = 0; i < HC_ARRAY_LEN(all_groups); i++) {
        for (int round = 0; round < 4; round++) {
            CHECK(hc_key_share_generate(&ours, &crypto, all_groups[i], &random));
            CHECK(hc_key_share_generate(&theirs, &crypto, all_groups[i], &random));
            CHECK(memcmp(ours.secret, theirs.secret, ours.secret_len) != 0);
            CHECK_INT(ours.public_len, hc_group_public_len(all_groups[i]));
            CHECK(hc_key_share_derive(&ours, &crypto, theirs.public_bytes, theirs.public_len, a));
            CHECK(hc_key_share_derive(&theirs, &crypto, ours.public_bytes, ours.public_len, b));
            CHECK(memcmp(a, b, ours.secret_len) == 0);
        }
    }
    CHECK(!hc_key_share_generate(&ours, &crypto, (hc_group)30, &random));
    CHECK(!hc_key_share_generate(&ours, &crypto, (hc_group)0, &random));
    CHECK_INT(hc_group_public_len((hc_group)26), 0);
    memset(&random, 0, sizeof random);
    for (size_t i = 0; i < HC_ARRAY_LEN(all_groups); i++) {
        CHECK(!hc_key_share_generate(&ours, &crypto, all_groups[i], &random));
        CHECK_INT(ours.public_len, 0);
    }
}

/* A broken order of X25519 is found out: the other order gives another key. */
static void provider(void)
{
    hc_crypto crypto = crypto_here();
    hc_crypto turned = crypto;
    hc_key_share a;
    hc_key_share b;
    unsigned char scalar[32] = {8, 1, 2, 3};

    turned.x25519_takes_big_endian = !crypto.x25519_takes_big_endian;
    CHECK(hc_key_share_from_secret(&a, &crypto, HC_GROUP_X25519, scalar));
    CHECK(hc_key_share_from_secret(&b, &turned, HC_GROUP_X25519, scalar));
    CHECK(memcmp(a.public_bytes, b.public_bytes, 32) != 0);
    CHECK(crypto.aes_ctr != NULL && crypto.ghash != NULL && crypto.chacha20 != NULL &&
          crypto.poly1305 != NULL && crypto.ec_name != NULL);
}

static void hardware_aes(void)
{
#ifdef __TINYC__
    SKIP("this compiler makes no AES of the processor's, and the library is another compiler's");
#else
    hc_crypto crypto = crypto_here();

    CHECK_INT(crypto.has_hardware_aes,
              (br_aes_x86ni_ctr_get_vtable() != NULL && br_ghash_pclmul_get() != 0) ||
                  (br_aes_pwr8_ctr_get_vtable() != NULL && br_ghash_pwr8_get() != 0));
#endif
}

/* RFC 6979, A.2.5. */
static void ecdsa_deterministic(void)
{
    hc_private_key key;
    unsigned char digest[HC_HASH_MAX];
    unsigned char out[HC_ECDSA_SIGNATURE_MAX];
    size_t len;
    hc_cursor r;
    hc_cursor s;

    bytes_reset();
    memset(&key, 0, sizeof key);
    key.kind = HC_KEY_EC;
    key.curve = HC_CURVE_P256;
    key.scalar = hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    r = integer(hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"));
    s = integer(hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"));
    hc_hash(HC_HASH_SHA256, "sample", 6, digest);
    len = hc_ecdsa_sign(&key, HC_HASH_SHA256, digest, out);
    CHECK(same(wrap(0x30, join(r, s)), out, len));
}

static void ecdsa_signs(void)
{
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 3; j++) {
            unsigned char point[HC_EC_POINT_MAX];
            unsigned char digest[HC_HASH_MAX];
            unsigned char out[HC_ECDSA_SIGNATURE_MAX];
            hc_private_key key;
            hc_public_key public_key;
            size_t digest_len = hc_hash_len(signing_hashes[j]);
            size_t len;

            bytes_reset();
            key = ec_key_of(all_curves[i]);
            CHECK_INT(hc_private_key_check(&key, &public_key, point), HC_KEY_OK);
            for (int round = 0; round < 8; round++) {
                hc_hash(signing_hashes[j], &round, sizeof round, digest);
                len = hc_ecdsa_sign(&key, signing_hashes[j], digest, out);
                CHECK(len > 0 && len <= HC_ECDSA_SIGNATURE_MAX);
                CHECK_INT(hc_ecdsa_verify(&public_key, digest, digest_len,
                                          hc_cursor_over(out, len)),
                          HC_SIGNATURE_VALID);
            }
            key.scalar = head(key.scalar, hc_cursor_left(&key.scalar) - 1);
            CHECK_INT(hc_ecdsa_sign(&key, signing_hashes[j], digest, out), 0);
            key.scalar = hc_cursor_over(bytes_new(66), hc_ec_scalar_len(key.curve));
            CHECK_INT(hc_ecdsa_sign(&key, signing_hashes[j], digest, out), 0);
            key = ec_key_of(all_curves[i]);
            key.curve = (hc_curve)29;
            CHECK_INT(hc_ecdsa_sign(&key, signing_hashes[j], digest, out), 0);
        }
    }
}

/* PKCS#1 v1.5 has no chance in it: the same bytes as OpenSSL's. */
static void pkcs1_signs_as_openssl(void)
{
    static const char *const expected[] = {rsa_2048_pkcs1_sha256, rsa_2048_pkcs1_sha384,
                                           rsa_2048_pkcs1_sha512};
    unsigned char digest[HC_HASH_MAX];
    unsigned char out[HC_RSA_LEN_MAX];
    hc_private_key key;

    bytes_reset();
    key = rsa_key_of(2048);
    for (size_t i = 0; i < 3; i++) {
        hc_hash(signing_hashes[i], MADE_MESSAGE, strlen(MADE_MESSAGE), digest);
        CHECK_INT(hc_rsa_pkcs1_sign(&key, signing_hashes[i], digest, out), 256);
        CHECK(same(hex(expected[i]), out, 256));
    }
    CHECK_INT(hc_rsa_pkcs1_sign(&key, HC_HASH_SHA1, digest, out), 0);
    CHECK_INT(hc_rsa_pss_sign(&key, HC_HASH_MD5, digest, digest, out), 0);
}

static void pss_signs(void)
{
    static const int sizes[] = {2048, 2049, 2052};
    unsigned char digest[HC_HASH_MAX];
    unsigned char salt[HC_HASH_MAX];
    unsigned char first[HC_RSA_LEN_MAX];
    unsigned char out[HC_RSA_LEN_MAX];

    for (size_t i = 0; i < HC_ARRAY_LEN(sizes); i++) {
        for (size_t j = 0; j < HC_ARRAY_LEN(signing_hashes); j++) {
            size_t hash_len = hc_hash_len(signing_hashes[j]);
            hc_private_key key;
            hc_public_key public_key;
            size_t len;

            bytes_reset();
            key = rsa_key_of(sizes[i]);
            public_key = rsa_public_of(&key);
            hc_hash(signing_hashes[j], "x", 1, digest);
            memset(salt, 0x11, sizeof salt);
            len = hc_rsa_pss_sign(&key, signing_hashes[j], digest, salt, first);
            CHECK_INT(len, (sizes[i] + 7) / 8);
            CHECK_INT(hc_rsa_pss_verify(&public_key, signing_hashes[j], hash_len, digest,
                                        hc_cursor_over(first, len)),
                      HC_SIGNATURE_VALID);
            salt[hash_len - 1] ^= 1;
            CHECK_INT(hc_rsa_pss_sign(&key, signing_hashes[j], digest, salt, out), len);
            CHECK(memcmp(first, out, len) != 0);
            digest[0] ^= 1;
            CHECK_INT(hc_rsa_pss_verify(&public_key, signing_hashes[j], hash_len, digest,
                                        hc_cursor_over(out, len)),
                      HC_SIGNATURE_INVALID);
        }
    }
}

/* A fault in one half of the CRT makes a signature that gives the primes away: none leaves. */
static void rsa_fault(void)
{
    unsigned char digest[HC_HASH_MAX] = {1};
    unsigned char zeros[HC_RSA_LEN_MAX] = {0};
    unsigned char out[HC_RSA_LEN_MAX];
    unsigned char point[HC_EC_POINT_MAX];

    for (int field = 0; field < 5; field++) {
        hc_private_key key;
        hc_public_key public_key;
        hc_cursor *number;

        bytes_reset();
        key = rsa_key_of(2048);
        number = field == 0   ? &key.exponent1
                 : field == 1 ? &key.exponent2
                 : field == 2 ? &key.coefficient
                 : field == 3 ? &key.prime1
                              : &key.prime2;
        *number = flip(*number, 60, 0x04);
        CHECK_INT(hc_private_key_check(&key, &public_key, point), HC_KEY_MALFORMED);
        memset(out, 0x5A, sizeof out);
        CHECK_INT(hc_rsa_pkcs1_sign(&key, HC_HASH_SHA256, digest, out), 0);
        CHECK(memcmp(out, zeros, sizeof out) == 0);
        memset(out, 0x5A, sizeof out);
        CHECK_INT(hc_rsa_pss_sign(&key, HC_HASH_SHA256, digest, digest, out), 0);
        CHECK(memcmp(out, zeros, sizeof out) == 0);
    }
}

static hc_key_result check_key(const hc_private_key *key)
{
    unsigned char point[HC_EC_POINT_MAX];
    hc_public_key public_key;

    return hc_private_key_check(key, &public_key, point);
}

static void rsa_private_checks(void)
{
    hc_private_key good;
    hc_private_key key;

    bytes_reset();
    good = rsa_key_of(2048);
    CHECK_INT(check_key(&good), HC_KEY_OK);
    key = rsa_key_of(2049);
    CHECK_INT(check_key(&key), HC_KEY_OK);
    key = rsa_key_of(2052);
    CHECK_INT(check_key(&key), HC_KEY_OK);

    /* the primes of another key; a multiple of a prime; 1 and n; primes the other way round, whose
     * coefficient is not theirs */
    key = good;
    key.prime1 = rsa_key_of(2049).prime1;
    key.prime2 = rsa_key_of(2049).prime2;
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    key = good;
    key.prime2 = hex(rsa_2048_multiple_q);
    key.exponent2 = hex(rsa_2048_multiple_dq);
    key.coefficient = hex(rsa_2048_multiple_iq);
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    key = good;
    key.prime1 = hex("01");
    key.prime2 = good.modulus;
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    key = good;
    key.prime2 = good.prime1;
    key.prime1 = good.prime2;
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    /* even, missing, zero, too long for BearSSL's buffers */
    key = good;
    key.prime1 = flip(good.prime1, 127, 1);
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    key = good;
    key.coefficient = head(good.coefficient, 0);
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    key = good;
    key.exponent1 = hex("00");
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    key = good;
    memset(&key.exponent2, 0, sizeof key.exponent2);
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    key = good;
    key.exponent1 = join(hex("01"), hc_cursor_over(bytes_new(520), 520));
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    key = good;
    key.prime1 = join(hex("01"), join(hc_cursor_over(bytes_new(600), 600), hex("01")));
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    /* the public half's own limits */
    key = good;
    key.exponent = hex("01");
    CHECK_INT(check_key(&key), HC_KEY_WEAK);
    key = good;
    key.modulus = hc_cursor_over(good.modulus.at, 0);
    CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
    key = good;
    key.kind = (hc_key_kind)0;
    CHECK_INT(check_key(&key), HC_KEY_UNSUPPORTED);
}

static void ec_private_checks(void)
{
    hc_private_key key;

    for (size_t i = 0; i < 3; i++) {
        size_t len = hc_ec_scalar_len(all_curves[i]);

        bytes_reset();
        key = ec_key_of(all_curves[i]);
        CHECK_INT(check_key(&key), HC_KEY_OK);
        key.scalar = head(key.scalar, len - 1);
        CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
        key.scalar = join(hex("00"), ec_key_of(all_curves[i]).scalar);
        CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
        key.scalar = hc_cursor_over(bytes_new(len), len);
        CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
        memset(bytes_new(0) - len, 0xFF, len);
        CHECK_INT(check_key(&key), HC_KEY_MALFORMED);
        key = ec_key_of(all_curves[i]);
        key.curve = (hc_curve)26;
        CHECK_INT(check_key(&key), HC_KEY_UNSUPPORTED);
    }
}

static void keys_match(void)
{
    unsigned char point[HC_EC_POINT_MAX];
    hc_private_key key;
    hc_public_key ours;
    hc_public_key certificates;
    hc_public_key other;

    bytes_reset();
    key = rsa_key_of(2048);
    CHECK_INT(hc_private_key_check(&key, &ours, point), HC_KEY_OK);
    CHECK_INT(hc_public_key_parse(&certificates, hex(rsa_2048_spki)), HC_KEY_OK);
    CHECK(hc_public_key_same(&ours, &certificates));
    other = ours;
    other.exponent = hex("03");
    CHECK(!hc_public_key_same(&other, &certificates));
    other = ours;
    other.modulus = rsa_key_of(2049).modulus;
    CHECK(!hc_public_key_same(&other, &certificates));

    key = ec_key_of(HC_CURVE_P256);
    CHECK_INT(hc_private_key_check(&key, &other, point), HC_KEY_OK);
    CHECK(!hc_public_key_same(&other, &certificates));
    CHECK_INT(hc_public_key_parse(&certificates, hex(ec_256_spki)), HC_KEY_OK);
    CHECK(hc_public_key_same(&other, &certificates));
    other.curve = HC_CURVE_P384;
    CHECK(!hc_public_key_same(&other, &certificates));
    other.curve = HC_CURVE_P256;
    other.kind = HC_KEY_RSA;
    CHECK(!hc_public_key_same(&other, &certificates));
    CHECK(!hc_public_key_same(&certificates, &other));
    other.kind = HC_KEY_EC;
    CHECK(hc_public_key_same(&other, &certificates));
    certificates.point = flip(certificates.point, 1, 1);
    CHECK(!hc_public_key_same(&other, &certificates));
    memset(&other, 0, sizeof other);
    memset(&certificates, 0, sizeof certificates);
    CHECK(!hc_public_key_same(&other, &certificates));
}

UNIT_MAIN(UNIT(provider), UNIT(hardware_aes), UNIT(x25519_vectors), UNIT(x25519_iterated),
          UNIT(x25519_refusals), UNIT(ecdh_of_openssl), UNIT(ecdh_refusals), UNIT(scalar_range),
          UNIT(shares_agree), UNIT(ecdsa_deterministic), UNIT(ecdsa_signs),
          UNIT(pkcs1_signs_as_openssl), UNIT(pss_signs), UNIT(rsa_fault),
          UNIT(rsa_private_checks), UNIT(ec_private_checks), UNIT(keys_match))
