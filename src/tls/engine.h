/*
 * The engine behind tls.h, for the files of this floor. A connection is driven by what it receives:
 * receive.c takes records apart and calls one function for each handshake message, by the state
 * that the connection is in; those functions answer through send.c. What goes wrong ends in
 * hc_abort, once.
 */
#ifndef HC_ENGINE_H
#define HC_ENGINE_H

#include "alert.h"
#include "hello_extensions.h"
#include "key_schedule.h"
#include "record.h"
#include "tls.h"
#include "writer.h"

/* HandshakeType (RFC 8446, 4; RFC 5246, 7.4). */
#define HC_HELLO_REQUEST 0
#define HC_CLIENT_HELLO 1
#define HC_SERVER_HELLO 2
#define HC_NEW_SESSION_TICKET 4
#define HC_ENCRYPTED_EXTENSIONS 8
#define HC_CERTIFICATE 11
#define HC_SERVER_KEY_EXCHANGE 12
#define HC_CERTIFICATE_REQUEST 13
#define HC_SERVER_HELLO_DONE 14
#define HC_CERTIFICATE_VERIFY 15
#define HC_CLIENT_KEY_EXCHANGE 16
#define HC_FINISHED 20
#define HC_KEY_UPDATE 24

#define HC_HANDSHAKE_HEADER_LEN 4
#define HC_MESSAGE_MAX 16384
#define HC_CERTIFICATE_MESSAGE_MAX 65536
#define HC_CERTIFICATE_REQUEST_MAX 32768
#define HC_CERTS_MAX 10
#define HC_CERT_LEN_MAX 16384
#define HC_COOKIE_MAX 2048
#define HC_OUTPUT_MAX 131072 /* a flight with a long chain of our own */

#define HC_EMPTY_RECORDS_MAX 32 /* one after the other */
#define HC_WARNINGS_MAX 4
#define HC_CCS_MAX 2
#define HC_POST_HANDSHAKE_MAX 32 /* messages of 1.3 without application data between */
#define HC_TICKETS_MAX 16        /* of a connection; more are passed over */
#define HC_TICKETS_KEPT_MAX 4
#define HC_HELLO_REQUESTS_MAX 1  /* that are refused; one more ends the connection */
#define HC_HELLO_REQUESTS_IGNORED_MAX 32 /* in the handshake */
#define HC_RECORDS_A_KEY_MAX (UINT64_C(1) << 24)

typedef enum hc_step {
    HC_STEP_OK = 1,
    HC_STEP_FAILED
} hc_step;

/* What the next handshake message is to be. */
typedef enum hc_handshake_state {
    HC_WAIT_SERVER_HELLO = 1,
    HC_WAIT_SECOND_SERVER_HELLO,
    HC_WAIT_13_ENCRYPTED_EXTENSIONS,
    HC_WAIT_13_CERTIFICATE_OR_REQUEST,
    HC_WAIT_13_CERTIFICATE,
    HC_WAIT_13_CERTIFICATE_VERIFY,
    HC_WAIT_13_FINISHED,
    HC_WAIT_12_CERTIFICATE,
    HC_WAIT_12_SERVER_KEY_EXCHANGE,
    HC_WAIT_12_REQUEST_OR_DONE,
    HC_WAIT_12_DONE,
    HC_WAIT_12_TICKET,
    HC_WAIT_12_CHANGE_CIPHER_SPEC,
    HC_WAIT_12_FINISHED,
    HC_WAIT_SIGNATURE, /* of ours: no message may come */
    HC_AFTER_13,
    HC_AFTER_12
} hc_handshake_state;

/* A handshake message; the bytes stand in hc_tls.messages until its function returns. */
typedef struct hc_message {
    unsigned type;
    hc_cursor body;
    hc_cursor whole;
    int is_last; /* 1: no byte came behind it: keys may change here */
} hc_message;

/* The proofs that the application-data path is opened with, beside hc_x509_proof. */
typedef enum hc_signature_proof {
    HC_SIGNATURE_UNPROVEN = 0,
    HC_SIGNATURE_PROVEN = 0x5349474e, /* by the server's handshake signature */
    HC_SIGNATURE_RESUMED = 0x52455355 /* by a secret of a session in which it was */
} hc_signature_proof;

