/* Opening a TLS configuration: where the roots come from, and what else is wanted of a server. */
#include "../client/client.h"
#include "defaults.h"
#include "identities.h"

/* A bundle that is larger is none: all the roots of the web take a quarter of a megabyte. */
#define TRUST_FILE_MAX ((size_t)32 * 1024 * 1024)
#define TRUST_PATH_MAX 4096

static int trust_unreadable(const char *path, int native, httpsc_error *error)
{
    if (native == 0) {
        return hc_fail(error, HTTPSC_ERR_TRUST_UNREADABLE, 0,
                       "%e is no regular file, or larger than 32 MiB", path);
    }
    return hc_fail(error, HTTPSC_ERR_TRUST_UNREADABLE, native, "%e (system code %d)", path, native);
}

static int trust_note_path(httpsc_tls_config *config, const char *path, httpsc_error *error)
{
    if (config->path == NULL) {
        config->path = hc_copy_text(&config->allocator, path);
    }
    return config->path != NULL ? HTTPSC_OK : hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
}

/* ---- roots ---- */

/* HTTPSC_OK, ERR_TRUST_UNREADABLE with *native, ERR_MEMORY; no error is written. */
static int trust_read_bundle(httpsc_tls_config *config, const char *path, int *native)
{
    hc_buffer bytes;
    int code;

    hc_buffer_init(&bytes, &config->allocator, TRUST_FILE_MAX);
    code = hc_file_read(path, &bytes, native);
    if (code == HTTPSC_OK) {
        return hc_anchors_take_bundle(&config->judge.anchors, &bytes);
    }
    hc_buffer_free(&bytes);
    return code;
}

static int trust_read_at(const void *user, size_t offset, unsigned char *buf, size_t len)
{
    return hc_file_read_at(user, offset, buf, len);
}

/* The first bundle stays a file, of which the index alone is kept; a second one is read whole. */
static int trust_index_bundle(httpsc_tls_config *config, const char *path, int *native)
{
    hc_anchor_file file;
    int code;

    if (config->is_file_open) {
        return trust_read_bundle(config, path, native);
    }
    code = hc_file_open(path, TRUST_FILE_MAX, &config->file, native);
    if (code != HTTPSC_OK) {
        return code;
    }
    config->is_file_open = 1;
    file.read = trust_read_at;
    file.user = &config->file;
    file.size = config->file.size;
    return hc_anchors_index_file(&config->judge.anchors, &file);
}

static int trust_file(httpsc_tls_config *config, const char *path, httpsc_error *error)
{
    int native = 0;
    int code = trust_index_bundle(config, path, &native);

    if (code == HTTPSC_ERR_TRUST_UNREADABLE) {
        return trust_unreadable(path, native, error);
    }
    if (code != HTTPSC_OK) {
        return hc_fail(error, code, native, NULL);
    }
    return trust_note_path(config, path, error);
}

/* What a walk through a directory carries along. */
typedef struct trust_walk {
    httpsc_tls_config *config;
    const char *path;
    int hashed_only;
    size_t num_hashed;
} trust_walk;

/* "5ed36f99.0": as OpenSSL's c_rehash names them. */
static int trust_is_hashed(const char *name)
{
    size_t i = 0;

    while (i < 8 && hc_hex_value((unsigned char)name[i]) >= 0) {
        i++;
    }
    if (i != 8 || name[8] != '.' || name[9] == '\0') {
        return 0;
    }
    for (i = 9; hc_is_digit((unsigned char)name[i]); i++) {
    }
    return name[i] == '\0';
}

static int trust_count_hashed(void *user, const char *name)
{
    trust_walk *walk = user;

    walk->num_hashed += (size_t)trust_is_hashed(name);
    return HTTPSC_OK;
}

/* What cannot be read, a directory below for one, is passed over, and counted. */
static int trust_visit(void *user, const char *name)
{
    trust_walk *walk = user;
    char place[TRUST_PATH_MAX];
    hc_text path = hc_text_in(place, sizeof place);
    int native = 0;
    int code;

    if (walk->hashed_only && !trust_is_hashed(name)) {
        return HTTPSC_OK;
    }
    hc_text_add(&path, walk->path);
    hc_text_add(&path, "/");
    hc_text_add(&path, name);
    code = path.cut ? HTTPSC_ERR_TRUST_UNREADABLE : trust_read_bundle(walk->config, place, &native);
    if (code == HTTPSC_ERR_TRUST_UNREADABLE) {
        hc_anchors_skip(&walk->config->judge.anchors, "a file that cannot be read");
        return HTTPSC_OK;
    }
    return code;
}

