/*
 * libFuzzer: responses, head and body, read whole and in pieces: the same must come of both.
 *
 * An input is a byte (bit 0: the request was HEAD; bit 1: tight limits), two lengths of pieces, and
 * the response.
 */
#include "response_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t one = 1;
    response_run whole;
    response_run pieces;
    const httpsc_limits *limits;
    int head_request;

    if (size < 3) {
        return 0;
    }
    head_request = data[0] & 1;
    limits = run_limits(data[0] & 2);
    run_response(&whole, "", data + 3, size - 3, limits, head_request, NULL, 0);
    run_response(&pieces, "", data + 3, size - 3, limits, head_request, data + 1, 2);
    run_same(&whole, &pieces);
    free(pieces.body);
    run_response(&pieces, "", data + 3, size - 3, limits, head_request, &one, 1);
    run_same(&whole, &pieces);
    free(pieces.body);
    if (whole.code == HTTPSC_OK) {
        FUZZ_CHECK(whole.status >= 200);
        FUZZ_CHECK(!head_request || whole.body_len == 0);
        FUZZ_CHECK((whole.status != 204 && whole.status != 304) || whole.body_len == 0);
    }
    free(whole.body);
    return 0;
}
