/* The validator as an X.509 engine of BearSSL's. It speaks BearSSL's types, and calls nothing of
 * BearSSL. */
#include "../client/client.h"
#include "../client/hooks.h"
#include "../tls/engine.h"
#include "defaults.h"

#ifdef HTTPSC_BEARSSL_X509

#define BEARSSL_X509_BYTES_MAX ((size_t)64 * 1024)

#define BEARSSL_X509_KEY_ENCIPHERMENT (1u << 2) /* bits of keyUsage, as HC_USAGE_... */
#define BEARSSL_X509_KEY_AGREEMENT (1u << 4)

struct httpsc_bearssl_x509 {
    const br_x509_class *vtable; /* first: a pointer to it is one to all of this */
    httpsc_tls_config *config;
    httpsc_hooks hooks;          /* now and user alone */
    int has_host;
    hc_host host;
    hc_buffer bytes;             /* the certificates, one behind the other */
    size_t ends[HC_CERTS_MAX];
    size_t num_certs;
    size_t announced;            /* bytes of the certificate that is coming */
    int proven;                  /* 1: the key is that of a chain that was verified */
    br_x509_pkey key;
    unsigned usages;
    unsigned char key_bytes[2 * HC_RSA_LEN_MAX];
    httpsc_error error;
};

static httpsc_bearssl_x509 *bearssl_x509_of(const br_x509_class **context)
{
    return (httpsc_bearssl_x509 *)(void *)context;
}

static void bearssl_x509_start_chain(const br_x509_class **context, const char *server_name)
{
    httpsc_bearssl_x509 *x509 = bearssl_x509_of(context);
    int is_named = server_name != NULL && server_name[0] != '\0'; /* BearSSL makes "" of NULL */

    hc_error_clear(&x509->error);
    x509->bytes.len = 0;
    x509->num_certs = 0;
    x509->proven = 0;
    memset(&x509->host, 0, sizeof x509->host);
    x509->has_host = is_named && strcmp(server_name, ".") != 0 &&
                     hc_host_parse(&x509->host, server_name, strlen(server_name));
    if (is_named && !x509->has_host) {
        (void)hc_fail(&x509->error, HTTPSC_ERR_ARGUMENT, 0,
                      "the server name is neither a host name nor an IP address: %e", server_name);
    }
}

static void bearssl_x509_start_cert(const br_x509_class **context, uint32_t length)
{
    httpsc_bearssl_x509 *x509 = bearssl_x509_of(context);

    x509->announced = length;
    if (length > HC_CERT_LEN_MAX || x509->num_certs == HC_CERTS_MAX) {
        (void)hc_fail(&x509->error, HTTPSC_ERR_LIMIT_CERT, 0,
                      "it sent more than %d certificates, or one over %d bytes", HC_CERTS_MAX,
                      HC_CERT_LEN_MAX);
    }
}

static void bearssl_x509_append(const br_x509_class **context, const unsigned char *buf, size_t len)
{
    httpsc_bearssl_x509 *x509 = bearssl_x509_of(context);

    if (x509->error.code != HTTPSC_OK) {
        return;
    }
    if (len > x509->announced) {
        (void)hc_fail(&x509->error, HTTPSC_ERR_CERT_INVALID, 0, "longer than it was announced");
        return;
    }
    x509->announced -= len;
    switch (hc_buffer_add(&x509->bytes, buf, len)) {
    case HC_BUFFER_OK:
        break;
    case HC_BUFFER_FULL:
        (void)hc_fail(&x509->error, HTTPSC_ERR_LIMIT_CERT, 0, "a chain of over 64 KiB");
        break;
    default:
        (void)hc_fail(&x509->error, HTTPSC_ERR_MEMORY, 0, NULL);
        break;
    }
}

static void bearssl_x509_end_cert(const br_x509_class **context)
{
    httpsc_bearssl_x509 *x509 = bearssl_x509_of(context);

    if (x509->error.code == HTTPSC_OK && x509->announced > 0) {
        (void)hc_fail(&x509->error, HTTPSC_ERR_CERT_INVALID, 0, "shorter than it was announced");
    }
    if (x509->error.code == HTTPSC_OK) {
        x509->ends[x509->num_certs++] = x509->bytes.len;
    }
}

/* A copy: what the verdict points into goes away. */
static unsigned char *bearssl_x509_copy(httpsc_bearssl_x509 *x509, size_t at, hc_cursor bytes)
{
    memcpy(x509->key_bytes + at, bytes.at, hc_cursor_left(&bytes));
    return x509->key_bytes + at;
}

static void bearssl_x509_take_key(httpsc_bearssl_x509 *x509, const hc_x509_verdict *verdict)
{
    const hc_public_key *key = &verdict->key;
    unsigned exchange = BEARSSL_X509_KEY_AGREEMENT;

    if (key->kind == HC_KEY_RSA) {
        exchange = BEARSSL_X509_KEY_ENCIPHERMENT;
        x509->key.key_type = BR_KEYTYPE_RSA;
        x509->key.key.rsa.n = bearssl_x509_copy(x509, 0, key->modulus);
        x509->key.key.rsa.nlen = hc_cursor_left(&key->modulus);
        x509->key.key.rsa.e = bearssl_x509_copy(x509, HC_RSA_LEN_MAX, key->exponent);
        x509->key.key.rsa.elen = hc_cursor_left(&key->exponent);
    } else {
        x509->key.key_type = BR_KEYTYPE_EC;
        x509->key.key.ec.curve = (int)key->curve; /* BearSSL's numbers are those of TLS too */
        x509->key.key.ec.q = bearssl_x509_copy(x509, 0, key->point);
        x509->key.key.ec.qlen = hc_cursor_left(&key->point);
    }
    x509->usages = 0;
    if ((verdict->key_usage & HC_USAGE_DIGITAL_SIGNATURE) != 0) {
        x509->usages |= BR_KEYTYPE_SIGN;
    }
    if ((verdict->key_usage & exchange) != 0) {
        x509->usages |= BR_KEYTYPE_KEYX;
    }
    x509->proven = 1;
}

