/* What a certificate must be like for its place in a path, taken by itself (RFC 5280, 4; the CA/B
 * Forum's baseline where docs/CONFORMANCE.md says so). */
#ifndef HC_PROFILE_H
#define HC_PROFILE_H

#include "finding.h"

typedef enum hc_role {
    HC_ROLE_LEAF = 1, /* the server's own */
    HC_ROLE_TRUSTED,  /* the same, but this very certificate is in the store */
    HC_ROLE_ISSUER,   /* between */
    HC_ROLE_ANCHOR    /* trusted because it is in the store, as an issuer */
} hc_role;

/* Judges everything but dates, names and signatures. 1, or 0 with code and why of *finding. */
HC_FN int hc_profile_check(const hc_cert *cert, hc_role role, hc_finding *finding);

/* Judges the dates. */
HC_FN int hc_profile_check_dates(const hc_cert *cert, int64_t unix_time, hc_finding *finding);

/* Reads a SubjectPublicKeyInfo, and judges its strength. */
HC_FN int hc_profile_check_key(hc_cursor spki, hc_public_key *key, hc_finding *finding);

/* Judges how a certificate or CRL is signed. */
HC_FN int hc_profile_check_algorithm(const hc_signature_algorithm *algorithm,
                                     hc_finding *finding);

#endif