/* HTTPSC_OK, ERR_TRUST_UNREADABLE with *native, ERR_MEMORY; no error is written. */
static int trust_read_dir(httpsc_tls_config *config, const char *path, int *native)
{
    trust_walk walk = {NULL, NULL, 0, 0};
    int code;

    walk.config = config;
    walk.path = path;
    code = hc_dir_visit(path, trust_count_hashed, &walk, native);
    if (code == HTTPSC_OK) {
        walk.hashed_only = walk.num_hashed > 0;
        code = hc_dir_visit(path, trust_visit, &walk, native);
    }
    return code;
}

static int trust_dir(httpsc_tls_config *config, const char *path, httpsc_error *error)
{
    int native = 0;
    int code = trust_read_dir(config, path, &native);

    if (code == HTTPSC_ERR_TRUST_UNREADABLE) {
        return trust_unreadable(path, native, error);
    }
    if (code != HTTPSC_OK) {
        return hc_fail(error, code, native, NULL);
    }
    return trust_note_path(config, path, error);
}

/* A list of directories, as OpenSSL takes it: those that cannot be read are passed over where one
 * can. */
static int trust_dirs(httpsc_tls_config *config, const char *list, httpsc_error *error)
{
    hc_cursor left = hc_cursor_over(list, strlen(list));
    int code = HTTPSC_ERR_TRUST_UNREADABLE;
    int native = 0;
    int num_read = 0;

    while (hc_cursor_left(&left) > 0) {
        hc_cursor path = hc_take_until(&left, HC_PATH_LIST_SEPARATOR);
        char place[TRUST_PATH_MAX];
        hc_text text = hc_text_in(place, sizeof place);

        (void)hc_take_char(&left, HC_PATH_LIST_SEPARATOR);
        hc_text_add_bytes(&text, path.at, hc_cursor_left(&path));
        if (text.len == 0 || text.cut) {
            continue;
        }
        code = trust_read_dir(config, place, &native);
        if (code != HTTPSC_OK && code != HTTPSC_ERR_TRUST_UNREADABLE) {
            return hc_fail(error, code, native, NULL);
        }
        if (code == HTTPSC_OK && trust_note_path(config, place, error) != HTTPSC_OK) {
            return error->code;
        }
        num_read += code == HTTPSC_OK;
    }
    return num_read > 0 ? HTTPSC_OK : trust_unreadable(list, native, error);
}

/* A copy of the caller's bytes. */
static int trust_copy(httpsc_tls_config *config, httpsc_bytes from, hc_buffer *out,
                      const char *field, httpsc_error *error)
{
    hc_buffer_init(out, &config->allocator, TRUST_FILE_MAX);
    switch (hc_buffer_add(out, from.ptr, from.len)) {
    case HC_BUFFER_FULL:
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "%s is larger than 32 MiB", field);
    case HC_BUFFER_MEMORY:
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    default:
        return HTTPSC_OK;
    }
}

static int trust_memory(httpsc_tls_config *config, httpsc_bytes from, httpsc_error *error)
{
    hc_buffer bytes;

    if (trust_copy(config, from, &bytes, "ca_memory", error) != HTTPSC_OK) {
        return error->code;
    }
    if (hc_anchors_take_bundle(&config->judge.anchors, &bytes) != HTTPSC_OK) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    return HTTPSC_OK;
}

static int trust_add_root(void *user, const unsigned char *der, size_t len)
{
    return hc_anchors_add_der(user, hc_cursor_over(der, len));
}

static int trust_deny_root(void *user, const unsigned char *der, size_t len)
{
    return hc_anchors_deny(user, hc_cursor_over(der, len));
}

/* A store that the system fills lazily has not yet what nobody asked for: the embedded roots stand
 * in, less what the system forbids. */
static int trust_system_store(httpsc_tls_config *config, int *native)
{
    hc_anchors *anchors = &config->judge.anchors;
    int code = hc_system_store_visit(0, trust_add_root, anchors, native);

    if (code == HTTPSC_OK) {
        (void)hc_anchors_add_embedded(anchors);
        code = hc_system_store_visit(1, trust_deny_root, anchors, native);
    }
    return code;
}

