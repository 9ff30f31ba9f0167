/*
 * What is secret leaves no trace in time: run under valgrind, which takes secrets for undefined
 * bytes, and reports each branch and each address that depends on one. What HC_DECLASSIFY marks in
 * src/ may be told; what BearSSL does is in constant_time.supp, each place by its name.
 *
 * tests/compile/constant_time.sh compiles and runs it.
 */
#include <valgrind/memcheck.h>

#define HC_DECLASSIFY(ptr, len) VALGRIND_MAKE_MEM_DEFINED((ptr), (len))

#include "../../src/httpsc.c"

#include "../support/check.h"

#include "../unit/crypto_bytes.h"

static void secret(void *bytes, size_t len)
{
    VALGRIND_MAKE_MEM_UNDEFINED(bytes, len);
}

static void public(void *bytes, size_t len)
{
    VALGRIND_MAKE_MEM_DEFINED(bytes, len);
}

/* A copy that is secret. */
static hc_cursor secret_copy(hc_cursor from)
{
    size_t len = hc_cursor_left(&from);
    unsigned char *out = bytes_new(len);

    memcpy(out, from.at, len);
    secret(out, len);
    return hc_cursor_over(out, len);
}

/* ---- the check itself ------------------------------------------------------------------------ */

static volatile unsigned told;

/* Each has to be reported: the test looks for that. */
static void planted_branch(void)
{
    volatile unsigned char key[1] = {3};

    secret((unsigned char *)key, 1);
    if ((key[0] & 1) != 0) {
        told++;
    }
}

static void planted_address(void)
{
    static const unsigned char table[256] = {1};
    volatile unsigned char key[1] = {3};

    secret((unsigned char *)key, 1);
    told += table[key[0]];
}

static void planted_compare(void)
{
    unsigned char key[16] = {1};
    unsigned char other[16] = {1};

    secret(key, sizeof key);
    if (memcmp(key, other, sizeof key) == 0) {
        told++;
    }
}

/* ---- key schedules --------------------------------------------------------------------------- */

static void schedule(void)
{
    for (size_t i = 0; i < 3; i++) {
        const hc_suite *suite = hc_suite_find((uint16_t)(0x1301 + i));
        unsigned char psk[HC_HASH_MAX] = {1};
        unsigned char shared[HC_EC_SCALAR_MAX] = {2};
        unsigned char digest[HC_HASH_MAX] = {3};
        unsigned char out[HC_HASH_MAX];
        unsigned char key[HC_AEAD_KEY_MAX];
        unsigned char iv[HC_AEAD_NONCE_LEN];
        hc_schedule state;

        secret(psk, sizeof psk);
        secret(shared, sizeof shared);
        CHECK(hc_schedule_binder(suite->hash, psk, digest, out));
        CHECK(hc_schedule_start(&state, suite->hash, psk));
        CHECK(hc_schedule_mix(&state, shared, 32));
        CHECK(hc_schedule_derive(&state, "c hs traffic", digest, out));
        CHECK(hc_schedule_finished(suite->hash, out, digest, psk));
        CHECK(hc_schedule_keys(suite, out, key, iv));
        CHECK(hc_schedule_mix(&state, NULL, 0));
        CHECK(hc_schedule_derive(&state, "res master", digest, out));
        CHECK(hc_schedule_update(suite->hash, out));
        CHECK(hc_schedule_ticket(suite->hash, out, hc_cursor_over("\1", 1), psk));
    }
}

static void schedule_12(void)
{
    static const hc_hash_id hashes[] = {HC_HASH_SHA256, HC_HASH_SHA384};

    for (size_t i = 0; i < 2; i++) {
        unsigned char premaster[HC_EC_SCALAR_MAX] = {1};
        unsigned char master[48];
        unsigned char block[88];

        secret(premaster, sizeof premaster);
        CHECK(hc_tls12_prf(hashes[i], premaster, 48, "extended master secret", "seed", 4, master,
                           sizeof master));
        CHECK(hc_tls12_prf(hashes[i], master, sizeof master, "key expansion", "seed", 4, block,
                           sizeof block));
    }
}

static void finished_compare(void)
{
    unsigned char ours[48] = {1};
    unsigned char theirs[48] = {1};

    secret(ours, sizeof ours);
    CHECK(hc_secret_equal(ours, theirs, sizeof ours));
    theirs[47] ^= 1;
    CHECK(!hc_secret_equal(ours, theirs, sizeof ours));
}

static void random_bytes(void)
{
    unsigned char seed[32] = {1};
    unsigned char out[64];
    hc_random drbg;

    memset(&drbg, 0, sizeof drbg);
    secret(seed, sizeof seed);
    CHECK(hc_random_init(&drbg, seed, sizeof seed));
    CHECK(hc_random_mix(&drbg, seed, sizeof seed));
    CHECK(hc_random_bytes(&drbg, out, sizeof out));
}

