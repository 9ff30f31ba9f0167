/* Which addresses are public, at the edges of each range. */
#include "unit.h"

typedef struct address_case {
    const char *host; /* as in a URL */
    int is_public;
} address_case;

static int address_is(const char *text)
{
    hc_host host;

    CHECK(hc_host_parse(&host, text, strlen(text)));
    CHECK(host.address.len == 4 || host.address.len == 16);
    return httpsc_address_is_public(&host.address);
}

static void address_look(const address_case *cases, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        if (address_is(cases[i].host) != cases[i].is_public) {
            unit_check(0, cases[i].host, __FILE__, __LINE__);
        }
    }
}

static void address_ranges_of_ipv4(void)
{
    static const address_case cases[] = {
        {"0.0.0.0", 0},         {"0.255.255.255", 0},   {"1.0.0.0", 1},
        {"9.255.255.255", 1},   {"10.0.0.0", 0},        {"10.255.255.255", 0},
        {"11.0.0.0", 1},        {"100.63.255.255", 1},  {"100.64.0.0", 0},
        {"100.127.255.255", 0}, {"100.128.0.0", 1},     {"126.255.255.255", 1},
        {"127.0.0.0", 0},       {"127.255.255.255", 0}, {"128.0.0.0", 1},
        {"169.253.255.255", 1}, {"169.254.0.0", 0},     {"169.254.169.254", 0},
        {"169.254.255.255", 0}, {"169.255.0.0", 1},     {"172.15.255.255", 1},
        {"172.16.0.0", 0},      {"172.31.255.255", 0},  {"172.32.0.0", 1},
        {"191.255.255.255", 1}, {"192.0.0.0", 0},       {"192.0.0.255", 0},
        {"192.0.1.0", 1},       {"192.0.1.255", 1},     {"192.0.2.0", 0},
        {"192.0.2.255", 0},     {"192.0.3.0", 1},       {"192.88.98.255", 1},
        {"192.88.99.0", 0},     {"192.88.99.255", 0},   {"192.88.100.0", 1},
        {"192.167.255.255", 1}, {"192.168.0.0", 0},     {"192.168.255.255", 0},
        {"192.169.0.0", 1},     {"198.17.255.255", 1},  {"198.18.0.0", 0},
        {"198.19.255.255", 0},  {"198.20.0.0", 1},      {"198.51.99.255", 1},
        {"198.51.100.0", 0},    {"198.51.100.255", 0},  {"198.51.101.0", 1},
        {"203.0.112.255", 1},   {"203.0.113.0", 0},     {"203.0.113.255", 0},
        {"203.0.114.0", 1},     {"223.255.255.255", 1}, {"224.0.0.0", 0},
        {"239.255.255.255", 0}, {"240.0.0.0", 0},       {"255.255.255.255", 0},
        {"8.8.8.8", 1},         {"93.184.216.34", 1}};

    address_look(cases, HC_ARRAY_LEN(cases));
}

static void address_ranges_of_ipv6(void)
{
    static const address_case cases[] = {
        {"[::]", 0},
        {"[::1]", 0},
        {"[::8.8.8.8]", 0}, /* "compatible", given up */
        {"[1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", 0},
        {"[2000::]", 1},
        {"[2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", 1},
        {"[2001::]", 0}, /* Teredo */
        {"[2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff]", 0},
        {"[2001:200::]", 1},
        {"[2001:db7:ffff:ffff:ffff:ffff:ffff:ffff]", 1},
        {"[2001:db8::]", 0},
        {"[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]", 0},
        {"[2001:db9::]", 1},
        {"[2606:4700::1111]", 1},
        {"[3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", 1},
        {"[3fff::]", 0},
        {"[3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff]", 0},
        {"[3fff:1000::]", 1},
        {"[3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", 1},
        {"[4000::]", 0},
        {"[100::1]", 0},
        {"[5f00::1]", 0},
        {"[fbff::1]", 0},
        {"[fc00::]", 0},
        {"[fd12:3456::1]", 0},
        {"[fe80::1]", 0},
        {"[fec0::1]", 0},
        {"[ff02::1]", 0},
        {"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", 0}};

    address_look(cases, HC_ARRAY_LEN(cases));
}

/* What stands for an IPv4 address is as public as that is. */
static void address_ranges_of_ipv4_in_ipv6(void)
{
    static const address_case cases[] = {
        {"[::ffff:8.8.8.8]", 1},        {"[::ffff:127.0.0.1]", 0},
        {"[::ffff:169.254.169.254]", 0}, {"[::ffff:0.0.0.0]", 0},
        {"[::fffe:8.8.8.8]", 0},        {"[64:ff9b::8.8.8.8]", 1},
        {"[64:ff9b::10.0.0.1]", 0},     {"[64:ff9b::169.254.169.254]", 0},
        {"[64:ff9b:1::8.8.8.8]", 0},    {"[64:ff9b::1:8.8.8.8]", 0},
        {"[2002:808:808::1]", 1},       {"[2002:7f00:1::1]", 0},
        {"[2002:a00:1::1]", 0},         {"[2002:c0a8:101::1]", 0},
        {"[2002:e000:1::]", 0}};

    address_look(cases, HC_ARRAY_LEN(cases));
}

static void address_ranges_of_none(void)
{
    httpsc_address address;

    memset(&address, 0, sizeof address);
    memset(address.bytes, 8, sizeof address.bytes);
    for (int len = 0; len < 20; len++) {
        address.len = (unsigned char)len;
        CHECK_INT(httpsc_address_is_public(&address), len == 4);
    }
}

UNIT_MAIN(UNIT(address_ranges_of_ipv4), UNIT(address_ranges_of_ipv6),
          UNIT(address_ranges_of_ipv4_in_ipv6), UNIT(address_ranges_of_none))