/* A directory of the system, where it has hashed files: else many have it for other things. */
static int trust_system_dir(httpsc_tls_config *config, const char *path, int *is_there,
                            httpsc_error *error)
{
    trust_walk walk;
    int native = 0;

    memset(&walk, 0, sizeof walk);
    if (hc_dir_visit(path, trust_count_hashed, &walk, &native) == HTTPSC_OK &&
        walk.num_hashed == 0) {
        return HTTPSC_OK;
    }
    *is_there = 1;
    return trust_dir(config, path, error);
}

/* The system's store, or the first of its bundles and directories that is there: whatever is in it,
 * and an error where it cannot be read, for its administrator decides. None is no error. */
static int trust_system(httpsc_tls_config *config, int *is_there, httpsc_error *error)
{
    int native = 0;
    int code = trust_system_store(config, &native);

    *is_there = code != HTTPSC_ERR_UNSUPPORTED;
    if (code == HTTPSC_ERR_TRUST_UNREADABLE) {
        return trust_unreadable("the system's store of certificates", native, error);
    }
    if (*is_there) {
        return code == HTTPSC_OK ? code : hc_fail(error, code, native, NULL);
    }
    for (size_t i = 0; !*is_there && hc_system_bundle_path(i) != NULL; i++) {
        const char *path = hc_system_bundle_path(i);

        if (path[strlen(path) - 1] != '/') {
            *is_there = 1;
            return trust_file(config, path, error);
        }
        if (trust_system_dir(config, path, is_there, error) != HTTPSC_OK) {
            return error->code;
        }
    }
    return HTTPSC_OK;
}

static int trust_default(httpsc_tls_config *config, httpsc_trust trust, httpsc_error *error)
{
    hc_anchors *anchors = &config->judge.anchors;
    int is_there;

    config->source = "embedded";
    if (trust == HTTPSC_TRUST_EMBEDDED) {
        return hc_anchors_add_embedded(anchors)
                   ? HTTPSC_OK
                   : hc_fail(error, HTTPSC_ERR_UNSUPPORTED, 0, "this build has no embedded roots");
    }
    if (trust_system(config, &is_there, error) != HTTPSC_OK) {
        return error->code;
    }
    if (is_there || trust == HTTPSC_TRUST_SYSTEM) {
        config->source = "system";
    } else {
        (void)hc_anchors_add_embedded(anchors);
    }
    return HTTPSC_OK;
}

static const char *trust_source_with(const char *source)
{
    return strcmp(source, "system") == 0 ? "caller and system" : "caller and embedded";
}

/* What SSL_CERT_FILE and SSL_CERT_DIR name; *source stays NULL where they name nothing. */
static int trust_environment(httpsc_tls_config *config, httpsc_error *error)
{
    char *file = NULL;
    char *dirs = NULL;

    if (hc_environment("SSL_CERT_FILE", &config->allocator, &file) != HTTPSC_OK ||
        hc_environment("SSL_CERT_DIR", &config->allocator, &dirs) != HTTPSC_OK) {
        (void)hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    } else if (file != NULL || dirs != NULL) {
        config->source = "environment";
        if (file == NULL || trust_file(config, file, error) == HTTPSC_OK) {
            (void)(dirs == NULL ? HTTPSC_OK : trust_dirs(config, dirs, error));
        }
    }
    hc_free_text(&config->allocator, file);
    hc_free_text(&config->allocator, dirs);
    return error->code;
}

/* What the caller's ca_ fields name. */
static int trust_callers(httpsc_tls_config *config, const httpsc_tls_options *options,
                         httpsc_error *error)
{
    config->source = "caller";
    if ((options->ca_file != NULL && trust_file(config, options->ca_file, error) != HTTPSC_OK) ||
        (options->ca_dir != NULL && trust_dir(config, options->ca_dir, error) != HTTPSC_OK) ||
        (options->ca_memory.ptr != NULL &&
         trust_memory(config, options->ca_memory, error) != HTTPSC_OK)) {
        return error->code;
    }
    if (config->judge.anchors.num_anchors == 0 || !options->ca_add) {
        return HTTPSC_OK; /* with ca_add too: what the caller gave was to count */
    }
    if (trust_default(config, options->trust, error) == HTTPSC_OK) {
        config->source = trust_source_with(config->source);
    }
    return error->code;
}

static int trust_roots(httpsc_tls_config *config, const httpsc_tls_options *options,
                       httpsc_error *error)
{
    if (options->ca_file != NULL || options->ca_dir != NULL || options->ca_memory.ptr != NULL) {
        return trust_callers(config, options, error);
    }
    config->source = NULL;
    if (options->use_environment && trust_environment(config, error) != HTTPSC_OK) {
        return error->code;
    }
    return config->source != NULL ? HTTPSC_OK : trust_default(config, options->trust, error);
}

