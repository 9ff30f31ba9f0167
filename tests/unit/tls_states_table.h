/*
 * What a client does with each message in each state, from the RFCs. It was written before it was
 * held against the engine. 5246, 8446 and so on are RFCs; B7, C13 and so on are the project's list
 * of defences, which chooses where an RFC leaves it open. Two outcomes in a row: both are right.
 */
#ifndef TLS_STATES_TABLE_H
#define TLS_STATES_TABLE_H

#include "tls_states_pair.h"

/* Outcomes: the number of the one fatal alert that is sent, or */
#define GOES_ON 1000 /* the handshake goes on to its end, and data flows */
#define SILENT 1001  /* an error, and no fatal alert in answer */
#define CLOSES 1002  /* the peer's close: no data comes after it */

/* it goes on at first, and a later message of the rest is met with that alert */
#define LATE(alert) (2000 + (alert))

#define UNEXPECTED 10    /* unexpected_message */
#define BAD_MAC 20       /* bad_record_mac */
#define OVERFLOW 22      /* record_overflow */
#define FAILURE 40       /* handshake_failure */
#define BAD_CERT 42      /* bad_certificate */
#define ILLEGAL 47       /* illegal_parameter */
#define DECODE 50        /* decode_error */
#define DECRYPT 51       /* decrypt_error */
#define VERSION 70       /* protocol_version */
#define MISSING 109      /* missing_extension */
#define UNSUPPORTED 110  /* unsupported_extension */

/* How a message comes. */
typedef enum mx_form {
    F_WHOLE,     /* in a record of its own, protected when that is due */
    F_BYTES,     /* in records of one byte */
    F_COALESCED, /* the next legal message behind it in its record */
    F_DOUBLED,   /* twice: in one record; what is a record itself: two records */
    F_TRAILING,  /* a byte too much in its body, and its length says so */
    F_SHORT,     /* a byte too few, and its length says so */
    F_MORE,      /* a vector in it says one byte more than there is */
    F_LESS,      /* a vector in it says one byte less */
    F_OTHER,     /* in the clear when keys are on, protected when they are not yet */
    F_CUT,       /* its first half, then an alert record that alone is ignored */
    NUM_FORMS
} mx_form;

#define F(form) (1u << F_##form)
#define F_MALFORMED (F(TRAILING) | F(SHORT) | F(MORE) | F(LESS))
#define F_ANY (~0u)

#define S(state) ((uint64_t)1 << S_##state)
#define S12(state) ((uint64_t)1 << S12_##state)
#define M(message) ((uint64_t)1 << M_##message)

/* Groups of states. */
#define FIRST_HELLO (S(HELLO) | S(HELLO_PSK) | S(HELLO_TICKET))
#define SECOND_HELLO (S(HELLO2) | S(HELLO2_PSK))
#define HELLOS (FIRST_HELLO | SECOND_HELLO)
#define AFTER_RETRY (SECOND_HELLO | S(EXTENSIONS_HRR) | S(EXTENSIONS_HRR_PSK))
#define EXTENSIONS_ALL (S(EXTENSIONS) | S(EXTENSIONS_HRR) | S(EXTENSIONS_PSK) | \
                        S(EXTENSIONS_HRR_PSK))
#define FINISHED_ALL (S(FINISHED) | S(FINISHED_AUTH) | S(FINISHED_PSK))
#define REQUEST_OR_CERT (S(REQUEST_OR_CERT) | S(CERT_DECLINED))
#define SEALED_13 (EXTENSIONS_ALL | REQUEST_OR_CERT | S(CERT) | S(VERIFY) | S(VERIFY_AUTH) | \
                   FINISHED_ALL)
