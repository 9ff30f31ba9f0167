/*
 * Which of several identities a server gets to see, in both versions; a signer that says WANT in
 * the middle of our flight; and what an alert that comes behind the handshake means.
 */
#include "unit.h"
#include "tls_server.h"

/* ---- who is chosen --------------------------------------------------------------------------- */

/* Three: P-256 by way of "alpha", P-384 by way of "beta", RSA by way of "gamma"; of one root. */
typedef struct people {
    hc_cursor chains[3][2];
    hc_private_key keys[3];
    hc_tls_identity identities[3];
} people;

static void people_make(people *all)
{
    static const char *const authorities[] = {"alpha", "beta", "gamma"};

    memset(all, 0, sizeof *all);
    for (int i = 0; i < 3; i++) {
        server owner;

        memset(&owner, 0, sizeof owner);
        owner.is_rsa = i == 2;
        owner.curve = i == 1 ? HC_CURVE_P384 : HC_CURVE_P256;
        all->keys[i] = server_private_key(&owner);
        all->chains[i][0] = b_cursor(server_leaf(&owner));
        all->chains[i][1] =
            b_cursor(maker_issuer("root", SERVER_CA_KEY, authorities[i], SERVER_CA_KEY, b_none()));
        all->identities[i].chain = all->chains[i];
        all->identities[i].num_certs = 2;
        all->identities[i].key = &all->keys[i];
    }
}

/* A list of names, "alpha beta". */
static bytes authorities_of(const char *names)
{
    bytes list = b_none();

    while (*names != '\0') {
        char name[16] = "";
        size_t len = strcspn(names, " ");

        memcpy(name, names, len);
        list = b_cat(list, b_vector16(maker_name(name)));
        names += len + (names[len] == ' ');
    }
    return list;
}

static bytes request_of(int is_12, const char *schemes, const char *names, const char *types)
{
    bytes list = authorities_of(names);
    bytes extensions = b_extension(13, b_vector16(b_hex(schemes)));

    if (is_12) {
        return b_cat3(b_vector8(b_hex(types)), b_vector16(b_hex(schemes)), b_vector16(list));
    }
    if (list.len > 0) {
        extensions = b_cat(extensions, b_extension(47, b_vector16(list)));
    }
    return b_cat(b_u8(0), b_vector16(extensions));
}

static void pair_asks(pair *p, int is_12, people *all)
{
    memset(p, 0, sizeof *p);
    p->s.is_12 = is_12;
    p->s.asks_certificate = 1;
    pair_start(p);
    people_make(all);
    p->params.identity = all->identities;
    p->params.num_identities = 3;
    p->s.edit_type = 13;
    p->s.edit = EDIT_REPLACE;
}

/* The one whose certificate the server got, or -1. */
static int who_came(const pair *p, const people *all)
{
    hc_cursor body = b_cursor(p->s.client_certificate);
    hc_cursor leaf;

    if (!p->s.is_12) {
        (void)hc_take_vector8(&body);
    }
    body = hc_take_vector24(&body);
    leaf = hc_take_vector24(&body);
    for (int i = 0; i < 3; i++) {
        if (hc_der_same(leaf, all->chains[i][0])) {
            return i;
        }
    }
    return -1;
}

static void the_one_that_is_wanted(void)
{
    static const struct {
        const char *schemes;
        const char *names;
        const char *types; /* of 1.2 */
        int who;
        int who_12;          /* where another one: there a hash fits any curve */
    } cases[] = {
        {"040305030804", "", "0140", 0, 0},             /* whoever: the first */
        {"040305030804", "root", "0140", 0, 0},         /* all are its */
        {"040305030804", "alpha", "0140", 0, 0},
        {"040305030804", "beta", "0140", 1, 1},
        {"040305030804", "gamma", "0140", 2, 2},
        {"040305030804", "gamma beta", "0140", 1, 1},   /* our order, not the server's */
        {"040305030804", "delta", "0140", 0, 0},        /* nobody is: the first */
        {"08040503", "alpha", "0140", 1, 0},         /* alpha's key cannot */
        {"0804", "alpha beta", "0140", 2, 2},
        {"0804", "", "0140", 2, 2},
        {"0403", "gamma", "0140", 0, 0},                /* gamma's key cannot */
        {"0401", "gamma", "40", -1, -1},                 /* nobody can */
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        for (int is_12 = 0; is_12 < 2; is_12++) {
            hc_tls_details details;
            people all;
            pair p;

            pair_asks(&p, is_12, &all);
            p.s.edit_body = request_of(is_12, cases[i].schemes, cases[i].names, cases[i].types);
            CHECK(pair_connect(&p));
            CHECK_INT(who_came(&p, &all), is_12 ? cases[i].who_12 : cases[i].who);
            hc_tls_details_of(p.tls, &details);
            CHECK((details.client_scheme != NULL) == (cases[i].who >= 0));
            if (unit_failed) {
                printf("    case %d, 1.%d\n", (int)i, is_12 ? 2 : 3);
            }
            pair_end(&p);
        }
    }
}