static int trust_load_roots(httpsc_tls_config *config, const httpsc_tls_options *options,
                            httpsc_error *error)
{
    const hc_anchors *anchors = &config->judge.anchors;

    config->source = "none";
    if (config->judge.ignore_chain) {
        return HTTPSC_OK;
    }
    if (trust_roots(config, options, error) != HTTPSC_OK) {
        return error->code;
    }
    config->judge.anchors.store = config->path != NULL ? config->path : config->source;
    if (anchors->num_anchors > 0) {
        return HTTPSC_OK;
    }
    return hc_fail(error, HTTPSC_ERR_TRUST_EMPTY, 0, "%e: %z entries were skipped%s%s",
                   config->path != NULL ? config->path : config->source, anchors->num_skipped,
                   anchors->skipped != NULL ? ", the first is " : "",
                   anchors->skipped != NULL ? anchors->skipped : "");
}

/* ---- what else is wanted ---- */

/* The lists of one source: each of them counts, or it is an error. */
static int trust_add_crls(httpsc_tls_config *config, const char *source, hc_cursor file,
                          httpsc_error *error)
{
    hc_crls *crls = &config->judge.crls;
    size_t num_before = crls->num_crls;
    const char *why;
    int code = hc_crls_add(crls, file, &why);

    if (code == HTTPSC_ERR_TRUST_UNREADABLE) {
        return hc_fail(error, code, 0, "%e, revocation list %z: %s", source,
                       crls->num_crls - num_before + 1, why);
    }
    if (code != HTTPSC_OK) {
        return hc_fail(error, code, 0, NULL);
    }
    return crls->num_crls > num_before
               ? HTTPSC_OK
               : hc_fail(error, HTTPSC_ERR_TRUST_EMPTY, 0, "%e: no revocation list", source);
}

static int trust_load_crls(httpsc_tls_config *config, const httpsc_tls_options *options,
                           httpsc_error *error)
{
    hc_buffer bytes;
    int native = 0;
    int code = HTTPSC_OK;

    if (!HC_HAS_CRLS) {
        return options->crl_file == NULL && options->crl_memory.ptr == NULL
                   ? HTTPSC_OK
                   : hc_left_out(error, "HTTPSC_NO_CRLS");
    }
    hc_buffer_init(&bytes, &config->allocator, TRUST_FILE_MAX);
    if (options->crl_file != NULL) {
        code = hc_file_read(options->crl_file, &bytes, &native);
        if (code == HTTPSC_OK) {
            code = trust_add_crls(config, options->crl_file,
                                  hc_cursor_over(bytes.ptr, bytes.len), error);
        } else if (code == HTTPSC_ERR_TRUST_UNREADABLE) {
            (void)trust_unreadable(options->crl_file, native, error);
        } else {
            (void)hc_fail(error, code, native, NULL);
        }
        hc_buffer_free(&bytes);
    }
    if (code == HTTPSC_OK && options->crl_memory.ptr != NULL) {
        code = trust_add_crls(config, "crl_memory",
                              hc_cursor_over(options->crl_memory.ptr, options->crl_memory.len),
                              error);
    }
    return code;
}

static int trust_copy_pins(httpsc_tls_config *config, const httpsc_tls_options *options,
                           httpsc_error *error)
{
    size_t size = 0;

    if (options->num_pins == 0) {
        return HTTPSC_OK;
    }
    if (options->pins == NULL || !hc_mul(options->num_pins, sizeof options->pins[0], &size)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "pins is NULL");
    }
    config->judge.pins = hc_alloc(&config->allocator, size);
    if (config->judge.pins == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    memcpy(config->judge.pins, options->pins, size);
    config->judge.num_pins = options->num_pins;
    return HTTPSC_OK;
}

static int trust_switch(long value, long magic, const char *field, int *out, httpsc_error *error)
{
    if (value != 0 && value != magic) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0,
                       "%s is neither 0 nor the constant that is meant for it", field);
    }
    *out |= value == magic;
    return HTTPSC_OK;
}