#define OPEN_13 (S(OPEN) | S(OPEN_TICKET) | S(OPEN_PSK))
#define ALL_13 (SECOND_HELLO | SEALED_13 | OPEN_13)
#define CCS_12 (S12(CCS) | S12(CCS_TICKET) | S12(CCS_RESUMED) | S12(CCS_TICKET_RESUMED))
#define CLEAR_12 (S12(CERT) | S12(KEY_EXCHANGE) | S12(REQUEST_OR_DONE) | S12(DONE) | \
                  S12(TICKET) | S12(TICKET_RESUMED) | CCS_12)
#define FINISHED_12 (S12(FINISHED) | S12(FINISHED_RESUMED))
#define OPEN_12 (S12(OPEN) | S12(OPEN_RESUMED))
#define SEALED_12 (FINISHED_12 | OPEN_12)
#define ALL_12 (CLEAR_12 | SEALED_12)
#define OPENS (OPEN_13 | OPEN_12)
#define CLOSED_BY_US (S(CLOSED) | S12(CLOSED))
#define ANY (~(uint64_t)0)

/* Groups of messages. */
#define HANDSHAKE_MESSAGES (M(CCS) - 1)
#define KEY_UPDATES (M(KEY_UPDATE) | M(KEY_UPDATE_REQUEST))
#define FALSE_CCS (M(CCS_OF_2) | M(CCS_LONG) | M(EMPTY_CCS))
#define ALERTS (M(USER_CANCELED) | M(NO_RENEGOTIATION) | M(WARNING_KNOWN) | M(WARNING_UNKNOWN) | \
                M(FATAL_KNOWN) | M(FATAL_UNKNOWN) | M(CLOSE_NOTIFY) | M(ALERT_LEVEL_3) | \
                M(ALERT_SHORT) | M(ALERT_LONG))
#define UNKNOWN_TYPES (M(TYPE_0) | M(TYPE_24) | M(TYPE_99))
#define DATA (M(APP_DATA) | M(APP_DATA_EMPTY))
/* In the clear they are shorter than any protected record. */
#define SHORT_ONES (ALERTS | M(EMPTY_HANDSHAKE) | M(EMPTY_ALERT) | M(APP_DATA_EMPTY) | \
                    M(HELLO_REQUEST) | M(SERVER_HELLO_DONE) | M(END_OF_EARLY_DATA) | \
                    KEY_UPDATES | M(HELLO_VERIFY) | M(NEXT_PROTOCOL) | M(UNKNOWN_99) | \
                    M(UNKNOWN_255) | M(CERTIFICATE_STATUS) | M(COMPRESSED_CERTIFICATE) | \
                    M(CERTIFICATE_REQUEST_12) | M(CERTIFICATE_REQUEST_13) | M(TICKET_12) | \
                    M(TICKET_13) | M(FINISHED) | M(ENCRYPTED_EXTENSIONS))

/* The legal edges; there is no other. */
typedef struct mx_edge {
    uint64_t states;
    uint64_t messages;
    const char *reason;
} mx_edge;

static const mx_edge mx_edges[] = {
    {FIRST_HELLO, M(SERVER_HELLO_13) | M(SERVER_HELLO_12), "8446 4.1.3, 5246 7.4.1.3"},
    {FIRST_HELLO, M(HELLO_RETRY), "8446 4.1.4"},
    {SECOND_HELLO, M(SERVER_HELLO_13), "8446 4.1.4"},
    {EXTENSIONS_ALL, M(ENCRYPTED_EXTENSIONS), "8446 4.3.1: immediately after the ServerHello"},
    {REQUEST_OR_CERT, M(CERTIFICATE_REQUEST_13) | M(CERTIFICATE_13), "8446 4.3.2, 4.4.2, A.1"},
    {S(CERT), M(CERTIFICATE_13), "8446 A.1: one CertificateRequest"},
    {S(VERIFY) | S(VERIFY_AUTH), M(CERTIFICATE_VERIFY), "8446 4.4.3: immediately after"},
    {FINISHED_ALL, M(FINISHED), "8446 4.4.4; with a PSK right after EncryptedExtensions, 2.2"},
    {OPEN_13 | S(CLOSED), M(TICKET_13) | KEY_UPDATES, "8446 4.6.1, 4.6.3"},
    {S12(CERT), M(CERTIFICATE_12), "5246 7.4.2"},
    {S12(KEY_EXCHANGE), M(SERVER_KEY_EXCHANGE), "8422 5.4: ECDHE must have it"},
    {S12(REQUEST_OR_DONE), M(CERTIFICATE_REQUEST_12) | M(SERVER_HELLO_DONE), "5246 7.3"},
    {S12(DONE), M(SERVER_HELLO_DONE), "5246 7.4.5"},
    {S12(TICKET) | S12(TICKET_RESUMED), M(TICKET_12), "5077 3.3: it was promised"},
    {CCS_12, M(CCS), "5246 7.1"},
    {FINISHED_12, M(FINISHED), "5246 7.4.9"},
    {OPENS | CLOSED_BY_US, DATA, "8446 5.1, 6.1; 5246 6.2.1: also empty ones"},
};

