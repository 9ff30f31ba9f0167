/* The parts of a certificate (RFC 5280, 4.1) that finding an issuer needs. */
#ifndef HC_CERTIFICATE_H
#define HC_CERTIFICATE_H

#include "../base/buffer.h"
#include "../base/error.h"
#include "../syntax/der.h"

/* All cursors point into the certificate. Names and key are whole elements, tag included. */
typedef struct hc_certificate {
    hc_cursor issuer;
    hc_cursor subject;
    hc_cursor public_key; /* SubjectPublicKeyInfo; nothing when only a prefix was given */
    hc_cursor extensions; /* what the SEQUENCE of them holds; likewise, and where there are none */
} hc_certificate;

/* Walks a certificate as far as the key. 1 when it is well formed so far. */
HC_FN int hc_certificate_skim(hc_certificate *out, const void *der, size_t len);

/* The same as far as the subject, over the first bytes of a certificate. */
HC_FN int hc_certificate_skim_prefix(hc_certificate *out, const void *der, size_t len);

#endif