static int trust_versions(httpsc_tls_config *config, const httpsc_tls_options *options,
                          httpsc_error *error)
{
    int lowest = HC_HAS_TLS12 ? HTTPSC_TLS_1_2 : HTTPSC_TLS_1_3;
    int highest = HC_HAS_TLS13 ? HTTPSC_TLS_1_3 : HTTPSC_TLS_1_2;
    int min_version = options->min_version == 0 ? lowest : options->min_version;
    int max_version = options->max_version == 0 ? highest : options->max_version;

    if (min_version < HTTPSC_TLS_1_2 || max_version > HTTPSC_TLS_1_3 || min_version > max_version) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "TLS 1.2 and 1.3 are spoken, no others");
    }
    if (min_version < lowest || max_version > highest) {
        return hc_left_out(error, HC_HAS_TLS12 ? "HTTPSC_NO_TLS13" : "HTTPSC_NO_TLS12");
    }
    config->min_version = (uint16_t)min_version;
    config->max_version = (uint16_t)max_version;
    return HTTPSC_OK;
}

HC_SELDOM static int trust_switches(hc_judge *judge, const httpsc_tls_options *options,
                                    httpsc_error *error)
{
    int any_peer = 0;

    if (trust_switch(options->insecure_peer, HTTPSC_INSECURE_ANY_PEER, "insecure_peer", &any_peer,
                     error) != HTTPSC_OK) {
        return error->code;
    }
    judge->ignore_chain = any_peer;
    judge->ignore_name = any_peer;
    judge->ignore_dates = any_peer;
    (void)trust_switch(options->insecure_chain, HTTPSC_INSECURE_ANY_ISSUER, "insecure_chain",
                       &judge->ignore_chain, error);
    (void)trust_switch(options->insecure_name, HTTPSC_INSECURE_ANY_NAME, "insecure_name",
                       &judge->ignore_name, error);
    (void)trust_switch(options->insecure_dates, HTTPSC_INSECURE_ANY_DATE, "insecure_dates",
                       &judge->ignore_dates, error);
    if ((unsigned)options->trust > HTTPSC_TRUST_EMBEDDED) {
        (void)hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "unknown value of trust");
    }
    return error->code;
}

HC_FN int hc_open_tls_config(const httpsc_tls_options *options, const httpsc_allocator *fallback,
                             httpsc_tls_config **out, httpsc_error *error)
{
    httpsc_allocator allocator = options->allocator;
    httpsc_tls_config *config;

    if (!hc_fill_allocator(&allocator, fallback)) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "an allocator needs both alloc and free");
    }
    config = hc_alloc(&allocator, sizeof *config);
    if (config == NULL) {
        return hc_fail(error, HTTPSC_ERR_MEMORY, 0, NULL);
    }
    config->allocator = allocator;
    hc_atomic_set(&config->holds, 1);
    hc_anchors_init(&config->judge.anchors, &config->allocator);
    hc_crls_init(&config->judge.crls, &config->allocator, TRUST_FILE_MAX);
    config->judge.verify = options->verify;
    config->judge.verify_user = options->verify_user;
    if (!hc_crypto_init(&config->crypto)) {
        (void)hc_fail(error, HTTPSC_ERR_UNSUPPORTED, 0, "this BearSSL computes X25519 wrongly");
    }
    if (error->code != HTTPSC_OK ||
        trust_switches(&config->judge, options, error) != HTTPSC_OK ||
        trust_versions(config, options, error) != HTTPSC_OK ||
        trust_copy_pins(config, options, error) != HTTPSC_OK ||
        trust_load_crls(config, options, error) != HTTPSC_OK ||
        trust_load_roots(config, options, error) != HTTPSC_OK ||
        hc_load_identities(&config->client_certs, &config->allocator, options, error) !=
            HTTPSC_OK) {
        hc_tls_config_release(config);
        return error->code;
    }
    *out = config;
    return HTTPSC_OK;
}

int httpsc_tls_config_open(const httpsc_tls_options *options, httpsc_tls_config **out,
                           httpsc_error *error)
{
    static const httpsc_tls_options none;
    httpsc_allocator fallback = hc_system_allocator();
    httpsc_error own;

    error = hc_error_or(error, &own);
    if (out == NULL) {
        return hc_fail(error, HTTPSC_ERR_ARGUMENT, 0, "out is NULL");
    }
    return hc_open_tls_config(options == NULL ? &none : options, &fallback, out, error);
}

void httpsc_tls_config_close(httpsc_tls_config *config)
{
    hc_tls_config_release(config);
}

void httpsc_tls_config_trust(const httpsc_tls_config *config, httpsc_trust_info *out)
{
    const hc_judge *judge = &config->judge;

    out->source = config->source;
    out->path = config->path;
    out->num_anchors = judge->anchors.num_anchors;
    out->num_skipped = judge->anchors.num_skipped;
    out->skipped = judge->anchors.skipped;
    out->num_crls = judge->crls.num_crls;
}