/* ClientCertificateType, of 1.2 alone. */
static void types_that_are_asked_for(void)
{
    static const struct {
        const char *types;
        int who;
    } cases[] = {{"40", 0}, {"01", 2}, {"02", -1}, {"0201", 2}};

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        people all;
        pair p;

        pair_asks(&p, 1, &all);
        p.s.edit_body = request_of(1, "040305030804", "", cases[i].types);
        CHECK(pair_connect(&p));
        CHECK_INT(who_came(&p, &all), cases[i].who);
        pair_end(&p);
    }
}

static void authorities_that_are_malformed(void)
{
    static const char *const wrong_13[] = {
        "00" "000e" "000d000400020403" "002f0002" "0001",     /* longer than the extension */
        "00" "000f" "000d000400020403" "002f0003" "000001",   /* bytes behind the list */
        "00" "0011" "000d000400020403" "002f0005" "0003000500", /* a name past its end */
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(wrong_13); i++) {
        people all;
        pair p;

        pair_asks(&p, 0, &all);
        p.s.edit_body = b_hex(wrong_13[i]);
        pair_fails(&p, HTTPSC_ERR_TLS_PROTOCOL, 50);
    }
}

/* ---- a signer that takes its time ------------------------------------------------------------ */

typedef struct slow_signer {
    int num_asked;
    int num_waits;
    unsigned char digest[32];
} slow_signer;

static int sign_slowly(void *user, int scheme, const unsigned char *digest, size_t digest_len,
                       unsigned char *signature, size_t *signature_len)
{
    slow_signer *signer = user;
    hc_private_key key = ec_key_of(HC_CURVE_P256);

    CHECK_INT(scheme, 0x0403);
    CHECK_INT(digest_len, 32);
    if (signer->num_asked++ == 0) {
        memcpy(signer->digest, digest, 32);
    }
    CHECK(memcmp(signer->digest, digest, 32) == 0);
    if (signer->num_asked <= signer->num_waits) {
        return HTTPSC_WANT;
    }
    *signature_len = hc_ecdsa_sign(&key, HC_HASH_SHA256, digest, signature);
    return HTTPSC_OK;
}

static void a_signer_that_waits(void)
{
    for (int is_12 = 0; is_12 < 2; is_12++) {
        slow_signer signer;
        people all;
        size_t room;
        pair p;

        pair_asks(&p, is_12, &all);
        p.s.edit = 0;
        p.s.edit_type = 0;
        p.params.num_identities = 1;
        all.identities[0].key = NULL;
        all.identities[0].sign = sign_slowly;
        all.identities[0].user = &signer;
        memset(&signer, 0, sizeof signer);
        signer.num_waits = 3;
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        CHECK(hc_tls_is_signing(p.tls));
        CHECK_INT(signer.num_asked, 1);
        CHECK_INT(hc_tls_state_of(p.tls), HC_TLS_HANDSHAKE);
        CHECK(hc_tls_feed_space(p.tls, &room) == NULL && room == 0); /* nothing else goes on */
        CHECK(hc_tls_write_space(p.tls, &room) == NULL && room == 0);
        CHECK_INT(hc_tls_sign(p.tls, &p.error), HTTPSC_WANT);
        CHECK_INT(hc_tls_sign(p.tls, &p.error), HTTPSC_WANT);
        CHECK(hc_tls_is_signing(p.tls));
        CHECK_INT(hc_tls_sign(p.tls, &p.error), HTTPSC_OK);
        CHECK(!hc_tls_is_signing(p.tls));
        CHECK_INT(signer.num_asked, 4);
        CHECK_INT(hc_tls_sign(p.tls, &p.error), HTTPSC_OK); /* nothing to do */
        CHECK_INT(signer.num_asked, 4);
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        CHECK(p.s.is_done && hc_tls_state_of(p.tls) == HC_TLS_OPEN);
        CHECK_INT(who_came(&p, &all), 0);
        pair_talk(&p);
        pair_end(&p);
    }
}