typedef struct mx_rule {
    uint64_t states;
    uint64_t messages;
    unsigned forms;
    int outcomes[2];
    const char *reason;
} mx_rule;

/* The legal edges, form by form: the first row that fits. */
static const mx_rule mx_edge_rules[] = {
    {ANY, ANY, F(WHOLE), {GOES_ON}, "that is what legal means"},
    {HELLOS, M(SERVER_HELLO_13), F(COALESCED) | F(DOUBLED), {UNEXPECTED},
     "8446 5.1, B8: keys change, so it ends its record"},
    {FINISHED_ALL, M(FINISHED), F(COALESCED) | F(DOUBLED), {UNEXPECTED}, "the same"},
    {OPEN_13, KEY_UPDATES, F(COALESCED) | F(DOUBLED), {UNEXPECTED}, "the same, C19"},
    {OPENS, M(TICKET_13) | DATA, F(DOUBLED), {GOES_ON}, "8446 4.6.1: several tickets"},
    {CCS_12, M(CCS), F(DOUBLED), {UNEXPECTED, BAD_MAC},
     "5246 7.1, B7: the second is a record in the clear where keys are on: either is wrong"},
    {CCS_12, M(CCS), F(OTHER), {ILLEGAL}, "5246 7.1: in its time, and not the one byte 1"},
    {ANY, DATA, F(BYTES), {GOES_ON}, "5246 6.2.1, 8446 5.1: boundaries mean nothing"},
    {ANY, HANDSHAKE_MESSAGES, F(BYTES) | F(COALESCED), {GOES_ON}, "5246 6.2.1, 8446 5.1, B5"},
    {ANY, HANDSHAKE_MESSAGES, F(DOUBLED), {UNEXPECTED}, "8446 4, 5246 7.4, C2, D5"},
    {ANY, HANDSHAKE_MESSAGES, F_MALFORMED, {DECODE}, "8446 6.2, 5246 7.2.2, C13: the lengths"},
    {ANY, HANDSHAKE_MESSAGES, F(CUT), {UNEXPECTED}, "8446 5.1, B6: nothing in between"},
    {SEALED_13 | OPEN_13, HANDSHAKE_MESSAGES, F(OTHER), {UNEXPECTED},
     "8446 5.2: the outer type is application_data, B4, B9"},
    {OPEN_13, M(APP_DATA), F(OTHER), {BAD_MAC}, "8446 5.2: it does not open"},
    {OPENS, M(APP_DATA_EMPTY), F(OTHER), {BAD_MAC, DECODE}, "8446 5.2; or too short for a tag"},
    {SEALED_12, M(FINISHED), F(OTHER), {BAD_MAC, DECODE}, "5246 7.2.2; or too short for a tag"},
    {SEALED_12, ANY, F(OTHER), {BAD_MAC}, "5246 7.2.2: it does not open"},
    {CLEAR_12, HANDSHAKE_MESSAGES, F(OTHER), {UNEXPECTED, DECODE},
     "5246 7.1: no keys yet: what is there reads as type 255 with a length out of bounds"},
};

