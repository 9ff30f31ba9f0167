/* Whose turn it is to use a connection: limits, order, and what is left behind. */
#include "unit.h"

#ifdef UNIT_PARTS
#include "../../src/client/turns.h"
#endif

static unit_memory memory;

static hc_identity turns_identity(const char *host, int port)
{
    hc_identity identity;

    memset(&identity, 0, sizeof identity);
    CHECK(hc_host_parse(&identity.host, host, strlen(host)));
    identity.port = port;
    return identity;
}

static hc_turns turns_begin(size_t max, size_t max_each, hc_turn *each, size_t num)
{
    static const hc_wake no_wake = HC_WAKE_NONE;
    hc_turns turns;
    int native = 0;

    CHECK_INT(hc_platform_open(&native), HTTPSC_OK); /* never closed: the program ends */
    unit_memory_init(&memory);
    memset(&turns, 0, sizeof turns);
    turns.max = max;
    turns.max_each = max_each;
    for (size_t i = 0; i < num; i++) {
        memset(&each[i], 0, sizeof each[i]);
        each[i].wake = no_wake;
    }
    return turns;
}

static int turns_take(hc_turns *turns, hc_turn *turn, const hc_identity *identity)
{
    int native = 0;

    return hc_turns_enter(turns, &memory.allocator, turn, identity, &native);
}

static void turns_leave(hc_turns *turns, hc_turn *turn)
{
    hc_turns_leave(turns, &memory.allocator, turn);
}

static int turns_is_woken(const hc_turn *turn)
{
#ifdef HC_NO_THREADS
    return turn->state == HC_TURN_GRANTED; /* it is seen at the next step */
#else
    httpsc_want readable = {HC_SOCKET_NONE, HTTPSC_READABLE};
    int native = 0;

    readable.socket = turn->wake.reader;
    return hc_poll(&readable, 1, 0, &native) == HTTPSC_OK;
#endif
}

/* DEFENCES O8: so many of one identity, and so many in all; at the limit all is well. */
static void turns_limits(void)
{
    hc_identity a = turns_identity("a.test", 443);
    hc_identity b = turns_identity("b.test", 443);
    hc_turn each[5];
    hc_turns turns = turns_begin(3, 2, each, 5);

    CHECK_INT(turns_take(&turns, &each[0], &a), HTTPSC_OK);
    CHECK_INT(turns_take(&turns, &each[0], &a), HTTPSC_OK); /* it has its turn */
    CHECK_INT(turns_take(&turns, &each[1], &a), HTTPSC_OK);
    CHECK_INT(turns_take(&turns, &each[2], &a), HTTPSC_WANT); /* two of a */
    CHECK_INT(turns_take(&turns, &each[3], &b), HTTPSC_OK);
    CHECK_INT(turns_take(&turns, &each[4], &b), HTTPSC_WANT); /* three in all */
    CHECK_INT(turns.num_granted, 3);
    CHECK(!turns_is_woken(&each[2]) && !turns_is_woken(&each[4]));

    turns_leave(&turns, &each[3]); /* one less of b, but a has its two */
    CHECK_INT(turns_take(&turns, &each[2], &a), HTTPSC_WANT);
    CHECK_INT(turns_take(&turns, &each[4], &b), HTTPSC_OK);
    CHECK(turns_is_woken(&each[4]) && !turns_is_woken(&each[2]));
    turns_leave(&turns, &each[0]);
    CHECK(turns_is_woken(&each[2]));
    CHECK_INT(turns_take(&turns, &each[2], &a), HTTPSC_OK);
    for (size_t i = 0; i < 5; i++) {
        turns_leave(&turns, &each[i]);
        turns_leave(&turns, &each[i]); /* once more is nothing */
    }
    CHECK_INT(turns.num_granted, 0);
    CHECK_INT(memory.live_blocks, 0);
}

/* Who came first is first; nobody new goes past who waits, and who was granted keeps it. */
static void turns_order(void)
{
    hc_identity a = turns_identity("a.test", 443);
    hc_turn each[6];
    hc_turns turns = turns_begin(10, 1, each, 6);

    for (size_t i = 0; i < 5; i++) {
        CHECK_INT(turns_take(&turns, &each[i], &a), i == 0 ? HTTPSC_OK : HTTPSC_WANT);
    }
    turns_leave(&turns, &each[2]); /* it waits no longer */
    turns_leave(&turns, &each[0]);
    CHECK_INT(turns_take(&turns, &each[5], &a), HTTPSC_WANT);
    CHECK_INT(turns_take(&turns, &each[3], &a), HTTPSC_WANT);
    CHECK_INT(turns_take(&turns, &each[1], &a), HTTPSC_OK);
    turns_leave(&turns, &each[1]);
    CHECK_INT(turns_take(&turns, &each[3], &a), HTTPSC_OK);
    turns_leave(&turns, &each[4]);
    turns_leave(&turns, &each[3]);
    CHECK_INT(turns_take(&turns, &each[5], &a), HTTPSC_OK);
    turns_leave(&turns, &each[5]);
    CHECK_INT(memory.live_blocks, 0);
}

/* A turn that was granted and never used is given on. */
static void turns_granted_and_left(void)
{
    hc_identity a = turns_identity("a.test", 443);
    hc_turn each[3];
    hc_turns turns = turns_begin(10, 1, each, 3);

    for (size_t i = 0; i < 3; i++) {
        (void)turns_take(&turns, &each[i], &a);
    }
    turns_leave(&turns, &each[0]);
    CHECK(turns_is_woken(&each[1]) && !turns_is_woken(&each[2]));
    turns_leave(&turns, &each[1]);
    CHECK(turns_is_woken(&each[2]));
    turns_leave(&turns, &each[2]);
    CHECK_INT(memory.live_blocks, 0);
}

/* DEFENCES Q7: after a fork they are the parent's, and leaving them changes nothing. */
static void turns_forgotten(void)
{
    hc_identity a = turns_identity("a.test", 443);
    hc_turn each[4];
    hc_turns turns = turns_begin(1, 1, each, 4);

    CHECK_INT(turns_take(&turns, &each[0], &a), HTTPSC_OK);
    CHECK_INT(turns_take(&turns, &each[1], &a), HTTPSC_WANT);
    hc_turns_forget(&turns, &memory.allocator);
    CHECK_INT(memory.live_blocks, 0);
    CHECK_INT(turns_take(&turns, &each[2], &a), HTTPSC_OK);
    CHECK_INT(turns_take(&turns, &each[3], &a), HTTPSC_WANT);
    turns_leave(&turns, &each[0]);
    turns_leave(&turns, &each[1]);
    CHECK_INT(turns.num_granted, 1);
    CHECK_INT(turns_take(&turns, &each[3], &a), HTTPSC_WANT);
    turns_leave(&turns, &each[2]);
    CHECK_INT(turns_take(&turns, &each[3], &a), HTTPSC_OK);
    turns_leave(&turns, &each[3]);
    CHECK_INT(memory.live_blocks, 0);
}

static void turns_without_memory(void)
{
    hc_identity a = turns_identity("a.test", 443);
    hc_turn each[1];
    hc_turns turns = turns_begin(1, 1, each, 1);

    memory.fail_at = 1;
    CHECK_INT(turns_take(&turns, &each[0], &a), HTTPSC_ERR_MEMORY);
    CHECK_INT(turns.num_granted, 0);
    turns_leave(&turns, &each[0]);
}

UNIT_MAIN(UNIT(turns_limits), UNIT(turns_order), UNIT(turns_granted_and_left),
          UNIT(turns_forgotten), UNIT(turns_without_memory))