static void bearssl_x509_judge(httpsc_bearssl_x509 *x509)
{
    hc_cursor chain[HC_CERTS_MAX];
    hc_x509_verdict verdict;
    int64_t unix_time = 0;
    size_t begin = 0;

    if (x509->error.code != HTTPSC_OK) {
        return;
    }
    if (!x509->has_host && !x509->config->judge.ignore_name) {
        (void)hc_fail(&x509->error, HTTPSC_ERR_ARGUMENT, 0,
                      "give br_ssl_client_reset the server's name");
        return;
    }
    if (x509->num_certs == 0) {
        (void)hc_fail(&x509->error, HTTPSC_ERR_CERT_INVALID, 0, "the server sent none");
        return;
    }
    for (size_t i = 0; i < x509->num_certs; i++) {
        chain[i] = hc_cursor_over(x509->bytes.ptr + begin, x509->ends[i] - begin);
        begin = x509->ends[i];
    }
    if (hc_judging_time(&x509->hooks, x509->config->judge.ignore_dates, &unix_time,
                        &x509->error) == HTTPSC_OK &&
        hc_judge_chain(&x509->config->judge, &x509->config->allocator, chain, x509->num_certs,
                       &x509->host, unix_time, 0, NULL, &verdict, &x509->error) == HTTPSC_OK) {
        bearssl_x509_take_key(x509, &verdict);
    }
}

HC_SELDOM static unsigned bearssl_x509_end_chain(const br_x509_class **context)
{
    httpsc_bearssl_x509 *x509 = bearssl_x509_of(context);

    bearssl_x509_judge(x509);
    if (x509->proven) {
        return 0;
    }
    switch (x509->error.code) {
    case HTTPSC_ERR_CERT_NAME_MISMATCH:
        return BR_ERR_X509_BAD_SERVER_NAME;
    case HTTPSC_ERR_CERT_EXPIRED:
    case HTTPSC_ERR_CERT_NOT_YET_VALID:
        return BR_ERR_X509_EXPIRED;
    case HTTPSC_ERR_CLOCK_UNSET:
        return BR_ERR_X509_TIME_UNKNOWN;
    case HTTPSC_ERR_LIMIT_CERT:
    case HTTPSC_ERR_MEMORY:
        return BR_ERR_X509_LIMIT_EXCEEDED;
    default:
        return BR_ERR_X509_NOT_TRUSTED;
    }
}

static const br_x509_pkey *bearssl_x509_get_pkey(const br_x509_class *const *context,
                                                 unsigned *usages)
{
    const httpsc_bearssl_x509 *x509 = (const httpsc_bearssl_x509 *)(const void *)context;

    if (!x509->proven) {
        return NULL;
    }
    if (usages != NULL) {
        *usages = x509->usages;
    }
    return &x509->key;
}

int httpsc_bearssl_x509_open(httpsc_tls_config *config,
                             int (*now)(void *user, int64_t *unix_seconds), void *user,
                             httpsc_bearssl_x509 **out, httpsc_error *error)
{
    static const br_x509_class vtable = {
        sizeof(httpsc_bearssl_x509), bearssl_x509_start_chain, bearssl_x509_start_cert,
        bearssl_x509_append,         bearssl_x509_end_cert,    bearssl_x509_end_chain,
        bearssl_x509_get_pkey};
    httpsc_bearssl_x509 *x509;
    httpsc_error own;

    error = hc_error_or(error, &own);
    if (config == NULL || out == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "config or out is NULL");
    }
    x509 = hc_alloc(&config->allocator, sizeof *x509);
    if (x509 == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    x509->vtable = &vtable;
    x509->config = config;
    (void)hc_atomic_add(&config->holds, 1);
    x509->hooks.now = now;
    x509->hooks.user = user;
    hc_buffer_init(&x509->bytes, &config->allocator, BEARSSL_X509_BYTES_MAX);
    *out = x509;
    return HTTPSC_OK;
}

const br_x509_class **httpsc_bearssl_x509_engine(httpsc_bearssl_x509 *x509)
{
    return &x509->vtable;
}

const httpsc_error *httpsc_bearssl_x509_error(const httpsc_bearssl_x509 *x509)
{
    return &x509->error;
}

void httpsc_bearssl_x509_close(httpsc_bearssl_x509 *x509)
{
    httpsc_tls_config *config;

    if (x509 != NULL) {
        config = x509->config;
        hc_buffer_free(&x509->bytes);
        hc_free(&config->allocator, x509, sizeof *x509);
        hc_tls_config_release(config);
    }
}

#endif
