#include "engine.h"

#include "../x509/certificate.h"
#include "../x509/decode.h"

/* ---- the server ---------------------------------------------------------------------------- */

HC_FN hc_step hc_chain_begin(hc_tls *tls, const hc_message *message, hc_cursor list)
{
    hc_buffer *messages = &tls->messages;

    if (message->is_last && tls->certificates.capacity == 0) {
        tls->certificates.ptr = messages->ptr;
        tls->certificates.capacity = messages->capacity;
        messages->ptr = NULL;
        messages->capacity = 0;
        messages->len = 0;
    } else if (hc_buffer_reserve(&tls->certificates, hc_cursor_left(&list)) != HC_BUFFER_OK) {
        return hc_out_of_memory(tls);
    }
    tls->handshake->chain_came = 1;
    return HC_STEP_OK;
}

HC_FN hc_step hc_chain_add(hc_tls *tls, hc_cursor certificate)
{
    size_t len = hc_cursor_left(&certificate);

    if (len == 0) {
        return hc_malformed(tls, "Certificate: one of its certificates is empty");
    }
    if (len > HC_CERT_LEN_MAX || tls->num_certs == HC_CERTS_MAX) {
        return hc_abort(tls, HC_ALERT_BAD_CERTIFICATE,
                        hc_fail(&tls->error, HTTPSC_ERR_LIMIT_CERT, 0,
                                "it sent more than %d certificates, or one over %d bytes",
                                HC_CERTS_MAX, HC_CERT_LEN_MAX));
    }
    if (hc_buffer_reserve(&tls->certificates, len) != HC_BUFFER_OK) {
        return hc_out_of_memory(tls);
    }
    memmove(tls->certificates.ptr + tls->certificates.len, certificate.at, len);
    tls->certificates.len += len;
    tls->certificate_ends[tls->num_certs++] = tls->certificates.len;
    return HC_STEP_OK;
}

/* When the server's own certificate ends. */
HC_APART static void authenticate_note_end(hc_tls *tls, hc_cursor certificate)
{
    hc_cert leaf;

    if (hc_cert_decode(&leaf, certificate)) {
        tls->not_after = leaf.not_after;
    }
}

HC_FN hc_step hc_chain_verify(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    const hc_tls_params *params = &handshake->params;
    hc_cursor chain[HC_CERTS_MAX];
    int code;

    for (size_t i = 0; i < tls->num_certs; i++) {
        chain[i] = hc_tls_peer_certificate(tls, i);
    }
    code = hc_judge_chain(params->judge, tls->allocator, chain, tls->num_certs, &handshake->host,
                          tls->unix_time, HC_USAGE_DIGITAL_SIGNATURE, NULL, &handshake->verdict,
                          &tls->error);
    if (code != HTTPSC_OK) {
        return hc_abort(tls, hc_alert_for(code), code);
    }
    if (tls->version == HC_TLS_12 && handshake->verdict.key.kind != tls->suite->auth) {
        return hc_illegal(tls, "a certificate with a key that is not for its cipher suite");
    }
    authenticate_note_end(tls, chain[0]);
    tls->verified_at = tls->unix_time;
    return HC_STEP_OK;
}

/* 1 when a signature over a digest is the key's. */
static int authenticate_is_signed(const hc_signature_scheme *scheme, const hc_public_key *key,
                                  const unsigned char *digest, hc_cursor signature)
{
    size_t len = hc_hash_len(scheme->hash);
    hc_signature_result result;

    switch (scheme->padding) {
    case HC_PADDING_NONE:
        result = hc_ecdsa_verify(key, digest, len, signature);
        break;
    case HC_PADDING_PSS:
        result = hc_rsa_pss_verify(key, scheme->hash, len, digest, signature);
        break;
    default:
        result = hc_rsa_pkcs1_verify(key, scheme->hash, digest, signature);
        break;
    }
    return result == HC_SIGNATURE_VALID;
}

HC_FN hc_step hc_signature_verify(hc_tls *tls, unsigned scheme, hc_cursor signature,
                                  const void *content, size_t content_len)
{
    hc_handshake *handshake = tls->handshake;
    const hc_public_key *key = &handshake->verdict.key;
    const hc_signature_scheme *known = hc_scheme_find((uint16_t)scheme);
    unsigned char digest[HC_HASH_MAX];

    if (known == NULL || !hc_scheme_fits(known, tls->version, key)) {
        return hc_illegal(tls, "a handshake signature by a scheme that was not offered, or that "
                               "is not its key's");
    }
    hc_hash(known->hash, content, content_len, digest);
    if (!authenticate_is_signed(known, key, digest, signature)) {
        return hc_refuse(tls, HC_ALERT_DECRYPT_ERROR,
                         "a handshake signature that is not its certificate's");
    }
    handshake->signature = HC_SIGNATURE_PROVEN;
    tls->details.signature_scheme = known->name;
    return HC_STEP_OK;
}

