/*
 * HTTP authentication (RFC 9110, 11): what servers and proxies ask for, and the answers: Basic (RFC
 * 7617), Bearer (RFC 6750), Digest (RFC 7616 and, without qop, RFC 2069).
 */
#ifndef HC_AUTH_H
#define HC_AUTH_H

#include "../base/buffer.h"
#include "../base/cursor.h"
#include "../base/error.h"
#include "../crypto/hash.h"

#define HC_AUTH_PARAM_MAX 2048  /* bytes of realm, nonce or opaque, unquoted */
#define HC_AUTH_PARAMS_MAX 32   /* parameters of one challenge */
#define HC_AUTH_CHALLENGES_MAX 32 /* of one response */
#define HC_CNONCE_BYTES 24

/* Bits, for what is allowed. */
typedef enum hc_auth_kind {
    HC_AUTH_BASIC = 1,
    HC_AUTH_DIGEST = 2
} hc_auth_kind;

/*
 * The challenge that is answered, and of Digest what goes on from one request to the next. It
 * belongs to one origin or one proxy, with one user and password: whoever keeps it keeps that.
 * Zeroed it asks for nothing.
 */
typedef struct hc_challenge {
    unsigned kind;      /* HC_AUTH_BASIC, HC_AUTH_DIGEST, or 0 */
    hc_buffer realm;    /* unquoted */
    hc_buffer nonce;    /* from here on of Digest alone */
    hc_buffer opaque;
    hc_hash_id hash;
    int names_algorithm; /* the challenge had the parameter, so the answer has it too */
    int is_session;      /* "-sess" */
    int has_opaque;
    int has_qop;         /* and "auth" is in it; 0: as in RFC 2069 */
    int stale;           /* the nonce was too old, not the password wrong */
    int userhash;
    int is_utf8;
    uint32_t nonce_count;
    char cnonce[2 * HC_CNONCE_BYTES + 1]; /* of this nonce; "" before its first answer */
} hc_challenge;

/*
 * Reads all fields of that name (WWW-Authenticate, Proxy-Authenticate; several challenges a field,
 * several fields) and keeps the strongest challenge of the kinds allowed: Digest with SHA-512/256,
 * SHA-256, MD5, then Basic; of equals the first. kind is 0 when none can be answered: other
 * schemes and algorithms, only auth-int, a parameter twice or too long, no nonce. What is malformed
 * ends its field; what stood before it counts. OK or ERR_MEMORY. Freed with hc_challenge_free.
 */
HC_FN int hc_challenge_choose(hc_challenge *challenge, const httpsc_allocator *allocator,
                              const httpsc_field *fields, size_t num_fields, const char *name,
                              unsigned allowed, httpsc_error *error);
HC_FN void hc_challenge_free(hc_challenge *challenge);

/*
 * Appends the value of Authorization or Proxy-Authorization for Digest; adds one to nonce_count.
 * user and password are UTF-8 and NUL-terminated; target is the request-target as it is sent
 * ("host:port" of CONNECT). random fills the client's nonce at the first answer to a nonce; it is
 * the same for as long as the server's is. ERR_ARGUMENT for control characters in the user;
 * ERR_MEMORY, also where out is full. Then nothing was appended.
 */
HC_FN int hc_digest_add(hc_challenge *challenge, const char *user, const char *password,
                        hc_cursor method, hc_cursor target,
                        const unsigned char random[HC_CNONCE_BYTES], hc_buffer *out,
                        httpsc_error *error);

/* The same for Basic. ERR_ARGUMENT for control characters, or a ":" in the user. */
HC_FN int hc_basic_add(const char *user, const char *password, hc_buffer *out,
                       httpsc_error *error);

/* The same for Bearer. ERR_ARGUMENT for a token that is empty or not all visible ASCII. */
HC_FN int hc_bearer_add(const char *token, hc_buffer *out, httpsc_error *error);

#endif
