/* Who a client says it is: a chain of certificates, and the key of the first of them. */
#ifndef HC_CREDENTIAL_H
#define HC_CREDENTIAL_H

#include "private_key_file.h"

#define HC_CREDENTIAL_CERTS_MAX 10
#define HC_CREDENTIAL_CERT_LEN_MAX 16384

/* Read once, and then never changed: any number of threads may look at it. The cursors point into
 * it, so it stays where it is. */
typedef struct hc_credential {
    hc_buffer certificates; /* in DER, one behind the other */
    hc_cursor chain[HC_CREDENTIAL_CERTS_MAX]; /* in the order given: the client's own first */
    size_t num_certs;
    hc_public_key public_key; /* of the first */
    hc_private_key_file key;  /* all zero where somebody else has the key */
} hc_credential;

HC_FN void hc_credential_init(hc_credential *credential, const httpsc_allocator *allocator);

/*
 * Reads the certificates in some bytes: all of those in PEM, or one in DER. source is what errors
 * call the bytes. Errors: IDENTITY_EMPTY (none), IDENTITY_UNREADABLE (one is malformed, there are
 * over 10, or one is over 16 KiB), KEY_FORM and KEY_WEAK for the first one's key, MEMORY.
 */
HC_FN int hc_credential_read_chain(hc_credential *credential, hc_cursor bytes, const char *source,
                                   httpsc_error *error);

/* Reads the key that belongs to the chain, which was read before. Errors: those of
 * hc_private_key_file_read, and IDENTITY_MISMATCH. */
HC_FN int hc_credential_read_key(hc_credential *credential, hc_cursor bytes,
                                 const hc_password *password, const char *source,
                                 httpsc_error *error);

/* Wipes it, and frees what it holds. */
HC_FN void hc_credential_wipe(hc_credential *credential);

#endif