/* ---- key exchange and signatures ------------------------------------------------------------- */

static void exchange(hc_group group)
{
    static const unsigned char seed[2][32] = {{1}, {2}};
    unsigned char own_seed[32];
    unsigned char out[HC_EC_SCALAR_MAX];
    hc_crypto crypto;
    hc_random drbg;
    hc_key_share ours;
    hc_key_share theirs;

    CHECK(hc_crypto_init(&crypto));
    memset(&drbg, 0, sizeof drbg);
    CHECK(hc_random_init(&drbg, seed[0], 32));
    CHECK(hc_key_share_generate(&theirs, &crypto, group, &drbg));
    memcpy(own_seed, seed[1], sizeof own_seed);
    secret(own_seed, sizeof own_seed);
    CHECK(hc_random_init(&drbg, own_seed, sizeof own_seed));
    CHECK(hc_key_share_generate(&ours, &crypto, group, &drbg));
    CHECK(hc_key_share_derive(&ours, &crypto, theirs.public_bytes, theirs.public_len, out));
}

static void exchange_x25519(void)
{
    exchange(HC_GROUP_X25519);
}

static void exchange_p256(void)
{
    exchange(HC_GROUP_P256);
}

static void exchange_p384(void)
{
    exchange(HC_GROUP_P384);
}

static void exchange_p521(void)
{
    exchange(HC_GROUP_P521);
}

static void sign_ecdsa(void)
{
    static const hc_curve curves[] = {HC_CURVE_P256, HC_CURVE_P384, HC_CURVE_P521};
    static const hc_hash_id hashes[] = {HC_HASH_SHA256, HC_HASH_SHA384, HC_HASH_SHA512};

    for (size_t i = 0; i < 3; i++) {
        hc_private_key key = ec_key_of(curves[i]);
        unsigned char out[HC_ECDSA_SIGNATURE_MAX];

        key.scalar = secret_copy(key.scalar);
        CHECK(hc_ecdsa_sign(&key, hashes[i], digest_of_message(hashes[i]), out) > 0);
    }
}

/* All of it but the length of the primes in bits, which BearSSL goes by, and which is known. */
static hc_private_key secret_rsa_key(void)
{
    hc_private_key key = rsa_key_of(2048);

    key.prime1 = secret_copy(key.prime1);
    key.prime2 = secret_copy(key.prime2);
    key.exponent1 = secret_copy(key.exponent1);
    key.exponent2 = secret_copy(key.exponent2);
    key.coefficient = secret_copy(key.coefficient);
    public((unsigned char *)key.prime1.at, 4);
    public((unsigned char *)key.prime2.at, 4);
    return key;
}

static void sign_rsa_pss(void)
{
    static const unsigned char salt[64] = {5};
    hc_private_key key = secret_rsa_key();
    unsigned char out[HC_RSA_LEN_MAX];

    CHECK(hc_rsa_pss_sign(&key, HC_HASH_SHA256, digest_of_message(HC_HASH_SHA256), salt, out) ==
          256);
}

static void sign_rsa_pkcs1(void)
{
    hc_private_key key = secret_rsa_key();
    unsigned char out[HC_RSA_LEN_MAX];

    CHECK(hc_rsa_pkcs1_sign(&key, HC_HASH_SHA256, digest_of_message(HC_HASH_SHA256), out) == 256);
}

static void check_keys(void)
{
    hc_private_key key = secret_rsa_key();
    hc_public_key public_key;
    unsigned char point[HC_EC_POINT_MAX];

    CHECK_INT(hc_private_key_check(&key, &public_key, point), HC_KEY_OK);
    key = ec_key_of(HC_CURVE_P256);
    key.scalar = secret_copy(key.scalar);
    CHECK_INT(hc_private_key_check(&key, &public_key, point), HC_KEY_OK);
}

/* ---- records --------------------------------------------------------------------------------- */

static void seal_and_open(const hc_crypto *crypto)
{
    static const size_t lens[] = {0, 1, 15, 16, 17, 200};

    for (int id = HC_AEAD_AES_128_GCM; id <= HC_AEAD_CHACHA20_POLY1305; id++) {
        for (size_t i = 0; i < HC_ARRAY_LEN(lens); i++) {
            unsigned char key[HC_AEAD_KEY_MAX] = {1};
            unsigned char nonce[HC_AEAD_NONCE_LEN] = {2};
            unsigned char bytes[200] = {3};
            unsigned char tag[HC_AEAD_TAG_LEN];
            hc_aead aead;

            secret(key, sizeof key);
            secret(bytes, sizeof bytes);
            hc_aead_init(&aead, crypto, (hc_aead_id)id, key);
            hc_aead_seal(&aead, nonce, "aad", 3, bytes, lens[i], tag);
            public(bytes, lens[i]); /* that is what goes over the wire */
            public(tag, sizeof tag);
            CHECK(hc_aead_open(&aead, nonce, "aad", 3, bytes, lens[i], tag));
            CHECK(!hc_aead_open(&aead, nonce, "add", 3, bytes, lens[i], tag));
        }
    }
}