/* The transport may end meanwhile, and the connection be given up. */
static void a_signer_that_is_left(void)
{
    for (int ends = 0; ends < 2; ends++) {
        slow_signer signer;
        people all;
        pair p;

        pair_asks(&p, 0, &all);
        p.s.edit = 0;
        p.s.edit_type = 0;
        all.identities[0].key = NULL;
        all.identities[0].sign = sign_slowly;
        all.identities[0].user = &signer;
        memset(&signer, 0, sizeof signer);
        signer.num_waits = 3;
        CHECK_INT(pair_open(&p), HTTPSC_OK);
        CHECK_INT(pair_run(&p), HTTPSC_OK);
        if (ends) {
            CHECK_INT(hc_tls_feed_end(p.tls, &p.error), HTTPSC_ERR_TLS_TRUNCATED);
            CHECK_INT(hc_tls_sign(p.tls, &p.error), HTTPSC_ERR_TLS_TRUNCATED);
            CHECK_INT(signer.num_asked, 1);
        } else { /* then nothing is said behind the close_notify, nor signed for it */
            size_t len;

            hc_tls_close(p.tls);
            pair_drain(&p);
            CHECK_INT(p.s.alert, 0);
            CHECK(!hc_tls_is_signing(p.tls));
            signer.num_waits = 0;
            CHECK_INT(hc_tls_sign(p.tls, &p.error), HTTPSC_OK);
            CHECK_INT(signer.num_asked, 1);
            (void)hc_tls_drain(p.tls, &len);
            CHECK_INT(len, 0);
            CHECK(hc_tls_state_of(p.tls) != HC_TLS_OPEN);
        }
        pair_end(&p);
    }
}

/* ---- alerts ---------------------------------------------------------------------------------- */

/* In 1.3 a server says what it thinks of the client after the handshake. */
static void alerts_behind_the_handshake(void)
{
    static const struct {
        const char *alert;
        int is_shown;
        int code;
    } cases[] = {
        {"0274", 0, HTTPSC_ERR_CLIENT_CERT_REQUIRED}, {"0228", 0, HTTPSC_ERR_CLIENT_CERT_REQUIRED},
        {"022a", 1, HTTPSC_ERR_CLIENT_CERT_REFUSED},  {"022b", 1, HTTPSC_ERR_CLIENT_CERT_REFUSED},
        {"022c", 1, HTTPSC_ERR_CLIENT_CERT_REFUSED},  {"022d", 1, HTTPSC_ERR_CLIENT_CERT_REFUSED},
        {"022e", 1, HTTPSC_ERR_CLIENT_CERT_REFUSED},  {"0230", 1, HTTPSC_ERR_CLIENT_CERT_REFUSED},
        {"0231", 1, HTTPSC_ERR_CLIENT_CERT_REFUSED},  {"0250", 1, HTTPSC_ERR_TLS_ALERT},
    };

    for (size_t i = 0; i < HC_ARRAY_LEN(cases); i++) {
        people all;
        pair p;

        pair_asks(&p, 0, &all);
        p.s.edit = 0;
        p.s.edit_type = 0;
        p.params.num_identities = 1;
        p.params.identity = cases[i].is_shown ? all.identities : NULL;
        CHECK(pair_connect(&p));
        server_put(&p.s, 21, b_hex(cases[i].alert));
        CHECK_INT(pair_run(&p), cases[i].code);
        CHECK(strstr(p.error.text, "alert ") != NULL);
        CHECK_INT(p.error.native, b_hex(cases[i].alert).ptr[1]);
        pair_end(&p);
    }
}

UNIT_MAIN(UNIT(the_one_that_is_wanted), UNIT(types_that_are_asked_for),
          UNIT(authorities_that_are_malformed), UNIT(a_signer_that_waits),
          UNIT(a_signer_that_is_left), UNIT(alerts_behind_the_handshake))