typedef enum hc_finished_proof {
    HC_FINISHED_UNPROVEN = 0,
    HC_FINISHED_PROVEN = 0x46494e21
} hc_finished_proof;

/* What only the handshake needs; freed when it is over. */
typedef struct hc_handshake {
    hc_tls_params params;
    hc_host host;      /* what the certificate is to be for */
    char server_name[HC_HOST_MAX + 1]; /* SNI; "" for none */
    hc_random random;
    unsigned char grease[6]; /* which GREASE values are used where */
    unsigned char client_random[32];
    unsigned char server_random[32];
    unsigned char session_id[32];
    size_t session_id_len;
    uint16_t suites[HC_SUITES_MAX];
    size_t num_suites;
    uint32_t offered; /* extensions, as bits of hc_extension_index */
    hc_buffer client_hello; /* kept until the hash is known */
    hc_buffer scratch;      /* the message being written */
    hc_transcript transcript;
    unsigned char hash_before[HC_HASH_MAX]; /* of the transcript before the message at hand, where
                                               that is a CertificateVerify or a Finished */
    hc_key_share share;
    hc_buffer cookie;
    int was_retried;     /* 1: after a HelloRetryRequest */
    int retry_has_group; /* 1: one that asked for another key share */
    hc_session *session;     /* offered */
    hc_session *new_session; /* of 1.2, until the server's Finished */
    int is_resuming;
    hc_schedule schedule;
    unsigned char client_secret[HC_HASH_MAX]; /* handshake traffic secrets */
    unsigned char server_secret[HC_HASH_MAX];
    unsigned char master_secret[48]; /* of 1.2 */
    hc_buffer server_params; /* ServerKeyExchange's, of 1.2 */
    int ticket_promised;
    int certificate_requested;
    const hc_tls_identity *identity; /* that was chosen */
    const hc_signature_scheme *client_scheme; /* NULL: an empty Certificate */
    unsigned char to_sign[HC_HASH_MAX];
    size_t to_sign_len;
    int chain_came;          /* 1: to be verified, once its message is consumed */
    hc_x509_verdict verdict;
    hc_signature_proof signature;
    hc_finished_proof finished;
} hc_handshake;

struct hc_tls {
    const httpsc_allocator *allocator;
    hc_crypto own_crypto;
    const hc_crypto *crypto;
    hc_tls_state state;
    hc_handshake_state waits_for;
    httpsc_error error;
    uint16_t version; /* 0 until the server chose */
    uint16_t min_version;
    uint16_t max_version;
    const hc_suite *suite;
    hc_handshake *handshake; /* NULL when it is over */
    hc_record_keys reading;
    hc_record_keys writing;
    hc_record_buffer input;
    hc_record_buffer output;
    size_t num_pending;       /* plaintext written behind output.end, for a record to come */
    size_t max_plain_in;      /* of a record, either way */
    size_t max_plain_out;
    int record_size_agreed;   /* max_plain_in is what the peer has promised to keep to */
    uint64_t max_records;     /* under one key */
    const unsigned char *plaintext; /* in input, to be read */
    size_t plaintext_len;
    hc_buffer messages;       /* handshake bytes that are no whole message yet */
    hc_buffer certificates;   /* the server's, one behind the other */
    size_t certificate_ends[HC_CERTS_MAX];
    size_t num_certs;
    int keep_chain;
    int keylog_wanted;
    hc_buffer keylog;
    unsigned char client_random[32]; /* for the key log */
    unsigned char read_secret[HC_SESSION_SECRET_MAX]; /* traffic secrets of 1.3 */
    unsigned char write_secret[HC_SESSION_SECRET_MAX];
    unsigned char resumption_secret[HC_SESSION_SECRET_MAX];
    int may_resume;           /* the server was verified in full */
    int64_t unix_time;        /* of the open */
    int64_t verified_at;
    int64_t not_after;
    unsigned char binding[32];
    hc_session *sessions[HC_TICKETS_KEPT_MAX];
    size_t num_sessions;
    httpsc_tls_facts facts;
    hc_tls_details details;
    int alert_sent;
    int alert_received;
    int close_sent;
    int num_records;          /* 1 once there was one */
    int ccs_sent;
    int num_ccs;
    int num_empty;
    int num_warnings;
    int num_tickets;
    int num_post_handshake; /* since there was application data */
    int num_hello_requests; /* in the handshake, and again from its end on */
    int key_update_queued;    /* ours, not drained yet */
    int read_update_asked;    /* for a new key of the peer's */
    int fills_input;          /* the last feed used all the room: more records at once would help */
};

