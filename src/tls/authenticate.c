#include "engine.h"

#include "../x509/decode.h"

/* ---- the server ---------------------------------------------------------------------------- */

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
    if (hc_buffer_add(&tls->certificates, certificate.at, len) != HC_BUFFER_OK) {
        return hc_out_of_memory(tls);
    }
    tls->certificate_ends[tls->num_certs++] = tls->certificates.len;
    return HC_STEP_OK;
}

HC_FN hc_step hc_chain_verify(hc_tls *tls)
{
    hc_handshake *handshake = tls->handshake;
    const hc_tls_params *params = &handshake->params;
    hc_cursor chain[HC_CERTS_MAX];
    hc_cert leaf;
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
    if (hc_cert_decode(&leaf, chain[0])) {
        tls->not_after = leaf.not_after;
    }
    tls->verified_at = tls->unix_time;
    return HC_STEP_OK;
}

HC_FN hc_step hc_signature_verify(hc_tls *tls, unsigned scheme, hc_cursor signature,
                                  const void *content, size_t content_len)
{
    hc_handshake *handshake = tls->handshake;
    const hc_public_key *key = &handshake->verdict.key;
    const hc_signature_scheme *known = hc_scheme_find((uint16_t)scheme);
    unsigned char digest[HC_HASH_MAX];
    hc_signature_result result;

    if (known == NULL || !hc_scheme_fits(known, tls->version, key)) {
        return hc_illegal(tls, "a handshake signature by a scheme that was not offered, or that "
                               "is not its key's");
    }
    hc_hash(known->hash, content, content_len, digest);
    switch (known->padding) {
    case HC_PADDING_NONE:
        result = hc_ecdsa_verify(key, digest, hc_hash_len(known->hash), signature);
        break;
    case HC_PADDING_PSS:
        result = hc_rsa_pss_verify(key, known->hash, hc_hash_len(known->hash), digest, signature);
        break;
    default:
        result = hc_rsa_pkcs1_verify(key, known->hash, digest, signature);
        break;
    }
    if (result != HC_SIGNATURE_VALID) {
        return hc_refuse(tls, HC_ALERT_DECRYPT_ERROR,
                         "a handshake signature that is not its certificate's");
    }
    handshake->signature = HC_SIGNATURE_PROVEN;
    tls->details.signature_scheme = known->name;
    return HC_STEP_OK;
}

/* ---- the client ---------------------------------------------------------------------------- */

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

HC_FN hc_step hc_client_scheme_choose(hc_tls *tls, hc_cursor schemes)
{
    hc_handshake *handshake = tls->handshake;
    const hc_tls_identity *identity = handshake->params.identity;
    hc_public_key key;
    hc_cert cert;

    tls->details.certificate_requested = 1;
    handshake->certificate_requested = 1;
    if (hc_cursor_left(&schemes) == 0 || hc_cursor_left(&schemes) % 2 != 0) {
        return hc_malformed(tls, "list of signature schemes");
    }
    if (identity == NULL || identity->num_certs == 0) {
        return HC_STEP_OK;
    }
    if (!hc_cert_decode(&cert, identity->chain[0]) ||
        hc_public_key_parse(&key, cert.public_key) != HC_KEY_OK) {
        return hc_abort(tls, HC_ALERT_INTERNAL_ERROR,
                        hc_fail(&tls->error, HTTPSC_ERR_ARGUMENT, 0,
                                "the client certificate cannot be read"));
    }
    /* 1.3's rules first in 1.2 as well: a hash that suits the curve, and PSS */
    handshake->client_scheme = authenticate_find_scheme(schemes, HC_TLS_13, &key);
    if (handshake->client_scheme == NULL && tls->version == HC_TLS_12) {
        handshake->client_scheme = authenticate_find_scheme(schemes, HC_TLS_12, &key);
    }
    return HC_STEP_OK;
}

HC_FN void hc_client_chain_put(const hc_tls *tls, hc_writer *writer)
{
    const hc_tls_identity *identity = tls->handshake->params.identity;
    size_t list = hc_put_begin(writer, 3);

    for (size_t i = 0; tls->handshake->client_scheme != NULL && i < identity->num_certs; i++) {
        size_t begun = hc_put_begin(writer, 3);

        hc_put_bytes(writer, identity->chain[i].at, hc_cursor_left(&identity->chain[i]));
        hc_put_end(writer, begun, 3);
        if (tls->version == HC_TLS_13) {
            hc_put_u16(writer, 0);
        }
    }
    hc_put_end(writer, list, 3);
}

/* Signs; the length of the signature, or 0. */
static size_t authenticate_sign(hc_tls *tls, const unsigned char *digest, size_t digest_len,
                          unsigned char out[HC_RSA_LEN_MAX])
{
    const hc_tls_identity *identity = tls->handshake->params.identity;
    const hc_signature_scheme *scheme = tls->handshake->client_scheme;
    unsigned char salt[HC_HASH_MAX];
    size_t len = HC_RSA_LEN_MAX;

    if (identity->key == NULL) {
        int code = identity->sign(identity->user, scheme->id, digest, digest_len, out, &len);

        if (code != HTTPSC_OK || len > HC_RSA_LEN_MAX) {
            hc_fail(&tls->error, code == HTTPSC_OK ? HTTPSC_ERR_ARGUMENT : code, 0,
                    "the signer of the client certificate failed");
            return 0;
        }
        return len;
    }
    if (scheme->padding == HC_PADDING_NONE) {
        return hc_ecdsa_sign(identity->key, scheme->hash, digest, out);
    }
    if (scheme->padding == HC_PADDING_PKCS1) {
        return hc_rsa_pkcs1_sign(identity->key, scheme->hash, digest, out);
    }
    return hc_random_bytes(&tls->handshake->random, salt, hc_hash_len(scheme->hash))
               ? hc_rsa_pss_sign(identity->key, scheme->hash, digest, salt, out)
               : 0;
}

HC_FN hc_step hc_send_certificate_verify(hc_tls *tls, const unsigned char *digest,
                                         size_t digest_len)
{
    const hc_signature_scheme *scheme = tls->handshake->client_scheme;
    unsigned char signature[HC_RSA_LEN_MAX];
    size_t len = authenticate_sign(tls, digest, digest_len, signature);
    hc_writer writer;

    if (len == 0) {
        return hc_internal(tls, "the client certificate's key gave no signature");
    }
    tls->details.client_scheme = scheme->name;
    writer = hc_message_begin(tls, HC_CERTIFICATE_VERIFY);
    hc_put_u16(&writer, scheme->id);
    hc_put_u16(&writer, (unsigned)len);
    hc_put_bytes(&writer, signature, len);
    return hc_message_send(tls, &writer);
}