/* Everything else: the first row that fits. */
static const mx_rule mx_rules[] = {
    /* After our close_notify nothing may be sent any more, no alert either (8446 6.1, 5246 7.2.1);
     * and it is not required to go on reading (5246 7.2.1). */
    {CLOSED_BY_US, M(CLOSE_NOTIFY), F_ANY, {CLOSES}, "8446 6.1, 5246 7.2.1"},
    {CLOSED_BY_US, ANY, F_ANY, {SILENT, GOES_ON}, "8446 6.1, 5246 7.2.1: we said the last word"},

    /* change_cipher_spec */
    {AFTER_RETRY, M(CCS), F(WHOLE) | F(DOUBLED), {GOES_ON}, "8446 5, D.4, B7: two at most"},
    /* added when the engine was known: 8446 5 speaks for 1.3; a server that chooses 1.2 after that
     * has broken 5246 7.1 (B7, D5: EarlyCCS), which is known at its ServerHello only */
    {S(HELLO_TICKET), M(CCS), F(WHOLE) | F(DOUBLED), {GOES_ON, LATE(UNEXPECTED)}, "5246 7.1"},
    {FIRST_HELLO | SEALED_13, M(CCS), F(WHOLE), {GOES_ON}, "8446 5: dropped until Finished"},
    {FIRST_HELLO | SEALED_13, M(CCS), F(DOUBLED), {GOES_ON, UNEXPECTED},
     "8446 5 drops them; B7 takes one without a HelloRetryRequest, the table of limits two"},
    {SEALED_13, M(CCS), F(OTHER), {UNEXPECTED}, "8446 5: never protected"},
    {OPEN_13, M(CCS), F_ANY, {UNEXPECTED}, "8446 5: after the peer's Finished"},
    {HELLOS | SEALED_13 | OPEN_13, FALSE_CCS, F_ANY, {UNEXPECTED}, "8446 5: one byte, 1"},
    {SEALED_12, M(CCS) | FALSE_CCS, F(OTHER), {BAD_MAC, UNEXPECTED},
     "5246 7.2.2: it does not open; or its type is looked at before"},
    {ALL_12, M(CCS), F(WHOLE) | F(DOUBLED), {UNEXPECTED}, "5246 7.1, 5077 3.3, D5"},
    /* mended: DECODE and UNEXPECTED stood here. In its turn it is neither out of time, nor a vector
     * that does not parse, but a wrong value; so say BoringSSL and OpenSSL */
    {CCS_12, FALSE_CCS, F_ANY, {ILLEGAL}, "5246 7.1, 7.2.2: its one value is 1"},
    {ALL_12, M(CCS) | FALSE_CCS, F_ANY, {DECODE, UNEXPECTED},
     "5246 7.2.2: a field out of its range, or a message out of its time"},

    /* alerts */
    /* added: such an alert is wrong in two ways, and 8446 6.2 has an alert for each */
    {SEALED_13, M(ALERT_SHORT) | M(ALERT_LONG), F(OTHER), {UNEXPECTED, DECODE}, "8446 5.2, B11"},
    {SEALED_13 | OPEN_13, ALERTS, F(OTHER), {UNEXPECTED, SILENT},
     "8446 5.2; B9: or a server without keys that gives up; never a close"},
    {SEALED_12, ALERTS, F(OTHER), {BAD_MAC, DECODE}, "5246 7.2.2; or too short for a tag"},
    {CLEAR_12, ALERTS, F(OTHER), {DECODE, UNEXPECTED}, "B11: no alert is that long"},
    {ANY, ALERTS & ~(M(ALERT_SHORT) | M(ALERT_LONG)), F(BYTES), {DECODE, UNEXPECTED},
     "8446 5.1: not fragmented; B11"},
    {ANY, M(ALERT_SHORT) | M(ALERT_LONG), F_ANY, {DECODE, UNEXPECTED},
     "8446 5.1: exactly one in a record; B11"},
    {OPENS, M(CLOSE_NOTIFY), F(WHOLE) | F(DOUBLED), {CLOSES}, "8446 6.1, 5246 7.2.1"},
    {ANY, M(CLOSE_NOTIFY), F(WHOLE) | F(DOUBLED), {SILENT, CLOSES}, "8446 6.1: no handshake"},
    {ANY, M(USER_CANCELED), F(WHOLE) | F(DOUBLED), {GOES_ON}, "8446 6.1: a close follows"},
    {ANY, M(FATAL_KNOWN) | M(FATAL_UNKNOWN), F_ANY, {SILENT}, "8446 6.2, 5246 7.2.2"},
    /* mended: decode_error stood here. AlertLevel goes up to 255 (8446 6, 3.5), so 3 is no matter
     * of syntax: 6.2 calls that illegal_parameter */
    {ANY, M(ALERT_LEVEL_3), F_ANY, {SILENT, ILLEGAL},
     "8446 6: the level can be ignored; or it is a wrong value of the right form"},
    {SECOND_HELLO | SEALED_13 | OPEN_13,
     M(NO_RENEGOTIATION) | M(WARNING_KNOWN) | M(WARNING_UNKNOWN), F_ANY, {SILENT, DECODE},
     "8446 6: errors whatever their level, unknown ones too; of a level that they may not have"},
    {ANY, M(WARNING_UNKNOWN), F_ANY, {SILENT, DECODE},
     "B11: fatal; taken for the error it may be, or refused as no alert at all"},
    {ANY, M(NO_RENEGOTIATION) | M(WARNING_KNOWN), F_ANY, {GOES_ON, SILENT},
     "5246 7.2.2: generally it goes on, or the receiver decides not to; 8446 6"},

    /* empty records, unknown types */
    {SEALED_13 | OPEN_13, M(EMPTY_HANDSHAKE) | M(EMPTY_ALERT), F(WHOLE), {UNEXPECTED},
     "8446 5.4: MUST, B10"},
    {SEALED_12, M(EMPTY_HANDSHAKE) | M(EMPTY_ALERT), F(OTHER), {BAD_MAC, DECODE}, "5246 7.2.2"},
    {ANY, M(EMPTY_HANDSHAKE) | M(EMPTY_ALERT), F_ANY, {DECODE, UNEXPECTED},
     "5246 6.2.1, 8446 5.1: not to be sent; no alert is named"},
    {SEALED_12, UNKNOWN_TYPES, F(OTHER), {BAD_MAC, UNEXPECTED},
     "5246 6, 7.2.2: it does not open, or its type is looked at before"},
    {ANY, UNKNOWN_TYPES, F_ANY, {UNEXPECTED}, "8446 5, 5246 6"},

    /* application data before its time */
    {SEALED_13 | SEALED_12, M(APP_DATA_EMPTY), F(OTHER), {BAD_MAC, DECODE}, "8446 5.2"},
    {SEALED_13 | SEALED_12, M(APP_DATA), F(OTHER), {BAD_MAC}, "8446 5.2, 5246 7.2.2"},
    {ANY, DATA, F_ANY, {UNEXPECTED}, "8446 2, 5246 7.3: after Finished alone, B12"},

    /* handshake messages: HelloRequest, and types that are right with another version's body */
    /* mended: that UNEXPECTED comes at once was allowed, too; 5246 does not wait for a version */
    {FIRST_HELLO, M(HELLO_REQUEST), F(COALESCED), {GOES_ON, UNEXPECTED},
     "the next row's, where the ServerHello is there already"},
    {FIRST_HELLO, M(HELLO_REQUEST), ~(F_MALFORMED | F(CUT)), {GOES_ON, LATE(UNEXPECTED)},
     "5246 7.4.1.1 ignores it; 8446 4 has none, which is known at the ServerHello"},
    {ALL_12, M(HELLO_REQUEST), F(WHOLE) | F(BYTES) | F(COALESCED), {GOES_ON},
     "5246 7.4.1.1: ignored in a handshake; refused after it"},
    {CLEAR_12 | FINISHED_12, M(HELLO_REQUEST), F(DOUBLED), {GOES_ON}, "the same"},
    {OPEN_12, M(HELLO_REQUEST), F(DOUBLED), {UNEXPECTED, FAILURE}, "limits: one, then fatal"},
    {SECOND_HELLO, M(SERVER_HELLO_12), F(CUT), {UNEXPECTED}, "8446 5.1, B6"},
    {SECOND_HELLO, M(SERVER_HELLO_12), F_MALFORMED, {ILLEGAL, DECODE}, "wrong in two ways"},
    {SECOND_HELLO, M(SERVER_HELLO_12), F_ANY, {ILLEGAL}, "8446 4.1.4: the version is settled"},
    {REQUEST_OR_CERT, M(CERTIFICATE_REQUEST_12), ~(F(CUT) | F(OTHER)), {DECODE, ILLEGAL},
     "8446 4.3.2: its extensions do not parse, its context is not empty"},
    {REQUEST_OR_CERT | S(CERT), M(CERTIFICATE_12), ~(F(CUT) | F(OTHER)), {DECODE},
     "8446 4.4.2: its list does not parse"},
    {OPEN_13, M(TICKET_12), ~(F(CUT) | F(OTHER)), {DECODE}, "8446 4.6.1: does not parse"},
    {S12(CERT), M(CERTIFICATE_13), ~(F(CUT) | F(OTHER)), {DECODE}, "5246 7.4.2"},
    {S12(REQUEST_OR_DONE), M(CERTIFICATE_REQUEST_13), ~(F(CUT) | F(OTHER)), {DECODE},
     "5246 7.4.4: no certificate_types"},
    {S12(TICKET) | S12(TICKET_RESUMED), M(TICKET_13), ~(F(CUT) | F(OTHER)), {DECODE}, "5077 3.3"},

    /* and the rest of them */
    {SEALED_12, SHORT_ONES, F(OTHER), {BAD_MAC, DECODE}, "5246 7.2.2; or too short for a tag"},
    {SEALED_12, ANY, F(OTHER), {BAD_MAC}, "5246 7.2.2"},
    {CLEAR_12, ANY, F(OTHER), {UNEXPECTED, DECODE}, "as for the edges"},
    {SEALED_13 | OPEN_13, ANY, F(OTHER), {UNEXPECTED}, "8446 5.2, B4, B9"},
    {ANY, ANY, F_MALFORMED, {UNEXPECTED, DECODE}, "wrong in two ways"},
    {ANY, ANY, F_ANY, {UNEXPECTED}, "8446 4, 5246 7.2.2, C1, C2, C20, C22, D5"},
};

static inline int mx_is_edge(mx_state_id state, ss_message message)
{
    for (size_t i = 0; i < HC_ARRAY_LEN(mx_edges); i++) {
        if ((mx_edges[i].states >> state & 1) != 0 && (mx_edges[i].messages >> message & 1) != 0) {
            return 1;
        }
    }
    return 0;
}

static inline const mx_rule *mx_expected(mx_state_id state, ss_message message, mx_form form)
{
    int is_edge = mx_is_edge(state, message);
    const mx_rule *rules = is_edge ? mx_edge_rules : mx_rules;
    size_t num_rules = is_edge ? HC_ARRAY_LEN(mx_edge_rules) : HC_ARRAY_LEN(mx_rules);

    for (size_t i = 0; i < num_rules; i++) {
        if ((rules[i].states >> state & 1) != 0 && (rules[i].messages >> message & 1) != 0 &&
            (rules[i].forms >> form & 1) != 0) {
            return &rules[i];
        }
    }
    return NULL;
}

#endif