/* ---- engine.c ------------------------------------------------------------------------------ */

/* Opens the application-data path, and frees the handshake. It takes the three proofs, and goes by
 * nothing else. */
HC_FN hc_step hc_engine_open(hc_tls *tls, hc_x509_proof chain, hc_signature_proof signature,
                             hc_finished_proof finished);

/* Adds a line to the key log, if one is wanted. */
HC_FN void hc_keylog_add(hc_tls *tls, const char *label, const unsigned char *secret, size_t len);

/* ---- receive.c ----------------------------------------------------------------------------- */

/* Takes records from the input until there is application data, or nothing whole is left. */
HC_FN void hc_receive(hc_tls *tls);

/* ---- send.c -------------------------------------------------------------------------------- */

/* Ends the connection: an alert for the peer, -1 for none. The error was written already; the code
 * is there so that a call of hc_fail can stand in its place. */
HC_FN hc_step hc_abort(hc_tls *tls, int alert, int code);

/* Ends it with ERR_TLS_PROTOCOL and that alert; decode_error; illegal_parameter;
 * unexpected_message. The text says what the server sent. */
HC_FN hc_step (hc_refuse)(hc_tls *tls, int alert, const char *what);
HC_FN hc_step (hc_malformed)(hc_tls *tls, const char *what);
HC_FN hc_step (hc_illegal)(hc_tls *tls, const char *what);
HC_FN hc_step (hc_unexpected)(hc_tls *tls, const char *what);

/* Ends it for want of memory, of entropy, or because a computation failed that cannot. */
HC_FN hc_step hc_out_of_memory(hc_tls *tls);
HC_FN hc_step (hc_internal)(hc_tls *tls, const char *what);

#if !HC_HAS_ERROR_TEXT
#define hc_refuse(tls, alert, what) hc_refuse(tls, alert, HC_SAY(what))
#define hc_malformed(tls, what) hc_malformed(tls, HC_SAY(what))
#define hc_illegal(tls, what) hc_illegal(tls, HC_SAY(what))
#define hc_unexpected(tls, what) hc_unexpected(tls, HC_SAY(what))
#define hc_internal(tls, what) hc_internal(tls, HC_SAY(what))
#endif

/* Makes records of some bytes. What was written before goes first. */
HC_FN hc_step hc_send(hc_tls *tls, unsigned type, const void *bytes, size_t len);
HC_FN hc_step hc_send_alert(hc_tls *tls, int level, int alert);
HC_FN hc_step hc_send_ccs(hc_tls *tls);

/* The dummy ChangeCipherSpec of 1.3's middlebox compatibility mode, once. */
HC_FN hc_step hc_send_compat_ccs(hc_tls *tls);

/* A handshake message in handshake->scratch: begun with its type, and ended: then it is put into
 * the transcript and sent. */
HC_FN hc_writer hc_message_begin(hc_tls *tls, unsigned type);
HC_FN hc_step hc_message_send(hc_tls *tls, hc_writer *writer);

/* Makes a record of the plaintext that was written. */
HC_FN hc_step hc_send_pending(hc_tls *tls);

/* Capacity of the output for records with so much plaintext at once. */
HC_FN hc_step hc_output_reserve(hc_tls *tls, size_t plain_len);

/* Takes a traffic secret of 1.3 into use. */
HC_FN hc_step hc_set_keys_13(hc_tls *tls, hc_record_keys *keys, const unsigned char *secret);

/* ---- client_hello.c, server_hello.c -------------------------------------------------------- */

