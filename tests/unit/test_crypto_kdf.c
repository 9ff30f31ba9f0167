/* Hashes, MACs, what is derived with them, and the random source: against the vectors of RFCs. */
#include "unit.h"
#include "crypto_bytes.h"

#define DRBG_SEED                                                                                 \
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"

static int is_hex(const unsigned char *bytes, size_t len, const char *digits)
{
    return same(hex(digits), bytes, len);
}

/* FIPS 180-4 and RFC 1321: "abc". */
static void hash_of_abc(void)
{
    static const struct {
        hc_hash_id hash;
        const char *digest;
    } cases[] = {
        {HC_HASH_MD5, "900150983cd24fb0d6963f7d28e17f72"},
        {HC_HASH_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {HC_HASH_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {HC_HASH_SHA384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                         "8086072ba1e7cc2358baeca134c825a7"},
        {HC_HASH_SHA512, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                         "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
        {HC_HASH_SHA512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        unsigned char out[HC_HASH_MAX];

        bytes_reset();
        hc_hash(cases[i].hash, "abc", 3, out);
        CHECK(is_hex(out, hc_hash_len(cases[i].hash), cases[i].digest));
    }
}

/* FIPS 180-4's example of two blocks, and nothing at all. */
static void hash_sha512_256(void)
{
    static const char blocks[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                                 "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
    unsigned char out[HC_HASH_MAX];

    bytes_reset();
    CHECK_INT(hc_hash_len(HC_HASH_SHA512_256), 32);
    CHECK(hc_hash_class(HC_HASH_SHA512_256) == NULL);
    hc_hash(HC_HASH_SHA512_256, blocks, strlen(blocks), out);
    CHECK(is_hex(out, 32, "3928e184fb8690f840da3988121d31be65cb9d3ef83ee6146feac861e19b563a"));
    hc_hash(HC_HASH_SHA512_256, "", 0, out);
    CHECK(is_hex(out, 32, "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a"));
}

/* A snapshot is the digest so far, and changes nothing; a copy goes its own way. */
static void hash_snapshots(void)
{
    unsigned char expected[HC_HASH_MAX];
    unsigned char out[HC_HASH_MAX];
    unsigned char bytes[300];
    hc_hash_context context;
    hc_hash_context fork;

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 7);
    }
    for (int hash = HC_HASH_SHA256; hash <= HC_HASH_SHA512_256; hash++) {
        hc_hash_init(&context, (hc_hash_id)hash);
        for (size_t len = 0; len < sizeof bytes; len++) {
            CHECK_INT(hc_hash_snapshot(&context, out), hc_hash_len((hc_hash_id)hash));
            hc_hash((hc_hash_id)hash, bytes, len, expected);
            CHECK(memcmp(out, expected, hc_hash_len((hc_hash_id)hash)) == 0);
            fork = context;
            hc_hash_update(&fork, "x", 1);
            hc_hash_update(&context, bytes + len, 1);
            hc_hash_update(&context, NULL, 0);
        }
        hc_hash_snapshot(&fork, out);
        bytes[sizeof bytes - 1] = 'x';
        hc_hash((hc_hash_id)hash, bytes, sizeof bytes, expected);
        CHECK(memcmp(out, expected, hc_hash_len((hc_hash_id)hash)) == 0);
        bytes[sizeof bytes - 1] = (unsigned char)((sizeof bytes - 1) * 7);
    }
}

/* RFC 4231, cases 2 and 6 (a key longer than the block); RFC 2202, case 2. */
static void hmac_vectors(void)
{
    static const char what[] = "what do ya want for nothing?";
    static const char larger[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    unsigned char key[131];
    unsigned char out[HC_HASH_MAX];

    bytes_reset();
    memset(key, 0xAA, sizeof key);
    CHECK_INT(hc_hmac(HC_HASH_SHA256, "Jefe", 4, what, strlen(what), out), 32);
    CHECK(is_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    CHECK_INT(hc_hmac(HC_HASH_SHA384, "Jefe", 4, what, strlen(what), out), 48);
    CHECK(is_hex(out, 48,
                 "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c7"
                 "8b3239ecfab21649"));
    CHECK_INT(hc_hmac(HC_HASH_SHA512, "Jefe", 4, what, strlen(what), out), 64);
    CHECK(is_hex(out, 64,
                 "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a"
                 "6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"));
    CHECK_INT(hc_hmac(HC_HASH_SHA1, "Jefe", 4, what, strlen(what), out), 20);
    CHECK(is_hex(out, 20, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
    CHECK_INT(hc_hmac(HC_HASH_MD5, "Jefe", 4, what, strlen(what), out), 16);
    CHECK(is_hex(out, 16, "750c783e6ab0b503eaa86e310a5db738"));
    hc_hmac(HC_HASH_SHA256, key, sizeof key, larger, strlen(larger), out);
    CHECK(is_hex(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
    hc_hmac(HC_HASH_SHA256, NULL, 0, NULL, 0, out);
    CHECK(is_hex(out, 32, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
}

/* RFC 5869, A.1 and A.3. */
static void hkdf_vectors(void)
{
    unsigned char prk[HC_HASH_MAX];
    unsigned char okm[42];
    hc_cursor ikm;
    hc_cursor salt;
    hc_cursor info;

    bytes_reset();
    ikm = hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
    salt = hex("000102030405060708090a0b0c");
    info = hex("f0f1f2f3f4f5f6f7f8f9");
    CHECK_INT(hc_hkdf_extract(HC_HASH_SHA256, salt.at, 13, ikm.at, 22, prk), 32);
    CHECK(is_hex(prk, 32, "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    CHECK(hc_hkdf_expand(HC_HASH_SHA256, prk, 32, info.at, 10, okm, sizeof okm));
    CHECK(is_hex(okm, 42,
                 "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b88718"
                 "5865"));
    CHECK_INT(hc_hkdf_extract(HC_HASH_SHA256, NULL, 0, ikm.at, 22, prk), 32);
    CHECK(is_hex(prk, 32, "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04"));
    CHECK(hc_hkdf_expand(HC_HASH_SHA256, prk, 32, NULL, 0, okm, sizeof okm));
    CHECK(is_hex(okm, 42,
                 "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a"
                 "96c8"));
}

static void hkdf_limits(void)
{
    static unsigned char out[256 * 48];
    static const unsigned char context[256] = {0};
    unsigned char secret[HC_HASH_MAX] = {1};
    char label[251];

    CHECK(hc_hkdf_expand(HC_HASH_SHA384, secret, 48, NULL, 0, out, 255 * 48));
    CHECK(out[255 * 48 - 1] != 0 || out[255 * 48 - 2] != 0);
    CHECK(!hc_hkdf_expand(HC_HASH_SHA384, secret, 48, NULL, 0, out, 255 * 48 + 1));
    CHECK(out[0] == 0 && memcmp(out, out + 1, 255 * 48) == 0);

    memset(label, 'l', sizeof label);
    label[250] = '\0';
    CHECK(!hc_hkdf_expand_label(HC_HASH_SHA256, secret, label, NULL, 0, out, 32));
    label[249] = '\0';
    CHECK(hc_hkdf_expand_label(HC_HASH_SHA256, secret, label, context, 255, out, 32));
    CHECK(!hc_hkdf_expand_label(HC_HASH_SHA256, secret, label, context, 256, out, 32));
    CHECK(out[0] == 0 && memcmp(out, out + 1, 31) == 0);
    CHECK(!hc_hkdf_expand_label(HC_HASH_SHA256, secret, "", NULL, 0, out, 32));
    CHECK(!hc_hkdf_expand_label(HC_HASH_SHA256, secret, "key", NULL, 0, out, 255 * 32 + 1));
}

/* The key schedule of RFC 8448, section 3, from the X25519 secret to the server's keys. */
static void tls13_key_schedule(void)
{
    static const unsigned char zeros[32] = {0};
    unsigned char empty_hash[HC_HASH_MAX];
    unsigned char secret[HC_HASH_MAX];
    unsigned char traffic[HC_HASH_MAX];
    unsigned char out[32];
    hc_cursor shared;
    hc_cursor hello_hash;

    bytes_reset();
    shared = hex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d");
    hello_hash = hex("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8");
    hc_hash(HC_HASH_SHA256, "", 0, empty_hash);
    hc_hkdf_extract(HC_HASH_SHA256, zeros, 32, zeros, 32, secret);
    CHECK(is_hex(secret, 32, "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a"));
    CHECK(hc_hkdf_expand_label(HC_HASH_SHA256, secret, "derived", empty_hash, 32, secret, 32));
    CHECK(is_hex(secret, 32, "6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba"));
    hc_hkdf_extract(HC_HASH_SHA256, secret, 32, shared.at, 32, secret);
    CHECK(is_hex(secret, 32, "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac"));

    CHECK(hc_hkdf_expand_label(HC_HASH_SHA256, secret, "c hs traffic", hello_hash.at, 32, traffic,
                               32));
    CHECK(is_hex(traffic, 32, "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"));
    CHECK(hc_hkdf_expand_label(HC_HASH_SHA256, secret, "s hs traffic", hello_hash.at, 32, traffic,
                               32));
    CHECK(is_hex(traffic, 32, "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"));
    CHECK(hc_hkdf_expand_label(HC_HASH_SHA256, traffic, "key", NULL, 0, out, 16));
    CHECK(is_hex(out, 16, "3fce516009c21727d0f2e4e86ee403bc"));
    CHECK(hc_hkdf_expand_label(HC_HASH_SHA256, traffic, "iv", NULL, 0, out, 12));
    CHECK(is_hex(out, 12, "5d313eb2671276ee13000b30"));
    CHECK(hc_hkdf_expand_label(HC_HASH_SHA256, traffic, "finished", NULL, 0, out, 32));
    CHECK(is_hex(out, 32, "008d3b66f816ea559f96b537e885c31fc068bf492c652f01f288a1d8cdc19fc8"));

    CHECK(hc_hkdf_expand_label(HC_HASH_SHA256, secret, "derived", empty_hash, 32, secret, 32));
    hc_hkdf_extract(HC_HASH_SHA256, secret, 32, zeros, 32, secret);
    CHECK(is_hex(secret, 32, "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919"));
}

/* The vectors that went round the TLS working group's list for RFC 5246. */
static void tls12_prf_vectors(void)
{
    unsigned char out[148];
    hc_cursor secret;
    hc_cursor seed;

    bytes_reset();
    secret = hex("9bbe436ba940f017b17652849a71db35");
    seed = hex("a0ba9f936cda311827a6f796ffd5198c");
    CHECK(hc_tls12_prf(HC_HASH_SHA256, secret.at, 16, "test label", seed.at, 16, out, 100));
    CHECK(is_hex(out, 100,
                 "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9"
                 "c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789ba"
                 "a48082d122ee42c5a72e5a5110fff70187347b66"));
    secret = hex("b80b733d6ceefcdc71566ea48e5567df");
    seed = hex("cd665cf6a8447dd6ff8b27555edb7465");
    CHECK(hc_tls12_prf(HC_HASH_SHA384, secret.at, 16, "test label", seed.at, 16, out, 148));
    CHECK(is_hex(out, 148,
                 "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe3"
                 "4f82b1233c9146a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3"
                 "d416d473ebc2c5fd4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236"
                 "a3e52655c9e9aee691c8f3a26854308d5eaa3be85e0990703d73e56f"));
    CHECK(!hc_tls12_prf(HC_HASH_SHA1, secret.at, 16, "test label", seed.at, 16, out, 148));
    CHECK(out[0] == 0 && memcmp(out, out + 1, 147) == 0);
}

/* RFC 6070; and two blocks, and a part of one, as Python has them. */
static void pbkdf2_vectors(void)
{
    unsigned char out[80];

    bytes_reset();
    CHECK(hc_pbkdf2(HC_HASH_SHA1, "password", 8, "salt", 4, 1, out, 20));
    CHECK(is_hex(out, 20, "0c60c80f961f0e71f3a9b524af6012062fe037a6"));
    CHECK(hc_pbkdf2(HC_HASH_SHA1, "password", 8, "salt", 4, 4096, out, 20));
    CHECK(is_hex(out, 20, "4b007901b765489abead49d926f721d065a429c1"));
    CHECK(hc_pbkdf2(HC_HASH_SHA384, "password", 8, "salt", 4, 2, out, 50));
    CHECK(is_hex(out, 50,
                 "54f775c6d790f21930459162fc535dbf04a939185127016a04176a0730c6f1f4fb48832ad1261baa"
                 "dd2cedd50814b1c806ad"));
    CHECK(hc_pbkdf2(HC_HASH_SHA512, "password", 8, "salt", 4, 3, out, 80));
    CHECK(is_hex(out, 80,
                 "b6b07cb2cebf4ad84468391a543824fccffe0e0769dbe6bddf10a65673c4b648e612d44918f9ce9a"
                 "19a1294cf5140628084ba994c3b21a4ef4741220b811c633cfc0641fccbcc4164f1bbfcb1f33f59"
                 "5"));
    CHECK(!hc_pbkdf2(HC_HASH_SHA256, "password", 8, "salt", 4, 0, out, 32));
    CHECK(out[0] == 0 && memcmp(out, out + 1, 31) == 0);
    CHECK(hc_pbkdf2(HC_HASH_SHA256, NULL, 0, NULL, 0, 1, out, 32));
}

/* HMAC_DRBG_Update of SP 800-90A, 10.1.2.2, written apart from what it tests. */
static void drbg_update(unsigned char k[HC_HASH_MAX], unsigned char v[HC_HASH_MAX],
                        hc_cursor more)
{
    for (unsigned round = 0; round < (hc_cursor_left(&more) > 0 ? 2u : 1u); round++) {
        unsigned char byte = (unsigned char)round;
        hc_cursor input = join(join(hc_cursor_over(v, 32), hc_cursor_over(&byte, 1)), more);

        hc_hmac(HC_HASH_SHA256, k, 32, input.at, hc_cursor_left(&input), k);
        hc_hmac(HC_HASH_SHA256, k, 32, v, 32, v);
    }
}

static void random_is_hmac_drbg(void)
{
    unsigned char k[HC_HASH_MAX] = {0};
    unsigned char v[HC_HASH_MAX];
    unsigned char out[64];
    hc_random random;
    hc_cursor seed;

    bytes_reset();
    seed = hex(DRBG_SEED);
    memset(v, 1, sizeof v);
    drbg_update(k, v, seed);
    CHECK(hc_random_init(&random, seed.at, hc_cursor_left(&seed)));
    for (int i = 0; i < 3; i++) {
        CHECK(hc_random_bytes(&random, out, sizeof out));
        for (size_t at = 0; at < sizeof out; at += 32) {
            hc_hmac(HC_HASH_SHA256, k, 32, v, 32, v);
            CHECK(memcmp(out + at, v, 32) == 0);
        }
        drbg_update(k, v, hex(""));
        if (i == 1) {
            CHECK(hc_random_mix(&random, "more", 4));
            drbg_update(k, v, text_bytes("more"));
        }
    }
}

/* What is not seeded gives nothing, and cannot be brought to by mixing. */
static void random_unseeded(void)
{
    static unsigned char large[70000];
    unsigned char out[16];
    hc_random random;
    hc_cursor seed;

    bytes_reset();
    seed = hex(DRBG_SEED);
    memset(&random, 0, sizeof random);
    memset(out, 0x77, sizeof out);
    CHECK(!hc_random_bytes(&random, out, sizeof out));
    CHECK(out[0] == 0 && memcmp(out, out + 1, sizeof out - 1) == 0);
    CHECK(!hc_random_mix(&random, seed.at, 40));
    CHECK(!hc_random_bytes(&random, out, sizeof out));
    CHECK(!hc_random_init(&random, seed.at, HC_RANDOM_SEED_MIN - 1));
    CHECK(!hc_random_bytes(&random, out, sizeof out));
    CHECK(hc_random_init(&random, seed.at, HC_RANDOM_SEED_MIN));
    CHECK(hc_random_bytes(&random, large, sizeof large));
    CHECK(memcmp(large, large + 65536, 64) != 0);
    CHECK(memcmp(large + sizeof large - 8, "\0\0\0\0\0\0\0\0", 8) != 0);
    /* a seed that is too short ends what ran before */
    CHECK(!hc_random_init(&random, seed.at, 4));
    CHECK(!hc_random_bytes(&random, out, sizeof out));
}

static void secret_equal(void)
{
    unsigned char a[64];
    unsigned char b[64];

    memset(a, 0x5A, sizeof a);
    memcpy(b, a, sizeof b);
    CHECK(hc_secret_equal(a, b, sizeof a));
    CHECK(hc_secret_equal(a, NULL, 0));
    for (size_t i = 0; i < sizeof a; i++) {
        for (unsigned bit = 1; bit < 0x100; bit <<= 1) {
            b[i] = (unsigned char)(b[i] ^ bit);
            CHECK(!hc_secret_equal(a, b, sizeof a));
            CHECK(hc_secret_equal(a, b, i));
            b[i] = a[i];
        }
    }
}

UNIT_MAIN(UNIT(hash_of_abc), UNIT(hash_sha512_256), UNIT(hash_snapshots), UNIT(hmac_vectors),
          UNIT(hkdf_vectors),
          UNIT(hkdf_limits), UNIT(tls13_key_schedule), UNIT(tls12_prf_vectors),
          UNIT(pbkdf2_vectors), UNIT(random_is_hmac_drbg), UNIT(random_unseeded),
          UNIT(secret_equal))
