/* What a validator found wrong: a public code and the particulars for its text. */
#ifndef HC_FINDING_H
#define HC_FINDING_H

#include "decode.h"

typedef struct hc_finding {
    int code;           /* HTTPSC_ERR_CERT_...; HTTPSC_OK when nothing was found */
    const char *why;    /* static: "it is no CA" */
    size_t certificate; /* which of the chain it is about */
    int is_anchor;      /* 1: about the anchor that is to have issued that certificate */
    uint8_t name_tag;   /* of the name that is the matter, where one is: a GeneralName's tag */
    hc_cursor name;     /* and its content */
} hc_finding;

#endif