/* ---- the client ---------------------------------------------------------------------------- */

#define AUTHENTICATE_RSA_SIGN 1 /* ClientCertificateType (RFC 5246, 7.4.4; RFC 8422, 5.5) */
#define AUTHENTICATE_ECDSA_SIGN 64

/* The public key of an identity's own certificate. */
static int authenticate_key_of(const hc_tls_identity *identity, hc_public_key *out)
{
    hc_cert cert;

    return hc_cert_decode(&cert, identity->chain[0]) &&
           hc_public_key_parse(out, cert.public_key) == HC_KEY_OK;
}

/* 1 when a list of ClientCertificateType has that of a key; NULL has all. */
static int authenticate_type_is_asked(const hc_cursor *types, const hc_public_key *key)
{
    int type = key->kind == HC_KEY_RSA ? AUTHENTICATE_RSA_SIGN : AUTHENTICATE_ECDSA_SIGN;

    return types == NULL || memchr(types->at, type, hc_cursor_left(types)) != NULL;
}

/* Looks for the first scheme of the server's that our key can do, by the rules of a version. */
static const hc_signature_scheme *authenticate_find_scheme(hc_cursor schemes, uint16_t version,
                                                           const hc_public_key *key)
{
    while (hc_cursor_left(&schemes) > 0) {
        const hc_signature_scheme *scheme = hc_scheme_find(hc_take_u16(&schemes));

        if (scheme != NULL && hc_scheme_fits(scheme, version, key)) {
            return scheme;
        }
    }
    return NULL;
}

HC_FN int hc_authorities_are_valid(hc_cursor list)
{
    while (hc_cursor_left(&list) > 0) {
        hc_cursor name = hc_take_vector16(&list);

        if (hc_cursor_left(&name) == 0) { /* or cut: no room for it */
            return 0;
        }
    }
    return 1;
}

/* 1 when one of the names issued one of the identity's certificates, or there is no name. */
static int authenticate_is_wanted(const hc_tls_identity *identity, hc_cursor authorities)
{
    if (hc_cursor_left(&authorities) == 0) {
        return 1;
    }
    for (size_t i = 0; i < identity->num_certs; i++) {
        hc_cursor names = authorities;
        hc_certificate certificate;

        if (!hc_certificate_skim(&certificate, identity->chain[i].at,
                                 hc_cursor_left(&identity->chain[i]))) {
            continue;
        }
        while (hc_cursor_left(&names) > 0) {
            if (hc_der_same(hc_take_vector16(&names), certificate.issuer)) {
                return 1;
            }
        }
    }
    return 0;
}

/* Takes an identity, if its key can sign as is wanted. 0 where its certificate cannot be read. */
static int authenticate_try(hc_tls *tls, const hc_tls_identity *identity, hc_cursor schemes,
                            const hc_cursor *types)
{
    hc_handshake *handshake = tls->handshake;
    const hc_signature_scheme *scheme;
    hc_public_key key;

    if (!authenticate_key_of(identity, &key)) {
        return 0;
    }
    /* 1.3's rules first in 1.2 as well: a hash that suits the curve, and PSS */
    scheme = authenticate_find_scheme(schemes, HC_TLS_13, &key);
    if (scheme == NULL && tls->version == HC_TLS_12) {
        scheme = authenticate_find_scheme(schemes, HC_TLS_12, &key);
    }
    if (scheme != NULL && authenticate_type_is_asked(types, &key)) {
        handshake->identity = identity;
        handshake->client_scheme = scheme;
    }
    return 1;
}

HC_FN hc_step hc_client_identity_choose(hc_tls *tls, hc_cursor schemes, hc_cursor authorities,
                                        const hc_cursor *types)
{
    hc_handshake *handshake = tls->handshake;
    const hc_tls_params *params = &handshake->params;

    tls->details.certificate_requested = 1;
    handshake->certificate_requested = 1;
    if (hc_cursor_left(&schemes) == 0 || hc_cursor_left(&schemes) % 2 != 0) {
        return hc_malformed(tls, "list of signature schemes");
    }
    /* first those that the server's authorities know, then whoever there is */
    for (int any = 0; HC_HAS_CLIENT_CERTS && any <= 1; any++) {
        for (size_t i = 0; i < params->num_identities && handshake->identity == NULL; i++) {
            const hc_tls_identity *identity = &params->identity[i];

            if (identity->num_certs > 0 &&
                (any || authenticate_is_wanted(identity, authorities)) &&
                !authenticate_try(tls, identity, schemes, types)) {
                return hc_abort(tls, HC_ALERT_INTERNAL_ERROR,
                                hc_fail(&tls->error, HTTPSC_ERR_ARGUMENT, 0,
                                        "the client certificate cannot be read"));
            }
        }
    }
    return HC_STEP_OK;
}