static void records_of_this_machine(void)
{
    hc_crypto crypto;

    CHECK(hc_crypto_init(&crypto));
    seal_and_open(&crypto);
}

/* By the code for machines without instructions for it: of 64 bits, and of 32. */
static void records_of_other_machines(void)
{
    hc_crypto crypto;

    CHECK(hc_crypto_init(&crypto));
    crypto.aes_ctr = &br_aes_ct64_ctr_vtable;
    crypto.ghash = br_ghash_ctmul64;
    crypto.chacha20 = br_chacha20_ct_run;
    crypto.poly1305 = br_poly1305_ctmul_run;
    seal_and_open(&crypto);
    crypto.aes_ctr = &br_aes_ct_ctr_vtable;
    crypto.ghash = br_ghash_ctmul;
    seal_and_open(&crypto);
    crypto.ghash = br_ghash_ctmul32;
    crypto.poly1305 = br_poly1305_ctmul32_run;
    seal_and_open(&crypto);
}

/* A record sealed and, in 1.2, opened: in 1.3 the padding is looked for, by which its length is
 * told (RFC 8446, 5.4). */
static void whole_records(void)
{
    hc_crypto crypto;

    CHECK(hc_crypto_init(&crypto));
    for (int is_12 = 0; is_12 < 2; is_12++) {
        const hc_suite *suite = hc_suite_find(is_12 ? 0xC02B : 0x1301);
        unsigned char key[HC_AEAD_KEY_MAX] = {1};
        unsigned char iv[HC_AEAD_NONCE_LEN] = {2};
        unsigned char record[300] = {0};
        unsigned char *content;
        hc_record_keys writing;
        hc_record_keys reading;
        size_t content_len;
        size_t len;
        unsigned type;

        secret(key, sizeof key);
        secret(iv, sizeof iv);
        hc_record_keys_set(&writing, &crypto, suite, key, iv);
        hc_record_keys_set(&reading, &crypto, suite, key, iv);
        secret(record + hc_record_prefix(&writing), 100);
        len = hc_record_seal(&writing, HC_RECORD_DATA, record, 100);
        public(record, len);
        if (is_12) {
            CHECK_INT(hc_record_open(&reading, record, len, &type, &content, &content_len),
                      HC_RECORD_OK);
            CHECK_INT(content_len, 100);
        }
    }
}

typedef struct timed_case {
    const char *name;
    void (*run)(void);
    int is_planted; /* 1: it has to be reported */
} timed_case;

int main(void)
{
    static const timed_case cases[] = {
        {"a planted branch", planted_branch, 1},
        {"a planted address", planted_address, 1},
        {"a planted compare", planted_compare, 1},
        {"the schedule of 1.3", schedule, 0},
        {"the schedule of 1.2", schedule_12, 0},
        {"Finished", finished_compare, 0},
        {"random bytes", random_bytes, 0},
        {"X25519", exchange_x25519, 0},
        {"P-256", exchange_p256, 0},
        {"P-384", exchange_p384, 0},
        {"P-521", exchange_p521, 0},
        {"ECDSA", sign_ecdsa, 0},
        {"RSA-PSS", sign_rsa_pss, 0},
        {"RSA PKCS#1", sign_rsa_pkcs1, 0},
        {"the check of a key", check_keys, 0},
        {"AEADs of this machine", records_of_this_machine, 0},
        {"AEADs of other machines", records_of_other_machines, 0},
        {"records", whole_records, 0},
    };
    int failed = 0;

    if (!RUNNING_ON_VALGRIND) {
        printf("FAIL constant time: not under valgrind\n");
        return 1;
    }
    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
        unsigned found;

        unit_name = cases[i].name;
        unit_failed = 0;
        unit_skipped = 0;
        bytes_reset();
        VALGRIND_MAKE_MEM_DEFINED(bytes_place, sizeof bytes_place);
        fprintf(stderr, "---- %s\n", cases[i].name);
        cases[i].run();
        VALGRIND_MAKE_MEM_DEFINED(&unit_failed, sizeof unit_failed);
        found = (unsigned)VALGRIND_COUNT_ERRORS - before;
        if (unit_failed) {
            failed = 1;
        } else if ((found > 0) == cases[i].is_planted) {
            printf("ok %s\n", cases[i].name);
        } else {
            printf("FAIL %s: valgrind found %u\n", cases[i].name, found);
            failed = 1;
        }
        fflush(stdout);
    }
    return failed;
}
