#include "identities.h"

#include "../platform/platform.h"

/* A file or a caller's bytes, and what errors call them. */
typedef struct identities_source {
    hc_buffer file; /* wiped when it is freed: a key may be in it */
    hc_cursor bytes;
    const char *name;
} identities_source;

static int identities_unreadable(const char *path, int native, httpsc_error *error)
{
    if (native == 0) {
        return hc_fail(error, HTTPSC_ERR_IDENTITY_UNREADABLE, 0,
                       "%e is no regular file, or larger than 1 MiB", path);
    }
    return hc_fail(error, HTTPSC_ERR_IDENTITY_UNREADABLE, native, "%e (system code %d)", path,
                   native);
}

/* Opens a source; it is to be closed whatever comes out. */
static int identities_open(identities_source *source, const httpsc_allocator *allocator,
                           const char *path, httpsc_bytes memory, const char *field,
                           httpsc_error *error)
{
    int native = 0;
    int code;

    hc_buffer_init(&source->file, allocator, HC_KEY_FILE_MAX);
    source->bytes = hc_cursor_over(memory.ptr, memory.len);
    source->name = field;
    if (path == NULL) {
        return memory.len <= HC_KEY_FILE_MAX
                   ? HTTPSC_OK
                   : hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "%s is larger than 1 MiB", field);
    }
    code = hc_file_read(path, &source->file, &native);
    if (code == HTTPSC_ERR_TRUST_UNREADABLE) {
        return identities_unreadable(path, native, error);
    }
    if (code != HTTPSC_OK) {
        return hc_fail(error, code, native, NULL);
    }
    source->bytes = hc_cursor_over(source->file.ptr, source->file.len);
    source->name = path;
    return HTTPSC_OK;
}

static int identities_check(const httpsc_identity *identity, httpsc_error *error)
{
    int has_memory = identity->cert_memory.ptr != NULL;
    int has_key_memory = identity->key_memory.ptr != NULL;
    int has_key = identity->key_file != NULL || has_key_memory;

    if ((identity->cert_file != NULL && has_memory) ||
        (identity->key_file != NULL && has_key_memory)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "an identity from a file and from memory");
    }
    if (identity->sign != NULL && has_key) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "an identity with a key and a signer");
    }
    if (identity->cert_file == NULL && !has_memory) {
        return hc_fail(error, HTTPSC_ERR_IDENTITY_EMPTY, 0,
                       "an identity without cert_file and cert_memory");
    }
    return HTTPSC_OK;
}

/* The key, from where it is said to be: by default it is where the certificates are. */
static int identities_load_key(hc_credential *credential, const httpsc_identity *identity,
                               const identities_source *certificates, httpsc_error *error)
{
    const httpsc_allocator *allocator = credential->certificates.allocator;
    identities_source own;
    hc_password password;

    password.text = identity->password;
    password.ask = identity->ask_password;
    password.user = identity->user;
    if (identity->key_file == NULL && identity->key_memory.ptr == NULL) {
        return hc_credential_read_key(credential, certificates->bytes, &password,
                                      certificates->name, error);
    }
    if (identities_open(&own, allocator, identity->key_file, identity->key_memory, "key_memory",
                        error) == HTTPSC_OK) {
        (void)hc_credential_read_key(credential, own.bytes, &password, own.name, error);
    }
    hc_buffer_free(&own.file);
    return error->code;
}

static int identities_load(hc_credential *credential, hc_tls_identity *tls,
                           const httpsc_identity *identity, const httpsc_allocator *allocator,
                           httpsc_error *error)
{
    identities_source source;

    if (identities_check(identity, error) != HTTPSC_OK) {
        return error->code;
    }
    if (identities_open(&source, allocator, identity->cert_file, identity->cert_memory,
                        "cert_memory", error) == HTTPSC_OK &&
        hc_credential_read_chain(credential, source.bytes, source.name, error) == HTTPSC_OK &&
        identity->sign == NULL) {
        (void)identities_load_key(credential, identity, &source, error);
    }
    hc_buffer_free(&source.file);
    tls->chain = credential->chain;
    tls->num_certs = credential->num_certs;
    tls->key = identity->sign == NULL ? &credential->key.key : NULL;
    tls->sign = identity->sign;
    tls->user = identity->user;
    return error->code;
}

/* "HOST" (port 443) or "HOST:PORT". */
static int identities_load_hosts(hc_client_certs *out, const httpsc_allocator *allocator,
                                 const httpsc_tls_options *options, httpsc_error *error)
{
    size_t num = options->num_identity_hosts;

    if (num == 0) {
        return HTTPSC_OK;
    }
    if (num > HC_CLIENT_CERT_HOSTS_MAX || options->identity_hosts == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "identity_hosts is NULL, or over %d",
                       HC_CLIENT_CERT_HOSTS_MAX);
    }
    out->hosts = hc_alloc(allocator, num * sizeof *out->hosts);
    if (out->hosts == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    out->num_hosts = num;
    for (size_t i = 0; i < num; i++) {
        const char *text = options->identity_hosts[i];
        hc_endpoint *host = &out->hosts[i];

        host->port = 443;
        if (text == NULL || (!hc_host_parse(&host->host, text, strlen(text)) &&
                             !hc_host_port_parse(&host->host, &host->port, text))) {
            return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                           "identity_hosts has neither HOST nor HOST:PORT: %e",
                           text == NULL ? "NULL" : text);
        }
    }
    return HTTPSC_OK;
}

HC_SELDOM HC_FN int hc_load_identities(hc_client_certs *out, const httpsc_allocator *allocator,
                                       const httpsc_tls_options *options, httpsc_error *error)
{
    size_t num = options->num_identities;

    if (!HC_HAS_CLIENT_CERTS) {
        return num == 0 ? HTTPSC_OK : hc_left_out(error, "HTTPSC_NO_CLIENT_CERTS");
    }
    if (num > HC_CLIENT_CERTS_MAX || (num > 0 && options->identities == NULL)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "identities is NULL, or over %d",
                       HC_CLIENT_CERTS_MAX);
    }
    if (num > 0) {
        out->loaded = hc_alloc(allocator, num * sizeof *out->loaded);
        out->tls = hc_alloc(allocator, num * sizeof *out->tls);
        if (out->loaded == NULL || out->tls == NULL) {
            hc_free(allocator, out->loaded, num * sizeof *out->loaded);
            hc_free(allocator, out->tls, num * sizeof *out->tls);
            memset(out, 0, sizeof *out);
            return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
        }
    }
    out->num = num;
    for (size_t i = 0; i < num; i++) {
        hc_credential_init(&out->loaded[i], allocator);
    }
    for (size_t i = 0; i < num; i++) {
        if (identities_load(&out->loaded[i], &out->tls[i], &options->identities[i], allocator,
                            error) != HTTPSC_OK) {
            return error->code;
        }
    }
    return identities_load_hosts(out, allocator, options, error);
}