HC_FN void hc_client_chain_put(const hc_tls *tls, hc_writer *writer)
{
    const hc_tls_identity *identity = tls->handshake->identity;
    size_t list = hc_put_begin(writer, 3);

    for (size_t i = 0; identity != NULL && i < identity->num_certs; i++) {
        size_t begun = hc_put_begin(writer, 3);

        hc_put_bytes(writer, identity->chain[i].at, hc_cursor_left(&identity->chain[i]));
        hc_put_end(writer, begun, 3);
        if (tls->version == HC_TLS_13) {
            hc_put_u16(writer, 0);
        }
    }
    hc_put_end(writer, list, 3);
}

/* Asks a signer of the caller's. What he gives has to be the certificate's: a server would only
 * say that something is wrong. */
static int authenticate_ask(hc_tls *tls, unsigned char out[HC_RSA_LEN_MAX], size_t *len)
{
    const hc_handshake *handshake = tls->handshake;
    const hc_tls_identity *identity = handshake->identity;
    hc_public_key key;
    int code;

    *len = HC_RSA_LEN_MAX;
    code = hc_callback_code(identity->sign(identity->user, handshake->client_scheme->id,
                                           handshake->to_sign, handshake->to_sign_len, out, len),
                            HTTPSC_ERR_IDENTITY_UNREADABLE);
    if (code == HTTPSC_WANT) {
        return code;
    }
    if (code != HTTPSC_OK) {
        return hc_fail(&tls->error, code, 0, "the signer gave no %s signature",
                       handshake->client_scheme->name);
    }
    if (*len > HC_RSA_LEN_MAX || !authenticate_key_of(identity, &key) ||
        !authenticate_is_signed(handshake->client_scheme, &key, handshake->to_sign,
                                hc_cursor_over(out, *len))) {
        return hc_fail(&tls->error, HTTPSC_ERR_IDENTITY_MISMATCH, 0,
                       "the signer gave no %s signature that is the certificate's",
                       handshake->client_scheme->name);
    }
    return HTTPSC_OK;
}

/* Signs: HTTPSC_OK, HTTPSC_WANT, or an error. */
static int authenticate_sign(hc_tls *tls, unsigned char out[HC_RSA_LEN_MAX], size_t *len)
{
    hc_handshake *handshake = tls->handshake;
    const hc_private_key *key = handshake->identity->key;
    const hc_signature_scheme *scheme = handshake->client_scheme;
    unsigned char salt[HC_HASH_MAX];

    if (key == NULL) {
        return authenticate_ask(tls, out, len);
    }
    if (scheme->padding == HC_PADDING_NONE) {
        *len = hc_ecdsa_sign(key, scheme->hash, handshake->to_sign, out);
    } else if (scheme->padding == HC_PADDING_PKCS1) {
        *len = hc_rsa_pkcs1_sign(key, scheme->hash, handshake->to_sign, out);
    } else {
        *len = hc_random_bytes(&handshake->random, salt, hc_hash_len(scheme->hash))
                   ? hc_rsa_pss_sign(key, scheme->hash, handshake->to_sign, salt, out)
                   : 0;
    }
    return *len > 0 ? HTTPSC_OK
                    : hc_fail(&tls->error, HTTPSC_ERR_IDENTITY_MISMATCH, 0,
                              "the client certificate's key gave no signature");
}

HC_FN hc_step hc_client_sign(hc_tls *tls)
{
    const hc_signature_scheme *scheme = tls->handshake->client_scheme;
    unsigned char signature[HC_RSA_LEN_MAX];
    size_t len = 0;
    int code = HC_HAS_CLIENT_CERTS ? authenticate_sign(tls, signature, &len)
                                   : hc_left_out(&tls->error, "HTTPSC_NO_CLIENT_CERTS");
    hc_writer writer;

    if (code == HTTPSC_WANT) {
        tls->waits_for = HC_WAIT_SIGNATURE;
        return HC_STEP_OK;
    }
    if (code != HTTPSC_OK) {
        return hc_abort(tls, HC_ALERT_INTERNAL_ERROR, code);
    }
    tls->details.client_scheme = scheme->name;
    writer = hc_message_begin(tls, HC_CERTIFICATE_VERIFY);
    hc_put_u16(&writer, scheme->id);
    hc_put_u16(&writer, (unsigned)len);
    hc_put_bytes(&writer, signature, len);
    if (hc_message_send(tls, &writer) != HC_STEP_OK) {
        return HC_STEP_FAILED;
    }
    return HC_HAS_TLS13 && (!HC_HAS_TLS12 || tls->version == HC_TLS_13) ? hc_finish_13(tls)
                                                                : hc_finish_12(tls);
}