HC_FN hc_step hc_send_client_hello(hc_tls *tls);
HC_FN hc_step hc_on_server_hello(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_second_server_hello(hc_tls *tls, const hc_message *message);

/* ALPN, server_name and the like, as ServerHello (1.2) and EncryptedExtensions have them. */
HC_FN hc_step hc_take_common_extensions(hc_tls *tls, const hc_extensions *extensions);

/* Reads a list of extensions; those in it must be among the legal ones, and of those we offered.
 * Unknown ones are an error unless ignore_unknown. */
HC_FN hc_step hc_take_extensions(hc_tls *tls, hc_cursor list, uint32_t legal, uint32_t offered,
                                 int ignore_unknown, hc_extensions *out);

/* An extension that is there twice is decode_error in a ServerHello and in EncryptedExtensions, and
 * illegal_parameter elsewhere, as other clients have it: no RFC names the alert. */
HC_FN hc_step hc_refuse_duplicates(hc_tls *tls, hc_cursor list);

/* ---- authenticate.c ------------------------------------------------------------------------ */

/* Begins a chain out of a Certificate message with that list: where the message is all there is,
 * its memory becomes the chain's, since both may be long. It is verified when that is done. */
HC_FN hc_step hc_chain_begin(hc_tls *tls, const hc_message *message, hc_cursor list);

/* Takes one certificate of the server's chain. */
HC_FN hc_step hc_chain_add(hc_tls *tls, hc_cursor certificate);

/* Verifies the chain, whole, and the pins. */
HC_FN hc_step hc_chain_verify(hc_tls *tls);

/* Verifies the server's handshake signature over a content; the scheme is what it says it is. */
HC_FN hc_step hc_signature_verify(hc_tls *tls, unsigned scheme, hc_cursor signature,
                                  const void *content, size_t content_len);

/*
 * A CertificateRequest: chooses who to be and how to sign, handshake->identity and client_scheme;
 * nobody, where no key can sign as the server wants it.
 *     schemes      what it takes, 2 bytes each
 *     authorities  DistinguishedNames whose certificates it wants, or empty for any
 *     types        of TLS 1.2, ClientCertificateType; NULL for any
 */
HC_FN hc_step hc_client_identity_choose(hc_tls *tls, hc_cursor schemes, hc_cursor authorities,
                                        const hc_cursor *types);

/* 1 when a list of DistinguishedNames is well formed. */
HC_FN int hc_authorities_are_valid(hc_cursor list);

/* Puts our certificates into a message: those of 1.3 have extensions, none, behind each. */
HC_FN void hc_client_chain_put(const hc_tls *tls, hc_writer *writer);

/* Signs handshake->to_sign, a digest made with the hash of handshake->client_scheme, sends the
 * CertificateVerify, and goes on with hc_finish_13 or hc_finish_12; or waits for a signer, and is
 * called again. */
HC_FN hc_step hc_client_sign(hc_tls *tls);

/* ---- handshake13.c, handshake12.c, after.c ------------------------------------------------- */

HC_FN hc_step hc_start_13(hc_tls *tls, const hc_extensions *extensions, const hc_message *message);
HC_FN hc_step hc_on_13_encrypted_extensions(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_13_certificate_or_request(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_13_certificate(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_13_certificate_verify(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_13_finished(hc_tls *tls, const hc_message *message);
/* What of our flight comes behind the signature. */
HC_FN hc_step hc_finish_13(hc_tls *tls);
HC_FN hc_step hc_finish_12(hc_tls *tls);

HC_FN hc_step hc_start_12(hc_tls *tls, const hc_extensions *extensions, hc_cursor session_id,
                          const hc_message *message);
HC_FN hc_step hc_on_12_certificate(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_12_server_key_exchange(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_12_request_or_done(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_12_done(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_12_ticket(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_12_change_cipher_spec(hc_tls *tls);
HC_FN hc_step hc_on_12_finished(hc_tls *tls, const hc_message *message);

HC_FN hc_step hc_on_message_after_13(hc_tls *tls, const hc_message *message);
HC_FN hc_step hc_on_message_after_12(hc_tls *tls, const hc_message *message);

/* Keeps a session, if there may be one; takes it. Over the number that is kept the oldest goes. */
HC_FN void hc_keep_session(hc_tls *tls, hc_session *session);

/* Sends a KeyUpdate, and changes our key. */
HC_FN hc_step hc_send_key_update(hc_tls *tls, int request);

/* Looks whether keys have served long enough, and changes them. */
HC_FN hc_step hc_renew_keys(hc_tls *tls);

#endif
